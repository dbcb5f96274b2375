"""Logins are found by their proxy, and shown to nobody."""

from diag.model.address import Authority
from diag.model.secret import Login
from diag.probe.logins import Logins, basic_token

LOGINS = Logins({Authority("proxy.test", 3128): Login("user", "pass:word"), Authority("other.test", 80): Login("ü", "ß")})


def test_found_by_name_and_port() -> None:
    found = LOGINS.find(Authority("proxy.test", 3128))
    assert found
    assert found.password.reveal() == "pass:word"
    assert LOGINS.find(Authority("proxy.test", 8080)) is None
    assert Logins().find(Authority("proxy.test", 3128)) is None


def test_token_is_that_of_rfc_7617() -> None:
    assert basic_token(Login("Aladdin", "open sesame")).reveal() == "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic_token(Login("test", "123£")).reveal() == "dGVzdDoxMjPCow=="


def test_all_that_must_not_be_written_down() -> None:
    assert {secret.reveal() for secret in LOGINS.secrets()} == {"user", "pass:word", "dXNlcjpwYXNzOndvcmQ=", "ü", "ß", "w7w6w58="}


def test_shown_to_nobody() -> None:
    assert "user" not in f"{LOGINS} {LOGINS!r}"
