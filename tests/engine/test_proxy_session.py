"""The session with a proxy is judged as any other, and its faults are the proxy's."""

from datetime import timedelta

import pytest

from checks.tls import certificate_expired, issuer_untrusted, name_mismatch
from diag.engine.judge import judge
from diag.model.answer import VerifyError
from diag.model.endpoint_view import Stage
from diag.model.verdict import Owner, Status
from tests.checks.authorities import INTERMEDIATE, PUBLIC_LEAF, leaf
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import NOW, PROXY_IP
from tests.checks.verdicts import judged, whose_else

PROXY = "proxy.corp.test:3128"
ITSELF = "proxy.corp.test"
GOOD = leaf(ITSELF)
PAST = leaf(ITSELF, start=NOW - timedelta(days=60), end=NOW - timedelta(days=2))
STRANGE = leaf("old.corp.test")
EXPIRED, UNTRUSTED = (VerifyError(10, 0),), (VerifyError(20, 0), VerifyError(21, 0))


def behind(shown: bytes, errors: tuple[VerifyError, ...] = (), url: str = "https://api.example.com") -> Notes:
    scene = Notes(url, proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect()
    scene.proxy_handshake(chain=(shown, INTERMEDIATE), verify_errors=errors)
    if scene.endpoint.speaks_tls:
        scene.tunnel().handshake([PUBLIC_LEAF, INTERMEDIATE])
    return scene.exchange()


@pytest.mark.parametrize(
    ("check", "scene"),
    [
        (certificate_expired.CHECK, behind(PAST, EXPIRED)),
        (name_mismatch.CHECK, behind(STRANGE)),
        (certificate_expired.CHECK, behind(PAST, EXPIRED, "http://api.example.com")),
    ],
    ids=["expired", "for another name", "expired, before plain HTTP"],
)
def test_a_fault_of_the_proxys_own_certificate_is_the_proxys(check, scene):
    finding = judged(check, scene)
    assert (finding.status, finding.owner) == (Status.PROBLEM, Owner.PROXY)
    assert finding.facts["host"] == ITSELF
    (state,) = judge(evidence_of(scene), (check,)).endpoints
    assert (state.reached, state.arrived) == (Stage.TUNNEL, False)


def test_whom_nobody_trusts_is_the_machines_to_add():
    finding = judged(issuer_untrusted.CHECK, behind(GOOD, UNTRUSTED))
    assert (finding.status, finding.owner, finding.with_proxy) == (Status.PROBLEM, Owner.MACHINE, True)
    assert whose_else(issuer_untrusted.CHECK, behind(GOOD, UNTRUSTED)) == (Owner.SECURITY, Owner.PROXY)


@pytest.mark.parametrize("check", [certificate_expired.CHECK, name_mismatch.CHECK, issuer_untrusted.CHECK])
def test_a_proxy_with_a_good_certificate_is_well(check):
    assert judged(check, behind(GOOD)).status is Status.OK
    assert judged(check, behind(GOOD, url="http://api.example.com")).status is Status.OK


def test_a_fault_of_the_service_behind_it_stays_the_services():
    scene = Notes(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake(chain=(GOOD, INTERMEDIATE))
    past = leaf(start=NOW - timedelta(days=60), end=NOW - timedelta(days=2))
    finding = judged(certificate_expired.CHECK, scene.tunnel().handshake([past, INTERMEDIATE], (10, 0)))
    assert (finding.status, finding.facts["host"]) == (Status.PROBLEM, "api.example.com")
    assert finding.owner is not Owner.PROXY
