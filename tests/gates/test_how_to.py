"""Do it, see it: every cause says how it is mended and shown by hand, with a reference; what several share stands once."""

import re
from functools import cache
from itertools import chain

from checks import CATALOGUE
from diag.model.check import AnyCheck
from diag.model.how_to import HowTo, Shell
from diag.report.wording.how_to import GUIDES
from tests.each import of_each
from tests.recording.scene import outcomes

OF_THE_ENDPOINT = {"to_host", "to_port", "to_authority", "to_origin", "to_url"}
TOOLS = re.compile(
    r"\(?(curl(\.exe)?|openssl|dig|ip|getent|ping|env|ss|ulimit|cat|date|grep|for|do|done|time|sleep|echo|tail|wc"
    r"|Test-\w+|Resolve-\w+|Get-\w+|\(?Get-\w+|\(?Invoke-\w+|Find-\w+|Measure-Command|Select-\w+|w32tm|certutil|netsh)\b"
)
_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def id_of(check: AnyCheck) -> str:
    return check.id


@cache
def facts_of() -> dict[str, set[str]]:
    """The facts that each cause had in any recorded scene."""
    found: dict[str, set[str]] = {}
    for line in chain.from_iterable(outcomes().values()):
        if "cause" in line:
            found.setdefault(line["cause"], set()).update(line["facts"])
    return found


@of_each(CATALOGUE, id_of)
def test_every_cause_has_a_reference_and_a_command_or_says_why_there_is_none(check: AnyCheck) -> None:
    assert re.fullmatch(r"https://[\w.-]+\.[a-z]+/\S*", check.reference)
    assert bool(check.see) is not bool(check.see_not)
    assert check.do or check.sentences.remedy
    assert not check.see or check.see[0].shell is Shell.SH


@of_each(CATALOGUE, id_of)
def test_a_command_is_a_plain_tool_with_the_facts_of_its_cause(check: AnyCheck) -> None:
    for command in check.see:
        assert TOOLS.match(command.line), command.line
        assert "sudo" not in command.line
        assert command.shows[-1] not in ".!"
        assert set(_GAP.findall(command.line)) <= facts_of().get(check.id, set()) | OF_THE_ENDPOINT, command.line
        words = [word for word in command.line.split(" ") if _GAP.search(word)]
        assert not [word for word in words if re.search(r"[\"'$`|&<>]", word)], "a word with a gap is quoted whole"


def test_a_topic_stands_once_has_rows_and_is_used() -> None:
    assert set(GUIDES) == set(HowTo)
    assert {topic for check in CATALOGUE for topic in check.do} == set(HowTo)
    for topic in GUIDES.values():
        assert len(topic.rows) >= 4
        assert len({row.place for row in topic.rows}) == len(topic.rows)
        assert topic.reference.startswith("https://")
        assert not topic.title.endswith(".")
