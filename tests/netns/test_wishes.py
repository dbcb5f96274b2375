"""Real certificates that name forbidden places, and real listeners there: none hears of it, and nothing of theirs is kept."""

import json
import subprocess
import sys

import pytest

from tests.netns import needs

NEVER = [
    "http://127.0.0.1:6379/FLUSHALL",
    "http://localhost/x",
    "http://[::ffff:169.254.169.254]/latest",
    "http://100.100.100.200/latest",
    "http://[fd00:ec2::254]/latest",
    "http://168.63.129.16/machine",
    "http://10.9.8.7/admin?delete=all",
]
ASKED = "http://203.0.113.80/issuing.der"


@needs("unshare")
@pytest.mark.timeout(240)
def test_a_certificate_reaches_nobody_but_a_public_place() -> None:
    call = ["unshare", "--net", sys.executable, "-m", "tests.netns.wish", *NEVER, ASKED]
    ended = subprocess.run(call, capture_output=True, text=True, check=False, timeout=220)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told.pop(ASKED)["reached"] == ["203.0.113.80 80"]
    assert {url: one["reached"] for url, one in told.items()} == {url: [] for url in NEVER}
