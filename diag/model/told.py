"""What a program said of a failed connection, as far as it is kept: a word of a list, a code, an endpoint. Never its text."""

from enum import StrEnum

from msgspec import Struct

from diag.model.privacy import HostName, Moment, PublicNumber, PublicText


class ErrorClass(StrEnum):
    """What a message says went wrong. `diag/knowledge/messages/causes.toml` names the causes that fit each."""

    NAME_NOT_FOUND = "name_not_found"
    NO_ADDRESS = "no_address"
    LOOKUP_FAILED = "lookup_failed"
    LOOKUP_TIMED_OUT = "lookup_timed_out"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMED_OUT = "connect_timed_out"
    RESET = "reset"
    SERVICE_UNREACHABLE = "service_unreachable"
    """A driver's word for any of those before and after."""
    PROXY_NAME_NOT_FOUND = "proxy_name_not_found"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_ADDRESS_UNUSABLE = "proxy_address_unusable"
    PROXY_LOGIN_WANTED = "proxy_login_wanted"
    PROXY_REFUSED = "proxy_refused"
    PROXY_CANNOT_REACH = "proxy_cannot_reach"
    PROXY_ABORTED = "proxy_aborted"
    NOT_TLS = "not_tls"
    TLS_NOT_OFFERED = "tls_not_offered"
    HANDSHAKE_REFUSED = "handshake_refused"
    HANDSHAKE_CUT = "handshake_cut"
    HANDSHAKE_SILENT = "handshake_silent"
    VERSION_REFUSED = "version_refused"
    NO_CIPHER = "no_cipher"
    NAME_UNRECOGNIZED = "name_unrecognized"
    LEGACY_RENEGOTIATION = "legacy_renegotiation"
    WEAK_KEY_EXCHANGE = "weak_key_exchange"
    TLS_DAMAGED = "tls_damaged"
    UNTRUSTED = "untrusted"
    SELF_SIGNED = "self_signed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NAME_MISMATCH = "name_mismatch"
    REVOKED = "revoked"
    REVOCATION_UNCHECKED = "revocation_unchecked"
    WEAK_CERTIFICATE = "weak_certificate"
    STRICT_RULES = "strict_rules"
    CERTIFICATE_INVALID = "certificate_invalid"
    """Refused, and not said why."""
    CLIENT_CERTIFICATE_WANTED = "client_certificate_wanted"
    CLIENT_CERTIFICATE_REFUSED = "client_certificate_refused"
    TRUST_FILE_UNUSABLE = "trust_file_unusable"
    NO_ANSWER = "no_answer"
    ANSWER_TIMED_OUT = "answer_timed_out"
    ANSWER_CUT = "answer_cut"
    TOO_SLOW = "too_slow"
    HTTP_FORBIDDEN = "http_forbidden"
    HTTP_SERVER_ERROR = "http_server_error"
    HTTP_GATEWAY = "http_gateway"
    RATE_LIMITED = "rate_limited"
    POLICY_DENIED = "policy_denied"
    ACCOUNT_UNKNOWN = "account_unknown"
    LOGIN_WRONG = "login_wrong"
    DESCRIPTORS_EXHAUSTED = "descriptors_exhausted"
    PORTS_EXHAUSTED = "ports_exhausted"
    LOCAL_SOCKET = "local_socket"
    """A socket that is a file (AF_UNIX), or a named pipe: no matter of the network."""


GENERAL = frozenset({ErrorClass.SERVICE_UNREACHABLE, ErrorClass.CERTIFICATE_INVALID})
"""Words that say less than others that stand beside them."""


class ToldError(Struct, frozen=True, omit_defaults=True):
    """One error that a program reported, however often."""

    error: PublicText
    """A word of `ErrorClass`."""
    program: PublicText
    """Whose words they are, as people call it."""
    code: PublicText = ""
    """The number or name that stands in the pattern; empty: it has none."""
    host: HostName = ""
    """Whom it is about; empty: the text around it names nobody."""
    port: PublicNumber = 0
    times: PublicNumber = 1
    first: Moment | None = None
    """When it was reported first; None: no moment with a time zone stands beside it."""
    last: Moment | None = None
