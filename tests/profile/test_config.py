"""`diag.toml`: what it says is what is expected, and a mistake is named with its place and its cure."""

from pathlib import Path

import pytest

from diag.model.address import Authority
from diag.model.endpoint import Endpoint, Expectations, ExpectedRoute, Network
from diag.profile.config import read_config
from diag.profile.errors import UnusableFile
from diag.profile.roles import Role


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "diag.toml"


def test_every_key_is_an_expectation(config: Path) -> None:
    (config.parent / "corp-ca.pem").write_text("")
    config.write_text(
        """
        [[endpoint]]
        url = "https://acme.privatelink.example.com/console?token=1"
        role = "account"
        network = "private"
        proxy = "direct"
        status = [200, 403]
        trust = "corp-ca.pem"
        required = false

        [[endpoint]]
        url = "tcp://db.example.com:5432"
        """
    )
    expects = Expectations(Network.PRIVATE, ExpectedRoute.DIRECT, (200, 403), str(config.parent / "corp-ca.pem"), False)
    assert read_config(config).endpoints == (
        Endpoint("acme.privatelink.example.com", 443, "https", "account", "/console", expects),
        Endpoint("db.example.com", 5432, "tcp"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no endpoint in it"),
        ("x = ", "not valid TOML"),
        ("[endpoint]\nurl = 'a'", "two brackets"),
        ("endpoint = 3", "two brackets"),
        ("[[endpoints]]\nurl = 'a'", "'endpoints' is not known here: did you mean endpoint?"),
        ("[[endpoint]]\nrole = 'a'", "endpoint 1: has no url"),
        ("[[endpoint]]\nurl = 3", "url must be a text"),
        ("[[endpoint]]\nurl = 'a'\n[[endpoint]]\nurl = 'b c'", "endpoint 2 ('b c'): url: 'b c' holds a name"),
        ("[[endpoint]]\nurl = 'a'\nnetwrok = 'private'", "did you mean network?"),
        ("[[endpoint]]\nurl = 'a'\nzzz = 1", "the keys are url, role,"),
        ("[[endpoint]]\nurl = 'a'\nnetwork = 'privat'", "network must be one of private, public, any, not 'privat'"),
        ("[[endpoint]]\nurl = 'a'\nproxy = ['direct']", "proxy must be one of direct, proxied, any"),
        ("[[endpoint]]\nurl = 'a'\nstatus = 200", "status must be a list"),
        ("[[endpoint]]\nurl = 'a'\nstatus = [true]", "status must be a list"),
        ("[[endpoint]]\nurl = 'a'\nstatus = [99]", "status must be a list"),
        ("[[endpoint]]\nurl = 'a'\nrequired = 'yes'", "required must be true or false, not 'yes'"),
        ("[[endpoint]]\nurl = 'a'\ntrust = 'gone.pem'", "trust names 'gone.pem', and there is no such file"),
    ],
)
def test_a_mistake_is_named_with_its_place(config: Path, text: str, said: str) -> None:
    config.write_text(text)
    with pytest.raises(UnusableFile) as raised:
        read_config(config)
    assert str(raised.value).startswith(str(config))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_a_broken_one(config: Path) -> None:
    with pytest.raises(UnusableFile, match="cannot be read"):
        read_config(config)
    config.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnusableFile, match="not UTF-8"):
        read_config(config)


def test_a_group_gives_what_its_endpoints_do_not_say(config: Path) -> None:
    (config.parent / "corp-ca.pem").write_text("")
    config.write_text(
        """
        controls = ["intranet.example.com:8443", "https://b"]
        [[group]]
        name = "office"
        network = "private"
        proxy = "direct"
        trust = "corp-ca.pem"
        [[endpoint]]
        url = "https://a.example.com"
        group = "office"
        [[endpoint]]
        url = "https://b.example.com"
        group = "office"
        network = "any"
        required = false
        """
    )
    trust = str(config.parent / "corp-ca.pem")
    said = read_config(config)
    a, b = said.endpoints
    assert a.expects == Expectations(Network.PRIVATE, ExpectedRoute.DIRECT, (), trust)
    assert b.expects == Expectations(Network.ANY, ExpectedRoute.DIRECT, (), trust, False)
    assert said.controls == (Authority("intranet.example.com", 8443), Authority("b", 443))


def test_roles_profile_and_account(config: Path) -> None:
    (config.parent / "acme.toml").write_text('name = "acme"')
    config.write_text(
        """
        profile = "acme.toml"
        account = "org-acct"
        network = "private"
        [[role]]
        name = "login"
        enables = "logging in"
        path = "/health"
        """
    )
    said = read_config(config)
    assert said.endpoints == ()
    assert said.roles == (Role("login", "logging in", path="/health"),)
    assert (said.profile, said.account, said.network) == (str(config.parent / "acme.toml"), "org-acct", Network.PRIVATE)


def test_a_role_may_say_that_nothing_depends_on_it(config: Path) -> None:
    role = '[[role]]\nname = "news"\nenables = "reading the news"\nrequired = false\n'
    config.write_text(f'{role}[[endpoint]]\nurl = "a"\nrole = "news"\n[[endpoint]]\nurl = "b"\nrole = "news"\nrequired = true\n')
    assert [endpoint.expects.required for endpoint in read_config(config).endpoints] == [False, True]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[[endpoint]]\nurl = 'a'\nproxy = 'x'", ", line 3: "),
        ("[[endpoint]] # one\nurl = 'a'\n\n  [[endpoint]]\n  url = 'b'\n  'proxy' = 'x'", ", line 6: "),
        ("[[endpoint]]\nurl = 'a'\nstatus = [\n[1]]\nproxy = 'x'", ", line "),
        ("endpoint = [{ url = 'a', proxy = 'x' }]", ": "),
        ("account = '''\n[[endpoint]]\n'''\n[[endpoint]]\nurl = 'a'\nproxy = 'x'", ": "),
    ],
    ids=["plain", "second", "a list of lists", "inline", "a text of many lines"],
)
def test_a_line_is_right_or_not_said(config: Path, text: str, place: str) -> None:
    config.write_text(text)
    with pytest.raises(UnusableFile) as raised:
        read_config(config)
    assert str(raised.value).startswith(f"{config}{place}")
    assert "endpoint" in str(raised.value)
