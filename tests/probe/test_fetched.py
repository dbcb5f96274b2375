"""What of a fetched body is kept: what was wanted, and nothing that a stranger wrote around it."""

import ssl

import pytest

from diag.model.answer import HttpReply
from diag.probe.fetched import only
from tests.checks.authorities import INTERMEDIATE, ROOT


def pem(*ders: bytes) -> bytes:
    return b"".join(ssl.DER_cert_to_PEM_cert(der).encode() for der in ders)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (ROOT, ROOT),
        (b"Our root:\n" + pem(ROOT) + b"Call 555-0100.\n", ROOT),
        (pem(ROOT, INTERMEDIATE), pem(ROOT, INTERMEDIATE)),
        (b"<html>Please log in.</html>", b""),
    ],
)
def test_certificates_are_kept_and_nothing_beside_them(body: bytes, kept: bytes) -> None:
    reply = only(HttpReply(status=200, reason="Fine", body=body), "certificate")
    assert (reply.body, reply.reason, reply.first_bytes) == (kept, "", b"")
    assert (reply.withheld is None) is bool(kept)


def test_of_an_answer_that_is_no_success_nothing_is_kept() -> None:
    reply = only(HttpReply(status=404, body=ROOT), "certificate")
    assert reply.body == b""
    assert reply.withheld
    assert reply.withheld.size == len(ROOT)
