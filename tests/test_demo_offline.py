"""`diag demo` on a machine without any network: the fault that is staged is found, and not the missing network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diag.lab.families import dns, machine, network
from diag.lab.scene import LabFault
from tests.netns import needs_house

pytestmark = needs_house

REPOSITORY = Path(__file__).parents[1]
LOOPBACK_ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@pytest.mark.parametrize("fault", [*machine.FAULTS, *dns.FAULTS, *network.FAULTS], ids=lambda fault: fault.name)
def test_the_staged_cause_is_on_top(fault: LabFault, tmp_path: Path) -> None:
    done = subprocess.run(
        [*LOOPBACK_ALONE, sys.executable, "-m", "diag", "demo", fault.name, "--json", "--no-bundle"],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONPATH": str(REPOSITORY)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    causes = [cause["id"] for cause in json.loads(done.stdout)["causes"]]
    assert causes == [fault.expects] if fault.expects else not causes
