"""The desk's page: whole in itself, with nothing that runs, wide and narrow, with no, one and five hundred clusters."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from diag.model.desk import Cluster, Common, Desk, QueueEntry, Reason, Skipped, Solved, WrittenNote
from diag.report.forms.desk.page import write_desk_page

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip
HARM = "<script>alert(1)</script>\x1b[2J\u202e<img src=x onerror=y>"


def cluster(number: int, text: str = "The proxy <proxy> wants a login") -> Cluster:
    return Cluster(
        fp=f"{number:012x}",
        cause="proxy-login-required",
        title=text,
        owner="machine",
        status=("problem", "warning", "unknown")[number % 3],
        kind={"schemes": ("Basic", "NTLM")},
        route="proxy",
        bundles=number + 1,
        cases=number + 1,
        organisations=number % 7,
        first="2026-09-01T00:00:00Z",
        last="2026-11-20T00:00:00Z",
        points=40 - number % 40,
        reasons=(Reason(30, "new", why=text), Reason(-20, "taken_by", why="ann looks after it")),
        common=(Common("os", text, 5, 0.9, 0.1),),
        open_first=f"/home/support/{'deep/' * 20}bundle.zip",
        state="taken",
        solved=Solved(3, text, "2026-10-01T00:00:00Z", 4),
        merged=("aaaaaaaaaaaa",),
        written=(WrittenNote("2026-10-01T00:00:00Z", text, "note", text),),
    )


def desk(count: int, text: str = "The proxy <proxy> wants a login") -> Desk:
    why = (Reason(9, "rises", why=text),)
    return Desk(
        schema="diag.desk/1",
        at="2026-11-22T20:00:00Z",
        bundles=count,
        cases=count,
        organisations=count and 3,
        demos=count,
        labelled=bool(count),
        clusters=tuple(cluster(number, text) for number in range(count)),
        queue=tuple(
            QueueEntry(
                f"{n:012x}",
                "f.zip",
                text,
                text,
                "2026-11-20T00:00:00Z",
                "problem",
                ("dns-slow",),
                9,
                why,
            )
            for n in range(count)
        ),
        skipped=(Skipped(text, text),) if count else (),
        notes=(text,) if count else (),
    )


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [BROWSER, *QUIET, f"--user-data-dir={page.parent / 'profile'}", *options, page.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended


def test_whatever_a_text_holds_nothing_of_it_runs() -> None:
    page = write_desk_page(desk(2, HARM))
    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_loads_nothing_and_is_the_same_twice() -> None:
    page = write_desk_page(desk(1))
    assert page == write_desk_page(desk(1))
    assert not re.findall(r"(?:src|href)=[\"'](?!#)", page)
    assert "@import" not in page
    assert "url(" not in page


@pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
@pytest.mark.parametrize("count", [0, 1, 500])
def test_the_browser_complains_of_nothing_and_nothing_runs_out_of_the_page(count: int, tmp_path: Path) -> None:
    path = tmp_path / "desk.html"
    path.write_text(write_desk_page(desk(count)), encoding="utf-8")
    ended = browse(path, "--dump-dom", "--window-size=390,900")
    assert "CONSOLE" not in ended.stderr
    assert ended.stdout.count('<section class="cluster') == count
    assert ("No case needs attention" in ended.stdout) == (count == 0)
