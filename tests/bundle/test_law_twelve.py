"""Redaction changes no verdict: every recorded scene gives the same causes at every level, and again after the bundle is read."""

from functools import reduce

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.bundle.common_words import COMMON, PRODUCT_WORDS
from diag.bundle.copy import make_stricter
from diag.bundle.fields import Class, FieldValue, Rewriter
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.message import rewritten
from diag.bundle.pseudonym import Pseudonyms
from diag.bundle.read import bundle_of
from diag.bundle.redact import redact
from diag.bundle.untrusted_text import Foreign, is_certificate
from diag.bundle.write import pack
from diag.engine.judge import judge
from diag.model.answer import Header, HttpReply, TunnelReply
from diag.model.diagnosis import Diagnosis
from diag.model.observation import Observation
from diag.model.privacy import Form
from diag.model.verdict import Status
from diag.model.wire.content_coding import CodingFault
from tests.bundle.worst import PATTERNS, filled
from tests.each import of_each
from tests.recording.scene import read_scene, scene_names

SOMEBODY = Private(users=("alice",), machines=("alices-laptop",), homes=("/home/alice",))


def told(diagnosis: Diagnosis) -> tuple[object, ...]:
    """All that a redaction may not change: what is concluded, of how many things, with which facts by name, from which sight."""
    return (
        diagnosis.verdict,
        [(cause.id, cause.status, cause.confidence, cause.endpoints, cause.cites, cause.explains) for cause in diagnosis.causes],
        [(state.status, state.reached, state.arrived, state.causes) for state in diagnosis.endpoints],
        [
            (verdict.check, verdict.subject, found.status, found.confidence, found.because, found.cites, sorted(found.facts))
            for verdict in diagnosis.verdicts
            if (found := verdict.finding)
        ],
    )


def written(diagnosis: Diagnosis) -> Diagnosis:
    """The same as a bundle holds it: what found nothing is counted."""
    found = tuple(one for one in diagnosis.verdicts if one.finding.status in (Status.PROBLEM, Status.WARNING))
    return replace(diagnosis, verdicts=found, counted=diagnosis.tallies)


AT_EVERY_LEVEL = frozenset(scene_names()[::3])
"""Scenes that are redacted at every level from the start; the others at the usual one, and made stricter from there."""


@of_each(scene_names())
def test_redacted_or_made_stricter_a_scene_gives_the_same_causes(name: str) -> None:
    evidence = read_scene(name).evidence
    plain = told(judge(evidence, CATALOGUE))
    for level in Level if name in AT_EVERY_LEVEL else (Level.STANDARD,):
        redacted = redact(evidence, SOMEBODY, level, key=b"k" * 32)
        judged = judge(redacted.evidence, CATALOGUE)
        assert told(judged) == plain, level
        members, _ = pack(redacted, judged, summary="", catalogue_version="1")
        bundle = bundle_of(members)
        assert bundle.diagnosis == written(judged), level
        # What is read is what was written, word for word: then it is judged the same without being judged again.
        assert bundle.evidence == redacted.evidence or judge(bundle.evidence, CATALOGUE) == judged, level
        if level is Level.STANDARD:
            copy = make_stricter(bundle, Level.STRICT, SOMEBODY, redacted.originals, key=b"o" * 32)
            again = judge(copy.redacted.evidence, CATALOGUE)
            assert told(again) == told(judged)
            assert bundle_of(pack(copy.redacted, again, summary="", catalogue_version="1")[0]).diagnosis == written(again)


ANSWERED = [name for name in scene_names() if name.startswith(("http-", "proxy-"))][::5]
"""Scenes in which somebody's page is read."""
ABROAD = {"203.0.113.": "193.0.113.", "198.51.100.": "81.51.100.", "192.0.2.": "82.0.2.", "2001:db8:": "2a00:db8:"}
"""Public addresses for those that scenes are staged with, which are for documentation and so need no stand-in."""


def _abroad(value: FieldValue, of: Class) -> FieldValue:
    if isinstance(value, str):
        return reduce(lambda text, old: text.replace(old, ABROAD[old]), ABROAD, value)
    if of.form is Form.DNS:
        return rewritten(value, lambda name: name, lambda address: str(_abroad(address, of)), ())
    return (
        value
        if is_certificate(value)
        else reduce(lambda said, old: said.replace(old.encode(), ABROAD[old].encode()), ABROAD, value)
    )


POINTED_AT = [name for name in scene_names() if name.startswith(("tls-revo", "tls-chain", "dns-resolvers", "privatelink-"))]


@of_each([*POINTED_AT, *scene_names()[::20]])
def test_public_addresses_have_stand_ins_that_are_judged_like_them(name: str) -> None:
    evidence = Rewriter(_abroad)(read_scene(name).evidence)
    redacted = redact(evidence, SOMEBODY, Level.STRICT, key=b"k" * 32)
    assert told(judge(redacted.evidence, CATALOGUE)) == told(judge(evidence, CATALOGUE))


def test_a_page_that_only_claims_to_be_compressed_is_still_read() -> None:
    def claiming(seen: Observation) -> Observation:
        answer = seen.answer
        if not isinstance(answer, HttpReply) or not answer.body:
            return seen
        fields = (*answer.headers, Header("content-encoding", "gzip"))
        return replace(seen, answer=replace(answer, headers=fields, coding=CodingFault.CLAIMED.value))

    evidence = read_scene("http-network-policy-denied/public-access-off").evidence
    evidence = replace(evidence, observations=tuple(map(claiming, evidence.observations)))
    plain = told(judge(evidence, CATALOGUE))
    assert "http-network-policy-denied" in str(plain)
    for level in (Level.STANDARD, Level.STRICT):
        assert told(judge(redact(evidence, SOMEBODY, level, key=b"k" * 32).evidence, CATALOGUE)) == plain


def test_an_inside_address_beside_an_escape_costs_no_answer() -> None:
    page = b'{"code":"390422","message":"IP 10.0.0.1 may not \\u0022enter\\u0022 10.0.0.1"}'
    evidence = read_scene("http-network-policy-denied/no-profile").evidence
    evidence = replace(evidence, observations=tuple(spoilt(seen, page) for seen in evidence.observations))
    redacted = redact(evidence, SOMEBODY, Level.STRICT, key=b"k" * 32)
    assert told(judge(redacted.evidence, CATALOGUE)) == told(judge(evidence, CATALOGUE))
    pages = [
        seen.answer.body for seen in redacted.evidence.observations if isinstance(seen.answer, HttpReply) and seen.answer.body
    ]
    assert pages
    for one in pages:
        assert b"390422" in one
        assert b"10.0.0.1" not in one


@pytest.mark.parametrize("login", ["user:secret@", "user:sec[ret@", "user:pa ss'\"<@", "a@b:c@d@", "[::1]@"])
def test_a_login_within_a_redirect_changes_nothing_of_where_it_leads(login: str) -> None:
    evidence = read_scene("http-redirected-elsewhere/plain").evidence
    location = Header("location", f"https://{login}elsewhere.example.org/a?b=c")

    def moved(seen: Observation) -> Observation:
        reply = seen.answer
        return (
            replace(seen, answer=replace(reply, headers=(location,))) if isinstance(reply, HttpReply) and reply.status else seen
        )

    evidence = replace(evidence, observations=tuple(map(moved, evidence.observations)))
    plain = judge(evidence, CATALOGUE)
    redacted = redact(evidence, SOMEBODY, Level.STANDARD, key=b"k" * 32)
    assert "http-redirected-elsewhere" in [cause.id for cause in plain.causes]
    assert told(judge(redacted.evidence, CATALOGUE)) == told(plain)
    said = {
        header.value
        for seen in redacted.evidence.observations
        if isinstance(seen.answer, HttpReply)
        for header in seen.answer.headers
    }
    assert "https://(removed)@elsewhere.example.org/a?(removed)" in said


@of_each([name for name in ANSWERED if "/" in name])
def test_a_user_called_like_a_word_of_the_field_changes_nothing(name: str) -> None:
    evidence = read_scene(name).evidence
    called = Private(users=("Nov", "Mar", "Mon", *sorted(COMMON)), machines=tuple(sorted(PRODUCT_WORDS)))
    redacted = redact(evidence, called, Level.STANDARD, key=b"k" * 32)
    assert told(judge(redacted.evidence, CATALOGUE)) == told(judge(evidence, CATALOGUE))


def test_a_user_called_like_a_month_is_replaced_outside_of_dates() -> None:
    foreign = Foreign(Private(users=("jan",)), Pseudonyms(b"k" * 32, frozenset(), keep_addresses=True), frozenset())
    said = foreign.content(b"Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n\r\nWelcome, Jan.")
    assert b"02 Jan 2026" in said
    assert b"Welcome, user-" in said


def spoilt(seen: Observation, page: bytes) -> Observation:
    """The same answer with this page, and a field that says it as well."""
    words = page[:500].decode("latin-1").translate(dict.fromkeys(range(32), " "))
    match seen.answer:
        case HttpReply(headers=headers) as reply if reply.status:
            return replace(seen, answer=replace(reply, headers=(*headers, Header("x-said", words)), body=page))
        case TunnelReply(first_bytes=first) as reply if first:
            return replace(seen, answer=replace(reply, first_bytes=first[:200] + b"\r\n\r\n" + page))
        case _:
            return seen


@pytest.mark.parametrize("pattern", PATTERNS)
def test_whatever_a_page_says_redaction_changes_no_verdict(pattern: str) -> None:
    name = ANSWERED[list(PATTERNS).index(pattern) % len(ANSWERED)]
    evidence = read_scene(name).evidence
    page = b"alice of alices-laptop " + filled(PATTERNS[pattern], 3_000) + b" /home/alice"
    evidence = replace(evidence, observations=tuple(spoilt(seen, page) for seen in evidence.observations))
    plain = told(judge(evidence, CATALOGUE))
    for level in (Level.STANDARD, Level.STRICT):
        redacted = redact(evidence, SOMEBODY, level, key=b"k" * 32)
        assert told(judge(redacted.evidence, CATALOGUE)) == plain, (name, level)
