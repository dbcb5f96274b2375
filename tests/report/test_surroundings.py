"""What the place adds to the steps: a cloud's rules first, a VPN and a container last, else nothing."""

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.check import FAMILIES_ON_THE_WAY
from diag.model.machine import Interface, Interfaces, System
from diag.model.verdict import Fact, Owner
from diag.report.wording import surroundings
from diag.report.wording.sentences import tell
from tests.checks.evidence import Notes
from tests.checks.replies import CABLE, FOUR, HOST, LOOPBACK, ONLINE, RESOLVER, SILENCE, resolvers
from tests.report import samples

KNOWN = {check.id: check for check in CATALOGUE}
PLAIN = System("Linux", "6.1", "x86_64", "3.11", "3.0", "4.0")
TUNNEL = Interface("tun0", True, 1400, ("10.8.0.2",), vpn="tun")


def steps(system: System, *links: Interface, name: str = "dns-resolver-silent") -> tuple[str, ...]:
    notes = Notes(f"tcp://{HOST}:443").machine(system, Interfaces((LOOPBACK, CABLE, *links)), ONLINE[1], resolvers())
    if name == "dns-resolver-silent":
        notes.looked_up(failure="lookup_failed").told(SILENCE, server=RESOLVER)
    else:
        notes.looked_up(FOUR).dialled(FOUR, "timed_out")
    (cause,) = judge(notes.evidence, CATALOGUE).causes
    assert cause.id == name
    return tell(cause, KNOWN).remedy


def test_nothing_is_added_on_a_plain_machine() -> None:
    assert steps(PLAIN) == steps(replace(PLAIN, distribution="debian 12"))
    assert not any("VPN is up" in step or "runs on" in step or "inside" in step for step in steps(PLAIN))


@pytest.mark.parametrize("name", ["dns-resolver-silent", "network-connection-filtered"])
def test_a_cloud_comes_first(name: str) -> None:
    plain, there = steps(PLAIN, name=name), steps(replace(PLAIN, cloud="AWS"), name=name)
    assert there[1:] == plain
    assert "AWS" in there[0]
    assert "security groups" in there[0]
    assert surroundings.CLOUD_RULES[""] in steps(replace(PLAIN, cloud="Hetzner"), name=name)[0]


def test_a_vpn_and_a_container_come_last() -> None:
    there = steps(replace(PLAIN, setting="container"), TUNNEL)
    assert there[:-2] == steps(PLAIN)
    assert "tun0: tun" in there[-2]
    assert "container" in there[-1]
    assert "Windows" in steps(replace(PLAIN, setting="wsl"))[-1]


def test_what_is_the_same_everywhere_is_told_alike_everywhere() -> None:
    facts: dict[str, Fact] = {"on_cloud": "AWS", "with_vpn": ("tun0: tun",), "run_inside": "container"}
    cause = samples.with_facts(facts, name="tls-certificate-expired").causes[0]
    assert tell(cause, KNOWN).remedy == tell(replace(cause, facts={}), KNOWN).remedy


def test_only_what_is_on_the_way_depends_on_the_place_and_what_a_rule_does_depends_on_it_too() -> None:
    by_place = {check.id for check in CATALOGUE if check.by_place}
    assert {KNOWN[name].family for name in by_place} == FAMILIES_ON_THE_WAY
    assert {check.id for check in CATALOGUE if check.by_rule} < by_place
    of_resolvers = {check.id for check in CATALOGUE if check.owner is Owner.DNS}
    assert of_resolvers - by_place == {"dns-nxdomain-rewritten", "dns-name-sinkholed"}, "only a forged answer is one anywhere"


def test_a_bundle_of_another_version_may_hold_any_word() -> None:
    cause = samples.with_facts({"on_cloud": 7, "with_vpn": "x", "run_inside": "cellar"}, name="network-no-egress").causes[0]
    first, *_, last = tell(cause, KNOWN).remedy
    assert "runs on 7" in first
    assert "(x)" in last
