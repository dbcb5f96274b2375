"""What it costs to shake hands with every address of a name, and not with the first alone: healthy names that have two each.

The same list is run in turns with the further handshakes and without them; every address is connected to in both. And, for
comparison, the same names with one address each. Once each name has addresses of its own, once all share theirs.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from diag.lab.dns import LabReply
from diag.lab.families.healthy import ROUND_TRIP
from diag.lab.scene import LabFault, Scene, Site
from diag.lab.site import start
from tests.bench.figures import DIAG, Figure, Turn, alternately, processor, ratios, wall

COUNT = 300
FIRST_ALONE = (
    sys.executable,
    "-c",
    "from diag.__main__ import start; from diag.engine import walk; walk.halves_of = lambda accepted: []; start()",
)
"""diag, that begins TLS with no further address."""
AIM = "under 20"
Addresses = Callable[[int], tuple[str, ...]]
"""The addresses of the name that has this number."""
OWN: Addresses = lambda number: tuple(f"127.{half}.{number // 250}.{number % 250 + 1}" for half in (1, 2))  # noqa: E731
SHARED: Addresses = lambda _: ("127.1.0.1", "127.2.0.1")  # noqa: E731


def measure(count: int = COUNT, times: int = 9) -> list[Figure]:
    """The figures of so many endpoints, 50 ms away."""
    return [
        *_figures("addresses of their own", count, times, OWN),
        *_figures("the same addresses", count, times, SHARED),
    ]


def _figures(name: str, count: int, times: int, addresses: Addresses) -> list[Figure]:
    two, one = service("two", count, addresses), service("one", count, lambda number: addresses(number)[:1])
    with start(two, one) as running, tempfile.TemporaryDirectory() as folder:
        asked, asked_one = (_asked(scene, Path(folder, scene.fault)) for scene in running.scenes)
        commands = {"each": (*DIAG, *asked), "first": (*FIRST_ALONE, *asked), "one": (*DIAG, *asked_one)}
        taken = alternately(commands, times)
    return [
        *_compared(f"{count} healthy names, two of {name}: processor", taken, processor),
        *_compared("  time that passes, while the service works on the same processors", taken, wall),
    ]


def _compared(name: str, taken: dict[str, list[Turn]], take: Callable[[Turn], float]) -> list[Figure]:
    each, first, one = (taken[key] for key in ("each", "first", "one"))
    return [
        Figure(name, tuple(map(take, each)), "s", "-"),
        Figure("  without the further handshakes", tuple(map(take, first)), "s", "-"),
        Figure("  with one address each", tuple(map(take, one)), "s", "-"),
        Figure("  the further handshakes' part of the run", tuple(100 * (1 - x) for x in ratios(first, each, take)), "%", AIM),
        Figure("  what they add to a run without them", tuple(100 * (x - 1) for x in ratios(each, first, take)), "%", AIM),
    ]


def service(name: str, count: int, addresses: Addresses) -> LabFault:
    """Return one healthy server under `count` names, at whichever of this computer's addresses these have."""

    async def raise_it(site: Site) -> Scene:
        hosts = [f"s{number:03}.lab.test" for number in range(count)]
        healthy = site.tls(site.authority.leaf("*.lab.test"))
        port = await site.listeners.serve(healthy, "0.0.0.0", round_trip=ROUND_TRIP)
        site.round_trip = ROUND_TRIP
        site.zone.update((host, LabReply(addresses(number))) for number, host in enumerate(hosts))
        return await site.scene(*(f"https://{host}:{port}" for host in hosts))

    return LabFault(name, "Healthy names.", None, raise_it)


def _asked(scene: Scene, folder: Path) -> Sequence[str]:
    """What diag is called with."""
    folder.mkdir()
    listed = folder / "diag.toml"  # with their scheme: to an odd port of an allowlist diag only connects
    listed.write_text("".join(f'[[endpoint]]\nurl = "{one}"\n' for one in scene.endpoints))
    options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", str(folder), "-q")
    return ("run", "--config", str(listed), *options, "--timeout", "60", "--deadline", "600")


if __name__ == "__main__":
    for figure in measure(*map(int, sys.argv[1:])):
        print(figure, flush=True)
