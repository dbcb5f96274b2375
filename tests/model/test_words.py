"""The small words: endpoints as users write them, text from strangers, secrets, failures, and findings that cite."""

import copy
import errno
import pickle
import socket

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model import failure
from diag.model.address import Address, is_private, literal
from diag.model.endpoint import Endpoint, UnusableEndpoint, parse_endpoint
from diag.model.failure import Failure
from diag.model.secret import Login, Secret
from diag.model.system_errors import from_exception
from diag.model.text import clean
from diag.model.verdict import Finding, Status, problem, unknown


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("service.example", Endpoint("service.example", 443)),
        ("Service.Example.", Endpoint("service.example", 443, absolute=True)),
        ("localhost.", Endpoint("localhost", 443)),
        ("https://10.0.0.1./", Endpoint("10.0.0.1", 443)),
        ("service.example:8443", Endpoint("service.example", 8443)),
        ("http://service.example", Endpoint("service.example", 80, "http")),
        ("https://user:pw@service.example/a/b?token=x#y", Endpoint("service.example", 443, path="/a/b")),
        ("https://[2001:DB8::1]:444", Endpoint("2001:db8::1", 444)),
        ("postgres://db.example.com/orders", Endpoint("db.example.com", 5432, "postgres")),
        ("postgresql://joe:s3cret@db.example.com", Endpoint("db.example.com", 5432, "postgres")),
        ("mariadb://db.example.com:3307", Endpoint("db.example.com", 3307, "mysql")),
        ("smtp://mail.example.com", Endpoint("mail.example.com", 587, "smtp")),
        ("smtp://mail.example.com:25", Endpoint("mail.example.com", 25, "smtp")),
        ("imap://mail.example.com", Endpoint("mail.example.com", 143, "imap")),
        ("ldap://dc1.example.com", Endpoint("dc1.example.com", 389, "ldap")),
        ("tcp://10.0.0.1:5432", Endpoint("10.0.0.1", 5432, "tcp")),
        ("https://bücher.example", Endpoint("xn--bcher-kva.example", 443)),
        ("under_score.example", Endpoint("under_score.example", 443)),
    ],
)
def test_an_endpoint_is_what_the_user_means(given_text: str, meant: Endpoint) -> None:
    assert parse_endpoint(given_text) == meant


@pytest.mark.parametrize(
    ("given_text", "says"),
    [
        ("", "names no host"),
        ("https://", "names no host"),
        ("ftp://x.example", "scheme"),
        ("tcp://x.example", "needs a port"),
        ("https://x.example:99999", "diag can read"),
        ("https://x.example:0", "port 0"),
        ("https://a..b", "DNS does not allow"),
        ("https://-x.example", "DNS does not allow"),
        ("https://" + "a" * 64 + ".example", "DNS does not allow"),
        ("x y.example", "DNS does not allow"),
        ("https://user:hunter2@a..b", "DNS does not allow"),
    ],
)
def test_what_is_no_endpoint_is_told_in_one_line_without_secrets(given_text: str, says: str) -> None:
    with pytest.raises(UnusableEndpoint, match=says) as raised:
        parse_endpoint(given_text)
    assert "\n" not in str(raised.value)
    assert "hunter2" not in str(raised.value)


@given(st.text(max_size=300))
def test_any_text_is_an_endpoint_or_a_clear_error(text: str) -> None:
    try:
        told = str(parse_endpoint(text))
    except UnusableEndpoint as unusable:
        told = str(unusable)
    assert told.isprintable()


@given(st.one_of(st.text(), st.binary()))
def test_clean_text_is_one_printable_line_within_its_limit(text: str | bytes) -> None:
    shown = clean(text, 50)
    assert len(shown) <= 50
    assert all(character.isprintable() or character == "\u3000" or character.isspace() for character in shown)
    assert not set(shown) & set("\x1b\r\n\u202e\u2066\u200b\ufeff\u2028")
    assert clean(shown, 50) == shown


def test_a_secret_shows_itself_to_nobody_who_does_not_ask() -> None:
    secret, login = Secret("hunter2"), Login("alice", "hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", repr(login), str(login), str({"a": secret})):
        assert "hunter2" not in shown
        assert "alice" not in shown
    for write in (msgspec.json.encode, pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert secret != Secret("other")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), Failure.REFUSED),
        (OSError(errno.EHOSTUNREACH, ""), Failure.UNREACHABLE),
        (PermissionError(errno.EPERM, ""), Failure.NOT_PERMITTED),
        (TimeoutError(), Failure.TIMED_OUT),
        (socket.gaierror(socket.EAI_NONAME, ""), Failure.NAME_NOT_FOUND),
        (EOFError(), Failure.CUT),
        (OSError(12345, ""), Failure.OTHER),
        (ValueError(), Failure.OTHER),
    ],
)
def test_exceptions_become_words_by_number_and_never_by_text(error: BaseException, word: str) -> None:
    assert from_exception(error) == word


def test_every_alert_has_its_registered_name() -> None:
    assert failure.from_alert(40) == "alert:handshake_failure"
    assert failure.from_alert(40) in failure.WORDS
    assert failure.from_alert(250) == "alert:250"


def test_a_prohibition_is_told_from_mere_unreachability() -> None:
    assert failure.from_icmp(4, 3, 13) is Failure.PROHIBITED
    assert failure.from_icmp(4, 3, 1) is None
    assert failure.from_icmp(6, 1, 1) is Failure.PROHIBITED


def test_a_conclusion_without_a_citation_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="must cite"):
        problem(about="x")
    with pytest.raises(ValueError, match="must say why"):
        Finding(Status.UNKNOWN)
    with pytest.raises(TypeError):
        unknown()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.1.2.3", True), ("100.64.0.1", True), ("fd00::1", True), ("192.0.2.1", False), ("8.8.8.8", False), ("fe80::1", False)],
)
def test_private_means_reachable_only_inside(address: str, private: bool) -> None:
    ip = literal(address)
    assert ip is not None
    assert is_private(ip) is private


def test_an_address_is_written_as_an_authority() -> None:
    assert str(Address("::1", 443)) == "[::1]:443"
    assert str(Address("10.0.0.1", 443)) == "10.0.0.1:443"
