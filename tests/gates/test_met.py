"""What a check says of itself is met somewhere: each consequence that it names, each question, each stage that it needs.

A consequence is met where a cause explains it in a scene, or in evidence that a table of `tests/checks` builds by hand. Those
that no evidence shows are listed in `NOT_MET`, and tried with verdicts alone: both are found at one endpoint, and the one is
folded beneath the other. Who shows one of them takes it off the list.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType

import msgspec

from checks import CATALOGUE
from diag.engine.causes import causes_of
from diag.engine.judge import judge
from diag.model.check import AnyCheck, EndpointCheck, RunCheck
from diag.model.endpoint import Expectations, Network
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.run import Trials
from diag.model.verdict import RUN, Because, Finding, Status, Verdict
from tests import checks
from tests.checks.authorities import INTERMEDIATE, PUBLIC_LEAF
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS, PROXY_IP
from tests.each import of_each
from tests.gates.design import ROOT
from tests.recording.outcome import asked_by, word_of
from tests.recording.scene import outcomes

BY_ID = {check.id: check for check in CATALOGUE}
PAIRS = [(check.id, other) for check in CATALOGUE for other in check.explains]
ENDPOINT = "https://api.example.com:443"
Line = dict[str, object]
EARLY = (
    Notes("smtp://api.example.com", expects=Expectations(certificate="client.pem")).lookup(failure="name_not_found").evidence,
    Notes(proxy="proxy.corp.test:1080", proxy_scheme="socks4").lookup(failure="name_not_found").evidence,
    Notes(trials=Trials(idle=5.0, load=4, transfer=3.0)).looked_up(failure="name_not_found").evidence,
)
"""Walks that end at once, where something is wished for that only later stages can show."""


def behind_a_proxy(host: str, network: Network) -> Notes:
    scene = Notes(f"https://{host}", proxy="proxy.corp.test:3128", expects=Expectations(network=network))
    return scene.lookup(PROXY_IP).connect().tunnel().handshake([PUBLIC_LEAF]).exchange()


CURIOUS = (
    evidence_of(*(behind_a_proxy(host, Network.PRIVATE) for host in ("a.example.com", "b.example.com"))),
    evidence_of(behind_a_proxy("api.example.com", Network.PUBLIC)),
    Notes().lookup(ADDRESS).connect().handshake([PUBLIC_LEAF, INTERMEDIATE], (9, 1)).evidence,
)
"""What no scene shows: private names and a public one behind a proxy, and an authority whose certificate is not valid yet."""
NOT_MET = {
    "machine-offline": "machine-local-firewall dns-name-not-found dns-first-resolver-dead "
    "machine-resolver-settings-unusable machine-outgoing-redirected network-no-egress "
    "network-gateway-dead network-connection-filtered network-connection-rejected "
    "network-ipv6-broken proxy-name-not-found",
    "machine-link-interrupted": "machine-offline dns-server-failure network-no-egress network-gateway-dead "
    "network-connection-rejected network-mtu-blackhole network-packet-loss",
    "machine-program-fails-alone": "tls-self-signed tls-intercepted tls-legacy-renegotiation machine-trust-store-outdated "
    "network-connection-refused network-connection-rejected network-no-egress dns-name-not-found "
    "dns-left-to-proxy proxy-variables-disagree proxy-unreachable proxy-name-not-found "
    "proxy-scheme-wrong proxy-not-a-proxy proxy-login-required proxy-login-rejected "
    "proxy-cannot-resolve-target proxy-cannot-reach-target proxy-tunnel-cut "
    "privatelink-through-proxy",
    "machine-clock-wrong": "tls-certificate-expired tls-certificate-not-yet-valid tls-certificate-expires-soon",
    "machine-local-firewall": "proxy-unreachable",
    "machine-resolver-settings-unusable": "dns-first-resolver-dead machine-resolver-ignored machine-lookup-differs "
    "privatelink-name-missing",
    "machine-resolver-ignored": "dns-first-resolver-dead privatelink-name-missing",
    "machine-lookup-differs": "dns-name-not-found proxy-name-not-found",
    "machine-outgoing-redirected": "network-no-egress network-transparent-proxy",
    "machine-route-captured": "network-connection-rejected network-gateway-dead",
    "machine-route-refuses": "proxy-unreachable",
    "machine-trust-file-broken": "tls-issuer-untrusted",
    "machine-trust-store-outdated": "tls-issuer-untrusted tls-certificate-unfit tls-certificate-expired",
    "dns-record-type-unanswered": "dns-first-resolver-dead dns-resolver-silent",
    "dns-nxdomain-rewritten": "dns-name-sinkholed network-connection-cut",
    "dns-name-sinkholed": "http-block-page tls-intercepted privatelink-name-missing",
    "dns-first-resolver-dead": "dns-slow",
    "network-address-dead": "network-connection-rejected",
    "network-gateway-dead": "network-connection-rejected network-no-egress dns-server-failure",
    "network-preferred-route-dead": "network-gateway-dead network-no-egress",
    "network-connection-cut": "http-no-answer",
    "network-mtu-blackhole": "tls-large-hello-dropped",
    "network-packet-loss": "network-high-latency network-connection-filtered network-address-dead machine-lookup-differs "
    "dns-record-type-unanswered",
    "network-intermittent": "dns-resolver-silent network-connection-cut",
    "network-source-ports-scarce": "network-packet-loss",
    "proxy-address-malformed": "proxy-required proxy-variables-disagree proxy-bypass-misread",
    "proxy-pac-unreachable": "network-connection-refused",
    "proxy-pac-broken": "proxy-name-not-found network-connection-refused",
    "proxy-pac-ignored": "proxy-variables-disagree proxy-bypass-misread",
    "proxy-required": "proxy-variables-disagree proxy-bypass-misread",
    "proxy-variables-disagree": "proxy-scheme-wrong proxy-login-rejected proxy-chooses-by-program proxy-bypass-missing",
    "proxy-bypass-misread": "privatelink-through-proxy",
    "proxy-unreachable": "network-connection-filtered network-connection-rejected network-connection-refused",
    "proxy-scheme-wrong": "tls-handshake-cut tls-handshake-silent",
    "proxy-lookup-here": "dns-name-not-found dns-no-address",
    "tls-intercepted": "tls-chain-incomplete tls-key-too-weak",
    "tls-self-signed": "tls-key-too-weak",
    "tls-path-missed": "tls-chain-incomplete tls-certificate-unfit tls-certificate-expired tls-certificate-not-yet-valid "
    "tls-key-too-weak tls-trust-stores-differ",
    "tls-begins-at-once": "tls-upgrade-misunderstood tls-upgrade-unanswered network-connection-cut",
    "tls-client-certificate-required": "http-no-answer",
    "tls-client-certificate-rejected": "http-no-answer",
    "tls-sni-filtered": "tls-handshake-cut tls-handshake-silent proxy-tunnel-cut",
    "tls-large-hello-dropped": "tls-handshake-silent proxy-tunnel-cut",
    "tls-version-rejected": "tls-handshake-cut",
    "http-captive-portal": "tls-intercepted tls-self-signed tls-issuer-untrusted tls-chain-incomplete "
    "network-connection-rejected network-connection-refused network-no-egress http-block-page "
    "http-status-unexpected proxy-pac-unreachable",
    "http-block-page": "http-server-error",
    "privatelink-resolves-public": "dns-resolvers-disagree",
    "privatelink-name-missing": "privatelink-resolves-public",
    "privatelink-through-proxy": "http-server-error proxy-chooses-by-program proxy-bypass-missing",
    "privatelink-wrong-service": "tls-issuer-untrusted",
}
"""Causes, each with the consequences that it names and no evidence shows."""


@cache
def met_by_hand() -> frozenset[tuple[str, str]]:
    """Return each cause that explains another in any table of evidence that was built by hand."""
    met: set[tuple[str, str]] = set()
    for path in sorted(Path(checks.__file__).parent.rglob("test_*.py")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        tables = [table for name, table in vars(module).items() if name.isupper() and isinstance(table, dict | list)]
        for notes in notes_in(tables):
            met |= {(cause.id, other) for cause in judge(notes.evidence, CATALOGUE).causes for other in cause.explains}
    return frozenset(met)


def notes_in(table: object) -> Iterator[Notes]:
    """Yield the evidence that a table holds, or makes."""
    match table:
        case Notes():
            yield table
        case dict():
            yield from notes_in(list(table.values()))
        case list() | tuple():
            yield from (notes for part in table for notes in notes_in(part))
        case FunctionType(__name__="<lambda>", __code__=code) if code.co_argcount == 0:
            yield from notes_in(table())


@cache
def told() -> tuple[Line, ...]:
    """Return all lines that say what must come out of a scene."""
    return tuple(line for lines in outcomes().values() for line in lines)


def words_of(check: AnyCheck) -> Iterator[str]:
    """Yield what a check says in the scenes, in one word each time."""
    at_run = isinstance(check, RunCheck)
    for line in told():
        if line.get("checks") == check.family and (line["at"] == RUN) is at_run:
            special = [word for word, ids in line.items() if isinstance(ids, list) and word != "at" and check.id in ids]
            yield str(special[0] if special else line["mostly"])


def test_every_consequence_is_met_or_listed() -> None:
    met = {
        (str(line["cause"]), other)
        for line in told()
        if "cause" in line
        for other in msgspec.convert(line["explains"], list[str])
    } | met_by_hand()
    listed = {(cause, other) for cause, others in NOT_MET.items() for other in others.split()}
    assert set(PAIRS) - met - listed == set(), "stage it, build it by hand, or list it"
    assert listed - (set(PAIRS) - met) == set(), "it is met now, or explained no more: take it off the list"


@of_each(sorted({cause for cause, _ in PAIRS}))
def test_a_consequence_is_folded_beneath_its_cause(cause: str) -> None:
    for other in BY_ID[cause].explains:
        (left,) = causes_of([found(BY_ID[other]), found(BY_ID[cause])], CATALOGUE, ())
        assert (left.id, left.explains) == (cause, (other,))


def found(check: AnyCheck) -> Verdict:
    """Return that a check finds its cause at the one endpoint."""
    if isinstance(check, EndpointCheck):
        return Verdict(check.id, ENDPOINT, Finding(Status.PROBLEM, cites=("connect-1",), about=check.id))
    return Verdict(check.id, RUN, Finding(Status.PROBLEM, cites=("connect-1",), about=check.id, hits=(ENDPOINT,)))


def test_whoever_has_questions_asks_them_in_a_scene() -> None:
    curious = {check.id for check in CATALOGUE if has_questions(check)}
    asking = {check for line in told() if line.get("pinned") == "questions" for check in line}
    runs = [RunView(evidence) for evidence in CURIOUS]
    asking |= {check.id for check in CATALOGUE if any(list(asked_by(check, run)) for run in runs)}
    assert curious - asking == set()


def has_questions(check: AnyCheck) -> bool:
    """Return whether a check says what it would ask."""
    return check.questions.__module__.startswith(("checks.", "diag.knowledge."))


@of_each([one for one in CATALOGUE if isinstance(one, EndpointCheck)], lambda check: check.id)
def test_a_judgement_that_comes_before_its_stage_says_so_by_itself(check: EndpointCheck) -> None:
    for evidence in EARLY:
        view = EndpointView(evidence, evidence.run.trails[0])
        if check.needs is not Stage.START and check.applies(view):
            finding = check.judge(view)
            assert finding.status in (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.OK)


def test_whoever_needs_a_stage_is_met_before_it_and_after() -> None:
    words: defaultdict[str, set[str]] = defaultdict(set)
    needy = [check for check in CATALOGUE if isinstance(check, EndpointCheck) and check.needs is not Stage.START]
    for check in needy:
        words[check.id].update(words_of(check))
    for evidence in EARLY:
        for verdict in judge(evidence, CATALOGUE).verdicts:
            words[verdict.check].add(word_of(verdict.finding))
    assert [check.id for check in needy if Because.NOT_REACHED not in words[check.id]] == []
    assert [check.id for check in needy if not words[check.id] & {Status.OK, Status.PROBLEM, Status.WARNING}] == []
