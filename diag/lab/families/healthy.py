"""Nothing is wrong here, though some of it looks unusual."""

from diag.lab.dns import LabReply
from diag.lab.http import NOT_HERE, LabAnswer
from diag.lab.scene import LAB_HOST, LabFault, Scene, Site

_MANY = 300
ROUND_TRIP = 0.05


async def _healthy(site: Site) -> Scene:
    return await site.scene(await site.stand(site.tls()))


async def _not_here(site: Site) -> Scene:
    return await site.scene(await site.stand(site.tls(service=site.http({}, NOT_HERE))))


async def _denied(site: Site) -> Scene:
    denied = LabAnswer(403, b'{"error": "sign in first"}\n', "application/json")
    return await site.scene(await site.stand(site.tls(service=site.http({}, denied))))


async def _plain(site: Site) -> Scene:
    return await site.scene(await site.stand(site.http(), scheme="http"))


async def _aliased(site: Site) -> Scene:
    site.zone[LAB_HOST] = LabReply(alias="front.lab.test")
    site.zone["front.lab.test"] = LabReply(alias="edge.lab.test")
    site.zone["edge.lab.test"] = LabReply((site.here,))
    return await site.scene(await site.stand(site.tls()))


async def _truncated(site: Site) -> Scene:
    site.zone[LAB_HOST] = LabReply((site.here,), manner="truncated")
    return await site.scene(await site.stand(site.tls()))


def service_many(count: int, round_trip: float = ROUND_TRIP) -> LabFault:
    """Return one healthy server under `count` names (s000.lab.test and on), `round_trip` seconds away, for measuring."""

    async def raise_it(site: Site) -> Scene:
        site.round_trip = round_trip
        first, *others = [f"s{number:03}.lab.test" for number in range(count)]
        url = await site.stand(site.tls(site.authority.leaf("*.lab.test")), first)
        site.zone.update((name, LabReply((site.here,))) for name in others)
        return await site.scene(url, *(url.replace(first, name) for name in others))

    return LabFault(f"service-many-{count}", f"One healthy service under {count} names, some distance away.", None, raise_it)


FAULTS: tuple[LabFault, ...] = (
    LabFault("healthy", "A service that works.", None, _healthy),
    LabFault("healthy-404", "A service that works and has nothing at its root.", None, _not_here),
    LabFault("healthy-403", "A service that works and asks its visitors to sign in.", None, _denied),
    LabFault("healthy-plain-http", "A service that works and speaks plain HTTP, as expected of it.", None, _plain),
    LabFault("healthy-alias-chain", "The service's name is an alias of an alias, which is fine.", None, _aliased),
    LabFault("healthy-truncated-dns", "The name server's answer only fits through TCP, which works.", None, _truncated),
    service_many(_MANY),
)
