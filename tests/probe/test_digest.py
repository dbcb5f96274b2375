"""Digest logins: the examples of the standard, and what a challenge may hold."""

import pytest

from diag.model.secret import Login
from diag.probe.digest import answer, challenges

MUFASA = Login("Mufasa", "Circle of Life")
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OURS = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
REALM = "http-auth@example.org"


def said(challenge: dict[str, str], login: Login = MUFASA, method: str = "GET", target: str = "/dir/index.html") -> str:
    value = answer(login, [challenge], method, target, lambda: OURS)
    assert value
    return value.reveal()


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_standard(algorithm: str, response: str) -> None:
    """RFC 7616, section 3.9.1."""
    given = {
        "realm": REALM,
        "qop": "auth, auth-int",
        "algorithm": algorithm,
        "nonce": NONCE,
        "opaque": "FQhe/qaU925kfnzjCev0ciny",
    }
    value = said(given)
    assert f'response="{response}"' in value
    assert value.startswith(f'Digest username="Mufasa", realm="{REALM}", nonce="{NONCE}", uri="/dir/index.html"')
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny"' in value
    assert f"algorithm={algorithm}, qop=auth, nc=00000001" in value


def test_the_example_of_the_older_standard() -> None:
    """RFC 2069, section 2.4, as its errata have it: no qop."""
    given = {
        "realm": "testrealm@host.com",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "opaque": "5ccc069c403ebaf9f0171e9517f40e41",
    }
    value = said(given, Login("Mufasa", "CircleOfLife"))
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in value
    assert "qop" not in value


def test_a_session_key_depends_on_our_nonce() -> None:
    given = {"realm": REALM, "qop": "auth", "algorithm": "MD5-sess", "nonce": NONCE}
    assert said(given) != said(given | {"algorithm": "MD5"}).replace("=MD5,", "=MD5-sess,")


def test_the_strongest_challenge_is_answered() -> None:
    value = answer(MUFASA, [{"nonce": "a", "algorithm": name} for name in ("MD5", "SHA-256", "X-OWN")], "CONNECT", "a:443")
    assert value
    assert "algorithm=SHA-256" in value.reveal()


@pytest.mark.parametrize(
    "challenge",
    [{}, {"realm": "a"}, {"nonce": "a", "algorithm": "X-OWN"}, {"nonce": "a", "qop": "auth-int"}, {"nonce": "a\r\nX-Evil: b"}],
)
def test_what_cannot_be_answered(challenge: dict[str, str]) -> None:
    assert answer(MUFASA, [challenge], "CONNECT", "a:443") is None


def test_quotes_stay_inside() -> None:
    value = said({"nonce": "a", "realm": 'the "house" \\'}, Login('al"ice', "x"))
    assert r'username="al\"ice", realm="the \"house\" \\"' in value


def test_challenges_are_read_from_the_fields() -> None:
    fields = [
        (b"Proxy-Authenticate", b'Basic realm="a"'),
        (b"proxy-authenticate", b'Digest realm="a, \\"b\\"", nonce="n==", qop="auth,auth-int", stale=false, algorithm=SHA-256'),
        (b"X-Other", b'Digest nonce="c"'),
    ]
    assert challenges(fields) == [
        {"realm": 'a, "b"', "nonce": "n==", "qop": "auth,auth-int", "stale": "false", "algorithm": "SHA-256"}
    ]
