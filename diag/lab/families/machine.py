"""What looks like a fault of the service and is one of this machine."""

from datetime import timedelta

from diag.lab.scene import LAB_HOST, OTHER, LabFault, Scene, Site

AHEAD = timedelta(hours=1)


async def _clock_wrong(site: Site) -> Scene:
    return await _two_clocks(site, AHEAD, AHEAD)


async def _one_clock_ahead(site: Site) -> Scene:
    return await _two_clocks(site, AHEAD, timedelta(0))


async def _two_clocks(site: Site, first: timedelta, second: timedelta) -> Scene:
    urls = [
        await site.stand(site.tls(site.authority.leaf(host), site.http(ahead=ahead)), host)
        for host, ahead in ((LAB_HOST, first), (OTHER, second))
    ]
    return await site.scene(*urls)


FAULTS: tuple[LabFault, ...] = (
    LabFault(
        "machine-clock-wrong",
        "Two services agree on a time that is one hour ahead of this machine's.",
        "machine-clock-wrong",
        _clock_wrong,
    ),
    LabFault("one-server-clock-ahead", "One of two services has a clock that is one hour ahead.", None, _one_clock_ahead),
)
