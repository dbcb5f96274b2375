"""What a check and its recipes look like before anybody has thought about them.

The check of a skeleton accuses nobody: it answers `ok` to all that it sees. Every place that a person has to fill says
`FILL IN`, and a gate keeps that word out of what is committed.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

BLANK = "FILL IN"
_ID = re.compile(r"([a-z]+)-([a-z0-9]+(?:-[a-z0-9]+)*)\Z")


class CannotLay(Exception):
    """The id cannot be that of a new check. The message is one sentence."""


@dataclass(frozen=True)
class Looks:
    """What a check of one family usually looks at."""

    seen: str
    """The property of `EndpointView` that it begins with."""
    answer: str
    """The type of its answer."""
    stage: str
    """How far the walk must have come."""
    healthy: str = "healthy/one-service"
    """A recorded scene in which nothing is wrong."""


FAMILIES = {
    "machine": Looks("lookup", "SystemLookup", "START"),
    "dns": Looks("lookup", "SystemLookup", "START"),
    "network": Looks("dials[0] if view.dials else None", "Connection", "CONNECT"),
    "proxy": Looks("tunnel", "TunnelReply", "TUNNEL", "lab/proxy-open"),
    "tls": Looks("session", "Session", "HANDSHAKE"),
    "http": Looks("exchange", "HttpReply", "EXCHANGE"),
    "privatelink": Looks("lookup", "SystemLookup", "LOOKUP", "healthy/private-endpoint"),
}

CHECK = '''\
"""FILL IN: what is found, in one sentence.

*What it means*

FILL IN: what was seen, and what that says of the network.

*Why it matters*

FILL IN: what programs do when they meet it.

*What to do*

FILL IN: who does what, the owner's first step first.

*How it is told apart*

FILL IN: the causes that look alike, by their ids, and the one look that tells each from this.
"""

from diag.model.answer import {answer}
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    seen = view.{seen}
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not _shows_it(seen.answer):
        return ok(seen.observation)
    target = str(view.endpoint.authority)
    return problem(seen.observation, about=target, target=target)


def _shows_it(answer: {answer}) -> bool:
    """Whether FILL IN."""
    return False


CHECK = EndpointCheck(
    id="{id}",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://example.com/FILL-IN",
    do=(),
    see=(ShellLine("curl -sv {{to_url}}", "FILL IN"),),
    needs=Stage.{stage},
    judge=judge,
    sentences=Sentences(
        title="FILL IN, at {{target}}",
        seen="FILL IN.",
        means="FILL IN.",
        remedy=("FILL IN.",),
    ),
)
'''

RECIPES = '''\
"""Recipes of {id}: FILL IN, what they share."""

from tests.netns import House
from tests.recipes.services import declared, healthy_service
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


def broken(house: House) -> Look:
    """FILL IN: what is wrong in this house."""
    authority = healthy_service(house)
    return declared(house, authority)


def look_alike(house: House) -> Look:
    """FILL IN: what is wrong here looks much like it, and is another cause, or none."""
    authority = healthy_service(house)
    return declared(house, authority)


RECIPES: tuple[Recipe, ...] = of(
    "{id}",
    problem("broken", "FILL IN: what was done.", broken),
    ok("{healthy}"),
    near_miss("look-alike", "FILL IN: what was done.", look_alike),
)
'''

LEFT = """
Left to do ({blank} marks each place to write in):
1. {check}: the article, the judgement, the owner, the sentences.
   Say `explains` (which causes are mere consequences), `rivals` (what leaves the same evidence, and what would decide),
   `questions` (what else to ask), `tokens` (facts that are words of a list; their phrases stand in
   diag/report/wording/phrases/{family}.py).
2. checks/{family}/__init__.py: move it to where it should be shown.
3. {recipes}: stage the problem and the near miss. A fault that `diag demo` should show is one
   more entry in diag/lab/families/, and then a row in tests/lab/test_faults.py.
4. python -m tests.recording {id}
   stages the new scenes (root, Linux) and keeps them; then `python -m tests.recording --rejudge` writes what the check
   says of every other scene: read that diff.
5. python -m pytest -q -n auto tests/gates tests/checks tests/report tests/lab tests/test_scenes.py
CONTRIBUTING.md says more of each step.
"""


def lay(check: str, root: Path) -> tuple[Path, ...]:
    """Write the files of a new check below `root`, enter them in their tuples, and return every file that was touched.

    Raises CannotLay where the id is none, or is taken.
    """
    found = _ID.match(check)
    if found is None or found[1] not in FAMILIES:
        raise CannotLay(f"{check!r} is no id: a family ({', '.join(FAMILIES)}), a hyphen, and what is found")
    family, name = found[1], found[2].replace("-", "_")
    looks = FAMILIES[family]
    gaps = {"id": check, "answer": looks.answer, "seen": looks.seen, "stage": looks.stage, "healthy": looks.healthy}
    rooms = {f"checks/{family}": (CHECK, f"{name}.CHECK"), f"tests/recipes/{family}": (RECIPES, f"*{name}.RECIPES")}
    for taken in (f"{room}/{name}.py" for room in rooms if (root / room / f"{name}.py").exists()):
        raise CannotLay(f"{taken} is there already")
    touched: list[Path] = []
    for room, (text, entry) in rooms.items():
        path, index = root / room / f"{name}.py", root / room / "__init__.py"
        path.write_text(text.format(**gaps))
        index.write_text(entered(index.read_text(), room.replace("/", "."), name, entry))
        touched += [path, index]
    return tuple(touched)


def entered(index: str, package: str, name: str, entry: str) -> str:
    """Return a family's `__init__` with one module more: imported in order, and last in the tuple."""
    imports = re.search(rf"^from {re.escape(package)} import (?:\((.*?)\)|(.*?))$", index, re.MULTILINE | re.DOTALL)
    if imports:
        names = sorted({*re.findall(r"\w+", imports[1] or imports[2]), name})
        index = index.replace(imports[0], f"from {package} import (\n" + "".join(f"    {one},\n" for one in names) + ")")
    else:
        index = index.replace("\nfrom ", f"\nfrom {package} import {name}\nfrom ", 1)
    listed = max((node for node in ast.walk(ast.parse(index)) if isinstance(node, ast.Tuple)), key=lambda node: len(node.elts))
    margin = " " * (listed.col_offset if index.splitlines()[listed.lineno - 1].strip() == "(" else 0)
    written = [ast.get_source_segment(index, one) for one in listed.elts]
    whole = "".join(f"{margin}    {one},\n" for one in [*written, entry])
    return index.replace(ast.get_source_segment(index, listed) or "", f"(\n{whole}{margin})")


def left_to_do(check: str) -> str:
    """Return what a person has to do after `lay`."""
    family, _, rest = check.partition("-")
    name = rest.replace("-", "_")
    return LEFT.format(
        id=check, family=family, blank=BLANK, check=f"checks/{family}/{name}.py", recipes=f"tests/recipes/{family}/{name}.py"
    )
