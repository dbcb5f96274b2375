"""What a reader may do where no cause says it, and what is told of the trust that a run went by."""

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.endpoint_view import RunView
from diag.model.machine import TrustSettings, TrustVariable
from diag.model.question import Connect
from diag.report.views import asked_from
from diag.report.wording.headline import next_steps
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR, MISSED, ONLINE


@pytest.mark.parametrize("verbose", [True, False])
def test_who_sees_every_step_is_not_told_to_look_at_them(verbose: bool) -> None:
    evidence = Notes().machine(*ONLINE).looked_up(FOUR).saw(Connect(Address(FOUR, 443)), MISSED).evidence
    steps = next_steps(judge(evidence, CATALOGUE), evidence, verbose=verbose)
    assert any(step.endswith("add -v") for step in steps) is not verbose


@pytest.mark.parametrize(
    ("variables", "told"), [((), "no variable is set"), ((TrustVariable("SSL_CERT_FILE", "/etc/corp.pem", 2),), "SSL_CERT_FILE")]
)
def test_the_variables_that_name_authorities_are_told(variables: tuple[TrustVariable, ...], told: str) -> None:
    notes = Notes().machine(TrustSettings(variables, "/etc/ssl/certs"))
    assert told in asked_from._trust(RunView(notes.evidence))
