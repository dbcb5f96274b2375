"""How the TLS family looks closer: what it asks besides, what the answers change, and how sure it is."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from checks.tls import (
    certificate_expired,
    chain_incomplete,
    handshake_cut,
    handshake_silent,
    intercepted,
    issuer_untrusted,
    name_mismatch,
    plaintext_answer,
    self_signed,
    sni_filtered,
    version_rejected,
)
from diag.engine.judge import judge
from diag.knowledge.handshake_experiments import sizes
from diag.model.address import Address, Authority
from diag.model.answer import Connection, HoldEnd, HttpReply, Session, SystemLookup, TcpInfo, Trust, VerifyError
from diag.model.endpoint import Expectations
from diag.model.question import Connect, Exchange, Handshake, Hold, Lookup, Verify
from diag.model.verdict import Because, Confidence, Finding, Status
from tests.checks.authorities import AIA, AIA_BY_NAME, CORP_ROOT, INTERMEDIATE, certificate, leaf
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS, HOST, NOW, date_line
from tests.checks.test_tls import DAY, DEAD, GAP, MANY, OLD, OLD_INTERMEDIATE, SELF_SIGNED, SPOKE, met, tried
from tests.checks.verdicts import asks, judged


def test_an_expired_certificate_is_named_and_the_service_accused_only_with_a_witness() -> None:
    alone = judged(certificate_expired.CHECK, met([OLD, INTERMEDIATE], (10, 0)))
    assert alone.rules_out == {}
    told = {"host": HOST, "subject": HOST, "date": NOW - DAY, "days": 1, "clock": "not_compared"}
    assert alone.facts == {**told, "at": (ADDRESS,)}
    witnessed = judged(certificate_expired.CHECK, met([OLD], (10, 0)).exchange(200, date_line(NOW + timedelta(seconds=40))))
    assert witnessed.rules_out == {"machine-clock-wrong": ("exchange-1",)}
    assert witnessed.cites == ("handshake-1", "exchange-1")
    intermediate = judged(certificate_expired.CHECK, met([leaf(), OLD_INTERMEDIATE], (10, 1)))
    assert intermediate.facts["subject"] == "Example Issuing"


def test_other_servers_can_tell_the_time_too() -> None:
    suspect = met([OLD], (10, 0), url="tls://api.example.com:8443")
    neighbour = met([leaf("b.example.com")], url="https://b.example.com").exchange(200, date_line(NOW - 30 * DAY))
    assert judged(certificate_expired.CHECK, suspect, neighbour).because is Because.UNDECIDED


def test_an_old_path_that_a_public_list_does_not_need_is_not_held_against_the_service() -> None:
    scene = met([leaf(), OLD_INTERMEDIATE], (10, 1))
    [question] = asks(certificate_expired.CHECK, scene)
    assert question == Verify(scene.handshake_question, trust="certifi")
    assert judged(certificate_expired.CHECK, scene.also(question, Trust(path=3))).status is Status.UNKNOWN
    assert asks(certificate_expired.CHECK, met([OLD], (10, 0))) == []


def test_a_name_mismatch_says_how_the_names_differ() -> None:
    def why(scene: Notes) -> object:
        return judged(name_mismatch.CHECK, scene).facts["mismatch"]

    assert why(met([leaf("*.example.com")], url="https://a.b.example.com")) == "too_deep_for_wildcard"
    assert why(met([leaf("*.example.com")], url="https://example.com")) == "wildcard_for_parent"
    assert why(met([leaf("my-account.example.com")], url="https://my_account.example.com")) == "underscore"
    assert why(met([certificate(HOST, "Example Issuing")])) == "only_common_name"
    assert why(met([MANY], url="https://192.0.2.1")) == "address"
    finding = judged(name_mismatch.CHECK, met([MANY], url="https://deep.api.example.org"))
    assert finding.facts["listed"] == 123
    assert isinstance(names := finding.facts["names"], tuple)
    assert names[0] == "*.example.org"
    assert len(names) == 8


def test_a_strangers_certificate_leaves_more_open_than_a_trusted_one() -> None:
    ours = judged(name_mismatch.CHECK, met([leaf("x.example.com")])).rules_out
    assert ours == dict.fromkeys(("another-answers", "filtered-by-name"), ("handshake-1",))
    assert judged(name_mismatch.CHECK, met([leaf("x.test")])).rules_out == {}
    assert judged(name_mismatch.CHECK, met([SELF_SIGNED], (18, 0), url="https://x.test")).rules_out == {}


def refused() -> Trust:
    return Trust((VerifyError(20, 0), VerifyError(21, 0)))


def both(scene: Notes) -> tuple[Finding, Finding]:
    return judged(chain_incomplete.CHECK, scene), judged(issuer_untrusted.CHECK, scene)


def through_the_errand(scene: Notes, body: bytes, filled: Trust) -> Notes:
    """The scene after the rounds that its checks want, played out with these answers."""
    for question in asks(chain_incomplete.CHECK, scene):
        scene.also(question, _play(question, body, filled))
    while wanted := [q for q in asks(chain_incomplete.CHECK, scene) if scene.case.asked(q) is None]:
        for question in wanted:
            scene.also(question, _play(question, body, filled))
    return scene


def _play(question: object, body: bytes, filled: Trust) -> SystemLookup | Connection | HttpReply | Trust:
    match question:
        case Lookup():
            return SystemLookup(("203.0.113.80", "2001:db8::80"))
        case Connect():
            return Connection()
        case Exchange():
            return HttpReply(status=200, body=body, complete=True)
        case Verify() as verify:
            return filled if verify.fetched else refused()
    raise AssertionError(question)


def test_the_missing_certificate_is_fetched_step_by_step() -> None:
    scene = met([leaf(url=AIA_BY_NAME)], *GAP)
    lookup = Lookup("issuers.example.net")
    assert asks(chain_incomplete.CHECK, scene) == [Verify(scene.handshake_question, trust="certifi"), lookup]
    scene.also(lookup, SystemLookup(("203.0.113.80", "203.0.113.81", "2001:db8::80")))
    four, six = Connect(Address("203.0.113.80", 80)), Connect(Address("2001:db8::80", 80))
    at = Authority("issuers.example.net", 80)
    first, second = (Exchange(way, at, "/issuing.der", keep=65536, wants="certificate") for way in (four, six))
    assert asks(chain_incomplete.CHECK, scene)[1:] == [four, first, six, second]
    scene.also(first, HttpReply(status=200, body=INTERMEDIATE, complete=True))
    assert asks(chain_incomplete.CHECK, scene)[1:] == [Verify(scene.handshake_question, (first,))]


def test_what_completes_the_chain_decides_who_is_at_fault() -> None:
    incomplete, untrusted = both(through_the_errand(met([leaf(url=AIA)], *GAP), INTERMEDIATE, Trust(path=3)))
    assert (incomplete.status, incomplete.confidence) == (Status.PROBLEM, Confidence.CERTAIN)
    assert incomplete.facts["missing"] == "Example Issuing"
    assert untrusted.status is Status.OK
    private = leaf(issuer="Corp Root", url=AIA)
    incomplete, untrusted = both(through_the_errand(met([private], *GAP), CORP_ROOT, Trust((VerifyError(19, 1),))))
    assert incomplete.status is Status.OK
    assert (untrusted.status, untrusted.confidence) == (Status.PROBLEM, Confidence.CERTAIN)
    assert untrusted.about == "Corp Root"


def test_a_fetch_that_fails_leaves_both_causes_named() -> None:
    scene = met([leaf(url=AIA)], *GAP)
    way = Connect(Address("203.0.113.80", 80))
    scene.also(way, Connection("timed_out")).also(Verify(scene.handshake_question, trust="certifi"), refused())
    assert [q for q in asks(chain_incomplete.CHECK, scene) if scene.case.asked(q) is None] == []
    incomplete, untrusted = both(scene)
    assert (incomplete.status, incomplete.confidence) == (Status.PROBLEM, Confidence.POSSIBLE)
    assert incomplete.rules_out == {}
    assert untrusted.status is Status.UNKNOWN


def test_a_root_that_public_lists_know_accuses_neither() -> None:
    scene = met([leaf(), INTERMEDIATE], (20, 1))
    scene.also(Verify(scene.handshake_question, trust="certifi"), Trust(path=3))
    assert [finding.status for finding in both(scene)] == [Status.OK, Status.OK]


def test_a_healthy_chain_asks_nothing_more() -> None:
    for check in (certificate_expired.CHECK, chain_incomplete.CHECK, issuer_untrusted.CHECK):
        assert asks(check, met([leaf(url=AIA), INTERMEDIATE])) == []


def test_behind_a_proxy_the_issuer_is_fetched_by_the_same_way() -> None:
    scene = Notes(proxy="proxy.corp.test:3128").lookup("10.0.0.9").connect().tunnel().handshake([leaf(url=AIA)], *GAP)
    over = Connect(Address("10.0.0.9", 3128))
    fetch = Exchange(over, Authority("203.0.113.80", 80), AIA, keep=65536, wants="certificate")
    assert asks(chain_incomplete.CHECK, scene)[1:] == [over, fetch]


@pytest.mark.parametrize(
    "url",
    [
        "https://203.0.113.80/issuing.der",
        "ldap://203.0.113.80/cn=issuing",
        "http://169.254.169.254/latest/meta-data",
        "http://user:word@203.0.113.80/x",
        "http://203.0.113.80/x y",
        "http://[::1/x",
        "http:///x",
    ],
)
def test_only_plain_public_addresses_are_followed(url: str) -> None:
    scene = met([leaf(url=url)], *GAP)
    assert asks(chain_incomplete.CHECK, scene) == [Verify(scene.handshake_question, trust="certifi")]


def test_another_protocol_is_named_and_a_page_leaves_more_open() -> None:
    def said(first: bytes) -> tuple[object, bool]:
        finding = judged(plaintext_answer.CHECK, met([], failure="not_tls", first_bytes=first))
        return finding.facts.get("spoken"), bool(finding.rules_out)

    assert said(b"SSH-2.0-x") == ("ssh", True)
    assert said(b"HTTP/1.1 400 Bad Request") == ("http", True)
    assert said(b"HTTP/1.1 302 Found") == ("http", False)
    assert said(b"<html>") == ("html", False)
    assert said(b"J\x00\x00\x00\x0a8.0.36") == ("mysql", True)
    assert said(b"\x01\x02") == (None, True)


def test_a_handshake_that_died_is_tried_with_one_thing_changed() -> None:
    scene = met([], failure="timed_out")
    question = scene.handshake_question
    nameless, other = (replace(question, server_name=name) for name in ("", "other-name.invalid"))
    small = replace(question, hello="small")
    low = replace(question, over=Connect(Address(ADDRESS, 443), mss=1100))
    assert asks(handshake_silent.CHECK, scene) == [nameless, other, small, low]
    assert asks(sni_filtered.CHECK, scene) == [nameless, other]
    assert asks(version_rejected.CHECK, scene) == [replace(question, versions=("TLSv1.2",))]
    assert asks(handshake_cut.CHECK, met([], failure="reset")) == [nameless, other, Hold(question.over, 1.0)]
    for check in (handshake_silent.CHECK, sni_filtered.CHECK, handshake_cut.CHECK, version_rejected.CHECK):
        assert asks(check, met([], failure="alert:handshake_failure", bytes_received=7)) == []
    without_a_name = met([], failure="timed_out", url="https://203.0.113.10")
    assert asks(handshake_silent.CHECK, without_a_name) == list(sizes(without_a_name.handshake_question))


def test_a_filter_by_name_is_certain_where_the_hello_never_arrived() -> None:
    def sure(tcp: TcpInfo | None, hello: int = 0) -> Confidence:
        scene = met([], failure="reset", tcp=tcp, hello_bytes=hello)
        return judged(sni_filtered.CHECK, tried(scene, SPOKE, SPOKE)).confidence

    assert sure(TcpInfo(7, bytes_acked=1)) is Confidence.CERTAIN
    assert sure(TcpInfo(7, bytes_acked=518)) is Confidence.POSSIBLE
    assert sure(TcpInfo(7, bytes_acked=1582), 1581) is Confidence.POSSIBLE
    assert sure(TcpInfo(1, unacked=1, bytes_acked=1449), 1581) is Confidence.CERTAIN  # the second of two segments
    assert sure(TcpInfo(7, bytes_acked=1449), 1581) is Confidence.LIKELY
    assert sure(None) is Confidence.LIKELY


def test_a_way_that_could_not_be_opened_again_shows_nothing() -> None:
    no_way = Session("timed_out", stage="connect")
    assert judged(sni_filtered.CHECK, tried(met([], failure="cut"), no_way, no_way)).status is Status.UNKNOWN
    assert judged(handshake_cut.CHECK, tried(met([], failure="cut"), no_way, no_way)).confidence is Confidence.POSSIBLE
    assert judged(handshake_cut.CHECK, tried(met([], failure="cut"), DEAD)).confidence is Confidence.LIKELY


def test_a_connection_that_dies_idle_too_is_not_cut_over_tls() -> None:
    scene = tried(met([], failure="cut"), DEAD, DEAD)
    idle = Hold(scene.handshake_question.over, 1.0)
    assert judged(handshake_cut.CHECK, scene.also(idle, HoldEnd("reset", lived=1.002))).status is Status.PROBLEM
    again = tried(met([], failure="cut"), DEAD, DEAD).also(idle, HoldEnd("cut", 0.1))
    assert judged(handshake_cut.CHECK, again).status is Status.UNKNOWN


def test_each_version_is_offered_alone() -> None:
    scene = met([], failure="alert:protocol_version")
    questions = asks(version_rejected.CHECK, scene)
    offered = [question.versions for question in questions if isinstance(question, Handshake)]
    assert offered == [("TLSv1",), ("TLSv1.1",), ("TLSv1.2",), ("TLSv1.3",)]
    for question, answer in zip(questions, (SPOKE, SPOKE, Session("alert:protocol_version"), DEAD), strict=True):
        scene.also(question, answer)
    finding = judged(version_rejected.CHECK, scene)
    assert finding.facts["accepted_versions"] == ("TLSv1", "TLSv1.1")
    assert finding.facts["offered"] == ("TLSv1.2", "TLSv1.3")
    assert finding.confidence is Confidence.CERTAIN


def test_one_authority_for_unrelated_services_is_an_inspecting_proxy() -> None:
    def host(name: str, issuer: str = "Corp Root", *errors: tuple[int, int], **expects: str) -> Notes:
        scene = Notes(f"https://{name}", expects=Expectations(**expects))  # type: ignore[arg-type]
        return scene.lookup(ADDRESS).connect().handshake([leaf(name, issuer=issuer)], *errors)

    both = judged(intercepted.CHECK, host("api.example.com", "Corp Root", *GAP), host("files.example.net", "Corp Root", *GAP))
    assert (both.status, both.confidence) == (Status.PROBLEM, Confidence.LIKELY)
    assert both.hits == ("https://api.example.com:443", "https://files.example.net:443")
    assert both.about == "CN=Corp Root"
    trusted = judged(intercepted.CHECK, host("api.example.com"), host("files.example.net"))
    assert trusted.status is Status.WARNING
    for healthy in (
        (host("api.example.com"), host("files.example.com")),
        (host("api.example.com"), host("files.example.net", "Other Root")),
        (host("api.example.com", trust="corp.pem"), host("files.example.net", trust="corp.pem")),
        (inside("app.corp.test"), inside("wiki.other.test")),
        (inside("app.corp.test", "127.0.0.1"), inside("wiki.other.test", "127.0.0.1")),
    ):
        assert judged(intercepted.CHECK, *healthy).status in (Status.OK, Status.UNKNOWN)
    known = judged(intercepted.CHECK, host("api.example.com", "Zscaler Root CA", *GAP))
    assert (known.facts["product"], known.confidence) == ("zscaler", Confidence.CERTAIN)


def inside(name: str, address: str = "10.2.3.4") -> Notes:
    """A company's own service, with a certificate of the company's own authority that this client trusts."""
    return Notes(f"https://{name}").lookup(address).connect(address).handshake([leaf(name, issuer="Corp Root")])


def test_a_self_signed_certificate_takes_its_wrong_name_with_it() -> None:
    diagnosis = judge(evidence_of(met([SELF_SIGNED], (18, 0), url="https://x.test")), (self_signed.CHECK, name_mismatch.CHECK))
    assert [(cause.id, cause.explains) for cause in diagnosis.causes] == [("tls-self-signed", ("tls-name-mismatch",))]
