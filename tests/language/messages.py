"""Every message that diag says to a person, in English: from the checks, from the tables of words, and from `said("...")`."""

import ast
import importlib
import inspect
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import click
import msgspec

from checks import CATALOGUE
from diag.cli.demo import STAGED
from diag.cli.main import COMMANDS
from diag.cli.main import commands as group
from diag.cli.sections import Section
from diag.lab.faults import FAULTS
from diag.lab.stream import NO_SILENCE
from diag.language import PROFILE, UNSUPPORTED, PhraseTable, gaps_of
from diag.model.obstacle import Obstacle, Told
from diag.model.verdict import Fact
from diag.profile.registry import BUILTIN, builtin
from diag.report.wording import told
from diag.report.wording.checks import said_anew as check_said_anew
from diag.report.wording.how_to import GUIDES
from diag.report.wording.phrases import PHRASES
from tests.gates.design import ROOT
from tests.gates.sources import MODULES, name_of, nodes_of
from tests.recording.scene import outcomes

LANGUAGE = ROOT / "diag" / "language"
TEMPLATES = ROOT / "diag" / "report" / "forms" / "templates"
_SAYING = ("said", "translated")
_IN_TEMPLATE = re.compile(
    r"\b(?:said|said_with_code|translated)\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')(?:\s*,\s*(\"[^\"]*\"|'[^']*'))?"
)
_PROSE = re.compile(r"\b(the|a|an|and|or|of|with|for|then|where|that|which|its|is|are|it|not|only|before|after|every)\b")
"""PhraseTable that a sentence has, and a mere command or the name of a setting has not."""
_NAME = re.compile(r"[A-Z.\d]\S*(?:,? (?:[A-Z(\d]\S*|and|ssl|requests|httpx))*\Z")
"""The name of a product or a standard: the same in every language."""
PROGRAMS = frozenset(
    {"macOS", "curl", "git", "pip", "diag", "nginx", "npm", "systemd-resolved", "nscd", "dnsmasq", "chrony", "tinyproxy", "ssl"}
)
_WORDS = frozenset(
    {
        *(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        *("Names (DNS)", "Encryption (TLS)", "Containers", "Firewall", "Router", "Network", "Service", "Programs", "Shell"),
        *("Variables", "Check", "All"),
    }
)
"""What looks like the name of a product and is a word."""
_LONGEST_EXAMPLE = 60


class Message(msgspec.Struct, frozen=True):
    """One text to translate."""

    text: str
    context: str
    place: str
    """The file that it stands in."""
    notes: tuple[str, ...] = ()
    """What a translator must know: what the gaps hold."""


@cache
def messages(*, explained: bool = False) -> tuple[Message, ...]:
    """Return all messages, each once, in the order in which a translator reads them: by check, then tables, then screens.

    `explained`: with what a gap has held in recorded scenes, which takes some seconds.
    """
    found: dict[tuple[str, str], Message] = {}
    for message in (
        *_of_checks(examples() if explained else {}),
        *_of_tables(),
        *_of_code(),
        *_of_templates(),
        *_of_commands(),
        *_of_profiles(),
        *_of_faults(),
        *_of_errors(),
        *_of_unsupported(),
    ):
        found.setdefault((message.context, message.text), message)
    return tuple(found.values())


def _of_checks(known: Mapping[str, Mapping[str, Fact]]) -> Iterator[Message]:
    for check in CATALOGUE:
        found: list[tuple[str, str]] = []
        check_said_anew(check, lambda text, place, found=found: found.append((text, place)) or text)
        opening = " ".join(check.article.strip().split("\n\n")[0].split())
        path = f"checks/{check.family}/{check.id.partition('-')[2].replace('-', '_')}.py"
        for text, place in found:
            notes = () if place != "title" else (opening,)
            yield Message(text, f"{check.id}.{place}", path, (*notes, *_gap_notes(text, known.get(check.id, {}))))


def _gap_notes(text: str, known: Mapping[str, Fact]) -> Iterator[str]:
    for name in dict.fromkeys(gaps_of(text)):
        if name in PHRASES:
            phrases = list(dict.fromkeys(PHRASES[name].source.values()))
            yield f"{{{name}}}: one of {', '.join(repr(one) for one in phrases[:4])}{' ...' if len(phrases) > 4 else ''}"
        elif name in known:
            yield f"{{{name}}}: such as {_example(known[name])}"


def _example(fact: Fact) -> str:
    text = ", ".join(map(str, fact)) if isinstance(fact, tuple) else str(fact)
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}..."


@cache
def examples() -> dict[str, dict[str, Fact]]:
    """What facts hold in the recorded scenes, by check."""
    found: dict[str, dict[str, Fact]] = {}
    for lines in outcomes().values():
        for said in lines:
            if "cause" in said:
                for fact, value in said["facts"].items():
                    found.setdefault(said["cause"], {}).setdefault(fact, tuple(value) if isinstance(value, list) else value)
    return found


def _of_tables() -> Iterator[Message]:
    for words, path in sorted(tables(), key=lambda table: table[0].context):
        for word, text in words.source.items():
            if not _is_name(text) or (" " not in text and text.islower()):
                yield Message(text, words.context, path, (f"for the word {word}",))
    for topic, guide in GUIDES.items():
        places = [row.place for row in guide.rows if not _is_name(row.place) and row.place not in PROGRAMS]
        for text in (guide.title, *places, *(row.step for row in guide.rows if _PROSE.search(row.step))):
            yield Message(text, f"how_to.{topic}", "diag/report/wording/how_to")
    for error, words_told in told.TOLD_ERRORS.items():
        texts = []
        told.said_anew(words_told, lambda text, texts=texts: texts.append(text) or text)
        for text in texts:
            yield Message(text, f"told.{error}", "diag/report/wording/told.py")


def _is_name(text: str) -> bool:
    return bool(_NAME.match(text)) and text not in _WORDS


def tables() -> Iterator[tuple[PhraseTable[Hashable], str]]:
    """Yield every table of phrases, with the file that it stands in."""
    yield from ((words, "diag/report/wording/phrases") for words in PHRASES.values())
    for path in MODULES:
        if any(isinstance(node, ast.Name) and node.id == "PhraseTable" for node in nodes_of(path)):
            values = vars(importlib.import_module(name_of(path))).values()
            yield from ((value, str(path.relative_to(ROOT))) for value in values if isinstance(value, PhraseTable))


def _of_code() -> Iterator[Message]:
    for path in MODULES:
        if "diag.language" in _imported(path) or path.parent == LANGUAGE:
            yield from said_in(path)


def _imported(path: Path) -> set[str | None]:
    return {node.module for node in nodes_of(path) if isinstance(node, ast.ImportFrom)}


def said_in(path: Path) -> Iterator[Message]:
    """Yield what is said literally in a file, in its order."""
    calls = [node for node in nodes_of(path) if isinstance(node, ast.Call) and _name(node.func) in _SAYING and node.args]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        literal = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if literal and isinstance(call.args[0], ast.Constant):
            yield Message(
                literal[0], literal[1] if len(literal) > 1 else "", str(path.relative_to(ROOT)), tuple(_said_notes(call))
            )


def _said_notes(call: ast.Call) -> Iterable[str]:
    return (f"{{{gap.arg}}}: {ast.unparse(gap.value)[:_LONGEST_EXAMPLE]}" for gap in call.keywords if gap.arg)


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else ""


def _of_commands() -> Iterator[Message]:
    """What the help of each command says: click keeps it beside the options."""
    commands = {name: importlib.import_module(f"diag.cli.{name}").command for name in COMMANDS}
    for name, text in COMMANDS.items():
        yield Message(text, "help", "diag/cli/main.py", (f"the overview of all commands, about {name}",))
    for name, command in {"": group, **commands}.items():
        yield from _of_command(name, command)
    yield Message("required", "help", "click", ("behind the help of an option, as click says it",))
    yield Message("Show this message and exit.", "help", "click", ("the option --help, as click says it",))
    for section in (*Section, "Options", "Other"):
        yield Message(str(section), "help", "diag/cli/sections.py", ("a heading",))


def _of_command(name: str, command: click.Command) -> Iterator[Message]:
    place, of = f"diag/cli/{name or 'main'}.py", f"diag {name}".strip()
    for text, note in ((command.help, f"what {of} does"), (command.epilog, f"the end of the help of {of}")):
        if text:
            yield Message(inspect.cleandoc(text), "help", place, (note,))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield Message(parameter.help, "help", place, (f"{of} {parameter.opts[-1]}",))
    for code, text in getattr(command, "ends", {}).items():
        yield Message(text, "help", place, (f"{of}: exit code {code}",))
    for beneath, one in getattr(command, "commands", {}).items():
        yield from _of_command(f"{name} {beneath}", one)


def _of_profiles() -> Iterator[Message]:
    """What the profiles that diag brings say of the work that endpoints are for."""
    for name in BUILTIN:
        known, place = builtin(name), f"diag/profile/builtin/{name}.toml"
        for role in known.roles:
            for text, note in ((role.enables, "what it is for; stands as {end}"), (role.without, "what one sees without it")):
                if text:
                    yield Message(text, PROFILE, place, (f"the role {role.name}: {note}",))
        notes = (known.note, *(form.note for form in known.forms))
        yield from (Message(text, PROFILE, place, ("stands as a note below the endpoints",)) for text in notes if text)
        for one in known.fingerprints:
            code = (f"what {one.value} of {one.name} means, or what to do",)
            yield from (Message(text, PROFILE, place, code) for text in (one.means.rstrip("."), one.remedy) if text)


def _of_faults() -> Iterator[Message]:
    """What the faults are that the lab stages, as `diag demo` says it."""
    yield Message(NO_SILENCE, STAGED, "diag/lab/stream.py")
    for fault in FAULTS:
        yield Message(fault.summary, STAGED, "diag/lab/families", (f"the fault {fault.name}",))


def _of_errors() -> Iterator[Message]:
    """What errors tell whose rooms know of no language."""
    for path in MODULES:
        for call in told_in(path):
            if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
                yield Message(call.args[0].value, "", str(path.relative_to(ROOT)), tuple(_said_notes(call)))


def _of_unsupported() -> Iterator[Message]:
    """What a system or an installation cannot do, as an observation keeps it."""
    for path in MODULES:
        calls = (node for node in nodes_of(path) if isinstance(node, ast.Call) and _name(node.func) == "Unsupported")
        for call in sorted(calls, key=lambda call: call.lineno):
            if call.args and isinstance(call.args[0], ast.Constant):
                yield Message(str(call.args[0].value), UNSUPPORTED, str(path.relative_to(ROOT)))


def told_in(path: Path) -> Iterator[ast.Call]:
    """Yield where an error is made that tells a sentence with gaps (`diag.model.obstacle`), in the order of a file."""
    calls = (node for node in nodes_of(path) if isinstance(node, ast.Call) and _name(node.func) in tellable())
    yield from sorted(calls, key=lambda call: (call.lineno, call.col_offset))


@cache
def tellable() -> frozenset[str]:
    """Return the classes that hold a sentence which can be told: `Told`, and every error that derives from `Obstacle`."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, ast.ClassDef)
    }
    found = {Obstacle.__name__}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return frozenset({Told.__name__, *found})


def _of_templates() -> Iterator[Message]:
    for path in sorted(TEMPLATES.glob("*.html")):
        for found in _IN_TEMPLATE.finditer(path.read_text()):
            context = ast.literal_eval(found[2]) if found[2] else ""
            yield Message(ast.literal_eval(found[1]), context, str(path.relative_to(ROOT)))
