"""Variables about proxies and trust: what comes out of them, and what never does."""

import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import trustme

from diag.model.machine import Proxies, ProxyVariable, TrustSettings, TrustVariable
from diag.model.question import Inspect, Topic
from diag.model.route import ProxyAddress
from diag.probe.inspect import Inspector

PROXY = ProxyAddress("proxy.test", 3128)


def proxies(**environment: str) -> Proxies:
    seen = Inspector(environment).ask(Inspect(Topic.PROXIES))
    assert isinstance(seen, Proxies)
    return seen


def trust(**environment: str) -> tuple[TrustVariable, ...]:
    seen = Inspector(environment, system="Linux").ask(Inspect(Topic.TRUST))
    assert isinstance(seen, TrustSettings)
    return seen.variables


def test_every_proxy_variable_comes_out_with_its_name() -> None:
    seen = proxies(
        OTHER_PROXY="http://never.test",
        ALL_PROXY="socks5://proxy.test",
        https_proxy="proxy.test:3128",
        HTTPS_PROXY="",
        HTTP_PROXY="HTTP://user:word@proxy.test:3128/",
        http_proxy="http://us@er:word@proxy.test:3128",
    )
    assert seen == Proxies(
        (
            ProxyVariable("https_proxy", PROXY),
            ProxyVariable("HTTPS_PROXY"),
            ProxyVariable("http_proxy", readable=False, scheme="http", flaw="login"),
            ProxyVariable("HTTP_PROXY", ProxyAddress("proxy.test", 3128, login=True), scheme="http"),
            ProxyVariable("ALL_PROXY", ProxyAddress("proxy.test", 1080, "socks5"), scheme="socks5"),
        )
    )


def test_nothing_set_is_nothing_found() -> None:
    assert proxies() == Proxies()


@pytest.mark.parametrize(
    ("environment", "exceptions", "source"),
    [
        ({"NO_PROXY": "a.test, .b.test ,,10.0.0.0/8"}, ("a.test", ".b.test", "10.0.0.0/8"), "NO_PROXY"),
        ({"no_proxy": "*", "NO_PROXY": "a.test"}, ("*",), "no_proxy"),
        ({"no_proxy": "", "NO_PROXY": "a.test"}, ("a.test",), "NO_PROXY"),
        ({"no_proxy": "a.test b.test,c.test"}, ("a.test b.test", "c.test"), "no_proxy"),
        ({"no_proxy": "http://us:word@a.test,b.test"}, ("@", "b.test"), "no_proxy"),
        ({"no_proxy": "a\x1b[2J.test"}, ("a\ufffd[2J.test",), "no_proxy"),
        ({"no_proxy": " , "}, (), "no_proxy"),
    ],
)
def test_exceptions_stand_as_commas_separate_them(environment: dict[str, str], exceptions: tuple[str, ...], source: str) -> None:
    seen = proxies(**environment)
    assert (seen.exceptions, seen.exceptions_from) == (exceptions, source)


@pytest.mark.parametrize(
    "value",
    [
        "http://hunter:opensesame@proxy.test:3128",
        "hunter:opensesame@proxy.test:3128",
        "http://hunter:open@sesame@proxy.test:3128",
        "http://hunter:open#sesame@proxy.test:3128",
        "http://hunter:open/sesame@proxy.test:3128",
        "http://hunter:opensesame@proxy.test:port",
        "http:/hunter:opensesame@proxy.test:3128",
        "opensesame://hunter@proxy.test",
        "http://hunter:opensesame",
    ],
)
@pytest.mark.parametrize("name", ["https_proxy", "NO_PROXY"])
def test_a_login_comes_out_of_no_field(value: str, name: str) -> None:
    seen = msgspec.json.encode(proxies(**{name: value}))
    if "@" in value or name != "NO_PROXY":
        assert b"sesame" not in seen
        assert b"hunter" not in seen


@pytest.fixture(scope="module")
def authority() -> bytes:
    return trustme.CA().cert_pem.bytes()


def is_taken(path: Path) -> bool:
    """Whether a client that is told to trust this file can start at all."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return False
    return True


BROKEN = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
ENDLESS = b"-----BEGIN CERTIFICATE-----\nAAAA\n"


@pytest.mark.parametrize(
    "name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"]
)
def test_a_file_of_certificates_is_counted(tmp_path: Path, authority: bytes, name: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(b"# ours\n" + authority + b"a line between\r\n" + trustme.CA().cert_pem.bytes())
    assert trust(**{name: str(path)}) == (TrustVariable(name, str(path), 2),)


@pytest.mark.parametrize(
    ("before", "after", "count", "state"),
    [
        (b"", b"", 1, "ok"),
        (b"", BROKEN, 1, "unparsable"),
        (b"", ENDLESS, 1, "unparsable"),
        (ENDLESS, b"", 1, "unparsable"),
        (b"", b"-----BEGIN CERTIFICATE-----\n\xff\xfe\n-----END CERTIFICATE-----\n", 1, "unparsable"),
    ],
)
def test_one_broken_certificate_spoils_the_file(
    tmp_path: Path, authority: bytes, before: bytes, after: bytes, count: int, state: str
) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(before + authority + after)
    assert trust(SSL_CERT_FILE=str(path)) == (TrustVariable("SSL_CERT_FILE", str(path), count, state),)
    assert is_taken(path) == (state == "ok")


@pytest.mark.parametrize(
    ("data", "state"), [(b"", "empty"), (b" \n\n", "empty"), (b"# none yet\n", "unparsable"), (os.urandom(500), "unparsable")]
)
def test_a_file_without_certificates(tmp_path: Path, data: bytes, state: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(data)
    assert trust(SSL_CERT_FILE=str(path)) == (TrustVariable("SSL_CERT_FILE", str(path), 0, state),)
    assert not is_taken(path)


def test_a_file_that_cannot_be_had(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    seen = trust(
        SSL_CERT_FILE=f"{tmp_path}/none.pem", PIP_CERT=f"{tmp_path}/pipe", AWS_CA_BUNDLE=str(tmp_path), CURL_CA_BUNDLE=""
    )
    assert {variable.name: variable.state for variable in seen} == {
        "SSL_CERT_FILE": "missing",
        "PIP_CERT": "unreadable",
        "AWS_CA_BUNDLE": "unreadable",
    }


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs a user of its own that may not read")
def test_a_file_that_may_not_be_read(tmp_path: Path, authority: bytes) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(authority)
    path.chmod(0)
    program = "import sys; from diag.model.local_file import read_file; print(read_file(sys.argv[1], 9).state)"
    dropped = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", sys.executable, "-c", program, str(path)]
    ended = subprocess.run(dropped, capture_output=True, text=True, check=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0
    assert ended.stdout == "unreadable\n"


def test_a_folder_is_counted_by_its_hashed_names(tmp_path: Path, authority: bytes) -> None:
    (tmp_path / "ca.pem").write_bytes(authority)
    (tmp_path / "0a1b2c3d.0").write_bytes(authority)
    (tmp_path / "0a1b2c3d.1").write_bytes(authority)
    for name in ("SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        assert trust(**{name: str(tmp_path)}) == (TrustVariable(name, str(tmp_path), 2),)


def test_a_folder_of_certificates_without_hashes_is_not_empty(tmp_path: Path, authority: bytes) -> None:
    (tmp_path / "notes.pem").write_text("none yet")
    (tmp_path / "ca.crt").write_bytes(authority)
    assert trust(SSL_CERT_DIR=str(tmp_path)) == (TrustVariable("SSL_CERT_DIR", str(tmp_path), 0, "not_hashed"),)
    (tmp_path / "ca.crt").unlink()
    assert trust(SSL_CERT_DIR=str(tmp_path)) == (TrustVariable("SSL_CERT_DIR", str(tmp_path), 0, "empty"),)


def test_a_certificate_in_binary_form_is_told_as_such(tmp_path: Path, authority: bytes) -> None:
    path = tmp_path / "ca.cer"
    path.write_bytes(ssl.PEM_cert_to_DER_cert(authority.decode()))
    assert trust(NODE_EXTRA_CA_CERTS=str(path)) == (TrustVariable("NODE_EXTRA_CA_CERTS", str(path), 0, "der"),)


def test_folders_are_good_where_one_is(tmp_path: Path, authority: bytes) -> None:
    for name in ("good", "empty", "broken"):
        (tmp_path / name).mkdir()
    (tmp_path / "good/0a1b2c3d.0").write_bytes(authority)
    (tmp_path / "broken/0a1b2c3d.0").write_bytes(BROKEN)
    (tmp_path / "file").write_bytes(authority)

    def state(*names: str) -> tuple[int, str]:
        (seen,) = trust(SSL_CERT_DIR=os.pathsep.join(str(tmp_path / name) for name in names))
        return seen.certificates, seen.state

    assert state("missing", "good") == (1, "ok")
    assert state("missing", "empty") == (0, "missing")
    assert state("empty", "missing") == (0, "empty")
    assert state("broken") == (0, "unparsable")
    assert state("file") == (0, "unreadable")


def test_a_path_is_shown_harmless_and_opened_as_it_is(tmp_path: Path, authority: bytes) -> None:
    path = tmp_path / "c\x1b[2Ja.pem"
    path.write_bytes(authority)
    (seen,) = trust(SSL_CERT_FILE=str(path))
    assert (seen.path, seen.certificates) == (f"{tmp_path}/c\ufffd[2Ja.pem", 1)


def test_the_store_of_the_system_is_the_first_that_is_there(tmp_path: Path) -> None:
    def store(system: str) -> str:
        seen = Inspector({}, system=system, root=str(tmp_path)).ask(Inspect(Topic.TRUST))
        assert isinstance(seen, TrustSettings)
        return seen.store

    assert store("Linux") == ""
    (tmp_path / "etc/ssl/certs").mkdir(parents=True)
    assert store("Linux") == "/etc/ssl/certs"
    (tmp_path / "etc/ssl/cert.pem").touch()
    assert store("Linux") == "/etc/ssl/cert.pem"
    assert store("Darwin") == ""
