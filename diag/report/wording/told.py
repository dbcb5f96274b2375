"""What programs say of failed connections, in plain words: what it says, what it proves, and what it leaves open."""

from collections.abc import Callable

from msgspec import Struct

from diag.language import translated


class ToldWords(Struct, frozen=True):
    """The words for one class of messages."""

    says: str
    proves: str
    leaves_open: str


def _words(says: str, proves: str, leaves_open: str) -> ToldWords:
    return ToldWords(says, proves, leaves_open)


_NOBODY_SPOKEN_TO = "Nobody was spoken to yet: it says nothing of the path, the certificate or the service."
_WHO_REFUSED = "Whether the service itself, a device in between or the wrong address gave that answer."
_WHOSE = (
    "Whether the server's certificate is at fault, the program's list of authorities, or a device in between that signs anew."
)
_WHO_CUT = "Who ended it: the server, a firewall, or a device that reads along."

TOLD_ERRORS: dict[str, ToldWords] = {
    "name_not_found": _words(
        "the name was not found",
        "The resolver that the program asked answered that there is no such name.",
        "Whether the name is wrong, is known to other resolvers only, or should have been left to a proxy. " + _NOBODY_SPOKEN_TO,
    ),
    "no_address": _words(
        "the name has no address",
        "The name exists, and has no address of the kind that was asked for.",
        "Whether the record is missing, or a resolver keeps it back. " + _NOBODY_SPOKEN_TO,
    ),
    "lookup_failed": _words(
        "the name could not be looked up just then",
        "No resolver gave a usable answer, neither yes nor no.",
        "Whether the resolvers are silent, fail, or are not reached. " + _NOBODY_SPOKEN_TO,
    ),
    "lookup_timed_out": _words(
        "the lookup of the name took too long",
        "The resolver did not answer in time.",
        "Whether it is silent, slow, or not reached. " + _NOBODY_SPOKEN_TO,
    ),
    "refused": _words(
        "the connection was refused",
        "Something answered at once that nothing listens there, or that it will not have the connection.",
        _WHO_REFUSED,
    ),
    "unreachable": _words(
        "the address cannot be reached from here",
        "This computer, or a router, knows no way there.",
        "Whether the route is missing here or further on, and whether it is about one family of addresses (IPv6) alone.",
    ),
    "connect_timed_out": _words(
        "no connection came about in time",
        "Nobody answered the first packet, neither yes nor no.",
        "Whether a firewall drops it, a proxy should have been used, the address is a wrong one, or the server is down.",
    ),
    "reset": _words("the connection was reset", "It had come about, and then somebody ended it with a reset.", _WHO_CUT),
    "service_unreachable": _words(
        "the driver did not reach the service",
        "Nothing but that: drivers say this of names, connections, proxies and certificates alike.",
        "Everything else. The lines before it often hold the real reason.",
    ),
    "proxy_name_not_found": _words(
        "the proxy's name was not found",
        "A proxy is set, and its name does not resolve.",
        "Whether the setting or DNS is wrong. The service was not asked for.",
    ),
    "proxy_unreachable": _words(
        "the proxy was not reached",
        "A proxy is set, and no connection to it came about.",
        "Whether its address is wrong, it is down, or something is in between. The service was not asked for.",
    ),
    "proxy_address_unusable": _words(
        "the proxy's setting cannot be used",
        "The program cannot speak to the proxy as the setting says, often https:// in place of http://.",
        "Whether the setting or the proxy is wrong.",
    ),
    "proxy_login_wanted": _words(
        "the proxy wants a login",
        "A proxy is on the way, was reached, and refused for want of a login.",
        "Whether no login is set, a wrong one, or one of a kind that the program does not speak.",
    ),
    "proxy_refused": _words(
        "the proxy refused the service",
        "A proxy is on the way, was reached, and refused by a rule.",
        "Whether the rule is about the name, the port, the user or the program.",
    ),
    "proxy_cannot_reach": _words(
        "the proxy did not reach the service",
        "The proxy was reached, and could not get further.",
        "Whether it could not resolve the name, or not connect; the proxy's own log says so.",
    ),
    "proxy_aborted": _words(
        "the proxy ended the connection",
        "What is set as a proxy was reached, and hung up on the request.",
        "Whether it is a proxy at all, or one that is spoken to in the wrong way.",
    ),
    "not_tls": _words(
        "what answered does not speak TLS",
        "Bytes came back that are no TLS.",
        "Who sent them: a plain port, a proxy that is spoken to in the wrong way, or a sign-in page.",
    ),
    "tls_not_offered": _words(
        "the server does not offer encryption",
        "The server, or who answers in its place, said no to the wish for TLS.",
        "Whether the server is set up so, or something in between strips the offer.",
    ),
    "handshake_refused": _words(
        "the other side refused the handshake",
        "Somebody who speaks TLS sent an alert: nothing that was offered suits it.",
        "Whether it is the version, the ciphers, a missing client certificate or the name; and who it is that speaks.",
    ),
    "handshake_cut": _words(
        "the connection was cut during the handshake", "It had come about, and ended before TLS was agreed.", _WHO_CUT
    ),
    "handshake_silent": _words(
        "nothing came back during the handshake",
        "A connection had come about, and then nothing answered.",
        "Whether packets are lost for their size, a device keeps them, or the server hangs.",
    ),
    "version_refused": _words(
        "the two sides have no version of TLS in common",
        "One side offers only versions that the other does not take.",
        "Whose settings are out of date, and whether it is the service that speaks.",
    ),
    "no_cipher": _words(
        "no cipher is left to offer",
        "The program's own settings, or the system's policy, leave nothing to offer.",
        "What the server would have taken.",
    ),
    "name_unrecognized": _words(
        "the server does not know the name",
        "Somebody who speaks TLS answered that it serves no such name.",
        "Whether the address or the name is wrong.",
    ),
    "legacy_renegotiation": _words(
        "the other side lacks secure renegotiation",
        "What answered is old, and this program refuses that; others may go on.",
        "Whether it is the service or an inspecting device.",
    ),
    "weak_key_exchange": _words(
        "the other side's key exchange is too weak",
        "What answered offers keys that this program refuses.",
        "Whether it is the service or an inspecting device.",
    ),
    "tls_damaged": _words(
        "an encrypted record was damaged",
        "What came is not what was sent.",
        "Which device on the way changes it, or whether memory or a driver is at fault.",
    ),
    "untrusted": _words(
        "the authority that signed is not trusted",
        "A certificate came, and the program's list of authorities leads to none that signed it.",
        _WHOSE,
    ),
    "self_signed": _words(
        "a certificate in the chain is its own authority, and not trusted",
        "The chain ends at a root, or a bare certificate, that the program's list does not hold.",
        _WHOSE,
    ),
    "expired": _words(
        "a certificate has expired",
        "By this computer's clock, a certificate of the chain has run out.",
        "Which one it is, and whether the clock is right.",
    ),
    "not_yet_valid": _words(
        "a certificate is not valid yet",
        "By this computer's clock, a certificate of the chain is not valid yet.",
        "Whether the clock is right: mostly it is not.",
    ),
    "name_mismatch": _words(
        "the certificate is for other names",
        "A certificate came that does not name the host.",
        "Whether the wrong server was reached, the wrong name was used, or a device in between answered.",
    ),
    "revoked": _words(
        "the certificate has been revoked", "The authority says so.", "Why; only the provider of the service can have it renewed."
    ),
    "revocation_unchecked": _words(
        "whether the certificate is revoked could not be found out",
        "The authority's responder was not reached, or its answer was of no use. The service itself was reached.",
        "Whether a firewall keeps plain HTTP to the authority back, or the certificate comes from an inspecting device.",
    ),
    "weak_certificate": _words(
        "the certificate does not meet the program's demands",
        "Its key or its signature is too weak for this program, or its form is out of date.",
        "Whether it is the service's own certificate.",
    ),
    "strict_rules": _words(
        "the certificate breaks a rule that strict programs insist on",
        "Python 3.13 and its kind refuse it; others take it.",
        "Whose certificate it is: nearly always a company's own authority.",
    ),
    "certificate_invalid": _words(
        "the certificate was refused",
        "A certificate came, and the program did not accept it.",
        "Why: the name, the date, the authority or the revocation. " + _WHOSE,
    ),
    "client_certificate_wanted": _words(
        "the server wants a certificate from the program",
        "The server refused for want of a client certificate.",
        "Which authority it accepts.",
    ),
    "client_certificate_refused": _words(
        "the other side refused a certificate",
        "An alert came about a certificate: as a rule about the one that this program showed.",
        "What is wrong with that certificate.",
    ),
    "trust_file_unusable": _words(
        "the file of authorities cannot be used",
        "The program was told of a file that is missing, cannot be read, or holds no certificates.",
        "Nothing of the network: it was not asked.",
    ),
    "no_answer": _words(
        "the connection ended without an answer",
        "The request was sent, and the other side hung up.",
        "Whether the service fails, or the connection was old and a device in between had forgotten it.",
    ),
    "answer_timed_out": _words(
        "the answer did not come in time",
        "The connection stood, and the answer was not there when the program's patience ended.",
        "Whether the service is slow, or large packets are lost on the way.",
    ),
    "answer_cut": _words("the answer ended too early", "A part of the answer came, and then the connection ended.", _WHO_CUT),
    "too_slow": _words(
        "too little came in too much time",
        "The connection stood, and data came more slowly than the program allows.",
        "Where on the way it is slow.",
    ),
    "http_forbidden": _words(
        "the request was forbidden (403)",
        "Somebody who speaks HTTP refused.",
        "Who: the service, its network policy, a proxy, or a filter on the way.",
    ),
    "http_server_error": _words(
        "the service failed (5xx)",
        "Somebody who speaks HTTP answered with an error of its own.",
        "Whether it is the service, or a proxy in its place.",
    ),
    "http_gateway": _words(
        "a gateway did not get an answer (502, 504)",
        "A server that stands before another one answered for it.",
        "Whether it is the service's own or a proxy here.",
    ),
    "rate_limited": _words(
        "too many requests (429)",
        "The service, or a filter before it, limits how often it may be asked.",
        "Whose requests count: many may share one address.",
    ),
    "local_socket": _words(
        "a socket file on this computer does not answer",
        "The program wanted another program on this same computer, by a file or a named pipe. No network has part in it.",
        "Whether that program runs, whether the path is right, and whether it may be opened.",
    ),
    "policy_denied": _words(
        "the service does not allow this address",
        "The service was reached, and refuses by a rule about where requests come from.",
        "By which address, and by which way, the program came: a proxy or VPN changes it.",
    ),
    "account_unknown": _words(
        "the service does not know the account",
        "The service was reached under that name, and knows no such account there.",
        "Whether the account's name or its region is written wrong.",
    ),
    "login_wrong": _words(
        "the login was refused",
        "The service was reached and answered: the connection is in order.",
        "Nothing of the network. The credentials are what has to be looked at.",
    ),
    "descriptors_exhausted": _words(
        "the program may open no more files or connections",
        "A limit of this computer is reached.",
        "Whether the limit is low, or the program leaks.",
    ),
    "ports_exhausted": _words(
        "no local port is left for a connection",
        "All ports towards that address are in use on this computer.",
        "Which program holds them.",
    ),
}


def told_words(error: str) -> ToldWords:
    """Return the words for a class of messages, in the language that is being spoken. Raises KeyError for one that is unknown."""
    return said_anew(TOLD_ERRORS[error], lambda text: translated(text, f"told.{error}"))


def said_anew(words: ToldWords, say: Callable[[str], str]) -> ToldWords:
    """Return the words for a class of messages, said anew."""
    return ToldWords(say(words.says), say(words.proves), say(words.leaves_open))
