"""The name cannot be turned into an address, for one reason each."""

from diag.lab.dns import DENIED_NAME, EMPTY, LabReply, NameServer, open_name_server
from diag.lab.scene import LAB_HOST, OTHER, LabFault, Scene, Site

_MISSING = "missing.lab.test"
_NOWHERE = "0.0.0.0"  # noqa: S104 - an answer, nothing binds to it
DNSSEC_BOGUS = 6  # RFC 8914, 4.7
SLOW_SECONDS = 1.5


async def _not_found(site: Site) -> Scene:
    return await site.scene(site.nowhere(_MISSING))


async def _resolver_silent(site: Site) -> Scene:
    server = NameServer({}, site.tally, LabReply(manner="silent"))
    resolver = await open_name_server(site.listeners, server, tcp="silent")
    return await site.scene(await site.stand(site.tls()), resolver=resolver)


async def _server_failure(site: Site) -> Scene:
    return await _answering(site, LabReply(code="SERVFAIL"))


async def _bogus(site: Site) -> Scene:
    return await _answering(site, LabReply((site.here,), code="SERVFAIL", code_unchecked="NOERROR", reason=DNSSEC_BOGUS))


async def _no_address(site: Site) -> Scene:
    return await _answering(site, EMPTY)


async def _refused(site: Site) -> Scene:
    return await _answering(site, LabReply(code="REFUSED"))


async def _dangling(site: Site) -> Scene:
    return await _answering(site, LabReply(alias="gone.lab.test"))


async def _slow(site: Site) -> Scene:
    return await _answering(site, LabReply((site.here,), delay=SLOW_SECONDS))


async def _answering(site: Site, reply: LabReply) -> Scene:
    site.zone[LAB_HOST] = reply
    return await site.scene(await site.stand(site.tls()))


async def _first_resolver_dead(site: Site) -> Scene:
    return await _after(site, NameServer({}, site.tally, LabReply(manner="silent")))


async def _resolvers_disagree(site: Site) -> Scene:
    return await _after(site, NameServer({}, site.tally, DENIED_NAME))


async def _after(site: Site, first: NameServer) -> Scene:
    url = await site.stand(site.tls())
    dead = await open_name_server(site.listeners, first)
    alive = await open_name_server(site.listeners, NameServer(site.zone, site.tally))
    return await site.scene(url, resolver=dead, other_resolvers=(alive,))


async def _tcp_blocked(site: Site) -> Scene:
    site.zone[LAB_HOST] = LabReply((site.here,), manner="truncated")
    server = NameServer(site.zone, site.tally, DENIED_NAME)
    resolver = await open_name_server(site.listeners, server, tcp="silent")
    return await site.scene(await site.stand(site.tls()), resolver=resolver)


async def _sinkholed(site: Site) -> Scene:
    site.zone[OTHER] = LabReply((site.here,))
    site.zone[LAB_HOST] = LabReply((_NOWHERE,))
    healthy = await site.stand(site.tls(site.authority.leaf(OTHER)), OTHER)
    return await site.scene(site.nowhere(), healthy)


async def _left_to_proxy(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    site.zone[LAB_HOST] = DENIED_NAME
    return await site.scene(url, proxy=await site.stand_proxy(site.proxy()))


async def _rewritten(site: Site) -> Scene:
    return await site.scene(site.nowhere(_MISSING), otherwise=LabReply((site.here,)))


FAULTS: tuple[LabFault, ...] = (
    LabFault("dns-name-not-found", "The name does not exist.", "dns-name-not-found", _not_found),
    LabFault("dns-resolver-silent", "The name server never answers.", "dns-resolver-silent", _resolver_silent),
    LabFault(
        "dns-first-resolver-dead",
        "The first of two name servers never answers.",
        "dns-first-resolver-dead",
        _first_resolver_dead,
    ),
    LabFault(
        "dns-resolvers-disagree",
        "One of two name servers knows the name, the other denies it.",
        "dns-resolvers-disagree",
        _resolvers_disagree,
    ),
    LabFault("dns-server-failure", "The name server fails at this name.", "dns-server-failure", _server_failure),
    LabFault("dns-dnssec-bogus", "The name's signatures do not hold, so it is not given out.", "dns-dnssec-bogus", _bogus),
    LabFault("dns-no-address", "The name exists and has no address.", "dns-no-address", _no_address),
    LabFault("dns-query-refused", "The name server refuses to answer.", "dns-query-refused", _refused),
    LabFault("dns-alias-dangling", "The name is an alias of one that does not exist.", "dns-alias-dangling", _dangling),
    LabFault("dns-tcp-blocked", "The answer needs TCP, and TCP is met with silence.", "dns-tcp-blocked", _tcp_blocked),
    LabFault(
        "dns-nxdomain-rewritten",
        "The name does not exist, and the name server gives an address all the same.",
        "dns-nxdomain-rewritten",
        _rewritten,
    ),
    LabFault("dns-name-sinkholed", "One of two names is given an address that is none.", "dns-name-sinkholed", _sinkholed),
    LabFault("dns-left-to-proxy", "Only the proxy knows the name, which is enough.", None, _left_to_proxy),
    LabFault("dns-slow", "The name server takes over a second to answer.", "dns-slow", _slow),
)
