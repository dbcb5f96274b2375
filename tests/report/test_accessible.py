"""The page in a real browser, held against the rules of WCAG 2.2 by axe-core: nothing of it may break one, in light or dark."""

import json
import os
import re
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.report.forms.html import write_page
from tests.recording.scene import read_scene
from tests.report import samples
from tests.report.test_html_browser import BROWSER, browse

AXE = Path(os.environ.get("AXE_CORE") or Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js")
"""Where the rules are: `npm install axe-core`, or the variable AXE_CORE."""


def of_scene(name: str) -> str:
    """The page of a recorded scene."""
    evidence = read_scene(name).evidence
    catalogue = {check.id: check for check in CATALOGUE}
    return write_page(judge(evidence, CATALOGUE), catalogue, evidence, copies=(("For a ticket", "text"),))


PAGES = {
    "causes": lambda: write_page(samples.DIAGNOSIS, samples.CATALOGUE, samples.EVIDENCE, ("A note.",), ("It means.",)),
    "certificates": lambda: of_scene("tls-intercepted/appliance-of-a-vendor"),
}
"""Together they hold every part that a page can have."""
ASK = """
<script>
document.querySelectorAll("details").forEach(one => { one.open = true; });
axe.run(document).then(found => {
  const told = found.violations.map(one => [one.id, one.impact, one.nodes.map(node => node.target.join(" "))]);
  document.body.innerHTML = "";
  document.title = JSON.stringify({passes: found.passes.length, violations: told});
});
</script>
"""
pytestmark = [
    pytest.mark.skipif(not BROWSER, reason="no Chromium is installed"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install axe-core, or set AXE_CORE"),
]


@pytest.mark.parametrize(("name", "scheme"), [("causes", "1"), ("certificates", "1"), ("certificates", "0")])
def test_it_breaks_no_rule_of_accessibility(name: str, scheme: str, tmp_path: Path) -> None:
    """The page's own policy lets no script run, so a copy is asked that has none."""
    whole = PAGES[name]()
    unlocked = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", whole)
    assert unlocked != whole
    page = tmp_path / "page.html"
    rules = f"<script>{AXE.read_text(encoding='utf-8')}</script>"
    page.write_text(unlocked.replace("</body>", f"{rules}{ASK}</body>"), encoding="utf-8")
    size = "--window-size=390,900" if scheme == "1" else "--window-size=1200,900"
    ended = browse(page, "--dump-dom", "--virtual-time-budget=20000", size, f"--blink-settings=preferredColorScheme={scheme}")
    told = re.search(r"<title>(.*?)</title>", ended.stdout, re.DOTALL)
    assert told is not None
    found = json.loads(told[1].replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&"))
    assert found["passes"] > 10
    assert found["violations"] == []
