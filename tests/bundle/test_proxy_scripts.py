"""What a bundle says of a proxy script: whose ways it names stays, where it lies and which names it looked up does not."""

from datetime import timedelta

import pytest
from msgspec import json

from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.model.address import Address
from diag.model.answer import Connection, PacReply, PacResult, SystemLookup
from diag.model.observation import Answer
from diag.model.question import Connect, EvaluatePac, Lookup, Question, Script
from diag.model.route import ProxyAddress, Route, RouteReason, ScriptWay
from diag.model.run import Evidence, Limits, Run, Trail
from diag.model.script import ScriptAddress
from tests.bundle.sample import BEGAN, ENDPOINT, KEY, PRIVATE, Notes

PAC = ScriptAddress("http", "pac.inside-net.example.com", 80, "/home/alice/proxy.pac")
FIRST, SECOND = ProxyAddress("proxy-one.acme.example", 3128), ProxyAddress("proxy-two.acme.example", 3128)
OVER = Connect(Address("10.20.30.80", 80))
SCRIPT = Script(PAC, OVER)
WANTED = Lookup("db01.inside-net.example.com")
TEXT = "PROXY proxy-one.acme.example:3128; PROXY proxy-two.acme.example:3128; PORXY db01.inside-net.example.com"
SEEN: list[tuple[Question, Answer]] = [
    (Lookup(PAC.host), SystemLookup(("10.20.30.80",))),
    (OVER, Connection()),
    (SCRIPT, PacReply(status=200, media_type="text/plain; alice", encoding="utf-8", size=9, digest="ab" * 32)),
    (EvaluatePac(SCRIPT, ENDPOINT.authority), PacResult(wants=(WANTED.name,))),
    (WANTED, SystemLookup(("10.20.30.90",))),
    (
        EvaluatePac(SCRIPT, ENDPOINT.authority, lookups=(WANTED,)),
        PacResult(text=TEXT, ways=(ScriptWay(FIRST), ScriptWay(SECOND)), not_understood=1, own="10.20.30.40"),
    ),
]


def evidence() -> Evidence:
    notes = Notes()
    asked = tuple(notes.add(question, answer) for question, answer in SEEN)
    route = Route(RouteReason.SCRIPT, FIRST, "--pac", script=PAC)
    trail = Trail(ENDPOINT, route, steered=asked)
    return Evidence(Run("0", BEGAN, BEGAN + timedelta(seconds=1), Limits(), (trail,)), tuple(notes.seen))


@pytest.mark.parametrize(
    ("level", "gone", "kept"),
    [
        (Level.NONE, (), (PAC.host, FIRST.host, SECOND.host, WANTED.name, "alice")),
        (Level.STANDARD, ("inside-net", "db01", "alice"), (FIRST.host, SECOND.host, "ab" * 32, "10.20.30.40")),
        (Level.STRICT, ("inside-net", "db01", "alice", FIRST.host, SECOND.host, "10.20.30."), ("ab" * 32,)),
    ],
)
def test_what_stays_and_what_does_not(level: Level, gone: tuple[str, ...], kept: tuple[str, ...]) -> None:
    redacted = redact(evidence(), PRIVATE, level, key=KEY)
    written = json.encode(redacted.evidence).decode()
    assert redacted.report.dropped == {}
    for value in gone:
        assert value not in written
    for value in kept:
        assert value in written


@pytest.mark.parametrize("level", Level)
def test_what_belongs_together_still_does(level: Level) -> None:
    seen = redact(evidence(), PRIVATE, level, key=KEY).evidence
    script = next(one.question for one in seen.observations if isinstance(one.question, Script))
    steers = [one for one in seen.observations if isinstance(one.question, EvaluatePac)]
    (trail,) = seen.run.trails
    assert trail.route
    assert trail.route.script == script.address
    for evaluate_pac in steers:
        assert isinstance(evaluate_pac.question, EvaluatePac)
        assert evaluate_pac.question.script == script
    first, second = (evaluate_pac.answer for evaluate_pac in steers)
    assert isinstance(first, PacResult)
    assert isinstance(second, PacResult)
    assert seen.by_question[Lookup(first.wants[0])]
    assert second.ways[0].proxy == trail.route.proxy
    assert second.ways[0].proxy
    assert second.ways[0].proxy.host in second.text
