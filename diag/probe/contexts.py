"""How we speak TLS: one OpenSSL context for each way that a question may want, built once a run.

Everything that the environment could steer (OPENSSL_CONF) is set by hand, and every callback only writes down: a chain that
does not verify is evidence, and the handshake goes on.
"""

from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct, field
from OpenSSL import SSL, crypto

from diag.model.answer import Alert, Trust, VerifyError
from diag.model.failure import from_alert
from diag.model.observation import Unsupported
from diag.model.question import Handshake
from diag.model.secret import Credential
from diag.probe.client import show
from diag.probe.stores import Roots, fill, find_roots

_VERSIONS = {
    "TLSv1": SSL.TLS1_VERSION,
    "TLSv1.1": SSL.TLS1_1_VERSION,
    "TLSv1.2": SSL.TLS1_2_VERSION,
    "TLSv1.3": SSL.TLS1_3_VERSION,
}
_USUAL = ("TLSv1.2", "TLSv1.3")
_CIPHERS = {"default": b"DEFAULT:@SECLEVEL=2", "wide": b"ALL:COMPLEMENTOFALL:@SECLEVEL=0", "legacy": b"DEFAULT:@SECLEVEL=2"}
_CIPHERS_13 = b"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
VERIFYING_CIPHER = b"ECDHE-RSA-AES128-GCM-SHA256"
_ASKED_FOR_CERTIFICATE = b"SSLv3/TLS read server certificate request"
"""OpenSSL's name for the state after a CertificateRequest, in every version of TLS; the one way to see it in TLS 1.3."""
_GOODBYES = {"close_notify", "user_canceled"}
"""Alerts that end a connection and refuse nothing (RFC 8446, section 6.1)."""


class TlsState(Struct):
    """What one TLS connection has shown so far."""

    verify_errors: dict[VerifyError, None] = field(default_factory=dict)
    verified: bool = False
    """Whether a chain was looked at."""
    depth: int = 0
    """Of the certificate farthest from the leaf that was looked at."""
    path: dict[int, crypto.X509] = field(default_factory=dict)
    """The certificates that were looked at, by depth; kept for those who ask for it by `keeps_path`."""
    keeps_path: bool = False
    alerts: list[Alert] = field(default_factory=list)
    certificate_requested: bool = False
    staple: bytes = b""

    @property
    def refusal(self) -> str:
        """The failure word of the last alert by which the other side refused; empty: it sent none."""
        names = [alert.name for alert in self.alerts if alert.sender == "peer" and alert.name not in _GOODBYES]
        return f"alert:{names[-1]}" if names else ""


class Contexts:
    """The contexts of one run."""

    def __init__(
        self, environment: Mapping[str, str], credentials: Mapping[str, Credential] | None = None, root: str = ""
    ) -> None:
        """`credentials` are the certificates that this client may show, by the files that questions name; `root` stands before
        the usual places of the system's authorities.
        """
        self._environment = environment
        self._root = root
        self._credentials = dict(credentials or {})
        self._built: dict[tuple[object, ...], SSL.Context] = {}
        self._roots: dict[str, Roots] = {}
        self._whole: dict[str, bool] = {}
        self.verified: dict[tuple[SSL.Context, tuple[bytes, ...], bool], Trust] = {}
        """What was said already of a chain, by a context, with the strict rules or without."""

    def for_handshake(self, question: Handshake) -> SSL.Context:
        """Return the context for this question. A store that cannot be read is an empty one: the verification then says so.

        Raises what `watching_context` raises, and Unsupported where the store is one that this machine has not, or where the
        client's certificate is not at hand or of no use to this OpenSSL.
        """
        key = (
            *(question.trust, question.added, question.partial),
            *(question.versions, question.ciphers, question.hello == "small", question.client),
        )
        if key not in self._built:
            context = watching_context(question.versions or _USUAL, _CIPHERS[question.ciphers])
            if question.ciphers in ("wide", "legacy"):
                context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
            if question.hello == "small":
                context.set_tmp_ecdh(ec.SECP256R1())
            self._load(context, question.trust, question.added)
            if self._roots[question.trust].locked:
                raise Unsupported("a key store that cannot be read without its password")
            store = context.get_cert_store()
            if question.partial and store:
                store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
            if credential := self.credential(question):
                show(context, credential)
            self._built[key] = context
        return self._built[key]

    def credential(self, question: Handshake) -> Credential | None:
        """Return what the client has to show in this handshake; None: nothing. Raises Unsupported where it is not at hand."""
        if question.client and question.client not in self._credentials:
            raise Unsupported("the client's certificate is not at hand")
        return self._credentials.get(question.client)

    def for_verification(self, trust: str, added: str, strict: bool, moment: datetime) -> SSL.Context | None:
        """Return a context of TLS 1.2 and `VERIFYING_CIPHER` that holds chains against a store as of the minute of `moment`.

        None: the store that was named cannot be read. Raises Unsupported where it is one that this machine has not.
        """
        minute = moment.replace(second=0, microsecond=0)  # a store takes a time only once, so each minute has one
        key = (trust, added, strict, minute)
        if key not in self._built:
            context = watching_context(("TLSv1.2",), VERIFYING_CIPHER + b":@SECLEVEL=2")
            self._load(context, trust, added)
            store = context.get_cert_store()
            assert store
            store.set_time(minute)
            if strict:
                # Python 3.13 sets both together.
                store.set_flags(crypto.X509StoreFlags.X509_STRICT | crypto.X509StoreFlags.PARTIAL_CHAIN)
            self._built[key] = context
        # Programs take a system's store as it is; a file that somebody names has to be there.
        return self._built[key] if self._whole[trust] or trust == "system" else None

    def roots_of(self, *stores: str) -> tuple[Roots, ...]:
        """Return the authorities of the stores that were read so far, by the names that questions give them."""
        return tuple(self._roots[store] for store in stores if store in self._roots)

    def _load(self, context: SSL.Context, trust: str, added: str) -> None:
        for one in (trust, *([added] if added else [])):
            if one not in self._roots:
                self._roots[one] = find_roots(one, self._environment, self._root)
            self._whole[one] = fill(context, self._roots[one])


def watching_context(versions: tuple[str, ...], ciphers: bytes) -> SSL.Context:
    """Return a client's context with an empty store, whose connections write into the `TlsState` that is their app data.

    Versions in between are on offer too. Raises ValueError for one that is no version, Unsupported for one that this build lacks.
    """
    if unknown := set(versions) - _VERSIONS.keys():
        raise ValueError(f"no TLS version: {sorted(unknown)}")
    numbers = [_VERSIONS[version] for version in versions]
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    try:
        context.set_min_proto_version(min(numbers))
        context.set_max_proto_version(max(numbers))
    except SSL.Error as error:
        raise Unsupported(f"this OpenSSL is built without {versions}") from error
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)  # who is silent holds 34 KB less
    context.set_cipher_list(ciphers)
    context.set_tls13_ciphersuites(_CIPHERS_13)
    context.set_verify(SSL.VERIFY_PEER, _note_verification)
    context.set_info_callback(_note_progress)
    context.set_ocsp_client_callback(_note_staple)
    return context


def _note_verification(connection: SSL.Connection, certificate: crypto.X509, code: int, depth: int, _: int) -> bool:
    sight: TlsState = connection.get_app_data()
    sight.verified = True
    if sight.keeps_path:
        sight.path[depth] = certificate
    sight.depth = max(sight.depth, depth)
    if code:
        sight.verify_errors[VerifyError(code, depth)] = None
    return True


def _note_progress(connection: SSL.Connection, where: int, value: int) -> None:
    if where & SSL.SSL_CB_ALERT:
        sender = "peer" if where & SSL.SSL_CB_READ else "us"
        sight: TlsState = connection.get_app_data()
        sight.alerts.append(Alert(sender, value >> 8, from_alert(value & 0xFF).removeprefix("alert:")))
    elif where & SSL.SSL_CB_LOOP and connection.get_state_string() == _ASKED_FOR_CERTIFICATE:
        connection.get_app_data().certificate_requested = True


def _note_staple(connection: SSL.Connection, staple: bytes, _: object) -> bool:
    sight: TlsState = connection.get_app_data()
    sight.staple = staple
    return True
