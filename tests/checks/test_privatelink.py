"""The family of private endpoints, over real DNS messages."""

from collections.abc import Callable

import pytest

from checks.privatelink import endpoint_silent, name_missing, resolves_public, through_proxy, unexpectedly_private
from checks.proxy import refuses_target
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply, SystemLookup
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, Network
from diag.model.machine import HostsFile, HostsLine, Interface, Interfaces
from diag.model.question import Connect, Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import leaf
from tests.checks.evidence import Notes
from tests.checks.replies import PROXY_IP, told
from tests.checks.verdicts import asks, judged

HOST = "acme.privatelink.example.com"
RESOLVER = Address("10.0.0.2", 53)
HOSTS = HostsFile("/etc/hosts", (HostsLine("10.1.2.3", ("api.example.com",), 7),))
PRIVATE = Expectations(network=Network.PRIVATE)


def named(*addresses: str, reply: tuple[str, ...] | None = None, url: str = f"https://{HOST}") -> Notes:
    """A name that should be private, as the system and one resolver resolve it."""
    scene = Notes(url, expects=PRIVATE).lookup(*addresses, failure="" if addresses else "name_not_found")
    if reply is not None:
        scene.saw(Lookup(HOST, RESOLVER, "A"), told(HOST, *reply))
    return scene


def proxied(*addresses: str) -> Notes:
    scene = Notes(f"https://{HOST}", proxy="proxy.corp.test:3128", expects=PRIVATE).lookup(PROXY_IP).connect().tunnel()
    return scene.also(Lookup(HOST), SystemLookup(addresses)) if addresses else scene


def missing(zone: str, rcode: str = "NXDOMAIN") -> Notes:
    """A name that a resolver says is not there, in the name of this zone."""
    scene = Notes(f"https://{HOST}", expects=PRIVATE).lookup(failure="name_not_found")
    return scene.saw(Lookup(HOST, RESOLVER, "A"), told(HOST, rcode=rcode, zone=zone))


def garbled() -> Notes:
    return (
        Notes(f"https://{HOST}", expects=PRIVATE)
        .lookup(failure="name_not_found")
        .saw(Lookup(HOST, RESOLVER, "A"), DnsReply(b"x"))
    )


def dialled(address: str, failure: str = "timed_out") -> Notes:
    return Notes(f"https://{HOST}", expects=PRIVATE).lookup(address).connect(address, failure)


def public(*addresses: str) -> Notes:
    return Notes("https://api.example.com", expects=Expectations(network=Network.PUBLIC)).lookup(*addresses)


def works(scene: Notes) -> Notes:
    return scene.handshake([leaf(scene.endpoint.host)]).exchange(403)


def refused() -> Notes:
    return Notes(f"https://{HOST}", proxy="proxy.corp.test:3128", expects=PRIVATE).lookup(PROXY_IP).connect().tunnel(403)


def around(scene: Notes, address: str, failure: str = "") -> Notes:
    """The scene after the endpoint was looked up and dialled without the proxy."""
    scene.also(Lookup(HOST), SystemLookup((address,)))
    return scene.also(Connect(Address(address, 443)), Connection(failure))


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (resolves_public.CHECK, "public everywhere", lambda: named("203.0.113.4", reply=("203.0.113.4",)), Status.PROBLEM),
    (
        resolves_public.CHECK,
        "public to the resolver, where the system was not asked",
        lambda: proxied().also(Lookup(HOST, RESOLVER, "A"), told(HOST, "203.0.113.4")),
        Status.PROBLEM,
    ),
    (resolves_public.CHECK, "public, behind a proxy", lambda: proxied("203.0.113.4"), Status.PROBLEM),
    (resolves_public.CHECK, "public by NAT64", lambda: named("64:ff9b::cb00:7104"), Status.PROBLEM),
    (resolves_public.CHECK, "private", lambda: named("10.1.2.3", reply=("10.1.2.3",)), Status.OK),
    (resolves_public.CHECK, "shared space", lambda: named("100.64.3.4"), Status.OK),
    (resolves_public.CHECK, "unique local", lambda: named("fd12::3"), Status.OK),
    (resolves_public.CHECK, "private, and a cloud's IPv6", lambda: named("2600:1f18::1", "10.1.2.3"), Status.OK),
    (resolves_public.CHECK, "private by NAT64", lambda: named("64:ff9b::a01:203"), Status.OK),
    (resolves_public.CHECK, "a cloud's IPv6 alone", lambda: named("2600:1f18::1"), Status.UNKNOWN),
    (resolves_public.CHECK, "the system took the wrong one", lambda: named("203.0.113.4", reply=("10.1.2.3",)), Status.PROBLEM),
    (resolves_public.CHECK, "another resolver is wrong", lambda: named("10.1.2.3", reply=("203.0.113.4",)), Status.OK),
    (resolves_public.CHECK, "sinkholed", lambda: named("0.0.0.0"), Status.OK),
    (resolves_public.CHECK, "not found", lambda: named(), Status.UNKNOWN),
    (resolves_public.CHECK, "behind a proxy, not asked", lambda: proxied(), Status.UNKNOWN),
    (resolves_public.CHECK, "an address", lambda: Notes("https://203.0.113.4", expects=PRIVATE), Status.NOT_APPLICABLE),
    (resolves_public.CHECK, "may be public", lambda: Notes(f"https://{HOST}").lookup("203.0.113.4"), Status.NOT_APPLICABLE),
    (name_missing.CHECK, "its zone says so", lambda: missing("privatelink.example.com"), Status.PROBLEM),
    (name_missing.CHECK, "a top-level zone says so", lambda: missing("com"), Status.UNKNOWN),
    (name_missing.CHECK, "no zone is named", lambda: missing(""), Status.UNKNOWN),
    (name_missing.CHECK, "resolvers fail", lambda: missing("example.com", rcode="SERVFAIL"), Status.UNKNOWN),
    (name_missing.CHECK, "a resolver answers with garbage", lambda: garbled(), Status.UNKNOWN),
    (name_missing.CHECK, "only the system was asked", lambda: named(), Status.UNKNOWN),
    (name_missing.CHECK, "found", lambda: named("10.1.2.3", reply=("10.1.2.3",)), Status.OK),
    (endpoint_silent.CHECK, "silent", lambda: dialled("10.1.2.3"), Status.PROBLEM),
    (endpoint_silent.CHECK, "refused", lambda: dialled("10.1.2.3", failure="refused"), Status.UNKNOWN),
    (endpoint_silent.CHECK, "a public address is silent", lambda: dialled("203.0.113.4"), Status.UNKNOWN),
    (endpoint_silent.CHECK, "one of two is silent", lambda: dialled("10.1.2.3").connect("10.1.2.4"), Status.OK),
    (endpoint_silent.CHECK, "connects", lambda: dialled("10.1.2.3", failure=""), Status.OK),
    (endpoint_silent.CHECK, "not dialled", lambda: named(), Status.UNKNOWN),
    (
        unexpectedly_private.CHECK,
        "private, and silent",
        lambda: public("10.1.2.3").connect("10.1.2.3", "timed_out"),
        Status.PROBLEM,
    ),
    (unexpectedly_private.CHECK, "private, and works", lambda: works(public("10.1.2.3").connect("10.1.2.3")), Status.WARNING),
    (
        unexpectedly_private.CHECK,
        "carried by a security client",
        lambda: works(public("100.64.1.2").connect("100.64.1.2")),
        Status.WARNING,
    ),
    (unexpectedly_private.CHECK, "public", lambda: works(public("203.0.113.4").connect("203.0.113.4")), Status.OK),
    (unexpectedly_private.CHECK, "both", lambda: public("10.1.2.3", "203.0.113.4"), Status.UNKNOWN),
    (unexpectedly_private.CHECK, "sinkholed", lambda: public("127.0.0.1"), Status.UNKNOWN),
    (unexpectedly_private.CHECK, "by the hosts file", lambda: public("10.1.2.3").machine(HOSTS), Status.UNKNOWN),
    (unexpectedly_private.CHECK, "may be private", lambda: named("10.1.2.3"), Status.NOT_APPLICABLE),
    (through_proxy.CHECK, "straight it connects", lambda: around(refused(), "10.1.2.3"), Status.PROBLEM),
    (through_proxy.CHECK, "straight it is silent", lambda: around(refused(), "10.1.2.3", failure="timed_out"), Status.UNKNOWN),
    (through_proxy.CHECK, "straight it is public", lambda: around(refused(), "203.0.113.4"), Status.UNKNOWN),
    (through_proxy.CHECK, "not tried", lambda: refused(), Status.UNKNOWN),
    (through_proxy.CHECK, "works through the proxy", lambda: works(proxied()), Status.OK),
    (through_proxy.CHECK, "no proxy", lambda: named("10.1.2.3"), Status.NOT_APPLICABLE),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_a_public_answer_names_who_gave_it() -> None:
    finding = judged(resolves_public.CHECK, named("203.0.113.4", reply=("203.0.113.4",)))
    assert finding.facts == {
        "host": HOST,
        "addresses": ("203.0.113.4",),
        "resolvers": ("10.0.0.2:53",),
    }
    assert finding.confidence is Confidence.CERTAIN
    assert judged(resolves_public.CHECK, named("203.0.113.4")).confidence is Confidence.LIKELY


def test_public_space_that_this_computer_itself_lives_in_decides_nothing() -> None:
    scene = named("198.51.77.4", reply=("198.51.77.4",))
    scene.machine(Interfaces((Interface("eth0", True, addresses=("198.51.100.9",)),)))
    assert judged(resolves_public.CHECK, scene).status is Status.UNKNOWN
    elsewhere = named("203.0.113.4").machine(Interfaces((Interface("eth0", True, addresses=("198.51.100.9", "10.0.0.5")),)))
    assert judged(resolves_public.CHECK, elsewhere).status is Status.PROBLEM


def test_the_own_name_is_looked_up_only_where_the_walk_left_it_to_a_proxy() -> None:
    assert asks(resolves_public.CHECK, proxied()) == [Lookup(HOST)]
    assert asks(resolves_public.CHECK, named("203.0.113.4")) == []


def test_a_missing_name_names_the_zone_that_says_so() -> None:
    finding = judged(name_missing.CHECK, missing("privatelink.example.com"))
    assert (finding.facts["host"], finding.facts["zones"]) == (HOST, ("privatelink.example.com",))
    assert finding.facts["resolvers"] == ("10.0.0.2:53",)


def test_of_a_name_that_an_own_zone_hides_it_is_told_who_knows_it() -> None:
    gaps = " ".join(name_missing.CHECK.sentences_for(name_missing.HIDDEN).seen)
    assert all(f"{{{gap}}}" in gaps for gap in ("resolvers", "host", "zones", "knowing"))


def test_a_silent_endpoint_is_tried_on_one_other_port() -> None:
    other = Connect(Address("10.1.2.3", 80))
    assert asks(endpoint_silent.CHECK, dialled("10.1.2.3")) == [other]
    assert asks(endpoint_silent.CHECK, dialled("10.1.2.3", failure="refused")) == []
    for answer, word in (
        (Connection(), "answers"),
        (Connection("refused"), "answers"),
        (Connection("timed_out"), "silent"),
    ):
        assert judged(endpoint_silent.CHECK, dialled("10.1.2.3").also(other, answer)).facts["other_port_is"] == word


def test_past_the_proxy_goes_one_step_at_a_time_and_only_inside() -> None:
    assert asks(through_proxy.CHECK, refused()) == [Lookup(HOST)]
    assert asks(through_proxy.CHECK, refused().also(Lookup(HOST), SystemLookup(("10.1.2.3",)))) == [
        Connect(Address("10.1.2.3", 443))
    ]
    assert asks(through_proxy.CHECK, refused().also(Lookup(HOST), SystemLookup(("203.0.113.4",)))) == []
    assert asks(through_proxy.CHECK, works(proxied())) == []


def test_a_proxy_that_should_not_be_used_explains_its_refusal() -> None:
    diagnosis = judge(around(refused(), "10.1.2.3").evidence, (refuses_target.CHECK, through_proxy.CHECK))
    assert [(cause.id, cause.explains) for cause in diagnosis.causes] == [
        ("privatelink-through-proxy", ("proxy-refuses-target",))
    ]
