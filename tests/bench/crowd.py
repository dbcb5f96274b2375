"""How diag fares with many endpoints: healthy ones some distance away, held against curl, and ones that never answer.

curl asks each of them for one page (`--parallel`, which has fifty under way); diag asks each for ten things. They take turns.
Both trust what this machine trusts, and the service's own authority beside: a list of that length is what everybody has, and curl
reads it again for every connection. What remains where the service's is the only one is told, too.
"""

import shutil
import socket
import ssl
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from diag.lab.families.healthy import service_many
from diag.lab.site import start
from tests.bench.figures import DIAG, Figure, Turn, alternately, processor, ratios, wall

HEALTHY = (100, 200, 300, 1_000)
MUCH = 1_000
"""Endpoints of which three rounds have to do; of more, one."""
SILENT = 300
WELL, DEAF = 270, 30


def measure(counts: Sequence[int] = HEALTHY) -> list[Figure]:
    """The figures of the crowd."""
    figures = [figure for count in counts for figure in healthy(count)] if shutil.which("curl") else []
    return [*figures, *silent(SILENT), *mixed(WELL, DEAF)]


def healthy(count: int) -> list[Figure]:
    """The figures of so many endpoints, 50 ms away."""
    with start(service_many(count)) as running, tempfile.TemporaryDirectory() as folder:
        (scene,) = running.scenes
        listed = Path(folder, "diag.toml")  # with their scheme: to an odd port of an allowlist diag only connects
        listed.write_text("".join(f'[[endpoint]]\nurl = "{one}"\n' for one in scene.endpoints))
        trust = Path(folder, "authorities.pem")
        trust.write_text(_own_authorities() + Path(scene.trust or "").read_text())
        patience = ("--timeout", "60", "--deadline", "600")  # the service has the same processor, and many to answer
        options = ("--resolver", scene.resolver or "", "--trust", str(trust), "-o", folder, "-q", *patience)
        curl = _curl(scene.endpoints, folder)
        commands: dict[str, Sequence[str]] = {
            "diag": (*DIAG, "run", "--config", str(listed), *options),
            "curl": (*curl, "--cacert", str(trust)),
            "alone": (*curl, "--cacert", scene.trust or ""),
        }
        taken = alternately(commands, 9 if count < MUCH else 3 if count == MUCH else 1)
    ours, theirs = taken["diag"], taken["curl"]
    name = f"diag run, {count} healthy endpoints, 50 ms away"
    return [
        Figure(f"{name}, to curl --parallel", ratios(ours, theirs, wall), "x", "under 0.5"),
        Figure("  to curl with one authority alone", ratios(ours, taken["alone"], wall), "x", "-"),
        Figure("  its time, while the service works on the same processors", tuple(map(wall, ours)), "s", "-"),
        Figure("  curl's", tuple(map(wall, theirs)), "s", "-"),
        Figure("  its time of the processor, an endpoint", tuple(1000 * processor(turn) / count for turn in ours), "ms", "-"),
        Figure("  its peak memory", tuple(turn.megabytes for turn in ours), "MB", _room(count)),
    ]


def silent(count: int) -> list[Figure]:
    """The figures of so many endpoints that take connections and never say a word, to those of one."""
    with deaf() as port, tempfile.TemporaryDirectory() as folder:
        endpoints = [f"https://127.{n // 250 + 1}.1.{n % 250 + 1}:{port}" for n in range(count)]
        many, one = ((*DIAG, "run", *asked, "-o", folder, "-q") for asked in (endpoints, endpoints[:1]))
        taken = alternately({"many": many, "one": one}, 3, (1, 3))
    turns: list[Turn] = taken["many"]
    return [
        Figure(f"diag run, {count} silent endpoints", tuple(map(wall, turns)), "s", "under 12"),
        Figure("  to one silent endpoint", ratios(turns, taken["one"], wall), "x", "-"),
        Figure("  its peak memory", tuple(turn.megabytes for turn in turns), "MB", _room(count)),
    ]


def mixed(well: int, dead: int) -> list[Figure]:
    """The figures of so many healthy endpoints with so many silent ones among them, to those of one silent endpoint."""
    with start(service_many(well)) as running, deaf() as port, tempfile.TemporaryDirectory() as folder:
        (scene,) = running.scenes
        silent_ones = [f"https://127.1.1.{n + 1}:{port}" for n in range(dead)]
        every = well // dead
        among = [one for n in range(dead) for one in (*scene.endpoints[n * every : (n + 1) * every], silent_ones[n])]
        listed = Path(folder, "diag.toml")
        listed.write_text("".join(f'[[endpoint]]\nurl = "{one}"\n' for one in among))
        options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", folder, "-q")
        commands = {
            "mixed": (*DIAG, "run", "--config", str(listed), *options),
            "one": (*DIAG, "run", silent_ones[0], *options),
        }
        taken = alternately(commands, 3, (1, 3))
    return [
        Figure(f"diag run, {well} healthy and {dead} silent endpoints", tuple(map(wall, taken["mixed"])), "s", "under 12"),
        Figure("  to one silent endpoint", ratios(taken["mixed"], taken["one"], wall), "x", "-"),
        Figure("  its peak memory", tuple(turn.megabytes for turn in taken["mixed"]), "MB", _room(well + dead)),
    ]


def _room(count: int) -> str:
    return f"under {100 if count <= SILENT else 200}" if count <= MUCH else "-"


def _own_authorities() -> str:
    """The certificates that OpenSSL trusts on this machine, as PEM."""
    listed = ssl.get_default_verify_paths().cafile
    return Path(listed).read_text() if listed else ""


def _curl(endpoints: Sequence[str], folder: str) -> tuple[str, ...]:
    """curl, asking every one of them for its page at once."""
    config = Path(folder, "curl")
    lines = [f'resolve = "{urlsplit(one).hostname}:{urlsplit(one).port}:127.0.0.1"' for one in endpoints]
    lines += [f'url = "{one}"\noutput = "/dev/null"' for one in endpoints]
    config.write_text("\n".join(lines) + "\n")
    return ("curl", "--silent", "--fail-early", "--parallel", "--config", str(config))


class deaf:  # noqa: N801  (used as a word of its own: with deaf() as port)
    """A port of this machine that takes connections and never says a word."""

    def __enter__(self) -> int:
        self._socket = socket.create_server(("0.0.0.0", 0), backlog=4096)
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._socket.close()


if __name__ == "__main__":
    for figure in measure(tuple(map(int, sys.argv[1:])) or HEALTHY):
        print(figure, flush=True)
