"""Looks that take several steps, one round each: fetching what a certificate points to, and dialling past the proxy.

Each says, from what was seen, what to ask next. Only `http` addresses are fetched (over TLS one would need what is being
fetched), and only by the way that this client goes: straight, or through its proxy.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.granting import is_granted, may_dial, read_wish
from diag.model.address import Address, Authority, literal
from diag.model.answer import Connection, DnsReply, HttpReply, Session, SystemLookup, TunnelReply
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Handshake, Lookup, Question, Tunnel, Wants
from diag.model.route import ProxyAddress
from diag.model.run import Evidence, bare
from diag.model.view import Answered, MachineView
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

_BY_OPTION = "option"
"""The source of resolvers that the user named: they are asked in the system's place."""
_LARGEST = 65_536
"""How many bytes are kept: certificates and OCSP responses are far smaller."""


class Fetch(Struct, frozen=True):
    """How far one fetch has come."""

    wanted: tuple[Question, ...] = ()
    """What to ask next; empty: it is over, or cannot begin."""
    brought: Answered[Exchange, HttpReply] | None = None
    """The answer that has a body; None: none yet, or none at all."""
    failed: tuple[str, ...] = ()
    """Ids of the observations by which it failed."""


class Resolution(Struct, frozen=True):
    """How far looking up one host has come, by whoever this run asks for names."""

    wanted: tuple[Question, ...] = ()
    """What to ask next; empty: it is over, or not needed."""
    told: tuple[str, ...] = ()
    """The addresses, in order."""
    seen: tuple[Observation, ...] = ()
    """The lookups behind it; empty for a literal address."""
    absent: bool = False
    """Whether the definite answer is that there is no such name, or no address for it."""


def look_up(evidence: Evidence, host: str) -> Resolution:
    """Return the addresses of a host: by the system, or by the resolver that the user named in its place."""
    if literal(host) is not None:
        return Resolution(told=(host,))
    questions = lookups_of(evidence, host)
    seen = tuple(observation for question in questions if (observation := evidence.by_question.get(question)))
    told = tuple(dict.fromkeys(address for observation in seen for address in told_by(observation)))
    wanted = tuple(question for question in questions if question not in evidence.by_question)
    absent = not wanted and not told and all(_absent(observation) for observation in seen)
    return Resolution(wanted, told, seen, absent)


def lookups_of(evidence: Evidence, host: str) -> tuple[Lookup, ...]:
    """Return the questions by which this run looks up a name."""
    known = MachineView(evidence).resolvers
    if known and known.answer.source == _BY_OPTION and known.answer.servers:
        return tuple(Lookup(host.removesuffix("."), known.answer.servers[0], record) for record in ("A", "AAAA"))
    return (Lookup(host),)


def told_by(observation: Observation) -> tuple[str, ...]:
    """Return the addresses that a lookup gave; empty where it gave none, or is no lookup."""
    if isinstance(observation.answer, SystemLookup):
        return observation.answer.addresses
    message = _message(observation)
    return message.addresses if message else ()


def _absent(observation: Observation) -> bool:
    if isinstance(observation.answer, SystemLookup):
        return observation.answer.failure in (Failure.NAME_NOT_FOUND, Failure.NO_DATA)
    message = _message(observation)
    return message is not None and message.rcode in ("NXDOMAIN", "NOERROR") and not message.addresses


def _message(observation: Observation) -> DnsMessage | None:
    wire = observation.answer.message if isinstance(observation.answer, DnsReply) else b""
    message = read_message(wire) if wire else None
    return message if isinstance(message, DnsMessage) else None


def fetch(
    view: EndpointView,
    url: str,
    wants: Wants,
    through: Connect | Handshake | Tunnel | None = None,
    proxy: ProxyAddress | None = None,
) -> Fetch:
    """Return how the fetch of `url`, which a certificate of this endpoint names, stands, and what it needs next.

    `through`: the way to the proxy; None: straight. `proxy` is the one that forwards the request there, and is given its login if
    it has one. It takes two rounds (the host's addresses, then the request), to a literal address one. What may not be asked for
    is not wanted (see `granting`); where it was asked for all the same, the answer counts: by an older diag, or at an address
    that another stands for by now.
    """
    wish = read_wish(url)
    if wish is None:
        return Fetch()
    authority, target = wish
    evidence = view.evidence
    granted = is_granted(view, authority, target)
    host = look_up(evidence, authority.host) if granted else Resolution(told=_known(evidence, authority.host))
    if through is None:
        ways = {address: Connect(Address(address, authority.port)) for address in host.told}
        told = tuple(one for one, way in ways.items() if not granted or way in evidence.by_question or may_dial(view, one))
        requests = [
            Exchange(over=ways[one], authority=authority, target=target, keep=_LARGEST, wants=wants)
            for one in _one_of_each_family(told)
        ]
    else:
        requests = [_by_proxy(authority, target, url, wants, through, proxy)]
        granted = granted and not any(literal(one) is not None and not may_dial(view, one) for one in host.told)
    done = _finish(evidence, requests)
    if done.brought or not granted or (requests and not done.wanted):
        return Fetch(brought=done.brought, failed=done.failed)
    if host.wanted:
        return Fetch(wanted=host.wanted)
    return done if requests else Fetch(failed=tuple(seen.id for seen in host.seen))


def _by_proxy(
    authority: Authority, target: str, url: str, wants: Wants, through: Connect | Handshake | Tunnel, proxy: ProxyAddress | None
) -> Exchange:
    if isinstance(through, Tunnel):
        return Exchange(over=through.to(authority), authority=authority, target=target, keep=_LARGEST, wants=wants)
    request = Exchange(over=through, authority=authority, target=url, keep=_LARGEST, wants=wants)
    return replace(request, proxy=proxy.authority, login="basic") if proxy is not None and proxy.login else request


def _known(evidence: Evidence, host: str) -> tuple[str, ...]:
    """The addresses of a host that is not asked about, as far as a lookup was made before."""
    if literal(host) is not None:
        return (host,)
    seen = (evidence.by_question.get(question) for question in lookups_of(evidence, host))
    return tuple(dict.fromkeys(address for one in seen if one for address in told_by(one)))


class DirectConnect(Struct, frozen=True):
    """How far dialling a host straight has come."""

    host: Resolution
    wanted: tuple[Question, ...] = ()
    """What to ask next; empty: it is over."""
    dials: tuple[Answered[Connect, Connection], ...] = ()
    """The connects that were answered."""

    @property
    def opened(self) -> Answered[Connect, Connection] | None:
        """The first that a host accepted."""
        return next((seen for seen in self.dials if not seen.answer.failure), None)

    @property
    def seen(self) -> tuple[Observation, ...]:
        """The observations behind it."""
        return (*self.host.seen, *(seen.observation for seen in self.dials))


def dial(evidence: Evidence, authority: Authority, *, every: bool = False) -> DirectConnect:
    """Return how dialling this host straight stands: its first address of each family, or `every` one.

    By name it takes two rounds.
    """
    host = look_up(evidence, authority.host)
    if host.wanted:
        return DirectConnect(host, host.wanted)
    addresses = host.told if every else _one_of_each_family(host.told)
    questions = [Connect(Address(address, authority.port)) for address in addresses]
    seen = [(question, evidence.by_question.get(question)) for question in questions]
    return DirectConnect(
        host,
        tuple(question for question, observation in seen if observation is None),
        tuple(Answered(o, question, o.answer) for question, o in seen if o is not None and isinstance(o.answer, Connection)),
    )


def way_to_proxy(view: EndpointView) -> Connect | Handshake | Tunnel | None:
    """Return the connection on which this client speaks to its proxy; None where the way is direct or the proxy did not answer.

    For a SOCKS proxy, which forwards no requests, it is the way that it opened for the case itself.
    """
    if view.proxy is None or not view.connected:
        return None
    if view.proxy.is_socks:
        return view.tunnel.question if view.tunnel and not view.tunnel.answer.failure else None
    if view.tunnel:
        return view.tunnel.question.over
    return Connect(view.connected[0]) if view.proxy.scheme == "http" else None


def _one_of_each_family(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """The first address of each family: a machine whose IPv6 is broken must not lose the fetch by it."""
    usable = [a for a in addresses if (ip := literal(a)) is not None and not ip.is_link_local and not ip.is_unspecified]
    first = {":" in address: address for address in reversed(usable)}
    return tuple(address for address in usable if first[":" in address] == address)


def _finish(evidence: Evidence, requests: Sequence[Exchange]) -> Fetch:
    """What the requests brought, or which of them are still to be made."""
    failed: list[str] = []
    wanted: list[Question] = []
    for request in requests:
        seen = evidence.by_request.get(bare(request))
        way = evidence.by_question.get(request.over)
        if seen is None and way is not None and not _opened(way):
            failed.append(way.id)
        elif seen is None:
            # The way is asked for by name, so that its failure is seen: without it the request is never made.
            wanted += [request.over, request]
        elif isinstance(seen.answer, HttpReply) and _is_brought(seen.answer):
            assert isinstance(seen.question, Exchange)
            return Fetch(brought=Answered(seen, seen.question, seen.answer))
        else:
            failed.append(seen.id)
    return Fetch(wanted=tuple(wanted), failed=tuple(failed))


def _is_brought(answer: HttpReply) -> bool:
    """Whether something came, be it what was wanted or not."""
    return answer.status == 200 and bool(answer.body or answer.withheld)


def _opened(way: Observation) -> bool:
    """Whether a request can be made over this connection."""
    return isinstance(way.answer, Connection | Session | TunnelReply) and not way.answer.failure
