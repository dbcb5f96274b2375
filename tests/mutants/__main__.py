"""Tries out mutants chosen by lot, and prints the score of each room and what survived: of what was decided, tests left over
or attempts run out leave a mutant undecided.
"""

import argparse
import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.mutants.operators import Mutant, Site, broken, enum_members, sites
from tests.mutants.rooms import ROOT, files_of, rooms_named
from tests.mutants.trial import Outcome, Tree, try_out

OUTCOMES = "outcomes.jsonl"
"""The file of a record: one outcome a line, in the order in which they came."""
WORDS = {"killed": "killed", "survived": "SURVIVED", "undecided": "undecided"}


def main() -> None:
    """Chooses, tries, prints."""
    said = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    said.add_argument("--number", type=int, default=100, help="how many mutants, shared out evenly among the rooms")
    said.add_argument(
        "--seed", type=int, default=1, help="the same seed chooses the same mutants, but for functions that changed"
    )
    said.add_argument("--room", default="", help="the beginning of a room's name, such as `checks` or `diag/engine`")
    said.add_argument("--part", default="1/1", help="the second of three, `2/3`: for several processes with one record")
    said.add_argument("--record", type=Path, help="a folder that keeps what came out; called again, it goes on from there")
    said.add_argument("--again", action="store_true", help="try anew what the record does not say was killed")
    given = said.parse_args()
    chosen = choose(rooms_named(""), given.number, given.seed)
    part, parts = map(int, given.part.split("/"))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        record: Path = given.record or Path(folder) / "record"
        record.mkdir(parents=True, exist_ok=True)
        known = recorded(record)
        tree = Tree(Path(folder) / "tree", record)
        for number, (room, mutant) in enumerate(chosen, 1):
            before = known.get(str(mutant))
            if (
                not room.startswith(given.room)
                or number % parts != part % parts
                or (before and (before.killer or not given.again))
            ):
                continue
            outcome = known[str(mutant)] = try_out(mutant, room, tree)
            with (record / OUTCOMES).open("ab") as lines:
                lines.write(msgspec.json.encode(outcome) + b"\n")
            print(f"{number}/{len(chosen)} {WORDS[outcome.word]:9} {outcome.mutant}  (line {outcome.line})", flush=True)
        tree.end()
    for line in summary([known[str(mutant)] for _, mutant in chosen if str(mutant) in known]):
        print(line)


def recorded(record: Path) -> dict[str, Outcome]:
    """What became of each mutant so far: the last that was written of it counts."""
    path = record / OUTCOMES
    lines = path.read_bytes().splitlines() if path.exists() else []
    return {outcome.mutant: outcome for outcome in (msgspec.json.decode(line, type=Outcome) for line in lines)}


def choose(rooms: list[str], number: int, seed: int) -> list[tuple[str, Mutant]]:
    """Some mutants of each room, no more than two of one operator in one file; mixed, so that any first part speaks for all.

    Each site draws its own lot, so that a change in one function changes nothing elsewhere.
    """

    def lot(site: Site) -> bytes:
        return hashlib.sha256(f"{seed} {site.path} {site.name}".encode()).digest()

    sources = {str(path.relative_to(ROOT)): path.read_text() for room in rooms_named("") for path in files_of(room)}
    members = enum_members(sources)
    chosen: list[tuple[bytes, str, Mutant]] = []
    for place, room in enumerate(rooms):
        share = number * (place + 1) // len(rooms) - number * place // len(rooms)
        paths = [str(path.relative_to(ROOT)) for path in files_of(room)]
        everywhere = [site for path in paths for site in sites(path, sources[path], members)]
        taken: Counter[tuple[str, str]] = Counter()
        for site in sorted(everywhere, key=lot):
            if share and taken[site.path, site.operator] < 2:
                taken[site.path, site.operator] += 1
                chosen.append((lot(site), room, broken(site, sources[site.path], members)))
                share -= 1
    return [(room, mutant) for _, room, mutant in sorted(chosen, key=lambda one: one[0])]


def summary(outcomes: Iterable[Outcome]) -> list[str]:
    """The score of each room and of all, of what was decided, with what was not; then the survivors by operator."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    left = Counter[str]()
    for outcome in outcomes:
        for name in (outcome.room, "all"):
            told[name][outcome.word] += 1
        left[outcome.operator] += outcome.word == "survived"
    kinds = ", ".join(f"{operator} {number}" for operator, number in left.most_common() if number)
    rows = [_row(name, words) for name, words in sorted(told.items(), key=lambda one: one[0] == "all")]
    return [*rows, f"survived: {kinds or 'none'}"]


def _row(name: str, words: Counter[str]) -> str:
    decided = words["killed"] + words["survived"]
    score = f"{100 * words['killed'] / decided:3.0f} %" if decided else "  - %"
    return f"{name:20} {words['killed']:4} of {decided:4}  {score}" + (
        f", {words['undecided']} undecided" if words["undecided"] else ""
    )


if __name__ == "__main__":
    main()
