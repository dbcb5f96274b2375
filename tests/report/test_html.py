"""The page: verdict first, whole in itself, nothing in it that runs or loads, and safe whatever the texts."""

import base64
import hashlib
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.report.forms.html import write_page
from diag.report.views.waterfall import is_well
from diag.report.wording.words import OUTCOMES
from tests.recording.scene import read_scene
from tests.report import samples
from tests.report.pages import Read

LARGEST = 1 << 20
LOADING = frozenset({"script", "img", "iframe", "object", "embed", "link", "base", "audio", "video", "form", "image"})
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
HOSTILE = (
    "</style><script>alert(1)</script>",
    '" onload="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "<img src=x onerror=alert(1)>",
    "]]><svg/onload=alert(1)>",
    "--><iframe src=//example.com>",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt; &#x3c;",
    "a\u202eb\u2066c\u200b",
    "\x1b[2J\x1b]0;title\x07\x9b31m\r\n\x00",
)


def page(diagnosis: Diagnosis, evidence: Evidence = samples.EVIDENCE, **more: object) -> str:
    return write_page(diagnosis, samples.CATALOGUE, evidence, **more)  # type: ignore[arg-type]


def judged(name: str) -> str:
    evidence = read_scene(name).evidence
    return write_page(judge(evidence, CATALOGUE), {check.id: check for check in CATALOGUE}, evidence)


def test_the_verdict_comes_first_then_who_fixes_it() -> None:
    text = Read(page(samples.DIAGNOSIS)).flowed.partition("connection report")[2]
    order = [
        text.index(words)
        for words in (
            "problem",
            "The proxy proxy.corp.test:3128 wants a login, and none was given",
            "Who fixes it the administrator of this computer",
            "What was seen",
            "What it means",
            "Set the login for proxy.corp.test:3128.",
            "Also found",
            "The certificate of b.example.com ends on 20 November 2026",
            "No cause could be proved",
            "Endpoints",
        )
    ]
    assert order == sorted(order)


def test_each_claim_has_what_was_seen_beside_it() -> None:
    text = Read(page(samples.DIAGNOSIS)).flowed
    claim = text[text.index("What was seen") : text.index("What to do")]
    assert "tunnel-1 ask the proxy proxy.corp.test:3128 for api.example.com:443" in claim
    assert "the proxy did not connect: 407" in claim


def test_what_a_cause_explains_what_was_ruled_out_and_what_was_not_seen_are_folded() -> None:
    read = Read(page(samples.DIAGNOSIS))
    folded = [" ".join(element.text.split()) for element in read.all("summary")]
    assert "What it explains (1)" in folded
    assert "Looked for, and not found" in folded
    assert "Could not be looked at, or not decided" in folded
    assert "proxy-cannot-reach-target" in read.flowed
    assert "1 question without an answer: the time limit of the run was reached" in read.flowed


@pytest.mark.parametrize("diagnosis", [samples.DIAGNOSIS, samples.UNDECIDED, samples.WELL], ids=["found", "open", "well"])
def test_nothing_on_it_runs_or_loads(diagnosis: Diagnosis) -> None:
    written = page(diagnosis)
    read = Read(written)
    assert not LOADING.intersection(element.tag for element in read.elements)
    for element in read.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name in ("style", "src", "srcset")]
        assert element.attributes.get("href", "#").startswith("#"), "a link leads to a place on this page"
    assert "url(" not in written
    assert "@import" not in written


def test_its_policy_allows_its_own_style_and_nothing_else() -> None:
    read = Read(page(samples.DIAGNOSIS))
    (style,) = read.all("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    policies = [meta.attributes["content"] for meta in read.all("meta") if meta.attributes.get("http-equiv")]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    head = [element.tag for element in read.elements[: read.elements.index(style)]]
    assert head[:4] == ["html", "head", "meta", "meta"], "the policy stands before what it is about"


@pytest.mark.parametrize("diagnosis", [samples.DIAGNOSIS, samples.UNDECIDED, samples.WELL], ids=["found", "open", "well"])
def test_it_can_be_read_aloud(diagnosis: Diagnosis) -> None:
    read = Read(page(diagnosis))
    ids = [element.attributes["id"] for element in read.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in read.elements:
        for name in element.attributes.get("aria-labelledby", "").split():
            assert name in ids
        if element.tag == "use":
            assert element.attributes["href"].removeprefix("#") in ids
        if element.tag == "svg":
            named = "aria-labelledby" in element.attributes or "aria-label" in element.attributes
            assert named is (element.attributes.get("role") == "img")
            assert named or element.attributes.get("aria-hidden") == "true"
    levels = [int(element.tag[1]) for element in read.elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    assert [len(read.all(tag)) for tag in ("main", "header", "footer")] == [1, 1, 1]
    assert read.all("html")[0].attributes["lang"] == "en"


def test_no_state_is_told_by_colour_alone() -> None:
    read = Read(page(samples.DIAGNOSIS))
    rows = [element for element in read.elements if element.attributes.get("class", "").startswith("status ")]
    assert [row.text for row in rows] == ["problem", "unknown", "warning"]
    symbols = {element.attributes["id"] for element in read.all("symbol")}
    assert {f"mark-{outcome.value}" for outcome in OUTCOMES} <= symbols


def test_the_same_run_gives_the_same_page() -> None:
    assert page(samples.DIAGNOSIS) == page(samples.DIAGNOSIS)


def test_notes_for_the_reader_stand_at_the_top() -> None:
    text = Read(page(samples.DIAGNOSIS, notes=("now found: something",))).flowed
    assert text.index("now found: something") < text.index("Endpoints")


def test_many_endpoints_stay_small_and_quick() -> None:
    diagnosis, evidence = samples.many(500, 12)
    began = time.process_time()
    written = page(diagnosis, evidence)
    assert time.process_time() - began < 20, "a guard against the quadratic, not a measurement"
    assert len(written.encode()) < LARGEST
    read = Read(written)
    assert len([one for one in read.elements if "row" in one.attributes.get("class", "").split()]) == 500
    assert len(read.all("figure")) < 60


def test_a_recorded_case_shows_where_the_way_breaks() -> None:
    text = Read(judged("lab/proxy-login-required")).flowed
    assert "Proxy, broken here: the proxy did not connect: 407" in text
    assert "not reached" in text


@settings(max_examples=60, deadline=None)
@given(hostile=st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=300)), number=st.integers(0, 12))
def test_whatever_the_facts_they_are_text_and_nothing_else(hostile: str, number: int) -> None:
    facts = {"proxy": hostile, "schemes": (hostile,) * number}
    diagnosis = samples.with_facts(facts, endpoints=(hostile,) * number)
    written = page(diagnosis, notes=(hostile,))
    read = Read(written)
    plain = Read(page(samples.with_facts({"proxy": "x", "schemes": ("x",) * number}, endpoints=("x",) * number), notes=("x",)))
    assert [element.tag for element in read.elements] == [element.tag for element in plain.elements]
    assert not STEERING.search(written.replace("\n", ""))


def test_where_from_how_to_trace_and_what_is_left_to_ask_are_on_it() -> None:
    flowed = Read(page(samples.DIAGNOSIS)).flowed
    places = [flowed.index(part) for part in ("Asked from", "To trace these requests", "Only you can answer")]
    assert places == sorted(places)


def test_several_causes_are_listed_with_their_owners_and_the_list_leads_to_each() -> None:
    read = Read(page(samples.DIAGNOSIS))
    leads = [element.attributes["href"].removeprefix("#") for element in read.all("a")]
    ids = [element.attributes["id"] for element in read.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert len([lead for lead in leads if not lead.startswith("seen-")]) == len(samples.DIAGNOSIS.causes) > 1
    assert set(leads) <= set(ids)


def test_every_observation_has_an_anchor_and_what_a_cause_rests_on_leads_there() -> None:
    read = Read(page(samples.DIAGNOSIS))
    ids = {element.attributes.get("id") for element in read.elements}
    assert {f"seen-{observation.id}" for observation in samples.OBSERVATIONS} <= ids
    assert "#seen-tunnel-1" in {element.attributes["href"] for element in read.all("a")}


def test_the_article_and_the_texts_to_send_are_on_the_page() -> None:
    written = write_page(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE, copies=(("For a ticket", "a <b>\nc"),))
    read = Read(written)
    assert "For a ticket" in [" ".join(element.text.split()) for element in read.all("summary")]
    assert '<pre class="copy" tabindex="0">a &lt;b&gt;\nc\n</pre>' in written
    assert "An article." in read.flowed


def test_on_paper_it_ends_with_the_endpoints_but_for_what_the_reader_has_opened() -> None:
    written = page(samples.DIAGNOSIS)
    after = written[written.index('aria-labelledby="endpoints"') :]
    sections = re.findall(r"<section [^>]*>", after)
    assert len(sections) >= 4
    assert all('class="after"' in section for section in sections)
    on_paper = written[written.rindex("@media print") :]
    assert ".after, .folded:not([open]), .jump { display: none; }" in on_paper
    assert ".after:has(details[open]) { display: block; }" in on_paper
    assert "details.shown-first > .drawn { display: none; }" in on_paper
    assert '<details class="shown-first" open>' in after


def test_a_right_answer_is_not_drawn_as_a_failure() -> None:
    made_up = samples.lookup(9, "x7q.invalid", failure="name_not_found")
    assert is_well(made_up)
    assert not is_well(samples.lookup(9, "api.example.com", failure="name_not_found"))
