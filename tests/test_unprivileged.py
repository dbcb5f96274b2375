"""diag as an ordinary process, without a capability: with its usual patience, silent faults are concluded within twelve seconds.

It is diag's own deadline that holds it to that: what it has not seen by then, it cannot conclude from.
"""

import json
import sys
import time
from pathlib import Path

import pytest

from tests.netns import House, needs_house
from tests.netns.plan import SERVER, SILENT
from tests.recipes.baseline import NAME, URL, Break, serve

pytestmark = needs_house

DEADLINE = "12"


def _silent_port(house: House) -> object:
    return house.drop(port=443)


def _silent_host(house: House) -> object:
    return house.drop(to=SERVER)


def _silent_resolver(house: House) -> None:
    house.resolvers(SILENT, options="")


def _large_packets_lost(house: House) -> object:
    return house.black_hole(towards="server")


def _name_swallowed(house: House) -> object:
    return house.swallow_name(NAME)


SILENT_FAULTS: dict[str, Break] = {
    "network-connection-filtered": _silent_port,
    "network-connection-filtered, the host": _silent_host,
    "dns-resolver-silent": _silent_resolver,
    "network-mtu-blackhole": _large_packets_lost,
    "tls-sni-filtered": _name_swallowed,
}


@pytest.mark.parametrize("fault", SILENT_FAULTS)
def test_a_silent_fault_is_concluded(fault: str, tmp_path: Path) -> None:
    with House() as house:
        house.names({NAME: [SERVER]})
        command = ["diag", "run", URL, "--trust", serve(house), "--deadline", DEADLINE, "--json", "-o", str(tmp_path)]
        SILENT_FAULTS[fault](house)
        began = time.monotonic()
        done = house.run([sys.executable, "-m", *command], unprivileged=True, timeout=60)
    print(f"{fault}: {time.monotonic() - began:.1f} s")
    assert done.returncode == 1, done.stderr
    assert [cause["id"] for cause in json.loads(done.stdout)["causes"]] == [fault.partition(",")[0]]
    assert [path.suffix for path in tmp_path.iterdir()] == [".zip"]
