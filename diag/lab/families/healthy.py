"""Nothing is wrong here, though some of it looks unusual."""

from diag.lab.dns import Reply
from diag.lab.http import NOT_HERE, Answer
from diag.lab.scene import HOST, Fault, Scene, Site
from diag.lab.stream import LOOPBACK

MANY = 300
ROUND_TRIP = 0.05


async def _healthy(site: Site) -> Scene:
    return await site.scene(await site.stand(site.tls()))


async def _not_here(site: Site) -> Scene:
    return await site.scene(await site.stand(site.tls(service=site.http({}, NOT_HERE))))


async def _denied(site: Site) -> Scene:
    denied = Answer(403, b'{"error": "sign in first"}\n', "application/json")
    return await site.scene(await site.stand(site.tls(service=site.http({}, denied))))


async def _plain(site: Site) -> Scene:
    return await site.scene(await site.stand(site.http(), scheme="http"))


async def _aliased(site: Site) -> Scene:
    site.zone[HOST] = Reply(alias="front.lab.test")
    site.zone["front.lab.test"] = Reply(alias="edge.lab.test")
    site.zone["edge.lab.test"] = Reply((LOOPBACK,))
    return await site.scene(await site.stand(site.tls()))


async def _truncated(site: Site) -> Scene:
    site.zone[HOST] = Reply((LOOPBACK,), manner="truncated")
    return await site.scene(await site.stand(site.tls()))


def service_many(count: int, round_trip: float = ROUND_TRIP) -> Fault:
    """One healthy server under `count` names (s000.lab.test and on), `round_trip` seconds away, for measuring."""

    async def raise_it(site: Site) -> Scene:
        site.round_trip = round_trip
        first, *others = [f"s{number:03}.lab.test" for number in range(count)]
        url = await site.stand(site.tls(site.authority.leaf("*.lab.test")), first)
        site.zone.update((name, Reply((LOOPBACK,))) for name in others)
        return await site.scene(url, *(url.replace(first, name) for name in others))

    return Fault(f"service-many-{count}", f"One healthy service under {count} names, some distance away.", None, raise_it)


FAULTS: tuple[Fault, ...] = (
    Fault("healthy", "A service that works.", None, _healthy),
    Fault("healthy-404", "A service that works and has nothing at its root.", None, _not_here),
    Fault("healthy-403", "A service that works and asks its visitors to sign in.", None, _denied),
    Fault("healthy-plain-http", "A service that works and speaks plain HTTP, as expected of it.", None, _plain),
    Fault("healthy-alias-chain", "The service's name is an alias of an alias, which is fine.", None, _aliased),
    Fault("healthy-truncated-dns", "The name server's answer only fits through TCP, which works.", None, _truncated),
    service_many(MANY),
)
