"""Plain words for the closed lists of the model: what failed, how far it got, who can fix it, how sure that is.

Every word of a list has its phrase here, and a test holds that. A word of a newer version is shown as it is.
"""

from diag.language import PhraseTable, said
from diag.model.diagnosis import Cause, Outcome
from diag.model.endpoint_view import Stage
from diag.model.failure import Failure
from diag.model.observation import FaultKind
from diag.model.route import RouteReason, SettingPlace
from diag.model.script import Flaw
from diag.model.socks import SocksRefusal
from diag.model.text import clean
from diag.model.upgrade import UpgradeRefusal
from diag.model.verdict import Because, Confidence, Owner, Status

FAILURES: PhraseTable[str] = PhraseTable(
    "failures",
    {
        Failure.NAME_NOT_FOUND: "the name does not exist",
        Failure.NO_DATA: "the name exists, but has no address",
        Failure.SERVER_FAILURE: "the resolver could not find out (SERVFAIL)",
        Failure.QUERY_REFUSED: "the resolver refused the question (REFUSED)",
        Failure.RCODE_OTHER: "the resolver answered with an error",
        Failure.LOOKUP_FAILED: "the system's name lookup failed",
        Failure.TIMED_OUT: "no reply came in time",
        Failure.REFUSED: "the connection was refused",
        Failure.RESET: "the connection was reset",
        Failure.CUT: "the connection was closed before an answer came",
        Failure.UNREACHABLE: "a router or this computer reports that the host cannot be reached",
        Failure.NO_ROUTE: "there is no route to that network from here",
        Failure.PROHIBITED: "a firewall or router forbids it",
        Failure.NOT_PERMITTED: "this computer itself blocks it",
        Failure.BLACKHOLED: "a route on this computer discards it (blackhole)",
        Failure.ADDRESS_NOT_AVAILABLE: "this computer has no free address or port left to connect from",
        Failure.DESCRIPTORS_EXHAUSTED: "this computer can open no more files or connections",
        Failure.TUNNEL_REFUSED: "the proxy did not connect",
        Failure.UPGRADE_REFUSED: "the server did not start TLS (encryption)",
        Failure.NOT_TLS: "the reply is not TLS (encryption)",
        Failure.TLS_BROKEN: "the TLS (encryption) data of the reply is broken",
        Failure.MALFORMED: "the reply breaks the rules of its protocol",
        Failure.TOO_LONG: "the reply is longer than diag reads",
        Failure.STORE_UNREADABLE: "the trust store cannot be read",
        Failure.NOT_SUPPORTED: "this computer cannot do that",
        Failure.OTHER: "the system reported an error that diag has no word for",
    },
)
"""What went wrong, as a clause: `<where>: <clause>`."""

REFUSAL_WORDS: PhraseTable[str] = PhraseTable(
    "socks_refusals",
    {
        SocksRefusal.LOGIN_REQUIRED: "it wants a login",
        SocksRefusal.LOGIN_KIND: "it wants a login other than a password",
        SocksRefusal.LOGIN_REJECTED: "it does not accept the login",
        SocksRefusal.FAILED: "it failed without a reason",
        SocksRefusal.FORBIDDEN: "its rules do not allow it",
        SocksRefusal.NETWORK_UNREACHABLE: "it has no route to that network",
        SocksRefusal.HOST_UNREACHABLE: "it cannot reach the host, or finds no address for it",
        SocksRefusal.CONNECTION_REFUSED: "the service refused its connection",
        SocksRefusal.EXPIRED: "it got no answer from the service",
        SocksRefusal.NOT_SUPPORTED: "it does not support that kind of request",
        SocksRefusal.OTHER: "it gave a reason that no standard defines",
    },
)
"""What a SOCKS proxy says no with, as a clause."""

SCRIPT_FLAWS: PhraseTable[str] = PhraseTable(
    "script_flaws",
    {
        Flaw.STATUS: "its server does not have it",
        Flaw.UNTRUSTED: "its server's certificate is not trusted",
        Flaw.MOVED_TOO_OFTEN: "its server redirects too often",
        Flaw.MISSING: "there is no such file, or it may not be read",
        Flaw.EMPTY: "it is empty",
        Flaw.PAGE: "it is a web page instead of a script",
        Flaw.TOO_LARGE: "it is too large, or needs too much memory",
        Flaw.SYNTAX: "it is not valid JavaScript",
        Flaw.NO_FUNCTION: "it has no function FindProxyForURL",
        Flaw.THREW: "it fails with an error",
        Flaw.TOO_SLOW: "it takes too long",
        Flaw.TOO_DEEP: "it calls itself endlessly",
        Flaw.TOO_MANY_NAMES: "it looks up too many names",
        Flaw.CRASHED: "the engine that runs it crashed",
        Flaw.GIVEN_UP: "it used up its time with other endpoints",
        Flaw.NOT_TEXT: "it returns something other than text",
        Flaw.NONSENSE: "it returns a text that names no route",
        Flaw.KEYWORD_AS_HOST: "it names a word such as DIRECT as the proxy's host",
    },
)
"""What is wrong with a proxy script, as a clause about it."""

UPGRADE_REFUSALS: PhraseTable[str] = PhraseTable(
    "upgrade_refusals",
    {
        UpgradeRefusal.NOT_OFFERED: "it does not offer TLS",
        UpgradeRefusal.OVERWRITTEN: "the offer was overwritten with the letter X",
        UpgradeRefusal.REFUSED: "it offers TLS, but refused when asked",
        UpgradeRefusal.TURNED_AWAY: "it does not serve this computer",
        UpgradeRefusal.SURPLUS: "it agreed, but continued unencrypted",
    },
)
"""Why a server did not go over to TLS, as a clause."""

ALERT_WORDS: PhraseTable[str] = PhraseTable(
    "alerts",
    {
        "close_notify": "ended the connection",
        "unexpected_message": "did not expect that message",
        "bad_record_mac": "received damaged data",
        "decryption_failed": "could not decrypt the data",
        "record_overflow": "received a record that was too long",
        "decompression_failure": "could not unpack the data",
        "handshake_failure": "found no settings that both sides support",
        "no_certificate": "received no certificate from this computer",
        "bad_certificate": "did not accept the certificate it was shown",
        "unsupported_certificate": "does not support the kind of certificate it was shown",
        "certificate_revoked": "says that the certificate it was shown has been revoked",
        "certificate_expired": "says that the certificate it was shown has expired",
        "certificate_unknown": "could not accept the certificate it was shown",
        "illegal_parameter": "received a setting that is not allowed",
        "unknown_ca": "does not know who issued the certificate it was shown",
        "access_denied": "denied access",
        "decode_error": "could not read a message",
        "decrypt_error": "could not verify a signature or a key",
        "export_restriction": "met an export restriction",
        "protocol_version": "does not support the TLS version on offer",
        "insufficient_security": "asks for stronger encryption than was on offer",
        "internal_error": "had an error of its own",
        "inappropriate_fallback": "refused a fall-back to an older TLS version",
        "user_canceled": "cancelled",
        "no_renegotiation": "does not renegotiate",
        "missing_extension": "misses an extension",
        "unsupported_extension": "received an extension it does not support",
        "certificate_unobtainable": "could not fetch a certificate",
        "unrecognized_name": "does not know the name that was asked for",
        "bad_certificate_status_response": "did not accept the proof that the certificate is not revoked",
        "bad_certificate_hash_value": "found that a certificate does not match its hash",
        "unknown_psk_identity": "does not know the shared key",
        "certificate_required": "wants a certificate from this computer (client certificate)",
        "no_application_protocol": "speaks none of the protocols on offer (ALPN)",
        "ech_required": "asks for an encrypted greeting (ECH)",
    },
)
"""What the other side says with a TLS alert (RFC 8446, section 6.2): `the other side <words>`."""

STAGES: PhraseTable[Stage] = PhraseTable(
    "stages",
    {
        Stage.START: "the start",
        Stage.LOOKUP: "the name lookup (DNS)",
        Stage.CONNECT: "the connection (TCP)",
        Stage.TUNNEL: "the proxy",
        Stage.UPGRADE: "the start of TLS (STARTTLS)",
        Stage.HANDSHAKE: "the TLS handshake",
        Stage.EXCHANGE: "the answer (HTTP)",
    },
)
"""The places where a way may end."""

KEY_USAGES: PhraseTable[str] = PhraseTable(
    "key_usages",
    {
        "digitalSignature": "digital signature",
        "contentCommitment": "content commitment",
        "keyEncipherment": "key encipherment",
        "dataEncipherment": "data encipherment",
        "keyAgreement": "key agreement",
        "keyCertSign": "signing certificates",
        "cRLSign": "signing revocation lists",
    },
)
"""What the key of a certificate may do (RFC 5280, section 4.2.1.3)."""

KEY_PURPOSES: PhraseTable[str] = PhraseTable(
    "key_purposes",
    {
        "serverAuth": "TLS servers",
        "clientAuth": "TLS clients",
        "codeSigning": "signing programs",
        "emailProtection": "e-mail",
        "timeStamping": "time stamps",
        "OCSPSigning": "OCSP answers",
        "anyExtendedKeyUsage": "any purpose",
        "other": "another purpose",
    },
)
"""Whom a certificate is for (RFC 5280, section 4.2.1.12)."""

PHASES: PhraseTable[str] = PhraseTable(
    "phases",
    {
        "lookup": "name",
        "connect": "connect",
        "tunnel": "proxy",
        "upgrade": "STARTTLS",
        "handshake": "TLS",
        "exchange": "answer",
    },
)
"""The stages of a walk in one short word each, for lists of times."""

SCOPES: PhraseTable[str] = PhraseTable(
    "scopes", {"own": "this computer", "private": "a private address", "public": "a public address"}
)
"""What kind of address it is."""

UNDER_WAY: PhraseTable[Stage] = PhraseTable(
    "under_way",
    {
        Stage.START: "starting",
        Stage.LOOKUP: "looking up the name",
        Stage.CONNECT: "connecting",
        Stage.TUNNEL: "asking the proxy",
        Stage.UPGRADE: "asking for TLS",
        Stage.HANDSHAKE: "setting up TLS",
        Stage.EXCHANGE: "waiting for the answer",
    },
)
"""What happens next, for the progress line."""

FAMILY_NAMES: PhraseTable[str] = PhraseTable(
    "family_names",
    {
        "machine": "This computer",
        "dns": "Names (DNS)",
        "network": "The network",
        "proxy": "The proxy",
        "privatelink": "Private endpoints",
        "tls": "Encryption (TLS)",
        "http": "The service's answers (HTTP)",
    },
)
"""The families of causes, as headings."""

OWNERS: PhraseTable[Owner] = PhraseTable(
    "owners",
    {
        Owner.MACHINE: "the administrator of this computer",
        Owner.NETWORK: "your network team (firewalls, routes)",
        Owner.DNS: "your DNS team (resolvers)",
        Owner.PROXY: "your proxy team",
        Owner.CLOUD: "your cloud administrator",
        Owner.SERVICE: "the provider of the service",
        Owner.SECURITY: "your security team (certificate authorities, TLS inspection)",
    },
)

CLOUD_NAMES = {"aws": "Amazon Web Services", "azure": "Microsoft Azure", "google": "Google Cloud"}
"""The clouds, by the words of the fact `cloud`."""
CLOUD_WORDS = {"AWS": "aws", "Azure": "azure", "Google Cloud": "google"}
"""The same, by what the fact `on_cloud` calls them."""

CONFIDENCE: PhraseTable[Confidence] = PhraseTable(
    "confidence",
    {
        Confidence.CERTAIN: "certain: nothing else fits what was seen",
        Confidence.LIKELY: "likely: something rarer could look the same",
        Confidence.POSSIBLE: "possible: something else can look the same",
    },
)

OUTCOME_WORDS: PhraseTable[Outcome] = PhraseTable(
    "outcomes",
    {Outcome.OK: "ok", Outcome.WARNING: "warning", Outcome.PROBLEM: "problem", Outcome.UNKNOWN: "unknown"},
)
STATUS_WORDS: PhraseTable[str] = PhraseTable(
    "outcomes", {Status.PROBLEM: "problem", Status.WARNING: "warning", Status.UNKNOWN: "unknown"}
)
OUTCOMES: dict[Outcome, tuple[str, str, str]] = {
    Outcome.OK: ("\u2713", "+", "green"),
    Outcome.WARNING: ("!", "!", "yellow"),
    Outcome.PROBLEM: ("\u2717", "x", "red"),
    Outcome.UNKNOWN: ("?", "?", "magenta"),
}
"""Glyph, the same in ASCII, colour. Never the colour alone."""

_STATUSES: PhraseTable[Status] = PhraseTable(
    "statuses",
    {
        Status.PROBLEM: "found, and it breaks something",
        Status.WARNING: "found, but nothing failed because of it",
        Status.OK: "not found",
        Status.UNKNOWN: "could not be decided",
        Status.NOT_APPLICABLE: "does not apply here",
    },
)

BECAUSE: PhraseTable[Because] = PhraseTable(
    "because",
    {
        Because.NOT_REACHED: "the connection ended before the step that would show it",
        Because.NOT_LOOKED: "this run did not test it",
        Because.NO_ANSWER: "diag got no answer: time ran out, or this computer cannot test it",
        Because.UNDECIDED: "what was seen fits it and other things as well",
        Because.CHECK_BROKEN: "a fault in diag itself",
    },
)

FAULT_WORDS: PhraseTable[FaultKind] = PhraseTable(
    "faults",
    {
        FaultKind.DEADLINE: "the time limit of the run was reached",
        FaultKind.INTERRUPTED: "the run was stopped",
        FaultKind.BROKEN: "a fault in diag itself, not in your network",
        FaultKind.UNSUPPORTED: "this computer cannot test it",
    },
)

ROUTE_REASONS: PhraseTable[RouteReason] = PhraseTable(
    "route_reasons",
    {
        RouteReason.NOTHING_SET: "no proxy is set",
        RouteReason.OPTION: "the command line says so",
        RouteReason.EXPECTED: "the endpoint list says so",
        RouteReason.VARIABLE: "an environment variable says so",
        RouteReason.SETTING: "the system's settings say so",
        RouteReason.BYPASSED: "an exception to the proxy covers it",
        RouteReason.SCRIPT: "the proxy script says so",
        RouteReason.SCRIPT_FAILED: "the proxy script does not work, and browsers then go direct",
        RouteReason.SCRIPT_UNTRIED: "a proxy script decides, and it could not be tried here: the direct way was looked at",
        RouteReason.NOTHING_DETECTED: "no proxy script was found by DNS; DHCP was not asked",
        RouteReason.OWN_MACHINE: "it is this computer itself",
    },
)

SETTING_PLACES: PhraseTable[str] = PhraseTable(
    "setting_places",
    {
        SettingPlace.GNOME: "the GNOME settings",
        SettingPlace.MACOS: "the macOS network settings",
        SettingPlace.WINDOWS_POLICY: "a Windows policy",
        SettingPlace.WINDOWS_USER: "the Windows user settings",
        SettingPlace.WINDOWS_MACHINE: "the WinHTTP settings",
        SettingPlace.ENVIRONMENT_FILE: "/etc/environment",
        SettingPlace.GIT: "git's settings (http.proxy)",
        SettingPlace.DOCKER: "Docker's settings (config.json)",
    },
)
"""Where a proxy is written down beside the environment."""


def whose_else(cause: Cause) -> str:
    """Return for whom else a cause may be, as the end of a sentence; empty: for nobody else."""
    others = said(" or ", "between two teams").join(OWNERS[owner] for owner in cause.perhaps if owner is not cause.owner)
    return said("it may also be {others}", others=others) if others else ""


def failure_words(word: str) -> str:
    """Return the phrase for a word of `diag.model.failure`, alerts included; another version's word comes back cleaned,
    as it is.
    """
    if word in FAILURES:
        return FAILURES[word]
    kind, _, name = word.partition(":")
    if kind == "alert":
        if name in ALERT_WORDS:
            return said("the other side {did} (TLS alert {name})", did=ALERT_WORDS[name], name=name)
        return said("the other side ended with TLS alert {name}", name=clean(name, 40))
    return clean(word, 60)


def refusal_words(word: str) -> str:
    """Return the phrase for a word of `diag.model.socks`; another version's word comes back cleaned, as it is."""
    return REFUSAL_WORDS.get(word) or clean(word, 60)


def script_words(word: str) -> str:
    """Return what is wrong with a proxy script, whether it is the script's own fault or that of the way to it."""
    return SCRIPT_FLAWS.get(word) or failure_words(word)


def upgrade_words(word: str) -> str:
    """Return the phrase for a refusal of `diag.model.upgrade`; another version's word comes back cleaned, as it is."""
    return UPGRADE_REFUSALS.get(word) or clean(word, 60)


def ended_words(stage: Stage, arrived: bool, failed: bool = True) -> str:
    """Return how far the way to an endpoint went, in a few words. `failed` False: nothing failed there, nobody looked further."""
    if arrived:
        return {Stage.EXCHANGE: said("answered"), Stage.HANDSHAKE: said("TLS is up")}.get(stage, said("connected"))
    if stage is Stage.START:
        return said("not tested")
    return said("stopped at {stage}", stage=STAGES[stage]) if failed else said("tested as far as {stage}", stage=STAGES[stage])
