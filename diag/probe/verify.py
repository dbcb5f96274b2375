"""Would this store accept the chain that a handshake presented, with what was fetched since? Nothing is sent.

The chain is shown to a TLS client of ours once more, in memory: a ServerHello and a Certificate message written by hand
(RFC 5246, section 7.4) are all it takes for OpenSSL to verify, with the rules for servers and with every complaint, exactly as in
the handshake itself. Verifying by the store alone would tell only the first.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping

from cryptography import x509
from OpenSSL import SSL

from diag.model.answer import HttpReply, Session, Trust
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Question, Verify
from diag.model.wire.certificate_der import public_key_of
from diag.model.wire.chain import NO_ISSUER, SELF_SIGNED_ABOVE, UNTRUSTED
from diag.model.wire.unreadable import guarded_as
from diag.probe.contexts import Contexts, TlsState
from diag.probe.critical_extensions import wrongly_marked
from diag.probe.namesakes import denying_itself, namesakes
from diag.probe.stores import Roots

_CIPHER = b"\xc0\x2f"
"""The number of `VERIFYING_CIPHER`; whether the key is of its kind is looked at only after the chain."""
_SECURE_RENEGOTIATION = b"\xff\x01\x00\x01\x00"
"""An empty renegotiation_info (RFC 5746), without which OpenSSL stops before the certificates."""
_LARGEST_RECORD = 16_384
_MISSED = NO_ISSUER | {SELF_SIGNED_ABOVE}
"""The store holds no issuer that fits, or not the root that was sent: it may hold one of that name."""
_NO_CHAIN = Trust(failure=Failure.MALFORMED)


def verify(question: Verify, known: Mapping[Question, Observation], contexts: Contexts) -> Trust:
    """Return what the store says of the chain, as of the minute in which it was presented.

    MALFORMED: there is no chain, or OpenSSL cannot read it. STORE_UNREADABLE: the store that was named cannot be read. Raises
    Unsupported where it is one that this machine has not.
    """
    presented = known[question.presented]
    chain = presented.answer.chain if isinstance(presented.answer, Session) else ()
    chain = tuple(chain[place] for place in question.only) if question.only else chain
    context = contexts.for_verification(question.trust, question.added, question.strict, presented.began)
    if not context:
        return Trust(failure=Failure.STORE_UNREADABLE)
    shown = (*chain, *_fetched(question, known))
    key = (context, shown, question.strict)  # many endpoints of one provider present the same chain
    if key not in contexts.verified:
        stores = contexts.roots_of(question.trust, question.added)
        contexts.verified[key] = _held_against(context, shown, stores, question.strict) if chain else _NO_CHAIN
    return contexts.verified[key]


def _held_against(context: SSL.Context, chain: tuple[bytes, ...], stores: tuple[Roots, ...], strict: bool) -> Trust:
    sight = TlsState(keeps_path=True)
    if not _show(context, chain, sight):
        return _NO_CHAIN
    marks = wrongly_marked(sight.path) if strict else ()
    errors = tuple(dict.fromkeys((*sight.verify_errors, *marks)))
    found = not any(error.code in UNTRUSTED for error in errors)
    missed = any(error.code in _MISSED for error in errors)
    top = sight.path[sight.depth]
    return Trust(
        verify_errors=errors,
        path=0 if errors else sight.depth + 1,
        root=_key_of(sight) if found else "",
        namesakes=namesakes(top, stores) if missed else denying_itself(top) if found and strict else (),
    )


@guarded_as("")
def _key_of(sight: TlsState) -> str:
    """SHA-256 of the public key of the certificate at which the path ended."""
    top = sight.path[sight.depth].to_cryptography()
    return hashlib.sha256(public_key_of(top.tbs_certificate_bytes)).hexdigest()


def _show(context: SSL.Context, chain: tuple[bytes, ...], sight: TlsState) -> bool:
    """Have a client of `context` look at `chain`. False: it could not read it."""
    client = SSL.Connection(context, None)
    client.set_app_data(sight)
    client.set_connect_state()
    with contextlib.suppress(SSL.WantReadError):
        client.do_handshake()
    client.bio_write(_flight(chain))
    with contextlib.suppress(SSL.Error):  # it waits for more, or has had enough: it has looked by then
        client.do_handshake()
    return sight.verified


def _flight(chain: tuple[bytes, ...]) -> bytes:
    """A server's first messages in TLS 1.2, as records."""
    hello = b"\x03\x03" + bytes(32) + b"\x00" + _CIPHER + b"\x00" + _sized(_SECURE_RENEGOTIATION, 2)
    certificates = _sized(b"".join(_sized(der, 3) for der in chain), 3)
    messages = b"\x02" + _sized(hello, 3) + b"\x0b" + _sized(certificates, 3)
    pieces = (messages[at : at + _LARGEST_RECORD] for at in range(0, len(messages), _LARGEST_RECORD))
    return b"".join(b"\x16\x03\x03" + _sized(piece, 2) for piece in pieces)


def _sized(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _fetched(question: Verify, known: Mapping[Question, Observation]) -> Iterator[bytes]:
    for exchange in question.fetched:
        observation = known.get(exchange)
        if observation and isinstance(observation.answer, HttpReply):
            yield from certificates_in(observation.answer.body)


@guarded_as(())
def certificates_in(body: bytes) -> tuple[bytes, ...]:
    """Return the certificates that a fetched body holds, as DER: one in DER, any number in PEM or PKCS #7 (RFC 5280, section
    4.2.2.1).

    Empty where it holds none, such as a page.
    """
    from cryptography.hazmat.primitives.serialization import pkcs7  # only for what was fetched: it needs much else

    readers: tuple[Callable[[bytes], list[x509.Certificate]], ...] = (
        lambda body: [x509.load_der_x509_certificate(body)],
        x509.load_pem_x509_certificates,
        pkcs7.load_der_pkcs7_certificates,
        pkcs7.load_pem_pkcs7_certificates,
    )
    return next((found for read in readers if (found := _each(read, body))), ())


@guarded_as(())
def _each(read: Callable[[bytes], list[x509.Certificate]], body: bytes) -> tuple[bytes, ...]:
    from cryptography.hazmat.primitives.serialization import Encoding

    return tuple(certificate.public_bytes(Encoding.DER) for certificate in read(body))
