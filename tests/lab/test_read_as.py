"""What the lab's services answer is read as the cause that it is named for, by the very signs that real ones leave."""

import pytest

from checks.http import block_page, rate_limited, redirected_elsewhere, server_error, waf_blocked
from diag.lab.families import http
from diag.lab.http import LabAnswer
from diag.model.check import AnyCheck
from diag.model.verdict import Status
from tests.checks.authorities import PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST
from tests.checks.verdicts import judged


@pytest.mark.parametrize(
    ("scheme", "answer", "check"),
    [
        ("https", http.SERVER_ERROR, server_error.CHECK),
        ("https", http.LIMITED, rate_limited.CHECK),
        ("https", http.WAF_PAGE, waf_blocked.CHECK),
        ("https", http._ELSEWHERE, redirected_elsewhere.CHECK),
        ("http", http.BLOCK_PAGE, block_page.CHECK),
    ],
)
def test_an_answer_is_read_as_what_it_is_named_for(scheme: str, answer: LabAnswer, check: AnyCheck) -> None:
    lines = [f"{name}: {value}" for name, value in (("Content-Type", answer.kind), *answer.headers)]
    notes = Notes(f"{scheme}://{HOST}").lookup(ADDRESS).connect()
    notes = notes.handshake([PUBLIC_LEAF]) if scheme == "https" else notes
    finding = judged(check, notes.exchange(answer.status, *lines, body=answer.body))
    assert finding.status in (Status.PROBLEM, Status.WARNING)
