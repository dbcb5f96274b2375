"""The page in a real browser: its policy lets its style through, nothing is complained of, and a picture comes out of it."""

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from diag.report.forms.html import write_page
from tests.report import samples

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(write_page(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE), encoding="utf-8")
    return path


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    profile = page.parent / "profile"
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended


def colours(picture: Path) -> set[bytes]:
    """The distinct pixels of a PNG (RGB or RGBA, 8 bits, not interlaced)."""
    data = picture.read_bytes()
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, interlaced) == (8, 0)
    size = {2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    rows, line = zlib.decompress(packed), bytearray(width * size)
    found: set[bytes] = set()
    for number in range(height):
        start = number * (width * size + 1)
        line = _unfiltered(rows[start], bytearray(rows[start + 1 : start + 1 + width * size]), line, size)
        found |= {bytes(line[x : x + 3]) for x in range(0, len(line), size)}
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    """One line of a PNG without its filter (PNG specification, section 9.2)."""
    for x in range(len(line)):
        left = line[x - size] if x >= size else 0
        corner = above[x - size] if x >= size else 0
        guess = (0, left, above[x], (left + above[x]) // 2, _nearest(left, above[x], corner))[kind]
        line[x] = (line[x] + guess) & 0xFF
    return line


def _nearest(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda value: abs(estimate - value))


def test_the_browser_complains_of_nothing_and_runs_nothing(page: Path) -> None:
    ended = browse(page, "--dump-dom")
    assert "CONSOLE" not in ended.stderr
    assert "The proxy proxy.corp.test:3128 wants a login" in ended.stdout
    assert "<script" not in ended.stdout
    assert ended.stdout.count('class="way-across"') >= 2


@pytest.mark.parametrize(
    ("scheme", "paper", "problem"), [("1", "#ffffff", "#b3261e"), ("0", "#1a2029", "#ff9489")], ids=["light", "dark"]
)
def test_its_style_takes_effect_in_both_schemes(page: Path, scheme: str, paper: str, problem: str) -> None:
    picture = page.parent / "picture.png"
    browse(page, f"--screenshot={picture}", "--window-size=500,700", f"--blink-settings=preferredColorScheme={scheme}")
    seen = colours(picture)
    assert {bytes.fromhex(paper[1:]), bytes.fromhex(problem[1:])} <= seen


def test_it_can_be_printed_and_ends_with_the_endpoints(page: Path) -> None:
    printed = page.parent / "page.pdf"
    browse(page, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    assert printed.read_bytes().startswith(b"%PDF-")
    assert printed.stat().st_size > 10_000
    assert 1 <= printed.read_bytes().count(b"/Type /Page\n") <= 3
