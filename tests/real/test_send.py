"""A bundle goes through real proxies, with a login and without; a login that is refused is not tried again."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt
from diag.desk.send.destination import read_destination
from diag.desk.send.http_client import open_post
from diag.desk.send.proxies import SendRoute
from diag.model.address import Address
from diag.model.route import ProxyAddress
from diag.model.secret import Login, Secret
from tests.desk.send.service import serving, trust_file
from tests.desk.send.systems import TOKEN, USER, JiraSite
from tests.real.program import free_port, needs_program, running

PARCEL = Parcel("diag-20261122T031500Z-abc123.zip", bytes(300_000))
TINYPROXY = """\
Port {port}
Listen 127.0.0.1
Timeout 20
LogFile "{log}"
LogLevel Connect
BasicAuth ada s3cret
"""


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def site(authority: trustme.CA) -> Iterator[JiraSite]:
    site = JiraSite()
    with serving(site, authority):
        yield site


def sent(site: JiraSite, trust: Path, *ways: SendRoute) -> Receipt:
    destination = read_destination(f"jira:{site.origin}", site.case)
    headers = destination.headers(Credentials(Secret(TOKEN), Secret(USER)))
    nothing = lambda _: None  # noqa: E731
    with open_post(destination.origin, ways, trust=trust, headers=headers, tell=nothing, sleep=nothing) as post:
        return destination.send(PARCEL, post)


def through(place: Address, scheme: str = "http", password: str = "") -> SendRoute:
    login = Login("ada", password) if password else None
    return SendRoute(ProxyAddress(place.host, place.port, scheme, login is not None), login)


@needs_program("tinyproxy")
@pytest.mark.parametrize("password", ["s3cret", "wr0ng", ""])
def test_tinyproxy_wants_a_login(site: JiraSite, authority: trustme.CA, tmp_path: Path, password: str) -> None:
    port, log = free_port(), tmp_path / "log"
    config = tmp_path / "tinyproxy.conf"
    config.write_text(TINYPROXY.format(port=port, log=log))
    with running(["tinyproxy", "-d", "-c", str(config)], port) as proxy:
        way = through(proxy, password=password)
        if password == "s3cret":
            assert sent(site, trust_file(authority, tmp_path), way).whole
            assert [kept.content for kept in site.kept] == [PARCEL.content]
            return
        with pytest.raises(NotSent, match=r"the proxy said 40[17] .*Nothing was sent") as refused:
            sent(site, trust_file(authority, tmp_path), way)
    assert "wr0ng" not in str(refused.value)
    assert site.asked == []
    assert log.read_text().count("CONNECT localhost") == 1


def refused(site: JiraSite, trust: Path, way: SendRoute) -> None:
    """A login that the proxy refuses. Once this is over, nothing holds the socket any more."""
    with pytest.raises(NotSent, match="the proxy refused"):
        sent(site, trust, way)


# The HTTP library leaves the socket of a SOCKS login that was refused to the sweep for garbage, which is done here.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@needs_program("microsocks")
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_microsocks(site: JiraSite, authority: trustme.CA, tmp_path: Path, scheme: str) -> None:
    port = free_port()
    command = ["microsocks", "-i", "127.0.0.1", "-p", str(port), "-u", "ada", "-P", "s3cret"]
    with running(command, port) as proxy:
        assert sent(site, trust_file(authority, tmp_path), through(proxy, scheme, "s3cret")).whole
        refused(site, trust_file(authority, tmp_path), through(proxy, scheme, "wr0ng"))
        gc.collect()
    assert len(site.kept) == 1
