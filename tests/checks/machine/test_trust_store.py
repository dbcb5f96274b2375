"""What is said of a list of authorities that lacks a public one."""

import pytest

from checks.machine import trust_store_outdated
from diag.model.address import Address
from diag.model.answer import Session, Trust, VerifyError
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.machine import TrustSettings, TrustVariable
from diag.model.question import Connect, Handshake, Verify
from diag.model.run import Evidence, Trail
from diag.model.verdict import Status
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR, HOST, MISSED, ONLINE, trusted
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

SHAKEN = Handshake(Connect(Address(FOUR, 443)), HOST)
PUBLIC = Verify(SHAKEN, trust="certifi")
ACCEPTED, REFUSED = Trust(path=3), Trust((VerifyError(20, 0),))
OWN_LIST = TrustSettings((TrustVariable("SSL_CERT_FILE", "/etc/corp.pem", 2),), "/etc/ssl/certs")


def shown(session: Session, said: Trust | None = None) -> Notes:
    notes = Notes().machine(*ONLINE, OWN_LIST).dialled(FOUR).shook(FOUR, session)
    return notes.saw(PUBLIC, said, beside=True) if said else notes


TRUST_STORE_OUTDATED = {
    "the public list knows the authority": (shown(trusted(20), ACCEPTED), Status.PROBLEM),
    "the root was sent along": (shown(trusted(19), ACCEPTED), Status.PROBLEM),
    "the public list does not know it either": (shown(trusted(20), REFUSED), Status.OK),
    "the public list was not asked": (shown(trusted(20)), Status.UNKNOWN),
    "the public list cannot be read": (shown(trusted(20), Trust(failure="store_unreadable")), Status.UNKNOWN),
    "no answer": (shown(trusted(20)).saw(PUBLIC, MISSED, beside=True), Status.UNKNOWN),
    "expired, and known": (shown(trusted(10)), Status.OK),
    "all is well": (shown(trusted()), Status.OK),
    "no handshake": (Notes().machine(*ONLINE).dialled(FOUR, "timed_out"), Status.UNKNOWN),
    "no TLS": (Notes(f"tcp://{HOST}:443").dialled(FOUR), Status.NOT_APPLICABLE),
}


@pytest.mark.parametrize(("check", "notes", "status"), rows({trust_store_outdated.CHECK: TRUST_STORE_OUTDATED}))
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_a_list_that_the_user_gave_is_not_judged_by():
    endpoint = parse_endpoint(f"https://{HOST}", expects=Expectations(trust="/etc/corp.pem"))
    assert endpoint.expects.trust
    assert not trust_store_outdated.CHECK.applies(_case_of(endpoint))


def _case_of(endpoint):
    evidence = Notes().evidence
    return EndpointView(Evidence(evidence.run, ()), Trail(endpoint))


def test_the_public_list_is_asked_only_where_the_system_refuses():
    assert asks(trust_store_outdated.CHECK, shown(trusted(20))) == [PUBLIC]
    assert not asks(trust_store_outdated.CHECK, shown(trusted()))


def test_the_setting_that_replaces_the_list_is_named():
    facts = judged(trust_store_outdated.CHECK, shown(trusted(20), ACCEPTED)).facts
    assert (facts["setting"], facts["store"]) == ("SSL_CERT_FILE", "/etc/corp.pem")
