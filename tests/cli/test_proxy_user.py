"""A login for the proxy that stands in no setting: it is used, it is used once where it is wrong, and it is never shown."""

from pathlib import Path

import pytest

from diag.cli.errors import WrongUse
from diag.cli.proxy_user import ask_password, from_netrc
from diag.cli.ways import choose_way, read_ways
from diag.lab.proxy import CREDENTIALS
from diag.model.address import Authority
from diag.model.endpoint import parse_endpoint
from diag.model.machine import Proxies, ProxyVariable
from diag.model.route import ProxyAddress
from diag.model.secret import Login
from tests.cli.shell import causes, diag
from tests.cli.test_run import options, staged

CANARY = "canary-7f3a9e51"
PROXY = Authority("proxy.test", 3128)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".netrc")


def test_the_password_is_taken_from_what_is_given(tmp_path: Path) -> None:
    user, _, password = CREDENTIALS.partition(":")
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), "--proxy-user", user, within=tmp_path, given=f"{password}\n".encode())
    assert ended.code == 0
    assert password not in ended.out + ended.err
    assert password.encode() not in everything_in(tmp_path)


def test_a_wrong_password_is_named_tried_once_and_not_shown(tmp_path: Path) -> None:
    with staged("many-behind-one-proxy") as (lab, scene):
        ended = diag(*options(scene), "--json", "--proxy-user", "lab-user", within=tmp_path, given=f"{CANARY}\n".encode())
        tally = lab.tally("many-behind-one-proxy")
    assert causes(ended.document) == ["proxy-login-rejected"]
    assert len(ended.document["endpoints"]) == 12
    assert tally["proxy logins"] == 1
    assert CANARY not in ended.out + ended.err
    assert CANARY.encode() not in everything_in(tmp_path)


def test_the_netrc_file_helps_out(tmp_path: Path) -> None:
    user, _, password = CREDENTIALS.partition(":")
    path = tmp_path / ".netrc"
    path.write_text(f"machine 127.0.0.1 login {user} password {password}\n")
    path.chmod(0o600)
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), within=tmp_path)
    assert ended.code == 0
    assert password not in ended.out + ended.err
    assert password.encode() not in everything_in(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("machine proxy.test login a password b", True),
        ("machine other.test login a password b", False),
        ("default login a password b", False),
        ("machine proxy.test login", False),
        ("", False),
    ],
)
def test_the_netrc_file_counts_for_the_machines_it_names(tmp_path: Path, text: str, found: bool) -> None:
    path = tmp_path / "own"
    path.write_text(text + "\n")
    path.chmod(0o600)
    assert bool(from_netrc([PROXY], {"NETRC": str(path)}, tmp_path)) is found
    assert from_netrc([PROXY], {}, tmp_path) == {}


def test_what_the_user_says_goes_before_what_is_set() -> None:
    environment = {"HTTPS_PROXY": "http://set:word@proxy.test:3128", "http_proxy": "http://second.test:3128"}
    ways = read_ways(None, False, (), environment, login=Login("said", "word"))
    assert {str(proxy): login.user.reveal() for proxy, login in ways.logins.items()} == {
        "proxy.test:3128": "said",
        "second.test:3128": "said",
    }
    seen = Proxies((ProxyVariable("http_proxy", ProxyAddress("second.test", 3128)),))
    route = choose_way(ways)(parse_endpoint("http://service.test"), seen)
    assert route.proxy == ProxyAddress("second.test", 3128, login=True)


@pytest.mark.parametrize("user", ["", f"user:{CANARY}"])
def test_the_name_alone_is_taken(user: str) -> None:
    with pytest.raises(WrongUse) as raised:
        ask_password(user)
    assert CANARY not in str(raised.value)


def test_a_login_needs_a_proxy() -> None:
    with pytest.raises(WrongUse, match="needs a proxy"):
        read_ways(None, False, (), {}, login=Login("said", "word"))
