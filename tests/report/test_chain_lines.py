"""The certificates in a report, and who trusts them: on a terminal, in plain text and on the page, over recorded scenes."""

import io

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.report.forms.html import write_page
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.page import open_page
from diag.report.views.certificate_lines import chain_lines, client_lines
from diag.report.views.chains import Chains
from diag.report.wording.sentences import tell
from tests.recording.scene import read_scene

KNOWN = {check.id: check for check in CATALOGUE}


def seen(name: str) -> tuple[Diagnosis, Evidence]:
    evidence = read_scene(name).evidence
    return judge(evidence, CATALOGUE), evidence


def on_terminal(name: str, *, verbose: bool = False) -> str:
    diagnosis, evidence = seen(name)
    screen = io.StringIO()
    write_diagnosis(open_page(screen), diagnosis, KNOWN, evidence, verbose=verbose)
    return " ".join(screen.getvalue().split())


def as_text(name: str) -> str:
    diagnosis, evidence = seen(name)
    return " ".join(write_summary(diagnosis, KNOWN, evidence).split())


def test_each_certificate_is_told_with_what_matters_about_it() -> None:
    diagnosis, evidence = seen("lab/tls-intermediate-expired")
    picture = Chains(diagnosis, evidence, KNOWN).beside(diagnosis.causes[0])
    assert picture
    lines = list(chain_lines(picture))
    own, above = (
        lines.index("1. The server's own certificate: service.lab.test"),
        lines.index("2. Intermediate certificate: Aged Intermediate"),
    )
    assert lines[own + 1] == "   for service.lab.test; issued by Aged Intermediate; EC 256 bits, signed with SHA256"
    assert lines[own + 2].startswith("   valid ")
    assert lines[own + 3].startswith("   serial number ")
    assert "; SHA-256 " in lines[own + 3]
    assert lines[own + 4 : above] == ["   key usage: digital signature", "   extended key usage: TLS servers"]
    assert lines[above + 4 :][:2] == [
        "   key usage: digital signature, signing certificates, signing revocation lists",
        "   problem: it has expired",
    ]
    assert lines[-1].startswith("Above: Lab Root: trusted here")
    assert sum("problem:" in line for line in lines) == 1


def test_what_is_missing_is_told() -> None:
    diagnosis, evidence = seen("tls-chain-incomplete/fetched-by-name")
    picture = Chains(diagnosis, evidence, KNOWN).beside(diagnosis.causes[0])
    assert picture
    assert list(chain_lines(picture))[-1].startswith("Missing above: House Intermediate: its certificate was not sent")


def test_what_ran_out_and_is_not_needed_is_not_at_fault() -> None:
    diagnosis, evidence = seen("tls-certificate-expired/extra-that-is-not-needed")
    picture = Chains(diagnosis, evidence, KNOWN).of(str(evidence.run.trails[0].endpoint))
    assert picture
    lines = list(chain_lines(picture))
    assert "3. Intermediate certificate: House Root" in lines
    assert any("ended" in line for line in lines)
    assert not any("problem:" in line for line in lines)
    assert "it, or a certificate below it, is in the trust store" in lines[-1]


@pytest.mark.parametrize("told", [on_terminal, as_text])
def test_beside_a_cause_stand_the_certificates_and_who_trusts_them(told: object) -> None:
    words = told("tls-trust-stores-differ/java-knows-it-not")  # type: ignore[operator]
    assert "2. Intermediate certificate: House Intermediate" in words
    assert (
        "accepted by the system's trust store: curl, Python httpx, Python's own ssl and urllib, Go, .NET with Snowflake's"
        in words
    )
    assert "refused by Java's trust store: Java with Snowflake's JDBC driver" in words
    assert "not tested: a trust store that comes with the driver: Snowflake's ODBC and Go drivers" in words


@pytest.mark.parametrize("told", [on_terminal, as_text])
def test_where_certificates_are_not_in_question_they_are_left_out(told: object) -> None:
    words = told("http-server-error/plain")  # type: ignore[operator]
    assert "The server's own certificate" not in words


def test_with_v_every_endpoint_shows_its_certificates() -> None:
    words = on_terminal("tls-issuer-untrusted/system-trusts", verbose=True)
    assert "the certificates that it presented: 1. The server's own certificate: service.house.test" in words
    assert "who trusts them: accepted by the system's trust store: curl" in words
    healthy = on_terminal("lab/healthy", verbose=True)
    assert "the certificates that it presented:" in healthy


def test_the_page_has_the_table() -> None:
    diagnosis, evidence = seen("tls-trust-stores-differ/java-alone-knows-it")
    page = write_page(diagnosis, KNOWN, evidence)
    row = '<th scope="row">Java with Snowflake&#39;s JDBC driver</th><td>Java&#39;s trust store</td><td>yes</td>'
    assert f'<tr class="ok">{row}' in page
    assert '<th scope="row">curl</th><td>the system&#39;s trust store</td><td>no</td>' in page


def test_a_list_that_could_not_be_asked_is_no_opinion() -> None:
    evidence = seen("lab/healthy")
    picture = Chains(*evidence, KNOWN).of(str(evidence[1].run.trails[0].endpoint))
    assert picture
    assert list(client_lines(picture.clients)) == []
    assert not picture.disputed


def test_what_ran_out_is_told_in_the_sentences_of_its_place() -> None:
    (own,), (above,) = (seen(f"lab/tls-{name}-expired")[0].causes for name in ("certificate", "intermediate"))
    assert own.id == above.id
    assert tell(own, KNOWN).title.startswith("The certificate of service.lab.test expired on")
    assert tell(above, KNOWN).title.startswith("The certificate of the certificate authority Aged Intermediate, above")
    assert "renew the certificate" in tell(own, KNOWN).remedy[0]
    assert "serve it instead" in tell(above, KNOWN).remedy[0]
