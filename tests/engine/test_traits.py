"""What two runs are compared by: every matter of a recorded scene in its words, and which of them could be the reason."""

import re

import pytest

from diag.engine.compare import COULD_EXPLAIN
from diag.engine.traits import traits_of
from diag.model.comparison import Matter
from diag.model.endpoint_view import RunView, Stage
from tests.checks.evidence import Notes
from tests.checks.replies import RESOLVER, SECOND, found, resolvers
from tests.recording.scene import read_scene

HERE = {
    "system": "debian 12 x86_64 (container), Python 3.11.7",
    "openssl": "OpenSSL 3.0.17 1 Jul 2025 (diag: OpenSSL 3.5.4 30 Sep 2025)",
    "interfaces": "to-router (MTU 1500)",
    "gateway": "10.77.1.1, fd77:1::1",
}
STRAIGHT = {
    **HERE,
    "hosts": "none",
    "port": "443",
    "resolvers": "10.77.1.1:53",
    "route": "direct",
    "addresses": "10.77.2.2",
    "network": "private",
    "trust": "/tmp/house/trust-3/root.pem",
    "issuer": "Lab Intermediate",
    "chain": "service.house.test < Lab Intermediate",
    "tls_version": "TLSv1.2",
    "tls_group": "x25519",
}
BEHIND_A_PROXY = {
    **HERE,
    "hosts": "none",
    "proxy_login": "given",
    "trust": "/tmp/diag-lab/proxy-login-given.pem",
    "issuer": "Lab Intermediate",
    "chain": "service.lab.test < Lab Intermediate",
    "tls_version": "TLSv1.3",
    "tls_group": "X25519MLKEM768",
}
DRAWN_BY_LOT = {"time", "certificate"}
PORTS_OF_THE_LAB = {"port", "resolvers", "route"}


def traits(name: str) -> dict[str, str]:
    (view,) = RunView(read_scene(name).evidence).cases
    return {str(matter): words for matter, words in traits_of(view).items()}


def test_the_traits_of_a_run_straight_to_the_service() -> None:
    seen = traits("healthy/one-service")
    assert {matter: words for matter, words in seen.items() if matter not in DRAWN_BY_LOT} == STRAIGHT
    assert set(seen) >= DRAWN_BY_LOT
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", seen["time"])


def test_the_traits_of_a_run_through_a_proxy() -> None:
    seen = traits("lab/proxy-login-given")
    assert {matter: words for matter, words in seen.items() if matter not in DRAWN_BY_LOT | PORTS_OF_THE_LAB} == BEHIND_A_PROXY
    assert seen["route"].startswith("127.0.0.1:")


def test_the_resolvers_are_those_that_were_asked_else_those_that_are_set() -> None:
    configured = Notes().machine(resolvers(RESOLVER, SECOND))
    assert traits_of(configured.case)[Matter.RESOLVERS] == "10.0.0.53:53, 10.0.1.53:53"
    assert traits_of(configured.told(found(), server=SECOND).case)[Matter.RESOLVERS] == "10.0.1.53:53"


@pytest.mark.parametrize("stage", Stage)
def test_each_reason_is_named_once_for_a_stage(stage: Stage) -> None:
    reasons = COULD_EXPLAIN[stage]
    assert len(set(reasons)) == len(reasons)
