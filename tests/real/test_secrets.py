"""A password that the customer's proxy setting holds is in nothing that diag leaves."""

import base64
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from diag.probe.proxy_value import VARIABLES
from tests.netns import House, needs
from tests.netns.plan import ROUTER
from tests.real.customer import Screen, bundle_of, called, diag
from tests.recipes.services import HOST, PROXY, WITH_LOGIN, healthy_service, serve_plain, trust_file, users

pytestmark = needs("nginx", "squid")
NAME = "kanarienvogel"
PASSWORD = 'Gelb+Feder/"7#Käfig'
GIVEN = PROXY.replace("//", f"//{NAME}:{quote(PASSWORD, safe='')}@")


def spellings(secret: str) -> set[bytes]:
    """How a secret may be written: plain, in URLs, in JSON, in Base64 wherever it begins, in hexadecimal, reversed."""
    plain = secret.encode()
    found = {plain, secret.encode("latin-1"), quote(secret).encode(), quote(secret, safe="").encode(), plain.hex().encode()}
    found |= {quote(secret, safe="").lower().encode(), json.dumps(secret)[1:-1].encode(), plain[::-1]}
    for before in range(3):  # where in a group of three bytes it begins; the characters that its neighbours share are left out
        whole = base64.b64encode(b"." * before + plain)
        found |= {whole[4 if before else 0 : -4], whole[4 if before else 0 : -4].translate(bytes.maketrans(b"+/", b"-_"))}
    return found | {base64.b64encode(f"{NAME}:{secret}".encode()), base64.b64encode(f"{NAME}:{secret}".encode("latin-1"))}


def left(house: House, bundle: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of a bundle, as they are and each member unpacked, and of every other file that appeared."""
    yield bundle.name, bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        for member in archive.namelist():
            yield member, archive.read(member)
    for file in house.home.rglob("*"):
        if file.is_file() and file != bundle:
            yield file.name, file.read_bytes()


def assert_nowhere(texts: Mapping[str, bytes]) -> None:
    """No text holds the password, however it is written."""
    for where, text in texts.items():
        for spelling in spellings(PASSWORD):
            assert spelling not in text, f"{where} holds it as {spelling!r}"


def everything(house: House, screen: Screen, *planted: Path, shown: bool = True) -> dict[str, bytes]:
    """All that a run left: its screen, its files (but those where the password was planted), and, where it is `shown`, what is
    made of its bundle.
    """
    bundle = bundle_of(house)
    files = [file for file in house.home.rglob("*") if file.is_file() and file not in (*planted, bundle)]
    texts = {"stdout": screen.out.encode(), "stderr": screen.err.encode(), **{file.name: file.read_bytes() for file in files}}
    with zipfile.ZipFile(bundle) as archive:
        texts |= {bundle.name: bundle.read_bytes(), **{member: archive.read(member) for member in archive.namelist()}}
    if not shown:
        return texts
    for option in ("-v", "--evidence"):
        texts[option] = called(house, "show", bundle.name, option).encode()
    texts["request"] = called(house, "request", bundle.name, "--format", "csv").encode()
    assert all(texts[what] for what in ("-v", "--evidence", "request"))
    return texts


PLACES = ("HTTPS_PROXY", "--proxy", "both, and elsewhere")
FORMS = ("-v", "--json", "-q", "")


@pytest.mark.parametrize(
    ("place", "form", "accepted"),
    [(place, form, (at + row) % 2 == 0) for row, place in enumerate(PLACES) for at, form in enumerate(FORMS)],
)
def test_a_password_is_nowhere(house: House, accepted: bool, form: str, place: str) -> None:
    authority = healthy_service(house)
    house.squid(WITH_LOGIN, files=users(NAME, PASSWORD if accepted else "another"))
    house.reject(port=443)
    environment = {"ALL_PROXY": GIVEN, "http_proxy": GIVEN} if "elsewhere" in place else {}
    environment |= {"HTTPS_PROXY": GIVEN} if place != "--proxy" else {}
    options = ["--proxy", GIVEN] if place != "HTTPS_PROXY" else []
    options += [form] if form else []
    trust = trust_file(house, authority)
    screen = diag(house, "run", HOST, "--trust", trust, "--timeout", "2", "--deadline", "20", *options, **environment)
    assert screen.code == (0 if accepted else 1)
    if not accepted:
        assert "proxy-login-rejected" in screen.out
    bundle = bundle_of(house)
    texts = {"stdout": screen.out.encode(), "stderr": screen.err.encode(), **dict(left(house, bundle))}
    if not form:  # what is not in the bundle is not in what is shown of it
        texts |= {option: called(house, "show", bundle.name, option).encode() for option in ("-v", "--evidence")}
    assert_nowhere(texts)


# Every place where a proxy can be set, one after the other.

FILES = ("--html", "page.html", "--junit", "junit.xml")
ODD = PROXY.replace("//", f"//{NAME}:{PASSWORD}@")
"""The login as people write it: nothing escaped."""
HALF = PROXY.replace("//", f"//{NAME}:{PASSWORD.replace('/', '%2f').replace('#', '%23')}%zz@")
KEYS = f"""\
[system/proxy]
mode='{{mode}}'
autoconfig-url='http://{NAME}:{PASSWORD}@pac.house.test/proxy.pac?key={PASSWORD}'
ignore-hosts=['{NAME}:{PASSWORD}@x.test']
[system/proxy/http]
host='{NAME}:{PASSWORD}@proxy.house.test'
use-authentication=true
authentication-user='{NAME}'
authentication-password='{PASSWORD}'
[system/proxy/https]
host='http://{NAME}:{quote(PASSWORD, safe="")}@proxy.house.test'
"""


def served(house: House, *, accepted: bool = True) -> list[str]:
    """A service by TLS and one without, behind a proxy with a login; and how diag is asked to look at both."""
    authority = healthy_service(house)
    serve_plain(house)
    house.squid(WITH_LOGIN, files=users(NAME, PASSWORD if accepted else "another"))
    trust = trust_file(house, authority)
    return ["run", HOST, f"http://{HOST}", "--trust", trust, "--timeout", "2", "--deadline", "20", "-v", *FILES]


SPELLINGS = {"escaped": GIVEN, "not escaped": ODD, "half escaped": HALF}
NAMES = (*VARIABLES, "NO_PROXY", "no_proxy")
ONE_BY_ONE = [(name, [*SPELLINGS][at % len(SPELLINGS)]) for at, name in enumerate(NAMES)]
"""Each variable in either case, and over all of them each spelling."""


@pytest.mark.parametrize(("name", "spelling"), [*ONE_BY_ONE, *(("all of them", spelling) for spelling in SPELLINGS)])
def test_a_variable_s_password_is_nowhere(house: House, name: str, spelling: str) -> None:
    names, value = NAMES if name == "all of them" else (name,), SPELLINGS[spelling]
    environment = {"HTTPS_PROXY": PROXY} if name.lower() == "no_proxy" else {}
    screen = diag(house, *served(house), **environment, **dict.fromkeys(names, value))
    assert_nowhere(everything(house, screen, shown=name == "all of them"))


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "rejected"])
def test_a_password_that_is_asked_for_is_nowhere(house: House, accepted: bool) -> None:
    command = served(house, accepted=accepted)
    screen = diag(house, *command, "--proxy", PROXY, "--proxy-user", NAME, typed=f"{PASSWORD}\n")
    assert ("proxy-login-rejected" in screen.out) is not accepted
    assert_nowhere(everything(house, screen))


@pytest.mark.parametrize("value", [ODD, HALF, GIVEN.replace("http:", "htp:")])
def test_an_option_that_cannot_be_read_is_told_without_its_value(house: House, value: str) -> None:
    user = f"{NAME}:{PASSWORD}"
    for arguments in (["--proxy", value], ["--prox", value], [f"--prox={value}"], [value], ["--proxy-user", user]):
        screen = diag(house, "run", *arguments, "--no-bundle", typed="")
        assert screen.code  # wrong use, or an endpoint that is not there
        assert_nowhere({"stdout": screen.out.encode(), "stderr": screen.err.encode()})


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "rejected"])
def test_the_netrc_file_s_password_is_nowhere(house: House, accepted: bool) -> None:
    netrc = house.home / ".netrc"
    # Quotes and escapes as netrc has them.
    written = PASSWORD.replace('"', '\\"')
    netrc.write_text(f'machine {ROUTER} login {NAME} password "{written}"\n')
    netrc.chmod(0o600)
    screen = diag(house, *served(house, accepted=accepted), HTTPS_PROXY=PROXY, http_proxy=PROXY)
    assert ("proxy-login-rejected" in screen.out) is not accepted
    assert_nowhere(everything(house, screen, netrc))


def test_the_endpoint_list_s_password_is_nowhere(house: House) -> None:
    listed = house.home / "diag.toml"
    listed.write_text(f'[[endpoint]]\nurl = "https://{NAME}:{quote(PASSWORD, safe="")}@{HOST}/?key={quote(PASSWORD)}"\n')
    command = [word for word in served(house) if word not in (HOST, f"http://{HOST}")]
    screen = diag(house, *command, HTTPS_PROXY=GIVEN)
    assert f"https://{HOST}:443" in screen.out
    assert_nowhere(everything(house, screen, listed))


@needs("gsettings")
@pytest.mark.parametrize("mode", ["manual", "auto", "none"])
def test_the_desktop_s_password_is_nowhere(house: House, mode: str) -> None:
    folder = house.errand("desktop")
    keys = folder / "glib-2.0" / "settings" / "keyfile"
    keys.parent.mkdir(parents=True)
    keys.write_text(KEYS.format(mode=mode))
    environment = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder)}
    screen = diag(house, *served(house), **environment)
    texts = everything(house, screen)
    assert (b"gnome" in texts["evidence.jsonl"]) or mode == "none"
    assert_nowhere(texts)


BROKEN = """\
import os, sys
from diag.cli import conclude, main
from diag.probe import tunnel as probe

whole = probe.tunnel

async def tunnel(question, wire, login, *rest):
    if login is None:
        return await whole(question, wire, login, *rest)
    wire.abort()
    raise RuntimeError(f"{login.password.reveal()} and {login.user.reveal()}")

def judge(*given):
    try:
        raise ValueError(os.environ["HTTPS_PROXY"])
    except ValueError as error:
        raise ExceptionGroup(os.environ["HTTPS_PROXY"], [KeyError(os.environ["HTTPS_PROXY"])]) from error

setattr(probe, "tunnel", tunnel)
if "judge" in os.environ["BREAK"]:
    setattr(conclude, "judged", judge)
main.main()
"""


@pytest.mark.parametrize("value", [GIVEN, GIVEN.replace("%23", "%2523")])
@pytest.mark.parametrize("broken", ["probe", "judge"])
def test_our_own_bugs_tell_no_password(house: House, broken: str, value: str) -> None:
    command = [sys.executable, "-c", BROKEN, *served(house)]
    environment = {"HTTPS_PROXY": value, "BREAK": broken, "DIAG_DEBUG": "1"}
    done = house.run(command, unprivileged=True, env=environment, timeout=60)
    screen = Screen(done.returncode, done.stdout, done.stderr)
    if broken == "judge":
        assert "ExceptionGroup at" in screen.err
        assert all(part in screen.err for part in ('File "', "ValueError", "KeyError"))
        assert_nowhere({"stdout": screen.out.encode(), "stderr": screen.err.encode()})
        return
    texts = everything(house, screen)
    assert b"RuntimeError at" in texts["evidence.jsonl"]
    assert_nowhere(texts)


def test_the_search_would_find_it() -> None:
    header = base64.b64encode(f"{NAME}:{PASSWORD}".encode())
    for text in (
        GIVEN.encode(),
        header,
        b"x" + base64.b64encode(b"ab" + PASSWORD.encode() + b"cd"),
        json.dumps([PASSWORD]).encode(),
    ):
        assert any(spelling in text for spelling in spellings(PASSWORD))
