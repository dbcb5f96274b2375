"""TLS on the lab's side: a service inside a handshake that is right or wrong as asked (RFC 8446, RFC 5246).

OpenSSL works on memory, so the bytes on the wire stay in our hands: alerts, staples, silence and cuts alike.
"""

import contextlib
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from OpenSSL import SSL

from diag.lab.authority import IssuedCertificate
from diag.lab.hello import HANDSHAKE_RECORD, hear
from diag.lab.stream import CHUNK, Stream, StreamService, silence

TlsVersion = Literal["1.0", "1.1", "1.2", "1.3"]
Cipher = Literal["any", "chacha20-only"]

_VERSIONS: dict[TlsVersion, int] = {
    "1.0": SSL.TLS1_VERSION,
    "1.1": SSL.TLS1_1_VERSION,
    "1.2": SSL.TLS1_2_VERSION,
    "1.3": SSL.TLS1_3_VERSION,
}
LARGEST_RECORD = 16_384

_ALERTS: dict[str, int] = {
    "unexpected_message": 10,
    "handshake_failure": 40,
    "internal_error": 80,
    "unrecognized_name": 112,
    "no_application_protocol": 120,
}
"""Alert descriptions that a service may send by hand, with their numbers (RFC 8446, 6)."""


@dataclass(frozen=True)
class Terms:
    """On what terms a handshake is made."""

    credential: IssuedCertificate
    oldest: TlsVersion = "1.2"
    newest: TlsVersion = "1.3"
    client_authority: x509.Certificate | None = None
    """Whose client certificates are demanded; None: none is asked for."""
    staple: bytes = b""
    """An OCSP response in DER to staple; empty: none."""
    protocols: tuple[str, ...] = ("http/1.1",)
    """What ALPN may settle on."""
    ciphers: str = ""
    """An OpenSSL cipher list for TLS 1.2 and older; empty: the default, or all where age or weakness asks."""
    weak: bool = False
    """Serve with a key that OpenSSL thinks too small."""


class TlsStream:
    """The plaintext inside a TLS connection, once `handshake` is done."""

    def __init__(self, under: Stream, context: SSL.Context, heard: bytes = b"") -> None:
        self._under = under
        self._tls = SSL.Connection(context, None)
        self._tls.set_accept_state()
        if heard:
            self._tls.bio_write(heard)

    async def handshake(self) -> None:
        """Finish the handshake. Raises SSL.Error after the alert went out, ConnectionError when the peer left."""
        while True:
            try:
                self._tls.do_handshake()
            except SSL.WantReadError:
                await self._flush()
                data = await self._under.receive()
                if not data:
                    raise ConnectionAbortedError("the client left during the handshake") from None
                self._tls.bio_write(data)
            except SSL.Error:
                await self._flush()
                raise
            else:
                await self._flush()
                return

    async def receive(self) -> bytes:
        """Return the next bytes; empty at the end, or when the peer broke the protocol."""
        while True:
            try:
                return self._tls.recv(CHUNK)
            except SSL.WantReadError:
                await self._flush()
            except SSL.Error:
                return b""
            data = await self._under.receive()
            if not data:
                return b""
            self._tls.bio_write(data)

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""
        for start in range(0, len(data), LARGEST_RECORD):
            self._tls.send(data[start : start + LARGEST_RECORD])
        await self._flush()

    async def finish(self) -> None:
        """Send close_notify, then end of the connection below."""
        with contextlib.suppress(SSL.Error):  # a connection that failed has no goodbye to say
            self._tls.shutdown()
        await self._flush()
        await self._under.finish()

    def reset(self) -> None:
        """Send RST below, with no close_notify."""
        self._under.reset()

    async def _flush(self) -> None:
        out = b""
        while True:
            try:
                out += self._tls.bio_read(CHUNK)
            except SSL.WantReadError:
                break
        if out:
            await self._under.send(out)


def over_tls(terms: Terms, service: StreamService) -> StreamService:
    """Return `service` behind a handshake on these terms; a handshake that fails ends with its alert."""
    context = context_for(terms)

    async def guarded(stream: Stream) -> None:
        await _handshake_then(stream, context, service)

    return guarded


def by_name(named: dict[str, StreamService], otherwise: StreamService) -> StreamService:
    """Return one service per server name asked for, each given the bytes already heard; `otherwise` for all the rest."""

    async def sort(stream: Stream) -> None:
        heard = await hear(stream)
        if heard.complete:
            await named.get(heard.server_name, otherwise)(Replayed(stream, heard.raw))

    return sort


def insisting_on(protocol: str, service: StreamService) -> StreamService:
    """Refuse clients whose ALPN offers only other protocols (RFC 7301, 3.2); those that offer none are served."""
    refuse = alert("no_application_protocol")

    async def sort(stream: Stream) -> None:
        heard = await hear(stream)
        fitting = not heard.protocols or protocol in heard.protocols
        if heard.complete:
            await (service if fitting else refuse)(Replayed(stream, heard.raw))

    return sort


def small_hellos_only(service: StreamService, limit: int) -> StreamService:
    """Serve clients whose first message is at most `limit` bytes and meet larger ones with silence, as old boxes do."""

    async def sort(stream: Stream) -> None:
        heard = await hear(stream)
        fitting = heard.complete and len(heard.raw) <= limit
        await (service if fitting else silence)(Replayed(stream, heard.raw))

    return sort


def choosing(suite: int) -> StreamService:
    """Return a service that chooses one cipher suite, by its number, and then says no more; clients without it are refused."""
    hello = b"\x03\x03" + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00"
    message = b"\x02" + len(hello).to_bytes(3, "big") + hello
    record = b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message

    async def service(stream: Stream) -> None:
        heard = await hear(stream)
        if heard.complete:
            await stream.send(record if suite in heard.suites else alert_record("handshake_failure"))

    return service


def alert(name: str) -> StreamService:
    """Hear the ClientHello, then refuse it with a fatal alert of this name, one of ALERTS."""

    async def service(stream: Stream) -> None:
        if (await hear(stream)).complete:
            await stream.send(alert_record(name))

    return service


def alert_record(name: str) -> bytes:
    """Return a fatal alert as it is on the wire before encryption (RFC 8446, 6)."""
    return bytes((21, 3, 3, 0, 2, 2, _ALERTS[name]))


async def cut_after_hello(stream: Stream) -> None:
    """Hear the ClientHello, then reset."""
    await hear(stream)
    stream.reset()


async def part_after_hello(stream: Stream) -> None:
    """Hear the ClientHello, then end with a FIN."""
    await hear(stream)
    await stream.finish()


def context_for(terms: Terms) -> SSL.Context:
    """Return an OpenSSL context that keeps these terms."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_min_proto_version(_VERSIONS[terms.oldest])
    context.set_max_proto_version(_VERSIONS[terms.newest])
    if terms.weak or terms.oldest in ("1.0", "1.1"):
        context.set_cipher_list(b"ALL:@SECLEVEL=0")  # OpenSSL 3 and later keep old versions and weak keys for level 0
    elif terms.ciphers:
        context.set_cipher_list(terms.ciphers.encode())
    context.use_certificate(terms.credential.certificate)
    context.use_privatekey(terms.credential.key)
    for certificate in terms.credential.chain:
        context.add_extra_chain_cert(certificate)
    if terms.client_authority is not None:
        _demand_certificate(context, terms.client_authority)
    if terms.staple:
        context.set_ocsp_server_callback(lambda _connection, _data: terms.staple)
    wanted = [protocol.encode() for protocol in terms.protocols]

    def settle(_connection: SSL.Connection, offered: list[bytes]) -> object:
        return next((each for each in wanted if each in offered), SSL.NO_OVERLAPPING_PROTOCOLS)

    context.set_alpn_select_callback(settle)  # type: ignore[arg-type]
    return context


class Replayed:
    """A stream whose first bytes were already heard and are given again."""

    def __init__(self, under: Stream, heard: bytes) -> None:
        self._under = under
        self._again = heard
        self.send = under.send
        self.finish = under.finish
        self.reset = under.reset

    async def receive(self) -> bytes:
        """Return what was heard, then what follows."""
        again, self._again = self._again, b""
        return again or await self._under.receive()


async def _handshake_then(stream: Stream, context: SSL.Context, service: StreamService) -> None:
    first = await stream.receive()
    if first and first[0] != HANDSHAKE_RECORD:
        await stream.send(alert_record("unexpected_message"))  # versions of OpenSSL differ here; the lab does not
        return
    inside = TlsStream(stream, context, first)
    try:
        await inside.handshake()
    except SSL.Error:
        return  # the alert went out; that was the point
    await service(inside)
    await inside.finish()


def _demand_certificate(context: SSL.Context, authority: x509.Certificate) -> None:
    store = context.get_cert_store()
    assert store is not None
    from OpenSSL.crypto import X509  # the store takes no other form

    store.add_cert(X509.from_cryptography(authority))
    context.add_client_ca(authority)
    context.set_session_id(b"lab")
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda _c, _x, _e, _d, ok: bool(ok))
