"""What is worth comparing of the way to one endpoint: each matter as one text, so that two runs can be held side by side.

A matter that a run did not see is left out: what is missing is not different.
"""

from collections.abc import Iterable, Iterator

from diag.model.address import is_private, literal
from diag.model.comparison import Matter
from diag.model.endpoint_view import EndpointView
from diag.model.wire.chain import presented
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

NONE, GIVEN, NO_PROXY, BOTH = "none", "given", "direct", "private and public"
"""The words among the values; `private`, `public` and `unknown` are the others. All else is names and numbers."""


def traits_of(view: EndpointView) -> dict[Matter, str]:
    """Return the matters that were seen, in words that are stable from run to run."""
    return dict((*_machine(view), *_way(view), *_encryption(view)))


def _machine(view: EndpointView) -> Iterator[tuple[Matter, str]]:
    machine = view.machine
    yield Matter.TIME, view.now.strftime("%Y-%m-%dT%H:%MZ")
    if machine.system:
        system = machine.system.answer
        where = ", ".join(filter(None, (system.setting, system.cloud)))
        inside = f" ({where})" if where else ""
        yield Matter.SYSTEM, f"{system.distribution or system.system} {system.machine}{inside}, Python {system.python}"
        yield Matter.OPENSSL, f"{system.openssl} (diag: {system.openssl_own})"
    if machine.interfaces:
        up = (one for one in machine.interfaces.answer.interfaces if one.up and not one.loopback)
        yield Matter.INTERFACES, _set(f"{one.name} (MTU {one.mtu})" for one in up)
    if machine.routes and machine.routes.answer.complete:
        routes = machine.routes.answer.routes
        yield (
            Matter.GATEWAY,
            _set(route.gateway or route.interface for route in routes if route.destination in ("0.0.0.0/0", "::/0")),
        )
    if machine.hosts and machine.hosts.answer.readable:
        lines = (line for line in machine.hosts.answer.lines if view.dialled_host in line.names)
        yield Matter.HOSTS, _set(f"{line.address} {view.dialled_host}" for line in lines)


def _way(view: EndpointView) -> Iterator[tuple[Matter, str]]:
    yield Matter.PORT, str(view.endpoint.port)
    servers = {str(seen.question.server) for seen in view.resolver_replies if seen.question.server}
    if not servers and view.machine.resolvers:
        servers = {str(server) for server in view.machine.resolvers.answer.servers}
    if servers:
        yield Matter.RESOLVERS, _set(servers)
    if view.route:
        yield Matter.ROUTE, str(view.proxy) if view.proxy else NO_PROXY
    if view.proxy:
        yield Matter.PROXY_LOGIN, GIVEN if view.proxy.login else NONE
    addresses = _addresses(view)
    if addresses and not view.proxy:
        yield Matter.ADDRESSES, _set(addresses)
        inside = {is_private(ip) for address in addresses if (ip := literal(address)) is not None}
        yield Matter.NETWORK, {(True,): "private", (False,): "public", (): "unknown"}.get(tuple(inside), BOTH)


def _encryption(view: EndpointView) -> Iterator[tuple[Matter, str]]:
    if view.session is None:
        return
    session = view.session.answer
    settings = view.machine.trust.answer if view.machine.trust else None
    if settings is not None:
        named = [f"{one.name}={one.path} ({one.state}, {one.certificates})" for one in settings.variables]
        chosen = view.session.question.trust
        yield Matter.TRUST, _set([chosen if chosen != "system" else settings.store or "system", *named])
    chain = presented(session)
    if chain:
        yield Matter.ISSUER, chain.leaf.issuer_common_name or chain.leaf.issuer
        until = chain.leaf.not_after.isoformat().replace("+00:00", "Z")
        yield Matter.CERTIFICATE, f"{chain.leaf.fingerprint[:16]} ({until})"
        yield Matter.CHAIN, " < ".join(certificate.common_name or certificate.subject for certificate in chain.path)
    if session.version and session.finished:
        yield Matter.TLS_VERSION, session.version
    if session.group and session.finished:
        yield Matter.TLS_GROUP, session.group


def _addresses(view: EndpointView) -> tuple[str, ...]:
    """The addresses of the host that is dialled, by whoever told them."""
    if view.lookup:
        return view.lookup.answer.addresses
    messages = (read_message(seen.answer.message) for seen in view.resolver_replies if seen.answer.message)
    told = {address for message in messages if isinstance(message, DnsMessage) for address in message.addresses}
    return tuple(sorted(told)) or view.addresses


def _set(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words))) or NONE
