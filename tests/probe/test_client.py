"""A client's certificate: shown only where it is asked for, refused in the handshake or after it, and its key nowhere."""

import contextlib
import socket
import ssl
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import SSL

from diag.lab.authority import IssuedCertificate as LabCredential
from diag.lab.tls import Terms, TlsVersion, context_for
from diag.model.address import Authority
from diag.model.observation import Unsupported
from diag.model.question import Connect, Exchange, Handshake, Hold
from diag.model.secret import Credential as Shown
from tests.probe.asking import ask
from tests.probe.authority import DAY, Credential, issue
from tests.probe.peers import HELLO, Serve, http, linger, peer, secured

ROOT = issue("Test Root", authority=True)
GOOD = issue("localhost", ROOT)
CLIENTS = issue("Clients' Root", authority=True)
OTHERS = issue("Others' Root", authority=True)
CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
CLIENT = issue("client", CLIENTS, purpose=CLIENT_AUTH)
STRANGER = issue("client", OTHERS, purpose=CLIENT_AUTH)
EXPIRED = issue("client", CLIENTS, purpose=CLIENT_AUTH, valid=(-9 * DAY, -DAY))
FOR_SERVERS = issue("client", CLIENTS)
BORROWED = issue("client", issue("Clients' root", authority=True), purpose=CLIENT_AUTH)
"""Issued by an authority that calls itself by the accepted one's name, in other capitals."""
FILE = "/somewhere/client.pem"
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def to_show(credential: Credential) -> Shown:
    pem = credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Shown((credential.der, *(one.public_bytes(Encoding.DER) for one in credential.sent_along)), pem)


def naming(newest: ssl.TLSVersion) -> Serve:
    """A server that demands a certificate and names the authorities that it accepts, as the standard library's cannot."""
    version: TlsVersion = "1.2" if newest == ssl.TLSVersion.TLSv1_2 else "1.3"
    terms = Terms(LabCredential(GOOD.certificate, GOOD.key), newest=version, client_authority=CLIENTS.certificate)
    context = context_for(terms)

    def serve(connection: socket.socket) -> None:
        connection.settimeout(None)
        tls = SSL.Connection(context, connection)
        tls.set_accept_state()
        with contextlib.suppress(SSL.Error):
            tls.do_handshake()
            tls.recv(65_536)
            tls.sendall(HELLO)

    return serve


def met(
    newest: ssl.TLSVersion,
    credential: Credential | None,
    *,
    demanded: bool = True,
    named: bool = False,
    then: str = "exchange",
) -> Any:
    """The session with a server that demands a certificate of `CLIENTS`, and what came of the next question."""
    inside = http() if then == "exchange" else linger
    asking = naming(newest) if named else secured(inside, GOOD, newest=newest, client_authority=CLIENTS)
    serve = asking if demanded else secured(inside, GOOD, newest=newest)
    with peer(serve) as service:
        question = Handshake(Connect(service.address), "localhost", client=FILE if credential else "")
        after = Exchange(question, Authority("localhost", 443)) if then == "exchange" else Hold(question, 0.3)
        return ask(question, after, credentials={FILE: to_show(credential)} if credential else {})


@pytest.mark.parametrize("newest", VERSIONS)
def test_a_certificate_that_is_accepted_opens_the_way(newest: ssl.TLSVersion) -> None:
    session, reply = met(newest, CLIENT, named=True)
    assert (session.finished, session.certificate_requested, reply.status) == (True, True, 200)
    assert session.authorities == ("CN=Clients' Root",)
    assert (session.client.for_clients, session.client.issuer_named) == (True, True)
    assert session.client.not_after == CLIENT.certificate.not_valid_after_utc


@pytest.mark.parametrize("newest", VERSIONS)
def test_nothing_is_shown_that_is_not_asked_for(newest: ssl.TLSVersion) -> None:
    session, reply = met(newest, CLIENT, demanded=False)
    assert (session.finished, session.certificate_requested, reply.status) == (True, False, 200)
    assert session.authorities == ()
    assert session.client is not None


@pytest.mark.parametrize(
    ("credential", "alert", "for_clients", "issuer_named"),
    [
        (STRANGER, "alert:unknown_ca", True, False),
        (EXPIRED, "alert:certificate_expired", True, True),
        (FOR_SERVERS, "alert:unsupported_certificate", False, True),
        (BORROWED, "alert:decrypt_error", True, True),
    ],
)
@pytest.mark.parametrize("newest", VERSIONS)
def test_a_refusal_comes_in_the_handshake_or_with_the_answer(
    newest: ssl.TLSVersion, credential: Credential, alert: str, for_clients: bool, issuer_named: bool
) -> None:
    session, *rest = met(newest, credential, named=True)
    if newest == ssl.TLSVersion.TLSv1_2:
        assert session.failure == alert
    else:
        assert (session.finished, rest[0].failure) == (True, alert)
    assert (session.client.for_clients, session.client.issuer_named) == (for_clients, issuer_named)


@pytest.mark.parametrize(("credential", "alert"), [(None, "alert:certificate_required"), (STRANGER, "alert:unknown_ca")])
def test_waiting_brings_the_word_where_nothing_else_is_asked(credential: Credential | None, alert: str) -> None:
    session, held = met(ssl.TLSVersion.TLSv1_3, credential, then="hold")
    assert session.finished
    assert (held.failure, held.lived < 0.3) == (alert, True)


def test_waiting_where_all_is_well_brings_nothing() -> None:
    _, held = met(ssl.TLSVersion.TLSv1_3, CLIENT, then="hold")
    assert held.failure == ""


def test_an_intermediate_of_ones_own_is_sent_along() -> None:
    middle = issue("Clients' Intermediate", CLIENTS, authority=True)
    credential = issue("client", middle, purpose=CLIENT_AUTH, sent_along=(middle,))
    session, reply = met(ssl.TLSVersion.TLSv1_3, credential, named=True)
    assert (session.client.issuer_named, reply.status) == (True, 200)


def test_a_certificate_that_is_not_at_hand_is_not_silently_left_out() -> None:
    with peer(linger) as service, pytest.raises(Unsupported):
        ask(Handshake(Connect(service.address), "localhost", client=FILE))


def test_a_key_that_openssl_thinks_too_weak_is_told_without_a_word_of_it() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    weak = rsa.generate_private_key(65537, 1024)
    like = CLIENT.certificate
    made = (
        x509.CertificateBuilder(like.issuer, like.subject, weak.public_key(), 7)
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
        .sign(CLIENTS.key, hashes.SHA256())
    )
    with peer(linger) as service, pytest.raises(Unsupported) as told:
        ask(
            Handshake(Connect(service.address), "localhost", client=FILE),
            credentials={FILE: to_show(Credential(made, weak))},  # type: ignore[arg-type]
        )
    assert "PRIVATE" not in str(told.value)


def test_the_key_is_nowhere_in_the_evidence_and_has_no_text() -> None:
    shown = to_show(CLIENT)
    for answer in met(ssl.TLSVersion.TLSv1_3, CLIENT):
        assert b"client" not in msgspec.json.encode(answer).replace(b'"client"', b"")
    assert "PRIVATE" not in f"{shown} {shown!r}"
    with pytest.raises(TypeError):
        msgspec.json.encode(shown)
