"""What holds for every check of the upper layers: missing evidence, healthy networks, sentences and articles."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import http, privatelink, proxy, tls
from diag.engine.judge import judge
from diag.model.answer import Trust
from diag.model.check import AnyCheck, EndpointCheck, RunCheck
from diag.model.endpoint import Expectations, Network
from diag.model.observation import Fault, FaultKind, Observation
from diag.model.question import Verify
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence, Trail
from diag.model.verdict import Because, Status
from tests.checks import (
    test_http,
    test_http_more,
    test_privatelink,
    test_privatelink_more,
    test_proxy,
    test_proxy_scripts,
    test_proxy_settings,
    test_proxy_socks,
    test_revocation,
    test_tls,
    test_tls_client,
    test_tls_more,
    test_tls_upgrades,
)
from tests.checks.authorities import CORP_LEAF, CORP_ROOT, INTERMEDIATE, PUBLIC_LEAF, ROOT, certificate, leaf
from tests.checks.layers import ADDRESS, HOST, NOW, PROXY_IP, Scene, date_line, evidence_of, found

CHECKS: tuple[AnyCheck, ...] = (*proxy.CHECKS, *privatelink.CHECKS, *tls.CHECKS, *http.CHECKS)
TABLES = (
    test_proxy,
    test_proxy_socks,
    test_proxy_settings,
    test_proxy_scripts,
    test_tls,
    test_tls_more,
    test_tls_client,
    test_tls_upgrades,
    test_revocation,
    test_http,
    test_http_more,
    test_privatelink,
    test_privatelink_more,
)
Staged = Callable[[], Scene | tuple[Scene, ...]]
CASES: list[tuple[AnyCheck, str, Staged, Status]] = [
    *(case for table in TABLES for case in table.CASES),
    *test_privatelink_more.HALVES,
]
PROXY = "proxy.corp.test:3128"
OLD_ROOT = certificate("Example Root", "Older Root", ca=True, end=NOW.replace(year=2021), start=NOW.replace(year=2015))


def scenes(staged: Staged) -> tuple[Scene, ...]:
    """The scenes of one case: one, or several endpoints of one run."""
    made = staged()
    return made if isinstance(made, tuple) else (made,)


def direct(url: str = f"https://{HOST}", chain: tuple[bytes, ...] = (PUBLIC_LEAF, INTERMEDIATE), **expects: object) -> Scene:
    scene = Scene(url, expects=Expectations(**expects)).lookup(ADDRESS, "2001:db8::10").connect().connect("2001:db8::10")  # type: ignore[arg-type]
    return scene.handshake(chain) if scene.endpoint.speaks_tls else scene


def verified(scene: Scene) -> Scene:
    """The scene after its chain was held against the public list, and against its own with the strict rules."""
    question = scene.handshake_question
    scene.also(Verify(question, trust="certifi"), Trust(path=3))
    return scene.also(Verify(question, trust=question.trust, strict=True), Trust(path=3))


HEALTHY: dict[str, Callable[[], Scene]] = {
    "the plainest": lambda: direct().exchange(200, date_line()),
    **{
        f"answers {status}": lambda status=status: direct().exchange(status, date_line(), "Server: nginx")
        for status in (204, 301, 400, 401, 403, 404, 405)
    },
    "TLS alone": lambda: direct("tls://api.example.com:8883"),
    "a database that goes over to TLS": lambda: (
        Scene("postgres://api.example.com").lookup(ADDRESS).connect().upgrade().handshake([PUBLIC_LEAF, INTERMEDIATE])
    ),
    "a mail server behind a proxy": lambda: (
        Scene("smtp://api.example.com", proxy=PROXY).lookup(PROXY_IP).connect().tunnel().upgrade().handshake([PUBLIC_LEAF])
    ),
    "TCP alone": lambda: direct("tcp://api.example.com:5432"),
    "plain HTTP": lambda: direct("http://api.example.com").exchange(404, "Server: Apache"),
    "an expired root sent along": lambda: direct(chain=(PUBLIC_LEAF, INTERMEDIATE, OLD_ROOT)).exchange(),
    "its own root sent along": lambda: direct(chain=(PUBLIC_LEAF, INTERMEDIATE, ROOT)).exchange(),
    "a chain out of order": lambda: direct(chain=(PUBLIC_LEAF, ROOT, INTERMEDIATE)).exchange(),
    "a private authority, declared": lambda: direct(chain=(CORP_LEAF,), trust="corp-ca.pem").exchange(401),
    "a private authority, trusted by the system": lambda: direct(chain=(CORP_LEAF, CORP_ROOT)).exchange(200, "Via: 1.1 gateway"),
    "a self-signed certificate, declared": lambda: direct(chain=(certificate(HOST, HOST, HOST),), trust="own.pem").exchange(),
    "many names": lambda: direct(
        chain=(leaf(*(f"{n}.example.net" for n in range(200)), "*.example.com"), INTERMEDIATE)
    ).exchange(),
    "behind a content network": lambda: direct().exchange(403, "Server: cloudflare", "CF-RAY: 8c"),
    "an object store without credentials": lambda: direct().exchange(
        403, "Content-Type: application/xml", "x-amz-request-id: 7", body=b"<Error><Code>AccessDenied</Code>"
    ),
    "a denial of its own, passed on by a content network": lambda: direct().exchange(
        403, "Content-Type: application/json", "Via: 1.1 varnish", body=b'{"code": "390100"}'
    ),
    "an inspected network, whose gateway passes on": lambda: direct(chain=(CORP_LEAF, CORP_ROOT)).exchange(
        403, "Server: nginx", "Via: 1.1 gateway (squid/6.6)"
    ),
    "through a proxy": lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect().tunnel().handshake([PUBLIC_LEAF]).exchange(404),
    "through a proxy, with a login": lambda: (
        Scene(proxy=PROXY, login=True).lookup(PROXY_IP).connect().tunnel(200, login="basic").handshake([PUBLIC_LEAF]).exchange()
    ),
    "through a proxy spoken to over TLS": lambda: (
        Scene(proxy=PROXY, proxy_scheme="https")
        .lookup(PROXY_IP)
        .connect()
        .proxy_handshake(chain=(CORP_LEAF,))
        .tunnel()
        .handshake([PUBLIC_LEAF, INTERMEDIATE])
        .exchange()
    ),
    "plain HTTP through a proxy": lambda: (
        Scene("http://api.example.com", proxy=PROXY).lookup(PROXY_IP).connect().exchange(404, "Via: 1.1 proxy (squid/6.6)")
    ),
    "a script set on the desktop that nobody needs": lambda: test_proxy_scripts.on_desktop(reached=True),
    "a script that says direct": lambda: test_proxy_scripts.obeyed(
        reached=True, why=RouteReason.SCRIPT, steered=test_proxy_scripts.DIRECT
    ),
    "a script that is looked for, and is not there": lambda: test_proxy_scripts.scene(
        True, Route(RouteReason.NOTHING_DETECTED, None, "--pac")
    ),
    "private, as it should be": lambda: (
        Scene(expects=Expectations(network=Network.PRIVATE))
        .lookup("10.4.5.6")
        .connect("10.4.5.6")
        .handshake([PUBLIC_LEAF, INTERMEDIATE])
        .exchange(403)
    ),
    "accepted by every list, strictly too": lambda: verified(direct().exchange()),
    "public, as it should be": lambda: direct(network=Network.PUBLIC).exchange(403),
}


@pytest.mark.parametrize("scene", HEALTHY.values(), ids=HEALTHY)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_healthy_network_is_told_nothing(check: AnyCheck, scene: Callable[[], Scene]) -> None:
    assert found(check, scene()).status not in (Status.PROBLEM, Status.WARNING)


@pytest.mark.parametrize("scene", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_network_is_asked_nothing(scene: Callable[[], Scene]) -> None:
    case = scene().case
    wanted = [q for check in CHECKS if isinstance(check, EndpointCheck) and check.applies(case) for q in check.questions(case)]
    assert not [question for question in wanted if not isinstance(question, Verify)], "Verify sends nothing"


def without_some(evidence: Evidence, fates: list[str]) -> Evidence:
    """The evidence with each observation kept, lost, or turned into a fault."""
    kept: list[Observation] = []
    for seen, fate in zip(evidence.observations, fates, strict=False):
        if fate == "kept":
            kept.append(seen)
        elif fate == "fault":
            kept.append(Observation(seen.id, seen.question, seen.began, seen.took, fault=Fault(FaultKind.DEADLINE)))
    return Evidence(evidence.run, tuple(kept))


fates = st.lists(st.sampled_from(["kept", "kept", "lost", "fault"]), min_size=12, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([staged for _, _, staged, _ in CASES] + list(HEALTHY.values())), fates)
def test_no_check_breaks_over_missing_evidence(staged: Staged, fates: list[str]) -> None:
    diagnosis = judge(without_some(evidence_of(*scenes(staged)), fates), CHECKS)
    assert not [verdict for verdict in diagnosis.verdicts if verdict.finding.because is Because.CHECK_BROKEN]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(HEALTHY.values())), fates)
def test_a_healthy_run_with_pieces_missing_is_accused_of_nothing(scene: Callable[[], Scene], fates: list[str]) -> None:
    diagnosis = judge(without_some(evidence_of(scene()), fates), CHECKS)
    assert not diagnosis.causes


def test_no_check_needs_a_route_or_a_walk() -> None:
    whole = evidence_of(direct())
    trail = Trail(whole.run.trails[0].endpoint)
    run = type(whole.run)("0", NOW, NOW, whole.run.limits, (trail,), interrupted=True)
    verdicts = judge(Evidence(run, ()), CHECKS).verdicts
    assert {verdict.finding.status for verdict in verdicts} <= {Status.UNKNOWN, Status.NOT_APPLICABLE}
    assert not [verdict for verdict in verdicts if verdict.finding.because is Because.CHECK_BROKEN]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_name_in_a_title_is_a_fact_of_every_finding(check: AnyCheck) -> None:
    findings = [found(one, *scenes(staged)) for one, _, staged, _ in CASES if one is check]
    accusing = [finding for finding in findings if finding.status in (Status.PROBLEM, Status.WARNING)]
    assert accusing, "no case of this check finds anything"
    for finding in accusing:
        title = check.sentences_for(finding.facts.get("form")).title
        assert {name for _, name, _, _ in string.Formatter().parse(title) if name} <= set(finding.facts)
    assert all(finding.about for finding in accusing)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_article_has_its_paragraphs_in_order(check: AnyCheck) -> None:
    headings = [line.strip("*") for line in check.article.splitlines() if line.startswith("*") and line.endswith("*")]
    assert headings == ["What it means", "Why it matters", "What to do", "How it is told apart"]
    assert check.article.splitlines()[0].endswith(".")
    assert len({one.id for one in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_seen_to_find_and_to_clear(check: AnyCheck) -> None:
    expected = {status for one, _, _, status in CASES if one is check}
    assert expected & {Status.PROBLEM, Status.WARNING}
    assert Status.OK in expected
    assert isinstance(check, EndpointCheck | RunCheck)
