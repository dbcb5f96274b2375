"""One fault of several endpoints is one cause: thirteen that fare alike get one, and one that fails alone stays by itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from checks.tls import certificate_expired
from diag.engine.judge import judge
from diag.model.answer import Connection, DnsReply, HttpReply, Session, SystemLookup
from diag.model.diagnosis import Cause, Diagnosis
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Handshake, Lookup, Question, Tunnel, Upgrade
from diag.model.verdict import Finding, Owner, problem
from tests.bench.corpus import widened
from tests.checks.evidence import Notes
from tests.checks.replies import ONLINE, RESOLVER, SILENCE, certificate, denied, found, resolvers, trusted
from tests.engine.scripted import Scripted
from tests.engine.test_every_failure import FAILING, PROXY, ROUTES
from tests.engine.test_investigate import look
from tests.recording.scene import read_scene, scene_names

MANY = 13
OF_MANY = tuple(f"zone{n}.example" for n in range(MANY))
OF_ONE = tuple(f"s{n}.zone.example" for n in range(MANY))
FAILURES = (Failure.TIMED_OUT, Failure.REFUSED, Failure.RESET, Failure.CUT, Failure.PROHIBITED, Failure.MALFORMED)
EACH = [(stage, way) for stage in FAILING for way in ("direct", "HTTP proxy") if (stage, way) != (Tunnel, "direct")]


def walked(
    hosts: Iterable[str], answer: Callable[[Question], Answer | None], way: str = "direct", scheme: str = "https"
) -> Diagnosis:
    """What is said of some hosts, each with an address of its own, where `answer` has nothing else to say of a question."""
    four = {host: f"10.1.{n}.{n + 1}" for n, host in enumerate((PROXY, *hosts))}

    def script(question: Question) -> Answer | None:
        if (said := answer(question)) is not None:
            return said
        match question:
            case Lookup():
                return SystemLookup((four[question.name],))
            case Handshake():
                return trusted(der=certificate(question.server_name))
            case _:
                return None

    return judge(
        look(*(parse_endpoint(f"{scheme}://{host}") for host in hosts), prober=Scripted(script), route=ROUTES[way]), CATALOGUE
    )


def more_than_once(causes: Iterable[Cause]) -> dict[str, int]:
    return {id: times for id, times in Counter(cause.id for cause in causes).items() if times > 1}


@pytest.mark.parametrize("hosts", [OF_MANY, OF_ONE], ids=["many domains", "one domain"])
@pytest.mark.parametrize(("stage", "way"), EACH, ids=lambda word: getattr(word, "__name__", word))
def test_who_fare_alike_have_one_cause(stage: type[Question], way: str, hosts: tuple[str, ...]) -> None:
    scheme = "imap" if stage is Upgrade else "https"
    for failed in [FAILING[stage](failure=str(failure)) for failure in FAILURES]:  # type: ignore[call-arg]
        said = walked(hosts, lambda question, failed=failed: failed if isinstance(question, stage) else None, way, scheme)  # type: ignore[misc]
        assert more_than_once(said.causes) == {}
        assert all(state.causes or state.status == "unknown" for state in said.endpoints)


def test_every_recorded_fault_of_one_endpoint_is_one_fault_of_many() -> None:
    """The first endpoint may stand by itself: the others' names were put into certificates whose signatures then fail."""
    tried = [
        evidence
        for name in scene_names()[3::16]
        if len((evidence := widened(read_scene(name).evidence, MANY)).run.trails) == MANY
    ]
    assert len(tried) > 25
    for evidence in tried:
        causes = judge(evidence, CATALOGUE).causes
        assert {id: times for id, times in more_than_once(causes).items() if times > 2} == {}


def asked(names: Iterable[str], reply: Callable[[str], DnsReply]) -> tuple[Cause, ...]:
    """What is said where the one resolver gives each name its reply."""
    notes = Notes(*(f"https://{name}" for name in names)).machine(resolvers(RESOLVER), *ONLINE)
    for at, name in enumerate(names):
        said = reply(name)
        notes.looked_up(*(() if said.failure else ("10.1.0.1",)), failure=said.failure and "lookup_failed", name=name, at=at)
        notes.told(said, name=name, at=at)
    return judge(notes.evidence, CATALOGUE).causes


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP", "NXDOMAIN", ""])
@pytest.mark.parametrize("names", [OF_MANY, OF_ONE], ids=["many domains", "one domain"])
def test_a_resolver_that_fails_for_every_name_is_one_cause(names: tuple[str, ...], rcode: str) -> None:
    causes = asked(names, lambda name: denied(rcode, name=name, zone="") if rcode else SILENCE)
    (cause,) = [cause for cause in causes if cause.id.startswith("dns-")]
    assert len(cause.endpoints) == MANY
    assert cause.facts["name"] == names
    assert names is OF_ONE or cause.about == RESOLVER.host


def test_so_many_broken_zones_are_no_rival_of_a_resolver_that_fails_for_every_domain() -> None:
    def open_to(names: tuple[str, ...], *well: str) -> tuple[str, ...]:
        def reply(name: str) -> DnsReply:
            return found("10.1.0.1", name=name) if name in well else denied("SERVFAIL", name=name, zone="")

        return next(cause.rivals for cause in asked((*names, *well), reply) if cause.id == "dns-server-failure")

    assert "zone-broken" not in open_to(OF_MANY[:3])
    assert "zone-broken" in open_to(OF_MANY[:2]), "two may be a coincidence"
    assert "zone-broken" in open_to(OF_ONE)
    assert "zone-broken" in open_to(OF_MANY[:3], "well.example"), "it resolves others"


@pytest.mark.parametrize("bad", [OF_MANY[4:5], OF_MANY[4:7]], ids=["one", "three"])
def test_a_name_that_fails_where_others_do_well_stays_by_itself(bad: tuple[str, ...]) -> None:
    def reply(name: str) -> DnsReply:
        return denied("SERVFAIL", name=name, zone="") if name in bad else found("10.1.0.1", name=name)

    causes = [cause for cause in asked(OF_MANY, reply) if cause.id == "dns-server-failure"]
    assert [(cause.about, cause.endpoints) for cause in causes] == [(name, (f"https://{name}:443",)) for name in bad]


def test_missing_names_of_one_zone_are_one_cause_and_those_of_another_are_not() -> None:
    def missing(name: str) -> DnsReply:
        return denied(name=name, zone=name.partition(".")[2])

    (cause,) = (cause for cause in asked(OF_ONE, missing) if cause.id == "dns-name-not-found")
    assert (cause.about, len(cause.endpoints)) == ("*.zone.example", MANY)
    two = asked(("a.one.example", "b.one.example", "a.two.example"), missing)
    assert [cause.about for cause in two if cause.id == "dns-name-not-found"] == ["*.one.example", "a.two.example"]


def unanswered(**endings: Failure) -> list[tuple[str, int]]:
    """What is blamed where requests to hosts end so, and at how many endpoints; `a_one` is `a.one.example`."""
    by_host = {f"{name.replace('_', '.')}.example": ending for name, ending in endings.items()}

    def script(question: Question) -> Answer | None:
        return HttpReply(str(by_host[question.authority.host])) if isinstance(question, Exchange) else None

    causes = walked(tuple(by_host), script).causes
    return [(cause.about, len(cause.endpoints)) for cause in causes if cause.id == "http-no-answer"]


def test_two_services_that_fail_alike_have_a_cause_each_and_so_have_two_kinds_of_fault() -> None:
    silent, reset = Failure.TIMED_OUT, Failure.RESET
    assert unanswered(a_one=silent, b_one=silent, a_two=silent) == [("*.one.example:443", 2), ("a.two.example:443", 1)]
    assert unanswered(a_one=silent, b_one=reset) == [("a.one.example:443", 1), ("b.one.example:443", 1)]


def test_a_certificate_that_one_address_alone_presents_is_its_endpoints_own() -> None:
    many = widened(read_scene("tls-certificate-expired/at-one-of-two-addresses").evidence, MANY)
    (cause,) = (cause for cause in judge(many, CATALOGUE).causes if cause.id == "tls-certificate-expired")
    assert (len(cause.endpoints), cause.facts["at"]) == (MANY, ("198.51.100.11",))


def test_what_differs_in_counts_and_moments_alone_is_one_fault_and_the_least_is_told() -> None:
    left = {name: days for days, name in enumerate(OF_ONE, 3)}

    def runs_out(view: EndpointView) -> Finding:
        days = left[view.endpoint.host]
        until = view.now + timedelta(days=days)
        return problem(view.observations[0], about=view.endpoint.host, host=view.endpoint.host, date=until, days=days, port=443)

    seen = look(*(parse_endpoint(f"https://{host}") for host in OF_ONE), prober=Scripted(), route=ROUTES["direct"])
    check = replace(certificate_expired.CHECK, judge=runs_out, needs=Stage.START, rivals=())
    (cause,) = judge(seen, (check,)).causes
    assert (cause.about, len(cause.endpoints), cause.facts["days"], cause.facts["port"]) == ("*.zone.example", MANY, 3, 443)
    assert len(judge(seen, (replace(check, measures=()),)).causes) == MANY


ENDINGS: dict[str, tuple[type[Question], Answer]] = {
    "network-connection-filtered": (Connect, Connection(str(Failure.TIMED_OUT))),
    "network-connection-refused": (Connect, Connection(str(Failure.REFUSED))),
    "tls-handshake-silent": (Handshake, Session(str(Failure.TIMED_OUT))),
    "tls-handshake-cut": (Handshake, Session(str(Failure.RESET))),
    "http-server-error": (Exchange, HttpReply(status=503)),
}


def in_part(names: Sequence[str], first: str, second: str = "") -> list[tuple[str, int]]:
    """The causes, with how many they hit, where every other name ends in one way and the rest in another, or do well."""
    at = {f"10.1.{n}.{n + 1}": name for n, name in enumerate((PROXY, *names))}

    def script(question: Question) -> Answer | None:
        over = question
        while not isinstance(over, Connect | Lookup):
            over = over.over  # type: ignore[union-attr]
        way = first if isinstance(over, Connect) and names.index(at[over.address.host]) % 2 else second
        kind, answer = ENDINGS.get(way, (None, None))
        return answer if kind and isinstance(over, Connect) and isinstance(question, kind) else None

    return sorted((cause.id, len(cause.endpoints)) for cause in walked(names, script).causes)


@pytest.mark.parametrize("names", [OF_MANY, OF_ONE], ids=["many domains", "one domain"])
@pytest.mark.parametrize(("first", "second"), [*pairwise(ENDINGS), *pairwise([*ENDINGS][::2])])
def test_two_faults_at_once_are_two_causes(first: str, second: str, names: tuple[str, ...]) -> None:
    assert in_part(names, first, second) == sorted([(first, 6), (second, 7)])


def test_what_the_network_does_to_some_of_many_domains_is_one_cause_and_what_services_do_is_one_each() -> None:
    assert in_part(OF_MANY, "network-connection-filtered") == [("network-connection-filtered", 6)]
    assert in_part(OF_MANY, "network-connection-refused") == [("network-connection-refused", 1)] * 6
    assert in_part(OF_MANY[:4], "network-connection-filtered") == [("network-connection-filtered", 1)] * 2


@pytest.mark.parametrize(
    ("names", "owners"),
    [
        (OF_MANY, (Owner.NETWORK, Owner.SERVICE)),
        (OF_MANY[:2], (Owner.SERVICE, Owner.NETWORK)),
        (OF_ONE, (Owner.SERVICE, Owner.NETWORK)),
    ],
    ids=["many domains", "two domains", "one domain"],
)
def test_what_many_unrelated_services_have_in_common_is_first_of_all_the_ways(
    names: tuple[str, ...], owners: tuple[Owner, ...]
) -> None:
    causes = walked(names, lambda question: Session(str(Failure.TIMED_OUT)) if isinstance(question, Handshake) else None).causes
    (cause,) = causes
    assert (cause.id, (cause.owner, *cause.perhaps)) == ("tls-handshake-silent", owners)
