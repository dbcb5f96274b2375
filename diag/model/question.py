"""What can be asked. A question is frozen and says all that it stands on, so asking twice is asking once.

A question over a connection names the question that opens it: `Exchange(over=Handshake(over=Tunnel(over=Connect(...))))`.
An experiment is the same question with one thing changed.
"""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from diag.model.address import Address, Authority
from diag.model.privacy import HostName, IpText, NetworkText, PathText, Privacy, PublicFlag, PublicNumber, PublicText, Seconds
from diag.model.script import ScriptAddress
from diag.model.upgrade import Spoken

LoginScheme = Literal["none", "basic", "digest", "ntlm", "negotiate", "password"]
Protocol = Literal["connect", "socks4", "socks5"]
Wants = Literal["", "certificate", "crl", "ocsp"]
"""What a certificate names a place for: its issuer's certificate, a list of revoked ones, an OCSP response; empty: none did."""


class Topic(StrEnum):
    """One side of this machine that can be looked at."""

    SYSTEM = "system"
    INTERFACES = "interfaces"
    ROUTES = "routes"
    RESOLVERS = "resolvers"
    HOSTS = "hosts"
    PROXIES = "proxies"
    TRUST = "trust"


class Inspect(Struct, frozen=True, cache_hash=True, tag="inspect", tag_field="ask", omit_defaults=True):
    """What does this machine say about itself? Nothing is sent."""

    topic: Annotated[Topic, Meta(extra={"privacy": Privacy.PUBLIC})]
    names: tuple[HostName, ...] = ()
    """For HOSTS: the names whose lines are wanted; no other line of the file is kept."""
    again: PublicFlag = False
    """Whether it is looked at once more, at the end: what has changed since tells what happened meanwhile."""


class Lookup(Struct, frozen=True, cache_hash=True, tag="lookup", tag_field="ask", omit_defaults=True):
    """Which addresses has this name?"""

    name: HostName
    """As it is sent; a trailing dot keeps search domains out of it."""
    server: Address | None = None
    """The resolver that is asked; None: the system, as every program here does it (getaddrinfo, both families)."""
    record: PublicText = ""
    """`A`, `AAAA`, ... for a server; empty for the system."""
    transport: Literal["udp", "tcp"] = "udp"
    """How a server is asked first; a truncated UDP answer is asked again over TCP and both are kept."""
    checking_disabled: PublicFlag = False
    """CD (RFC 4035, section 3.2.2): the answer as it stands, unvalidated."""
    attempt: PublicNumber = 0
    """Which repetition of the walk this belongs to; 0: the first."""


class Connect(Struct, frozen=True, cache_hash=True, tag="connect", tag_field="ask", omit_defaults=True):
    """Does this address accept a TCP connection?"""

    address: Address
    mss: PublicNumber = 0
    """The largest segment that we announce and send, in bytes; 0: the system's choice."""
    source: IpText = ""
    """The local address to send from; empty: the system's choice."""
    interface: NetworkText = ""
    """The interface to send through, where the system lets a socket be bound to one; empty: as the routes say."""
    within: Seconds = 0.0
    """Seconds after which silence counts; 0: the run's patience."""
    attempt: PublicNumber = 0
    """Which repetition of the walk this belongs to, and with it all that stands on it; 0: the first."""
    without_ecn: PublicFlag = False
    """Whether a refusal of the first packet is passed over, which asks for ECN where the system does: the second asks for none
    (RFC 3168, section 6.1.1.1).
    """


class ConnectBurst(Struct, frozen=True, cache_hash=True, tag="crowd", tag_field="ask", omit_defaults=True):
    """How many of so many TCP connects at once does this address accept? All are held until the last is decided."""

    address: Address
    number: PublicNumber


class Trace(Struct, frozen=True, cache_hash=True, tag="trace", tag_field="ask", omit_defaults=True):
    """How far does a TCP connect get on its way to this address? (One SYN for each hop limit, RFC 791, section 3.2.)"""

    address: Address
    hops: PublicNumber = 20
    """The largest hop limit that is tried."""


class Tunnel(Struct, frozen=True, cache_hash=True, tag="tunnel", tag_field="ask", omit_defaults=True):
    """Does this proxy open a tunnel to this target? (CONNECT, RFC 9110, section 9.3.6, or SOCKS, RFC 1928)"""

    over: "Connect | Handshake"
    proxy: Authority
    """The proxy by the name under which it is configured: its credentials are found by it."""
    target: Authority
    """By name where the proxy is to find the address, by address where this client has found it."""
    login: LoginScheme = "none"
    """Whether credentials are sent at once, and how. `password`: as SOCKS does (RFC 1929; SOCKS4 knows the name only)."""
    protocol: Protocol = "connect"
    """How the proxy is asked: CONNECT, SOCKS4 (4a where the target is a name), or SOCKS5."""
    agent: PublicText = ""
    """The program in whose name it is asked (User-Agent, RFC 9110, section 10.1.5); empty: diag itself."""

    def to(self, target: Authority) -> "Tunnel":
        """Return the same for another target."""
        return replace(self, target=target)


class Upgrade(Struct, frozen=True, cache_hash=True, tag="upgrade", tag_field="ask", omit_defaults=True):
    """Does this server go over to TLS on a connection on which its own protocol is spoken first? Nobody logs in."""

    over: "Connect | Tunnel"
    protocol: Spoken
    insist: PublicFlag = False
    """Whether it is asked for even where the server's list does not name it."""


class Handshake(Struct, frozen=True, cache_hash=True, tag="handshake", tag_field="ask", omit_defaults=True):
    """How does a TLS handshake go, and what is presented? (RFC 8446, RFC 5246)"""

    over: "Connect | Tunnel | Upgrade"
    server_name: HostName = ""
    """SNI (RFC 6066, section 3); empty: none is sent."""
    versions: tuple[PublicText, ...] = ()
    """The versions on offer, `TLSv1` to `TLSv1.3`; empty: the library's own."""
    hello: Literal["default", "small", "large", "split"] = "default"
    """`small`: one classical group, under 500 bytes. `large`: padded over one segment. `split`: the usual one, 500 bytes a
    packet: what a small segment size does, where the system lets nobody set one.
    """
    ciphers: Literal["default", "wide", "legacy", "retired"] = "default"
    """`wide`: everything the library has, at its lowest security level. `legacy`: the usual ones, also with a server that lacks
    secure renegotiation (RFC 5746). `retired`: what libraries have no more (SSL 3.0, RC4, DES); it ends with the server's choice.
    """
    alpn: tuple[PublicText, ...] = ("http/1.1",)
    trust: PathText = "system"
    """Against which store the chain is held: `system`, `certifi`, or a PEM file's path."""
    added: PathText = ""
    """A PEM file whose authorities come on top of that store; empty: none."""
    partial: PublicFlag = False
    """Whether an authority below a root is enough, where the store holds that."""
    client: PathText = ""
    """The file of the certificate that is shown where the server asks for one; empty: none is."""


class Exchange(Struct, frozen=True, cache_hash=True, tag="exchange", tag_field="ask", omit_defaults=True):
    """What comes back to one HTTP/1.1 request? (RFC 9112)"""

    over: "Connect | Tunnel | Handshake"
    authority: Authority
    """The Host that is asked for."""
    target: HostName = "/"
    """The request target: a path, or an absolute URL where a proxy forwards plain HTTP."""
    method: PublicText = "GET"
    keep: PublicNumber = 1024
    """How many bytes of the body are kept."""
    patience: Seconds = 0.0
    """Seconds for which an answer is waited for, where that is longer than questions may take otherwise."""
    proxy: Authority | None = None
    """The proxy whose credentials go with the request, where it forwards plain HTTP and `login` says how."""
    login: LoginScheme = "none"
    """Whether those are sent, and how."""
    agent: PublicText = ""
    """The program in whose name it is asked (User-Agent); empty: diag itself."""
    wants: Wants = ""
    """What should come of it, where a certificate named the place: nothing else of the body is kept."""


class Hold(Struct, frozen=True, cache_hash=True, tag="hold", tag_field="ask", omit_defaults=True):
    """Does an idle connection live this long?"""

    over: "Connect | Tunnel | Upgrade | Handshake"
    seconds: Seconds
    still: PublicFlag = False
    """Whether nothing is sent in the end either: how it fares by itself is all that is asked."""


class Transfer(Struct, frozen=True, cache_hash=True, tag="transfer", tag_field="ask", omit_defaults=True):
    """How fast does the answer to one HTTP/1.1 request come, or a large request go? Bodies are counted, and not kept."""

    over: "Connect | Tunnel | Handshake"
    authority: Authority
    """The Host that is asked for."""
    target: HostName
    seconds: Seconds
    """For how long the body is read, or sent."""
    most: PublicNumber = 64_000_000
    """How many bytes of it are read, at the most, or how many are sent."""
    method: PublicText = "GET"
    """`GET` to read; `PUT` or `POST` to send a body of `most` bytes that mean nothing."""


class Verify(Struct, frozen=True, cache_hash=True, tag="verify", tag_field="ask", omit_defaults=True):
    """Would this store accept the chain that a handshake presented, with what was fetched since? Nothing is sent."""

    presented: Handshake
    fetched: tuple[Exchange, ...] = ()
    """Exchanges whose bodies are certificates (DER or PEM) that may fill a gap."""
    trust: PathText = "system"
    added: PathText = ""
    """As of `Handshake`."""
    strict: PublicFlag = False
    """X509_V_FLAG_X509_STRICT: the rules of RFC 5280 that Python 3.13 and later insist on."""
    only: tuple[PublicNumber, ...] = ()
    """The places of the presented certificates that are shown, the server's own first; empty: all of them."""


class Script(Struct, frozen=True, cache_hash=True, tag="script", tag_field="ask", omit_defaults=True):
    """Does a proxy script lie at this address? Its text is kept for `EvaluatePac` to ask, and is no evidence."""

    address: ScriptAddress
    over: "Connect | Handshake | None" = None
    """The connection to its server; None for a file, and for a script that its address holds."""


class EvaluatePac(Struct, frozen=True, cache_hash=True, tag="steer", tag_field="ask", omit_defaults=True):
    """Which way does this proxy script name for this target? (`FindProxyForURL`) Nothing is sent.

    A name that the script wants looked up, and whose lookup this question does not stand on, comes back in the answer.
    """

    script: Script
    target: Authority
    scheme: PublicText = "https"
    """`https` or `http`: that of the address which the script is given."""
    path: Annotated[str, Meta(extra={"privacy": Privacy.VENDOR})] = "/"
    """The path of that address. For https it is `/`: like browsers, diag tells a script no more of it than the host."""
    lookups: tuple[Lookup, ...] = ()
    """The lookups, good or bad, whose answers the script may know."""


Carrier = Connect | Tunnel | Upgrade | Handshake
"""The questions that leave an open connection behind, for another question to stand on."""
Question = (
    Inspect
    | Lookup
    | Connect
    | Tunnel
    | Upgrade
    | Handshake
    | Exchange
    | Hold
    | Transfer
    | Verify
    | ConnectBurst
    | Trace
    | Script
    | EvaluatePac
)


def stands_on(question: Question) -> tuple[Question, ...]:
    """Return the questions that must have been answered before this one can be asked; empty: none."""
    match question:
        case Tunnel() | Upgrade() | Handshake() | Exchange() | Hold() | Transfer():
            return (question.over,)
        case Verify():
            return (question.presented, *question.fetched)
        case Script():
            return () if question.over is None else (question.over,)
        case EvaluatePac():
            return (question.script, *question.lookups)
        case _:
            return ()


def dialled(question: Carrier) -> Address:
    """Return the address at the bottom of a connection."""
    while not isinstance(question, Connect):
        question = question.over
    return question.address


def addresses_dialled(question: "Question") -> list[Address]:
    """Return the addresses that are dialled for a question, its own and those of what it stands on."""
    if isinstance(question, Connect | Tunnel | Upgrade | Handshake):
        return [dialled(question)]
    return [address for basis in stands_on(question) for address in addresses_dialled(basis)]


def carrier(question: Handshake) -> Connect | Tunnel:
    """Return what carries a handshake's connection to the other side, below an upgrade."""
    return question.over.over if isinstance(question.over, Upgrade) else question.over


def carried_by(question: Handshake, way: Connect | Tunnel) -> Handshake:
    """Return the same handshake, after the same upgrade if there was one, over another way."""
    over = replace(question.over, over=way) if isinstance(question.over, Upgrade) else way
    return replace(question, over=over)


def kind(question: Question | type[Question]) -> str:
    """Return the one word for a kind of question, which it is recorded under: `lookup`, `connect`, ..."""
    return str(question.__struct_config__.tag)
