"""A bundle read again: what today's checks say, what the customer saw, and what differs between them."""

from pathlib import Path

import msgspec
import pytest

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.cli.show import differences
from diag.engine.judge import judge
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.verdict import Status
from tests.cli.shell import called, causes, diag
from tests.cli.test_run import options, staged
from tests.report import samples


def replaced(cause: Cause, **changes: object) -> Cause:
    return msgspec.structs.replace(cause, **changes)


def of(*found: Cause, verdict: Outcome = Outcome.PROBLEM) -> Diagnosis:
    return Diagnosis(verdict, found, samples.STATES, ())


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (of(samples.LOGIN), of(samples.LOGIN), []),
        (of(), of(verdict=Outcome.OK), ["the verdict was problem and is now ok"]),
        (of(), of(samples.LOGIN), ["now found: proxy-login-required at 1 endpoint"]),
        (of(samples.LOGIN), of(), ["no longer found by itself: proxy-login-required"]),
        (
            of(samples.ENDS),
            of(replaced(samples.LOGIN, explains=(samples.ENDS.id,))),
            [
                "now found: proxy-login-required at 1 endpoint",
                "no longer found by itself: tls-certificate-expires-soon, which proxy-login-required explains",
            ],
        ),
        (
            of(samples.LOGIN),
            of(replaced(samples.LOGIN, status=Status.WARNING, endpoints=("a", "b"))),
            ["proxy-login-required was a problem at 1 endpoint, now 2, and is a warning"],
        ),
    ],
)
def test_differences(then: Diagnosis, now: Diagnosis, said: list[str]) -> None:
    assert list(differences(then, now)) == said


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    """A bundle whose customer saw a cause that this version does not know."""
    redacted = redact(samples.EVIDENCE, Private(), Level.STANDARD, key=b"k" * 32)
    seen = judge(redacted.evidence, CATALOGUE)
    other = replaced(samples.LOGIN, id="proxy-of-the-future", facts={"colour": "blue"})
    seen = msgspec.structs.replace(seen, causes=(other,))
    write_bundle(redacted, seen, summary="", into=tmp_path / "b.zip", catalogue_version="1")
    return "b.zip"


def test_a_bundle_is_judged_anew_and_the_difference_said(bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, within=tmp_path)
    assert ended.code == 0
    assert "Notes" in ended.out
    assert "now found: proxy-login-required" in ended.out
    assert "no longer found by itself: proxy-of-the-future" in ended.out


def test_as_recorded_is_what_the_customer_saw(bundle: str, tmp_path: Path) -> None:
    out = called("show", bundle, "--as-recorded", within=tmp_path).out
    assert "proxy-of-the-future (a cause that this version of diag does not know)" in " ".join(out.split())
    assert "colour: blue" in out
    assert "What differs" not in out


def test_json_keeps_differences_off_stdout(bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, "--json", within=tmp_path)
    assert "proxy-login-required" in causes(ended.document)
    assert "diag: now found: proxy-login-required" in ended.err
    recorded = called("show", bundle, "--json", "--as-recorded", within=tmp_path)
    assert causes(recorded.document) == ["proxy-of-the-future"]
    assert recorded.err == ""


def test_evidence_is_one_observation_a_line(bundle: str, tmp_path: Path) -> None:
    lines = called("show", bundle, "--evidence", within=tmp_path).out.splitlines()
    assert [msgspec.json.decode(line)["id"] for line in lines] == [observation.id for observation in samples.OBSERVATIONS]


def test_the_request_is_printed_and_nothing_else(tmp_path: Path) -> None:
    with staged("proxy-refuses-target") as (_, scene):
        ended = diag(*options(scene), within=tmp_path)
    (left,) = tmp_path.glob("diag-*.zip")
    assert f"What to send to those who can fix it: diag request {left.name}" in ended.out
    text = called("request", left.name, within=tmp_path)
    assert text.code == 0
    assert "Please allow connections to 1 destination" in text.out
    table = called("request", left.name, "--format", "csv", within=tmp_path).out.splitlines()
    assert table[0] == "source,host,destination,port,transport,protocol,direction,way,reason,confidence,cause,seen_at"
    assert len(table) == 2
    assert ",service.lab.test," in table[1]
    assert ",proxy-refuses-target," in table[1]
    assert called("request", left.name, "--to", "dns", within=tmp_path).out.startswith("Nobody else has to be asked")


def test_verbose_shows_the_steps(bundle: str, tmp_path: Path) -> None:
    assert "tunnel-1" in called("show", bundle, "-v", within=tmp_path).out


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    ended = called("show", "notes.txt", within=tmp_path)
    assert ended.code == 2
    assert ended.complaint.startswith("notes.txt: ")


ACME = """
name = "acme"
[[endpoint]]
url = "{url}"
role = "vault"
[[role]]
name = "vault"
enables = "opening the vault"
without = "The {what} stays shut."
"""


@pytest.fixture
def vendors(tmp_path: Path) -> str:
    """A bundle of a vendor's profile, and two files of that profile: as it was, and as it has become."""
    with staged("http-server-error") as (_, scene):
        (tmp_path / "acme.toml").write_text(ACME.format(url=scene.endpoints[0], what="door"))
        (tmp_path / "new.toml").write_text(ACME.format(url=scene.endpoints[0], what="gate"))
        rest = options(scene)[len(scene.endpoints) + 1 :]
        assert diag("run", "--profile", "acme.toml", *rest, within=tmp_path).code == 1
    (left,) = tmp_path.glob("diag-*.zip")
    return left.name


def test_what_a_vendors_profile_means_is_told_as_the_customer_was_told_it(vendors: str, tmp_path: Path) -> None:
    out = " ".join(called("show", vendors, within=tmp_path).out.split())
    assert "Opening the vault does not work. The door stays shut." in out
    assert "as the customer was told it, by the profile acme; --profile acme, or --profile FILE, tells it" in out
    recorded = " ".join(called("show", vendors, "--as-recorded", within=tmp_path).out.split())
    assert "The door stays shut." in recorded
    assert "as the customer was told it" not in recorded


def test_a_vendors_profile_tells_anew_where_it_is_given(vendors: str, tmp_path: Path) -> None:
    out = " ".join(called("show", vendors, "--profile", "new.toml", within=tmp_path).out.split())
    assert "The gate stays shut." in out
    assert "as the customer was told it" not in out
    ended = called("show", vendors, "--profile", "acme", within=tmp_path)
    assert ended.code == 2
    assert "no profile is called 'acme'" in ended.complaint


def test_a_teams_articles_and_their_address_are_in_every_form(bundle: str, tmp_path: Path) -> None:
    """From the profile, or from the options, which come first."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "proxy-login-required.md").write_text("Ask *Zebediah* <b>first</b>.\n")
    (tmp_path / "acme.toml").write_text('name = "acme"\narticles = "own"\ndocs = "https://docs.acme.example/diag/"\n')
    at = "https://docs.acme.example/diag/causes/proxy-login-required.html"
    called("show", bundle, "--profile", "acme.toml", "--html", "page.html", within=tmp_path)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "Ask *Zebediah* &lt;b&gt;first&lt;/b&gt;." in page
    assert f'<a href="{at}">' in page
    for form in ("text", "markdown"):
        assert at in called("show", bundle, "--profile", "acme.toml", "--format", form, within=tmp_path).out
    found = called("show", bundle, "--profile", "acme.toml", "--json", within=tmp_path).document["causes"]
    assert {cause["id"]: cause["article"] for cause in found}["proxy-login-required"] == at
    assert at in "".join(called("show", bundle, "--profile", "acme.toml", within=tmp_path).out.split())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "proxy-login-required.md").write_text("---\nreplaces = true\n---\nNobody knows.\n")
    options = ("--articles", "other", "--docs", "https://x.example")
    called("show", bundle, "--profile", "acme.toml", *options, "--html", "page.html", within=tmp_path)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "Nobody knows." in page
    assert "Zebediah" not in page
    assert "https://x.example/causes/proxy-login-required.html" in page
    assert "Zebediah" in called("explain", "proxy-login-required", "--profile", "acme.toml", within=tmp_path).out


@pytest.mark.parametrize("docs", ["http://x.example", "https://a@x.example", "https://x.example/<b>", "javascript:x", "https://"])
def test_an_address_that_cannot_be_linked_to_is_told(docs: str, bundle: str, tmp_path: Path) -> None:
    ended = called("show", bundle, "--docs", docs, within=tmp_path)
    assert ended.code == 2
    assert "is no address to link to" in ended.complaint
