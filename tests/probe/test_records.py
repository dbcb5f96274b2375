"""What first bytes say by themselves."""

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.probe.records import chosen_version, may_be_tls
from tests.probe.authority import issue


def first_flight(newest: ssl.TLSVersion, groups: str = "") -> bytes:
    """What a server of this machine's `ssl` answers to a hello of the same."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issue("localhost").install(server)
    server.maximum_version = newest
    if groups:
        server.set_ecdh_curve(groups)
    client = ssl.create_default_context()
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        asking.do_handshake()
    answering = server.wrap_bio(to_server, to_client, server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        answering.do_handshake()
    return to_client.read()


def test_chosen_version() -> None:
    assert chosen_version(first_flight(ssl.TLSVersion.TLSv1_2)) == "TLSv1.2"
    assert chosen_version(first_flight(ssl.TLSVersion.TLSv1_3)) == "TLSv1.3"


def test_chosen_version_is_told_by_a_retry_too() -> None:
    assert chosen_version(first_flight(ssl.TLSVersion.TLSv1_3, groups="secp521r1")) == "TLSv1.3"


@given(st.binary(max_size=200))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert chosen_version(raw) in ("", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
    assert chosen_version(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76" + raw) in (
        "",
        "SSLv3",
        "TLSv1",
        "TLSv1.1",
        "TLSv1.2",
        "TLSv1.3",
    )


@pytest.mark.parametrize(
    "raw", [b"", b"\x16", b"\x16\x03", b"\x15\x03\x00\x00\x02", b"\x14\x03\x04", b"\x17\x03\x03", b"\x18\x03\x01"]
)
def test_may_be_tls(raw: bytes) -> None:
    assert may_be_tls(raw)


@pytest.mark.parametrize("raw", [b"H", b"HTTP/1.1", b"\x13\x03", b"\x19\x03", b"\x16\x02", b"SSH-", b"\x00", b"\x80\x2e"])
def test_is_no_tls(raw: bytes) -> None:
    assert not may_be_tls(raw)
