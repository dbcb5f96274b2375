"""Secret fields are emptied, challenges keep what tells which login is wanted, echoes of our own credentials go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.answer import Header
from diag.model.secret import Secret
from diag.probe.scrub import kept_bytes, kept_headers


@pytest.mark.parametrize(
    ("challenge", "kept"),
    [
        ("Basic", "Basic"),
        ('Basic realm="x"', 'Basic realm="x"'),
        ('basic Realm = "a \\"quoted\\", one", charset="UTF-8"', 'basic realm="a \\"quoted\\", one"'),
        ("Basic realm=plain", "Basic realm=plain"),
        ("NTLM", "NTLM"),
        ("NTLM TlRMTVNTUAAC", "NTLM"),
        ("NTLM TlRMTVNTUAAC==", "NTLM"),
        ("Negotiate YII+/a==, NTLM, Basic realm=x", "Negotiate, NTLM, Basic realm=x"),
        ('Digest nonce="abc", realm="x", opaque="def", Basic realm="y"', 'Digest realm="x", Basic realm="y"'),
        ('Bearer error="invalid_token", realm="x"', 'Bearer realm="x"'),
        ("", ""),
        ('"broken', ""),
        ('Basic "broken', "Basic"),
    ],
)
def test_challenges(challenge: str, kept: str) -> None:
    assert kept_headers([(b"Proxy-Authenticate", challenge.encode())]) == (Header("proxy-authenticate", kept),)


@given(st.from_regex(r"[A-Za-z0-9+/]{12,40}={0,2}", fullmatch=True), st.sampled_from(["Negotiate", "NTLM", "Bearer", "Kerberos"]))
def test_no_token_of_a_challenge_is_kept(token: str, scheme: str) -> None:
    for value in (f"{scheme} {token}", f"Basic realm=x, {scheme} {token}", f"{scheme} {token}, Basic realm=x"):
        (header,) = kept_headers([(b"WWW-Authenticate", value.encode())])
        assert token not in header.value
        assert scheme in header.value


@pytest.mark.parametrize(
    "name",
    [
        *(b"Set-Cookie", b"Set-Cookie2", b"Cookie", b"Authorization", b"PROXY-AUTHORIZATION", b"Authentication-Info"),
        *(b"Proxy-Authentication-Info", b"X-Amz-Security-Token", b"X-CSRF-Token", b"X-XSRF-Token", b"x-auth-token", b"X-API-Key"),
    ],
)
def test_secret_fields_keep_their_names_alone(name: bytes) -> None:
    assert kept_headers([(name, b"opensesame"), (b"Via", b"1.1 peer")]) == (
        Header(name.decode().lower(), ""),
        Header("via", "1.1 peer"),
    )


def test_raw_bytes_lose_the_same() -> None:
    raw = b"HTTP/1.1 401\r\nSET-COOKIE: a=opensesame\r\nWWW-Authenticate:NTLM opensesame\r\nVia:  1.1 peer \r\n\r\nCookie: x\r\n"
    kept = b"HTTP/1.1 401\r\nSET-COOKIE: \r\nWWW-Authenticate: NTLM\r\nVia:  1.1 peer \r\n\r\nCookie: x\r\n"
    assert kept_bytes(raw) == kept


@pytest.mark.parametrize(
    "raw", [b"", b"\x16\x03\x01", b"SSH-2.0-peer\r\n", b"HTTP/1.1 200 OK\nVia: x\n\npage", bytes(range(256))]
)
def test_raw_bytes_without_secrets_are_left_alone(raw: bytes) -> None:
    assert kept_bytes(raw) == raw


def test_echoes_go() -> None:
    assert kept_bytes(b"<p>you said hunter2</p>", [Secret("hunter2")]) == b"<p>you said ***</p>"
    assert kept_bytes(b"<p>abc</p>", [Secret("b"), Secret("")]) == b"<p>abc</p>"
