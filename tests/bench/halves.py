"""What it costs to shake hands with each address of a name, and not with the first alone: healthy names that have two each.

The same list is run in turns with the further handshakes and without them; every address is connected to in both. For
comparison the same names run with one address each. Once each name has addresses of its own, and once all share the same two:
then no connection is at hand for a further handshake, and each has to open one.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from diag.lab.dns import LabReply
from diag.lab.families.healthy import ROUND_TRIP
from diag.lab.scene import LabFault, Scene, Site
from diag.lab.site import start
from tests.bench.figures import Figure, Turn, alternately, processor, ratios, wall

COUNT = 300
BEGUN = "from diag.__main__ import start; from diag.engine import walk; {change}; start()"
"""diag, as its installed command begins; and what is changed of it before."""
EACH = (sys.executable, "-c", BEGUN.format(change="pass"))
FIRST = (sys.executable, "-c", BEGUN.format(change="walk.halves_of = lambda accepted: []"))
"""diag, that begins TLS with no further address."""
Addresses = Callable[[int], tuple[str, ...]]
"""The addresses of the name that has this number."""


def of_its_own(number: int) -> tuple[str, ...]:
    """Return two addresses of this computer that no other name has."""
    return tuple(f"127.{half}.{number // 250}.{number % 250 + 1}" for half in (1, 2))


def shared(_: int) -> tuple[str, ...]:
    """Return the same two for every name."""
    return of_its_own(0)


def measure(count: int = COUNT, times: int = 9) -> list[Figure]:
    """The figures of so many names, 50 ms away."""
    return [*_figures("of its own", count, times, of_its_own), *_figures("that all share", count, times, shared)]


def _figures(whose: str, count: int, times: int, addresses: Addresses) -> list[Figure]:
    two, one = service("two", count, addresses), service("one", count, lambda number: addresses(number)[:1])
    with start(two, one) as running, tempfile.TemporaryDirectory() as folder:
        asked, asked_one = (_asked(scene, Path(folder, scene.fault)) for scene in running.scenes)
        taken = alternately({"each": (*EACH, *asked), "first": (*FIRST, *asked), "one": (*EACH, *asked_one)}, times)
    return [
        *_compared(f"{count} healthy names, each with two addresses {whose}: processor", taken, processor),
        *_compared("  time that passes, while the service works on the same processors", taken, wall),
    ]


def _compared(what: str, taken: Mapping[str, Sequence[Turn]], take: Callable[[Turn], float]) -> list[Figure]:
    each, first, one = (taken[key] for key in ("each", "first", "one"))
    added = tuple(take(a) - take(b) for a, b in zip(each, first, strict=True))
    return [
        Figure(what, tuple(map(take, each)), "s", "-"),
        Figure("  of that for the further handshakes, and all that comes of them", added, "s", "-"),
        Figure("  their part of the run", tuple(100 * (1 - part) for part in ratios(first, each, take)), "%", "under 20"),
        Figure("  the same names with one address each", tuple(map(take, one)), "s", "-"),
    ]


def service(name: str, count: int, addresses: Addresses) -> LabFault:
    """Return one healthy server under `count` names, at whichever of this computer's addresses these have."""

    async def raise_it(site: Site) -> Scene:
        site.round_trip = ROUND_TRIP
        hosts = [f"s{number:03}.lab.test" for number in range(count)]
        healthy = site.tls(site.authority.leaf("*.lab.test"))
        port = await site.listeners.serve(healthy, "0.0.0.0", round_trip=ROUND_TRIP)
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
