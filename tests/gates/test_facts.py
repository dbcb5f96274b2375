"""Facts are tokens, never prose: a text among them is a word of a declared list, the id of a check, or seen in the evidence."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from inspect import signature

import msgspec

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.knowledge.response_codes import words_of
from diag.model.answer import DnsReply, HttpReply, Session
from diag.model.check import AnyCheck
from diag.model.endpoint_view import Stage
from diag.model.machine import Resolvers
from diag.model.run import Evidence
from diag.model.verdict import Fact, Finding, Verdict, problem
from diag.model.wire.certificate import read_chain
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage
from diag.report.wording.phrases import PHRASES, tables
from tests.recording.scene import read_scene, scene_names

BY_ID = {check.id: check for check in CATALOGUE}
WPAD = "/wpad.dat"
"""Where a script lies that is looked for by DNS."""
_PLACE = re.compile(r"(?:([a-z0-9]+)://)?(\[[0-9a-f:.%]+\]|[^/:\s]+)(?::(\d{1,5}))?(/\S*)?\Z")
MARKERS = ("none", "not known", "not said", "unknown to")
"""How a fallback for "nothing" is spelt; a fact that has nothing to say is absent."""


def seen_in(evidence: Evidence) -> str:
    """All that this evidence shows, as one text: what was recorded, and the names in certificates and DNS messages."""
    parts = [msgspec.json.encode(evidence.run).decode(), *(str(trail.endpoint) for trail in evidence.run.trails)]
    for observation in evidence.observations:
        parts.append(msgspec.json.encode(observation).decode())
        match observation.answer:
            case Session() as session:
                parts += [repr(certificate) for certificate in read_chain(session.chain)]
            case DnsReply() as reply:
                read = read_message(reply.message)
                parts.append(repr(read) if isinstance(read, DnsMessage) else "")
            case HttpReply() as reply:
                parts += [reply.body.decode("utf-8", "replace"), words_of(reply)]
            case Resolvers() as settings:
                parts += [line.text for line in settings.misread]
    return "\n".join(parts).lower()


def texts_of(finding: Finding) -> Iterator[tuple[str, str]]:
    """Every text among the facts, with the fact's name."""
    for name, fact in finding.facts.items():
        values: tuple[Fact, ...] = fact if isinstance(fact, tuple) else (fact,)
        yield from ((name, value) for value in values if isinstance(value, str))


def is_token(check: AnyCheck, name: str, text: str) -> bool:
    """Whether the text is a word of the list that the check declares for this fact, with a phrase for it."""
    words = check.tokens.get(name)
    return words is not None and text in {word.value for word in words} and text in PHRASES.get(name, {})


def is_address(text: str) -> bool:
    host = text.rpartition(":")[0].strip("[]") if text.count(":") == 1 or text.startswith("[") else text
    try:
        ipaddress.ip_network(host, strict=False)
    except ValueError:
        return False
    return True


def is_place(text: str, evidence: str) -> bool:
    """Whether the text is an authority or an address of the web whose every part was seen."""
    place = _PLACE.match(text.lower())
    return place is not None and all(part in evidence or is_address(part) or part == WPAD for part in place.groups() if part)


def is_own_word(check: AnyCheck, name: str, text: str) -> bool:
    """Whether the text is the name of one of the check's forms, or says how far a walk came."""
    return (name == "form" and text in dict(check.forms)) or (name in ("needs", "reached") and text.upper() in Stage.__members__)


def strays(check: AnyCheck, finding: Finding, evidence: str) -> list[str]:
    """The texts that are prose, each with its fact."""
    return [
        f"{check.id}: {name} = {text!r}"
        for name, text in texts_of(finding)
        if not (
            is_token(check, name, text)
            or is_own_word(check, name, text)
            or text in BY_ID
            or is_address(text)
            or is_place(text, evidence)
            or (text and not text.startswith(MARKERS) and text.lower() in evidence)
        )
    ]


@cache
def judged_scenes() -> tuple[tuple[Evidence, tuple[Verdict, ...]], ...]:
    """All scenes, each with what today's checks say of it."""
    scenes = (read_scene(name).evidence for name in scene_names())
    return tuple((evidence, judge(evidence, CATALOGUE).verdicts) for evidence in scenes)


@cache
def all_strays() -> tuple[str, ...]:
    found: dict[str, None] = {}
    for evidence, verdicts in judged_scenes():
        seen = seen_in(evidence)
        for verdict in verdicts:
            found.update(dict.fromkeys(strays(BY_ID[verdict.check], verdict.finding, seen)))
    return tuple(found)


def test_no_fact_of_any_recorded_scene_is_prose() -> None:
    assert all_strays() == ()


def test_every_word_of_a_declared_list_has_its_phrase() -> None:
    for check in CATALOGUE:
        for name, words in check.tokens.items():
            assert {word.value for word in words} <= PHRASES.get(name, {}).keys(), f"{check.id}: {name}"


def test_every_check_says_what_could_look_the_same() -> None:
    assert [check.id for check in CATALOGUE if check.rivals is None] == []
    rivals = [(check.id, rival) for check in CATALOGUE for rival in check.rivals or ()]
    assert [check for check, rival in rivals if not rival.decided_by] == []
    assert [check for check, rival in rivals if rival.whose and rival.owner is None] == []
    unnamed = [check for check, rival in rivals if (rival.id in BY_ID) is bool(rival.words)]
    assert unnamed == [], "a rival is a check, or a word of our own with its phrase"


def test_whose_else_a_cause_may_be_is_told_by_its_rivals_alone() -> None:
    """A finding names its owner and no second one: who else there may be follows from the rivals that nothing rules out."""
    assert not {"perhaps", "owners", "whose_else"} & {*Finding.__struct_fields__, *signature(problem).parameters}
    facts: dict[str, set[str]] = {}
    for verdict in (verdict for _, verdicts in judged_scenes() for verdict in verdicts):
        facts.setdefault(verdict.check, set()).update(verdict.finding.facts)
    wheres = [(check.id, rival.where) for check in CATALOGUE for rival in check.rivals or () if rival.where]
    assert [(id, where) for id, where in wheres if where not in facts.get(id, ())] == [], "no finding has that fact"


def test_a_fact_has_its_words_in_one_place() -> None:
    names = [name for table in tables() for name in table]
    assert sorted(names) == sorted(set(names)), "two families use it: it belongs among the shared ones"
