"""A password that the customer's proxy setting holds is in nothing that diag leaves."""

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.house import House, needs
from tests.real.customer import bundle_of, diag
from tests.recipes.furniture import HOST, PROXY, WITH_LOGIN, healthy_service, trust_file, users

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


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "rejected"])
@pytest.mark.parametrize("form", ["-v", "--json", "-q", ""])
@pytest.mark.parametrize("place", ["HTTPS_PROXY", "--proxy", "both, and elsewhere"])
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
    shown = diag(house, "show", bundle.name, "-v")
    texts |= {"shown": shown.out.encode(), "evidence": diag(house, "show", bundle.name, "--evidence").out.encode()}
    for where, text in texts.items():
        for spelling in spellings(PASSWORD):
            assert spelling not in text, f"{where} holds it as {spelling!r}"


def test_the_search_would_find_it() -> None:
    header = base64.b64encode(f"{NAME}:{PASSWORD}".encode())
    for text in (
        GIVEN.encode(),
        header,
        b"x" + base64.b64encode(b"ab" + PASSWORD.encode() + b"cd"),
        json.dumps([PASSWORD]).encode(),
    ):
        assert any(spelling in text for spelling in spellings(PASSWORD))
