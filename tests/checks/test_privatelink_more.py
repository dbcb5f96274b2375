"""The family of private endpoints, second part: ports, names, strangers, halves, policies, and the name for outside."""

from collections.abc import Callable

import pytest

from checks.http import network_policy_denied
from checks.privatelink import (
    endpoint_silent,
    name_uncovered,
    partial,
    policy_denied,
    port_silent,
    public_name_used,
    resolves_public,
    wrong_service,
)
from checks.tls import name_mismatch
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.answer import Connection, SystemLookup
from diag.model.check import AnyCheck
from diag.model.question import Connect, Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import DOMAIN_VALIDATED, leaf
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS
from tests.checks.test_privatelink import HOST, PRIVATE, dialled, named, proxied, public, works
from tests.checks.verdicts import asks, judged

INSIDE = "10.1.2.3"
EIGHTY = Connect(Address(INSIDE, 80))
NOT_ALLOWED = b'{"code": "390422"}'
OTHER_CODE = b'{"code": "390100"}'
JSON = "Content-Type: application/json"
OUTER = "acme.eu.example.com"
WITHIN = "acme.eu.privatelink.example.com"
PROXY = "proxy.corp.test:3128"
STAGE = "https://stage.example.com"
VPCE = "https://vpce-1.vpce-svc-1.eu-west-1.vpce.amazonaws.com"


def other_port(failure: str = "", first: str = "timed_out") -> Notes:
    """A silent port of a private address, after the other was dialled."""
    return dialled(INSIDE, failure=first).also(EIGHTY, Connection(failure))


def shown(*names: str, url: str = f"https://{HOST}", address: str = INSIDE, errors: tuple[tuple[int, int], ...] = ()) -> Notes:
    """A certificate for these names, at an address that should be private."""
    return Notes(url, expects=PRIVATE).lookup(address).connect(address).handshake([leaf(*names)], *errors)


def told(body: bytes, address: str = INSIDE) -> Notes:
    """What the service says over the private link."""
    scene = Notes(f"https://{HOST}", expects=PRIVATE).lookup(address).connect(address)
    return scene.handshake([leaf(HOST, policy=DOMAIN_VALIDATED)]).exchange(403, JSON, body=body)


def denied(body: bytes = NOT_ALLOWED) -> Notes:
    """The public name, and what the service says to it."""
    scene = Notes(f"https://{OUTER}").lookup(ADDRESS).connect().handshake([leaf(OUTER, policy=DOMAIN_VALIDATED)])
    return scene.exchange(403, JSON, body=body)


def tried(scene: Notes, address: str = INSIDE, failure: str = "") -> Notes:
    """The scene after the private name was looked up and dialled."""
    scene.also(Lookup(WITHIN), SystemLookup((address,)))
    return scene.also(Connect(Address(address, 443)), Connection(failure))


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (port_silent.CHECK, "the other answers", lambda: other_port(), Status.PROBLEM),
    (port_silent.CHECK, "the other refuses, so somebody is there", lambda: other_port("refused"), Status.PROBLEM),
    (port_silent.CHECK, "the other is silent", lambda: other_port("timed_out"), Status.UNKNOWN),
    (port_silent.CHECK, "refused", lambda: other_port(first="refused"), Status.UNKNOWN),
    (
        port_silent.CHECK,
        "refused at one of two addresses",
        lambda: dialled(INSIDE).connect("10.1.2.9", "refused").also(EIGHTY, Connection()),
        Status.UNKNOWN,
    ),
    (port_silent.CHECK, "the other was not tried", lambda: dialled(INSIDE), Status.UNKNOWN),
    (port_silent.CHECK, "a public address", lambda: dialled("203.0.113.4").also(EIGHTY, Connection()), Status.UNKNOWN),
    (port_silent.CHECK, "connects", lambda: dialled(INSIDE, failure=""), Status.OK),
    (port_silent.CHECK, "not expected to be private", lambda: public(INSIDE), Status.NOT_APPLICABLE),
    (name_uncovered.CHECK, "a neighbour's name", lambda: shown("other.example.com"), Status.PROBLEM),
    (name_uncovered.CHECK, "the cloud's name for the endpoint", lambda: shown("*.example.com", url=VPCE), Status.PROBLEM),
    (name_uncovered.CHECK, "the address", lambda: shown("acme.example.com", url=f"https://{INSIDE}"), Status.PROBLEM),
    (name_uncovered.CHECK, "covered", lambda: shown(HOST), Status.OK),
    (name_uncovered.CHECK, "somebody else", lambda: shown("www.example.net"), Status.OK),
    (name_uncovered.CHECK, "at a public address", lambda: shown("other.example.com", address="203.0.113.4"), Status.OK),
    (name_uncovered.CHECK, "nothing presented", lambda: dialled(INSIDE), Status.UNKNOWN),
    (wrong_service.CHECK, "somebody else", lambda: shown("www.example.net"), Status.PROBLEM),
    (wrong_service.CHECK, "a device", lambda: shown("printer", errors=((20, 0),)), Status.PROBLEM),
    (wrong_service.CHECK, "a neighbour's name", lambda: shown("other.example.com"), Status.OK),
    (wrong_service.CHECK, "covered", lambda: shown(HOST), Status.OK),
    (wrong_service.CHECK, "at a public address", lambda: shown("www.example.net", address="203.0.113.4"), Status.OK),
    (wrong_service.CHECK, "nothing presented", lambda: dialled(INSIDE), Status.UNKNOWN),
    (policy_denied.CHECK, "by its code", lambda: told(NOT_ALLOWED), Status.PROBLEM),
    (policy_denied.CHECK, "another code", lambda: told(OTHER_CODE), Status.OK),
    (policy_denied.CHECK, "over a public address", lambda: told(NOT_ALLOWED, address="203.0.113.4"), Status.OK),
    (policy_denied.CHECK, "nothing said", lambda: shown(HOST), Status.UNKNOWN),
    (policy_denied.CHECK, "not expected to be private", lambda: denied(), Status.NOT_APPLICABLE),
    (public_name_used.CHECK, "the private name answers", lambda: tried(denied()), Status.PROBLEM),
    (public_name_used.CHECK, "the private name is silent", lambda: tried(denied(), failure="timed_out"), Status.UNKNOWN),
    (public_name_used.CHECK, "the private name is public", lambda: tried(denied(), "203.0.113.4"), Status.UNKNOWN),
    (
        public_name_used.CHECK,
        "another name is inside",
        lambda: (
            denied().also(Lookup("other.example.net"), SystemLookup((INSIDE,))).also(Connect(Address(INSIDE, 443)), Connection())
        ),
        Status.UNKNOWN,
    ),
    (public_name_used.CHECK, "not tried", lambda: denied(), Status.UNKNOWN),
    (public_name_used.CHECK, "no such denial", lambda: tried(denied(OTHER_CODE)), Status.OK),
    (public_name_used.CHECK, "expected to be private", lambda: told(NOT_ALLOWED), Status.NOT_APPLICABLE),
]
HALVES: list[tuple[AnyCheck, str, Callable[[], tuple[Notes, ...]], Status]] = [
    (partial.CHECK, "some inside", lambda: (named(INSIDE), named("203.0.113.4", url=STAGE)), Status.PROBLEM),
    (partial.CHECK, "all inside", lambda: (named(INSIDE), named("10.1.2.4", url=STAGE)), Status.OK),
    (partial.CHECK, "all outside", lambda: (named("203.0.113.4"), named("203.0.113.5", url=STAGE)), Status.OK),
    (partial.CHECK, "one alone", lambda: (named(INSIDE),), Status.NOT_APPLICABLE),
    (partial.CHECK, "none resolved", lambda: (named(), named(url=STAGE)), Status.UNKNOWN),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


@pytest.mark.parametrize(
    ("check", "scenes", "status"), [(c, s, st) for c, _, s, st in HALVES], ids=[f"{c[0].id}: {c[1]}" for c in HALVES]
)
def test_names_are_looked_at_together(check: AnyCheck, scenes: Callable[[], tuple[Notes, ...]], status: Status) -> None:
    assert judged(check, *scenes()).status is status


def test_names_inside_and_outside_are_listed() -> None:
    halves = named(INSIDE), named("203.0.113.4", url=STAGE)
    finding = judged(partial.CHECK, *halves)
    assert (finding.facts["private"], finding.facts["public"]) == ((HOST,), ("stage.example.com",))
    assert finding.hits == (f"{STAGE}:443",)
    causes = judge(evidence_of(*halves), (partial.CHECK, resolves_public.CHECK)).causes
    assert [(cause.id, cause.explains) for cause in causes] == [("privatelink-partial", ("privatelink-resolves-public",))]


def test_a_silent_port_explains_the_silent_endpoint() -> None:
    causes = judge(other_port().evidence, (endpoint_silent.CHECK, port_silent.CHECK)).causes
    assert [(cause.id, cause.explains) for cause in causes] == [("privatelink-port-silent", ("privatelink-endpoint-silent",))]
    assert judged(port_silent.CHECK, other_port("refused")).confidence is Confidence.LIKELY


def test_a_private_cause_explains_the_general_one() -> None:
    for scene, specific, general in (
        (shown("other.example.com"), name_uncovered.CHECK, name_mismatch.CHECK),
        (shown("www.example.net"), wrong_service.CHECK, name_mismatch.CHECK),
        (told(NOT_ALLOWED), policy_denied.CHECK, network_policy_denied.CHECK),
        (tried(denied()), public_name_used.CHECK, network_policy_denied.CHECK),
    ):
        assert [cause.id for cause in judge(scene.evidence, (specific, general)).causes] == [specific.id]


def test_the_private_name_is_made_as_providers_make_it_and_tried_step_by_step() -> None:
    after_first = "acme.privatelink.eu.example.com"
    assert asks(public_name_used.CHECK, denied()) == [Lookup(after_first), Lookup(WITHIN)]
    half = denied().also(Lookup(after_first), SystemLookup(failure="name_not_found"))
    half.also(Lookup(WITHIN), SystemLookup((INSIDE,)))
    assert asks(public_name_used.CHECK, half) == [Connect(Address(INSIDE, 443))]
    assert asks(public_name_used.CHECK, denied(OTHER_CODE)) == []
    outside = denied().also(Lookup(after_first), SystemLookup()).also(Lookup(WITHIN), SystemLookup(("203.0.113.4",)))
    assert asks(public_name_used.CHECK, outside) == []
    assert judged(public_name_used.CHECK, tried(denied())).facts["private"] == WITHIN
    unanswered = Notes(f"https://{OUTER}").lookup(ADDRESS).connect().handshake([leaf(OUTER, policy=DOMAIN_VALIDATED)])
    assert judged(public_name_used.CHECK, unanswered).facts == {"reached": "handshake", "needs": "exchange"}


def test_a_private_endpoint_that_works_is_told_nothing() -> None:
    scene = works(named(INSIDE).connect(INSIDE))
    for check in (port_silent.CHECK, name_uncovered.CHECK, wrong_service.CHECK, policy_denied.CHECK):
        assert judged(check, scene).status is Status.OK
        assert asks(check, scene) == []
    assert judged(name_uncovered.CHECK, works(proxied())).status is Status.OK


BUCKET = "https://stage.s3.eu-west-1.amazonaws.com"
BY_ENDPOINT = (
    b"<Error><Code>AccessDenied</Code><Message>User: anonymous is not authorized to perform: s3:GetObject on resource: x"
    b" with an explicit deny in a VPC endpoint policy</Message></Error>"
)
XML = ("Content-Type: application/xml", "x-amz-request-id: 1")


def bucket(body: bytes) -> Notes:
    """A bucket that nobody said is private, at its public address, and how it denies a request."""
    scene = Notes(BUCKET).lookup("203.0.113.7").connect("203.0.113.7")
    return scene.handshake([leaf("stage.s3.eu-west-1.amazonaws.com", policy=DOMAIN_VALIDATED)]).exchange(403, *XML, body=body)


def test_a_bucket_tells_of_the_policy_of_the_endpoint_before_it() -> None:
    told = judged(policy_denied.CHECK, bucket(BY_ENDPOINT))
    assert (told.status, told.facts["form"], told.facts["code"]) == (Status.PROBLEM, "by_the_endpoint", "accessdenied")
    own = BY_ENDPOINT.replace(b"VPC endpoint policy", b"resource-based policy")
    assert judged(policy_denied.CHECK, bucket(own)).status is Status.NOT_APPLICABLE


def test_a_bucket_behind_a_gateway_endpoint_keeps_its_public_address() -> None:
    host = BUCKET.removeprefix("https://")
    reached = Notes(BUCKET, expects=PRIVATE).lookup("203.0.113.7").connect("203.0.113.7").handshake([leaf(host)]).exchange(200)
    assert judged(resolves_public.CHECK, reached).status is Status.UNKNOWN
    silent = Notes(BUCKET, expects=PRIVATE).lookup("203.0.113.7").connect("203.0.113.7", "timed_out")
    assert judged(resolves_public.CHECK, silent).status is Status.PROBLEM


def test_googles_own_range_has_steps_of_its_own() -> None:
    assert judged(endpoint_silent.CHECK, dialled("199.36.153.5")).facts["form"] == "google_vip"
    assert "form" not in judged(endpoint_silent.CHECK, dialled("10.1.2.3")).facts
    said = dict(endpoint_silent.CHECK.forms)["google_vip"]
    assert "Private Google Access" in said.remedy[0]
