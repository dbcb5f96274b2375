"""The manual: every cause, command, option and exit code has its place in it, every link leads somewhere, man(1) can read it."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.cli import errors
from diag.cli.main import COMMANDS
from diag.cli.manual import command_pages, manual
from tests.cli.shell import called


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return manual()


def test_each_cause_and_each_command_has_a_page_at_an_address_that_stays(files: dict[str, bytes]) -> None:
    assert {f"causes/{check.id}.html" for check in CATALOGUE} <= files.keys()
    assert {f"commands/diag-{name}.html" for name in COMMANDS} <= files.keys()
    assert "commands/diag-lab-start.html" in files
    assert b"What it means" in files["causes/tls-intercepted.html"]
    assert json.loads(files["formats/report.json"])["$schema"].startswith("https://json-schema.org/")


def test_every_link_leads_to_a_file(files: dict[str, bytes]) -> None:
    links = [
        (place, str((Path("/") / place).parent.joinpath(target).resolve())[1:])
        for place, content in files.items()
        if place.endswith(".html")
        for target in re.findall(r'href="([^"]+)"', content.decode())
    ]
    assert len(links) > 1_000
    assert [link for link in links if link[1] not in files] == []


def test_every_exit_code_that_the_program_can_end_with_is_told(files: dict[str, bytes]) -> None:
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    told = {int(code) for code in re.findall(r"<dt>(\d+)</dt>", files["exit-codes.html"].decode())}
    assert told == codes


def test_every_option_of_a_command_is_on_its_page(files: dict[str, bytes]) -> None:
    page = files["commands/diag-run.html"].decode()
    assert all(option in page for option in ("--proxy", "--no-bundle", "--pac", "--repeat", "--privacy"))
    assert {row.name for one in command_pages() for part in one.parts if part.title == "Exit codes" for row in part.rows}


def test_nothing_is_loaded_and_nothing_runs(files: dict[str, bytes]) -> None:
    for place, content in files.items():
        if place.endswith(".html"):
            assert b"default-src 'none'" in html.unescape(content.decode()).encode()
            assert not re.search(rb"<script|src=|url\(|@import", content), place


def test_man_reads_its_page_without_a_complaint(files: dict[str, bytes], tmp_path: Path) -> None:
    assert files["diag.1"].startswith(b'.TH DIAG 1 ""')
    if not shutil.which("groff"):
        pytest.skip("groff, which sets the page, is not installed")
    done = subprocess.run(
        ["groff", "-man", "-Tascii", "-ww", "-z"], input=files["diag.1"], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_command_writes_it_and_says_where_to_begin(tmp_path: Path) -> None:
    ended = called("manual", "site", within=tmp_path)
    assert ended.code == 0
    assert "index.html" in ended.out
    assert (tmp_path / "site" / "causes" / "tls-intercepted.html").exists()
    (tmp_path / "taken").write_text("")
    assert called("manual", "taken", within=tmp_path).code == 2
