"""Titles of clusters: no gap of any cause stays open, and what parts clusters is said in words."""

from checks import CATALOGUE
from diag.desk.alike import parts_of, routes_of
from diag.engine.judge import judge
from diag.report.wording.cluster_title import cluster_title
from tests.recording.scene import read_scene, scene_names

BY_ID = {check.id: check for check in CATALOGUE}


def test_every_cause_has_a_title_without_an_open_gap() -> None:
    titles = {check.id: cluster_title(check.id, {}, BY_ID) for check in CATALOGUE}
    titles |= {
        f"{check.id} {form}": cluster_title(check.id, {"form": (form,)}, BY_ID) for check in CATALOGUE for form, _ in check.forms
    }
    assert [name for name, title in titles.items() if set(title) & set("{}|")] == []


def test_what_parts_clusters_is_said_in_words() -> None:
    assert cluster_title("proxy-login-required", {"schemes": ("Basic",)}, BY_ID).endswith("(schemes Basic)")
    assert cluster_title("unknown", {"ends": ("a", "b", "c", "d")}, BY_ID) == "Not understood; ends at: a, b and 2 more"
    assert cluster_title("unknown", {}, BY_ID) == "Not understood"


def test_clusters_of_recorded_cases_have_titles_that_differ() -> None:
    found: dict[str, set[str]] = {}
    for name in scene_names()[::9]:
        evidence = read_scene(name).evidence
        routes = routes_of(evidence)
        for cause in judge(evidence, CATALOGUE).causes:
            parts = parts_of(cause, BY_ID[cause.id], routes)
            found.setdefault(f"{cluster_title(cause.id, parts.kind, BY_ID)} {parts.route}", set()).add(parts.fingerprint)
    assert {title: fps for title, fps in found.items() if len(fps) > 1} == {}
