"""Two runs side by side: nothing is called fixed that nobody looked at, nothing different because of a stand-in."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.engine.compare import Side, compare
from diag.engine.judge import judge
from diag.engine.pseudonym_match import Likeness, Replaced
from diag.model.address import Address, Authority
from diag.model.answer import Session, TunnelReply, VerifyError
from diag.model.comparison import CauseChange, Change, Comparison, Matter
from diag.model.machine import RouteEntry, Routes, System, TrustSettings, TrustVariable
from diag.model.question import Connect, Tunnel
from tests.checks.authorities import CORP_LEAF, INTERMEDIATE, NOW, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, MISSED, NOT_FOUND, ONLINE, RESOLVER, SECOND, answered, found, resolvers

PAST = NOW - timedelta(days=3)
FOUR = "198.51.100.4"
URL = f"https://{HOST}:443"
KEYS = (b"a" * 32, b"b" * 32)
TRUSTED = Session(finished=True, version="TLSv1.3", chain=(leaf(), INTERMEDIATE))


def side(notes: Notes) -> Side:
    evidence = notes.evidence
    return Side(judge(evidence, CATALOGUE), evidence)


def working(notes: Notes | None = None, session: Session = TRUSTED) -> Notes:
    notes = notes or Notes().machine(*ONLINE, resolvers())
    notes.looked_up(FOUR).told(found(FOUR)).dialled(FOUR).shook(FOUR, session)
    return notes.fetched(FOUR, answered())


def without_name(*servers: Address) -> Notes:
    notes = Notes().machine(*ONLINE, resolvers(*servers)).looked_up(failure="name_not_found")
    for server in servers or (RESOLVER,):
        notes.told(NOT_FOUND, server=server)
    return notes


def refused_by_proxy() -> Notes:
    notes = Notes(proxy="10.1.2.3:3128").machine(*ONLINE, resolvers()).dialled("10.1.2.3", port=3128)
    tunnel = Tunnel(Connect(Address("10.1.2.3", 3128)), Authority("10.1.2.3", 3128), Authority(HOST, 443))
    return notes.saw(tunnel, TunnelReply("tunnel_refused", 407, "Proxy Authentication Required"))


def reasons(comparison: Comparison) -> list[str]:
    return [one.matter for one in comparison.endpoints[0].differences if one.explains]


def the_cause(comparison: Comparison, name: str) -> CauseChange:
    (one,) = [found for found in comparison.causes if found.cause.id == name]
    return one


@pytest.mark.parametrize("notes", [working, without_name, refused_by_proxy])
def test_a_run_does_not_differ_from_itself(notes: object) -> None:
    one = side(notes())  # type: ignore[operator]
    comparison = compare(one, one)
    assert not comparison.differs
    assert {found.change for found in comparison.causes} <= {Change.STILL}
    assert [found.change for found in comparison.endpoints] == [Change.STILL]
    assert comparison.endpoints[0].differences == ()
    assert comparison.endpoints[0].alike > 0


def test_a_new_proxy_explains_that_it_fails_now() -> None:
    comparison = compare(side(working()), side(refused_by_proxy()))
    assert comparison.endpoints[0].change is Change.NEW
    assert reasons(comparison)[0] == Matter.ROUTE
    assert the_cause(comparison, "proxy-login-required").change is Change.NEW


def test_the_other_way_round_it_is_fixed() -> None:
    comparison = compare(side(refused_by_proxy()), side(working()))
    assert comparison.endpoints[0].change is Change.FIXED
    assert reasons(comparison)[0] == Matter.ROUTE
    assert the_cause(comparison, "proxy-login-required").change is Change.FIXED


def test_another_resolver_explains_that_a_name_is_not_found() -> None:
    comparison = compare(side(without_name(SECOND)), side(working()))
    assert comparison.endpoints[0].change is Change.FIXED
    assert reasons(comparison) == [Matter.RESOLVERS]
    (difference,) = [one for one in comparison.endpoints[0].differences if one.explains]
    assert (difference.a, difference.b) == (str(SECOND), str(RESOLVER))


def test_what_nobody_could_look_at_is_not_fixed() -> None:
    cut = Notes().machine(*ONLINE, resolvers()).looked_up(FOUR).told(found(FOUR)).saw(Connect(Address(FOUR, 443)), MISSED)
    refused = Session(finished=True, version="TLSv1.3", chain=(leaf(end=PAST),), verify_errors=(VerifyError(10, 0),))
    comparison = compare(side(working(session=refused)), side(cut))
    assert comparison.endpoints[0].change is Change.UNDECIDED
    assert {found.change for found in comparison.causes} == {Change.UNDECIDED}
    assert comparison.differs


def test_another_issuer_comes_first_where_a_certificate_is_not_trusted() -> None:
    foreign = Session(finished=True, version="TLSv1.2", chain=(CORP_LEAF,), verify_errors=(VerifyError(20, 0),))
    comparison = compare(side(working()), side(working(session=foreign)))
    assert reasons(comparison)[0] == Matter.ISSUER
    assert Matter.TLS_VERSION in reasons(comparison)


def test_another_certificate_comes_first_where_one_has_expired() -> None:
    old = Session(finished=True, version="TLSv1.3", chain=(leaf(end=PAST),), verify_errors=(VerifyError(10, 0),))
    comparison = compare(side(working()), side(working(session=old)))
    assert reasons(comparison)[0] == Matter.CERTIFICATE
    assert Matter.CHAIN in reasons(comparison)


def test_what_cannot_explain_it_is_told_apart() -> None:
    here = System("Linux", "6.1", "x86_64", "3.11.4", "OpenSSL 3.0.1", "OpenSSL 4.0.0", "debian 12")
    there = msgspec.structs.replace(here, distribution="debian 13", openssl="OpenSSL 3.5.1")
    notes = Notes().machine(*ONLINE, resolvers(), there).looked_up(failure="name_not_found").told(NOT_FOUND)
    comparison = compare(side(working(Notes().machine(*ONLINE, resolvers(), here))), side(notes))
    assert [one.matter for one in comparison.endpoints[0].differences if not one.explains] == [Matter.SYSTEM, Matter.OPENSSL]


def test_a_fact_that_one_side_did_not_see_is_no_difference() -> None:
    other_route = (ONLINE[0], Routes((RouteEntry("0.0.0.0/0", "10.0.0.254", "eth0"),), complete=False))
    comparison = compare(side(working()), side(working(Notes().machine(*other_route, resolvers()))))
    assert not comparison.differs


def test_endpoints_of_one_side_alone_are_named() -> None:
    both = Notes(URL, "https://other.example.com").machine(*ONLINE, resolvers())
    comparison = compare(side(working()), side(working(both)))
    assert (comparison.only_a, comparison.only_b) == ((), ("https://other.example.com:443",))
    assert comparison.failing_only_b == comparison.only_b, "nobody saw it answer"
    assert comparison.differs


def test_a_host_that_each_names_once_is_one_endpoint_whatever_its_port() -> None:
    comparison = compare(side(working(Notes(f"https://{HOST}:8443").machine(resolvers()))), side(working()))
    assert comparison.only_a == comparison.only_b == ()
    assert [one.matter for one in comparison.endpoints[0].differences if one.matter == Matter.PORT] == [Matter.PORT]


def test_a_cause_with_other_facts_has_changed() -> None:
    comparison = compare(side(without_name(RESOLVER)), side(without_name(SECOND)))
    change = the_cause(comparison, "dns-name-not-found")
    assert change.change is Change.CHANGED
    assert change.facts


def with_trust(user: str) -> Notes:
    settings = TrustSettings((TrustVariable("SSL_CERT_FILE", f"/home/{user}/corp.pem", 3),), "/etc/ssl/certs")
    return working(Notes().machine(*ONLINE, resolvers(search=(f"{user}.corp.example",)), settings))


def redacted(notes: Notes, key: bytes, level: Level) -> Side:
    evidence = redact(notes.evidence, Private(users=("jmeier", "asmith")), level, key=key).evidence
    replaced = Replaced(names=level is not Level.NONE, addresses=level is Level.STRICT)
    return Side(judge(evidence, CATALOGUE), evidence, replaced)


@pytest.mark.parametrize("level", [Level.STANDARD, Level.STRICT])
def test_the_same_run_with_two_keys_is_not_called_different(level: Level) -> None:
    a, b = (redacted(with_trust("jmeier"), key, level) for key in KEYS)
    comparison = compare(a, b)
    assert not comparison.differs
    hidden = {one.matter for one in comparison.endpoints[0].differences}
    assert Matter.TRUST in hidden
    assert not [one for one in comparison.endpoints[0].differences if one.comparable]


def test_two_users_under_stand_ins_cannot_be_compared_and_that_is_said() -> None:
    comparison = compare(
        redacted(with_trust("jmeier"), KEYS[0], Level.STANDARD), redacted(with_trust("asmith"), KEYS[1], Level.STANDARD)
    )
    assert [(one.matter, one.comparable) for one in comparison.endpoints[0].differences] == [(Matter.TRUST, False)]
    assert not comparison.differs


def test_within_one_bundle_a_stand_in_is_as_good_as_its_value() -> None:
    one = redacted(with_trust("jmeier"), KEYS[0], Level.STRICT)
    comparison = compare(one, msgspec.structs.replace(one), linked=True)
    assert not comparison.differs
    assert comparison.endpoints[0].differences == ()


def test_a_private_address_under_a_stand_in_cannot_be_compared() -> None:
    a, b = (redacted(working(), key, Level.STRICT) for key in KEYS)
    comparison = compare(a, b)
    assert not comparison.differs
    assert {one.matter for one in comparison.endpoints[0].differences if not one.comparable} >= {Matter.RESOLVERS}


def test_what_cannot_be_compared_explains_nothing() -> None:
    a, b = redacted(without_name(SECOND), KEYS[0], Level.STRICT), redacted(working(), KEYS[1], Level.STRICT)
    comparison = compare(a, b)
    assert comparison.endpoints[0].change is Change.FIXED
    hidden = [one for one in comparison.endpoints[0].differences if not one.comparable]
    assert Matter.RESOLVERS in {one.matter for one in hidden}
    assert [one for one in hidden if one.explains] == []


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("host-abcdef.corp", "host-ghijkm.corp", True),
        ("host-abcdef.corp", "mail.corp", True),
        ("host-abcdef.corp", "host-ghijkm.lan", False),
        ("/home/user-abcdef/ca.pem", "/home/user-ghijkm/ca.pem", True),
        ("/home/user-abcdef/ca.pem", "/etc/ssl/ca.pem", False),
        ("10.0.0.53:53", "10.77.1.9:53", True),
        ("10.0.0.53:53", "198.51.100.4:53", True),
        ("10.0.0.53:53", "10.77.1.9:5353", False),
        ("203.0.113.5", "198.51.100.4", False),
        ("direct", "through the proxy host-abcdef:3128", False),
        ("999.1.1.1", "999.1.1.2", False),
        ("same", "same", True),
    ],
)
def test_what_a_stand_in_may_stand_for(a: str, b: str, alike: bool) -> None:
    every = Replaced(names=True, addresses=True)
    assert Likeness(every, every, linked=False).may_equal(a, b) is alike
    assert Likeness(every, every, linked=False).may_equal(b, a) is alike


SAFE = st.text(st.characters(exclude_categories=["C"]), max_size=60)
"""What a text of a bundle may hold once it is read: no control characters."""


@given(SAFE, SAFE)
def test_without_stand_ins_only_the_same_is_the_same(a: str, b: str) -> None:
    assert Likeness(Replaced(), Replaced(), linked=False).may_equal(a, b) is (a == b)
