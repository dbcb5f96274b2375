"""Redaction takes out whom it belongs to, and leaves what a judgement rests on."""

import ipaddress
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from diag.bundle import layout
from diag.bundle.fields import Class, FieldValue, Rewriter
from diag.bundle.held_back import without_leaking
from diag.bundle.known_secrets import Private, is_telling
from diag.bundle.level import Level, level_of
from diag.bundle.read import bundle_of
from diag.bundle.redact import Redacted, redact
from diag.bundle.untrusted_text import is_below
from diag.bundle.write import pack
from diag.model.address import is_private, literal
from diag.model.answer import DnsReply, Header, HttpReply, Session, TunnelReply
from diag.model.endpoint_view import RunView
from diag.model.machine import TrustSettings
from diag.model.observation import Observation
from diag.model.privacy import Form, Privacy
from diag.model.question import Exchange, Lookup, Verify, stands_on
from diag.model.run import Evidence
from diag.model.secret import Login, Secret
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable
from tests.bundle import sample

EVIDENCE = sample.evidence()


def at(level: Level | str, private: Private = sample.PRIVATE, evidence: Evidence = EVIDENCE) -> Redacted:
    return redact(evidence, private, level, key=sample.KEY)


def text_of(evidence: Evidence) -> str:
    return repr(evidence)


def with_answer(evidence: Evidence, id: str, **changed: object) -> Evidence:
    """The evidence with some fields of one answer changed."""

    def edited(observation: Observation) -> Observation:
        return replace(observation, answer=replace(observation.answer, **changed)) if observation.id == id else observation  # type: ignore[type-var]

    return replace(evidence, observations=tuple(map(edited, evidence.observations)))


def answer(redacted: Redacted, id: str) -> object:
    return redacted.evidence.by_id[id].answer


def test_the_standard_level_leaves_no_private_value() -> None:
    text = text_of(at(Level.STANDARD).evidence)
    assert [value for value in sample.private_values() if value in text] == []
    assert all(kept in text for kept in ("acme.service.example.com", "proxy.corp.acme.example", "10.20.30.53", sample.ALIAS))


def test_the_strict_level_leaves_no_inside_address_and_no_proxy() -> None:
    text = text_of(at(Level.STRICT).evidence)
    private = (*sample.private_values(), "10.20.30.", "10.1.2.3", "10.9.9.9", "proxy.corp")
    assert [value for value in private if value in text] == []
    assert "acme.service.example.com" in text


def test_no_redaction_is_still_without_secrets() -> None:
    evidence = with_answer(EVIDENCE, "tunnel-11", reason=f"{sample.PASSWORD} is wrong")
    text = text_of(at(Level.NONE, evidence=evidence).evidence)
    assert sample.PASSWORD not in text
    assert "c00kie-canary" not in text
    assert "ticket=abcdef" not in text
    assert "db01.inside.example.com" in text


@pytest.mark.parametrize(
    ("word", "level"), [("none", Level.NONE), ("standard", Level.STANDARD), ("Standard", Level.STRICT), ("", Level.STRICT)]
)
def test_a_level_that_nobody_knows_is_the_strictest(word: str, level: Level) -> None:
    assert level_of(word) is level
    assert at(word).report.level == level


@pytest.mark.parametrize("level", Level)
def test_questions_still_find_their_observations(level: Level) -> None:
    """The relations that checks follow are the same before and after."""
    before, after = EVIDENCE, at(level).evidence
    assert [seen.id for seen in after.observations] == [seen.id for seen in before.observations]
    assert len(after.by_question) == len(before.by_question)
    for old, new in zip(before.observations, after.observations, strict=True):
        asked = [before.by_question[question].id for question in stands_on(old.question) if question in before.by_question]
        assert [after.by_question[question].id for question in stands_on(new.question) if question in after.by_question] == asked
    for old_case, new_case in zip(RunView(before).cases, RunView(after).cases, strict=True):
        assert new_case.reached == old_case.reached
        assert len(new_case.addresses) == len(old_case.addresses)
        assert new_case.endpoint == replace(old_case.endpoint, expects=new_case.endpoint.expects)
        assert (new_case.dialled_host == new_case.endpoint.host) == (old_case.dialled_host == old_case.endpoint.host)
        assert [is_private(address.ip) for address in new_case.connected] == [is_private(a.ip) for a in old_case.connected]


@pytest.mark.parametrize("level", [Level.STANDARD, Level.STRICT])
def test_a_dns_message_stays_in_step_with_its_question(level: Level) -> None:
    after = at(level).evidence
    for observation in after.observations:
        if isinstance(observation.question, Lookup) and isinstance(observation.answer, DnsReply) and observation.answer.message:
            message = read_message(observation.answer.message)
            assert not isinstance(message, Unreadable)
            assert message.question == observation.question.name
    message = read_message(after.by_id["lookup-8"].answer.message)  # type: ignore[union-attr]
    assert not isinstance(message, Unreadable)
    assert message.canonical == sample.ALIAS
    assert all(is_private(ipaddress.ip_address(address)) for address in message.addresses)


def test_a_dns_message_that_cannot_be_read_stays_unreadable_without_its_names() -> None:
    broken = sample.dns_answer("x.db01.inside.example.com")[:-3]
    after = answer(at(Level.STANDARD, evidence=with_answer(EVIDENCE, "lookup-9", message=broken)), "lookup-9")
    assert isinstance(after, DnsReply)
    assert b"inside" not in after.message
    assert len(after.message) == len(broken)
    assert isinstance(read_message(after.message), Unreadable)


def test_certificates_stay_whole() -> None:
    redacted = at(Level.STANDARD)
    session, issuer = answer(redacted, "handshake-13"), answer(redacted, "exchange-16")
    assert isinstance(session, Session)
    assert session.chain == (sample.certificate(sample.ENDPOINT.host), sample.certificate("issuer.example.net"))
    assert isinstance(issuer, HttpReply)
    assert issuer.body == sample.certificate("pki.example.net")
    assert redacted.evidence.by_id["exchange-16"].question == EVIDENCE.by_id["exchange-16"].question


@pytest.mark.parametrize("name", ["other-name.invalid", "no-such-name.no-such-domain"])
def test_a_name_that_can_be_nobodys_stays_for_checks_to_know_it_again(name: str) -> None:
    stranger = replace(EVIDENCE.by_id["lookup-7"], question=Lookup(name))
    after = at(Level.STRICT, evidence=replace(EVIDENCE, observations=(*EVIDENCE.observations[:7], stranger))).evidence
    assert after.observations[-1].question == Lookup(name)


@pytest.mark.parametrize("name", ["acme.test", "db.acme.test", "a.b.acme.test", f"{'x' * 400}.acme.test"])
def test_a_name_below_a_host_is_withheld_with_it_and_one_beside_it_is_not(name: str) -> None:
    assert is_below(name, frozenset({"acme.test"}))
    assert not is_below(f"{name}.com", frozenset({"acme.test"}))
    assert not is_below(name, frozenset({"cme.test"}))


def test_a_name_in_a_certificate_is_in_clear_everywhere() -> None:
    evidence = with_answer(EVIDENCE, "handshake-13", chain=(sample.certificate("db01.inside.example.com"),))
    redacted = at(Level.STANDARD, evidence=evidence)
    assert "db01.inside.example.com" in text_of(redacted.evidence)
    assert "db01.inside.example.com" not in redacted.withheld


def test_paths_keep_their_place_and_lose_their_owner() -> None:
    facts = answer(at(Level.STANDARD), "inspect-6")
    assert isinstance(facts, TrustSettings)
    home, windows, share = (variable.path for variable in facts.variables)
    assert home.startswith("/home/user-")
    assert home.endswith("/ca.pem")
    assert windows.startswith("C:\\Users\\user-")
    assert share.startswith("\\\\host-")
    assert share.endswith("\\certs\\ca.pem")
    assert facts.store == "/etc/ssl/certs"
    verify = at(Level.STANDARD).evidence.by_id["verify-18"].question
    assert isinstance(verify, Verify)
    assert verify.trust == home, "the same file is the same everywhere"


def test_the_words_for_stores_are_no_paths() -> None:
    private = Private(users=("system", "certifi"))
    for level in Level:
        handshake = at(level, private).evidence.by_id["handshake-13"].question
        assert handshake.trust == "system"  # type: ignore[union-attr]


def test_the_targets_of_requests_are_texts_of_their_own() -> None:
    observation = EVIDENCE.by_id["exchange-14"]
    assert isinstance(observation.question, Exchange)
    absolute = replace(observation, question=replace(observation.question, target="http://db01.inside.example.com:8080/a/b"))
    after = at(Level.STANDARD, evidence=replace(EVIDENCE, observations=(*EVIDENCE.observations[:5], absolute))).evidence
    question = after.observations[-1].question
    assert isinstance(question, Exchange)
    assert question.target.startswith("http://host-")
    assert question.target.endswith(".example.com:8080/a/b")


ECHOES = [
    ("welcome alice", "alice"),
    ("ALICE@corp", "ALICE"),
    ("on alices-laptop.corp.acme.example!", "alices-laptop"),
    ("file:///home/alice/x", "alice"),
    ("see db01.inside.example.com.", "db01"),
    (f"you sent {sample.PASSWORD}", sample.PASSWORD),
    ("you sent c4nary%2FPass%2Bword", "c4nary"),
    ("Basic c3ZjLWNhbmFyeTpjNG5hcnkvUGFzcyt3b3Jk", "c3ZjLWNhbmFyeTpjNG5hcnkvUGFzcyt3b3Jk"),
    ("NTLM TlRMTVNTUAACAAAADAAMADgAAAAFgokC", "TlRMTVNTUAAC"),
    ("https://idp.example/sso?SAMLRequest=abc&Signature=def#top", "SAMLRequest"),
]


@pytest.mark.parametrize(("echo", "private"), ECHOES)
def test_what_a_stranger_echoes_is_replaced(echo: str, private: str) -> None:
    evidence = with_answer(EVIDENCE, "exchange-14", headers=(Header("x-echo", echo),), body=echo.encode(), reason=echo)
    reply = answer(at(Level.STANDARD, evidence=evidence), "exchange-14")
    assert isinstance(reply, HttpReply)
    assert private not in reply.headers[0].value
    assert private.encode() not in reply.body
    assert private not in reply.reason


def test_an_address_is_replaced_in_texts_at_the_strict_level() -> None:
    evidence = with_answer(
        EVIDENCE, "exchange-14", body=b"your address is 10.20.30.40, via 10.20.30.1; version 7.10.20.30.1; seen as 110.20.30.40"
    )
    reply = answer(at(Level.STRICT, evidence=evidence), "exchange-14")
    assert isinstance(reply, HttpReply)
    assert b" 10.20.30.40" not in reply.body
    assert b"10.20.30.1;" not in reply.body
    assert b"version 7.10.45." in reply.body
    assert b"110.20.30.40" not in reply.body, "the address under which others see this network"


def test_cookies_and_credentials_never_stay() -> None:
    names = ("Set-Cookie", "authorization", "PROXY-AUTHORIZATION", "cookie")
    evidence = with_answer(EVIDENCE, "exchange-14", headers=tuple(Header(name, "sid=1") for name in names))
    for level in Level:
        reply = answer(at(level, evidence=evidence), "exchange-14")
        assert isinstance(reply, HttpReply)
        assert reply.headers == tuple(Header(name, "(removed)") for name in names)
        refusal = answer(at(level), "tunnel-11")
        assert isinstance(refusal, TunnelReply)
        assert b"Set-Cookie: (removed)\r\n" in refusal.first_bytes


def test_header_names_and_challenges_stay() -> None:
    private = Private(users=("location", "server"), logins=(Login("basic", "realm"),))
    reply = answer(at(Level.STANDARD, private), "exchange-14")
    assert isinstance(reply, HttpReply)
    assert [header.name for header in reply.headers] == ["location", "server"]
    refusal = answer(at(Level.STANDARD), "tunnel-11")
    assert isinstance(refusal, TunnelReply)
    assert refusal.headers[0].value.startswith('Basic realm="user-')


@pytest.mark.parametrize("name", ["administrator", "Administrator", "administrateur", "ubuntu", "ec2-user", "vagrant"])
def test_the_accounts_of_every_computer_name_nobody(name: str) -> None:
    home = f"/home/{name}/x".encode()
    redacted = at(
        Level.STANDARD, Private(users=(name,)), with_answer(EVIDENCE, "exchange-14", body=home + b" of " + name.encode())
    )
    reply = answer(redacted, "exchange-14")
    assert isinstance(reply, HttpReply)
    assert reply.body == home + b" of " + name.encode()


def test_users_that_name_nobody_and_words_of_the_endpoint_stay() -> None:
    private = Private(users=("root", "acme", "x"), machines=("localhost",), homes=("/root", "/"))
    redacted = at(
        Level.STANDARD, private, with_answer(EVIDENCE, "exchange-14", body=b"root on localhost of acme at x in /root/x")
    )
    reply = answer(redacted, "exchange-14")
    assert isinstance(reply, HttpReply)
    assert reply.body == b"root on localhost of acme at x in /root/x"


def test_no_proxy_entries_keep_their_form() -> None:
    exceptions = at(Level.STRICT).evidence.by_id["inspect-5"].answer.exceptions  # type: ignore[union-attr]
    assert exceptions[0] == "localhost"
    assert exceptions[1].startswith(".host-")
    assert exceptions[2:] == ("*.service.example.com", "10.0.0.0/8", "*")


def test_subnets_keep_holding_their_addresses() -> None:
    after = at(Level.STRICT).evidence
    routes = after.by_id["inspect-2"].answer.routes  # type: ignore[union-attr]
    interfaces = after.by_id["inspect-1"].answer.interfaces  # type: ignore[union-attr]
    own = literal(interfaces[1].addresses[0])
    assert own is not None
    assert own in ipaddress.ip_network(routes[1].destination)
    assert routes[0].destination == "0.0.0.0/0"
    assert literal(routes[0].gateway) in ipaddress.ip_network(routes[1].destination)
    assert interfaces[0].addresses == ("127.0.0.1", "::1")


def test_a_network_whose_first_address_was_met_elsewhere_stays_a_network() -> None:
    routes = EVIDENCE.by_id["inspect-2"].answer.routes  # type: ignore[union-attr]
    odd = (*routes, replace(routes[0], destination="10.0.0.0/8", gateway="10.0.0.0"))
    after = without_leaking(at(Level.STRICT, evidence=with_answer(EVIDENCE, "inspect-2", routes=odd)))
    assert after.evidence.by_id["inspect-2"].answer.routes[-1].destination == "10.0.0.0/8"  # type: ignore[union-attr]
    assert not after.lost


def test_the_report_counts_and_holds_no_value() -> None:
    redacted = at(Level.STANDARD)
    assert redacted.report.rules["host-name"] > 0
    assert redacted.report.rules["secret-field"] == 2
    assert redacted.report.dropped == {}
    written = layout.JSON.encode(redacted.report).decode()
    assert [value for value in (*sample.private_values(), *redacted.originals) if value in written] == []
    assert [value for value in sample.private_values() if value in repr(redacted)] == []


def test_the_same_arguments_give_the_same_and_another_key_gives_others() -> None:
    one, again = (replace(at(Level.STANDARD), in_words=str) for _ in range(2))
    assert one == again
    other = redact(EVIDENCE, sample.PRIVATE, Level.STANDARD, key=b"x" * 32)
    assert not set(other.originals) & set(at(Level.STANDARD).originals)


def test_stand_ins_lead_back_for_their_owner_alone() -> None:
    originals = at(Level.STANDARD).originals
    assert {"alice", "bob", "filesrv", "db01", "alices-laptop"} <= set(originals.values())


@pytest.mark.parametrize(
    ("value", "telling"),
    [("abc", False), ("secret", False), ("12345", False), ("ab1c", True), ("p@ss", True), ("correcthorse", True), ("", False)],
)
def test_a_value_is_telling_where_nobody_meets_it_by_accident(value: str, telling: bool) -> None:
    assert is_telling(value) is telling


WORDS = st.text(st.characters(), max_size=30)
PIECES = st.sampled_from(
    ["db01.inside.example.com", "acme.service.example.com", "/home/alice", "10.20.30.40", ".", "%", "\ud800", "\x1b["]
)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(Level), st.lists(st.one_of(WORDS, PIECES), min_size=1, max_size=12), st.integers(0, 1 << 30))
def test_whatever_was_seen_is_written_and_read_back_the_same(level: Level, texts: list[str], seed: int) -> None:
    """Arbitrary texts in every field that is not our own: the bundle is written, and reading it changes nothing more."""
    dice = random.Random(seed)

    def arbitrary(value: FieldValue, of: Class) -> FieldValue:
        if of.privacy in (Privacy.PUBLIC, Privacy.VENDOR) or of.form is Form.CERTIFICATE or dice.random() < 0.6:
            return value
        text = "".join(dice.choices(texts, k=dice.randint(0, 3)))
        return text if isinstance(value, str) else text.encode("utf-8", "surrogatepass")

    redacted = at(level, Private(secrets=(Secret("tok3n-of-canaries"),), homes=("/home/alice",)), Rewriter(arbitrary)(EVIDENCE))
    members, _ = pack(redacted, sample.diagnosis(proxy="it"), summary="", catalogue_version="1")
    bundle = bundle_of(members)
    assert bundle.evidence == redacted.evidence
    again, _ = pack(
        Redacted(bundle.evidence, bundle.report, {}, Private(), frozenset()),
        bundle.diagnosis,
        summary=bundle.summary,
        catalogue_version="1",
    )
    assert again == members
