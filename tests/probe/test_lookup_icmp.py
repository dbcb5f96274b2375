"""Refusals by a packet filter, in a network namespace of the test's own: the error queue says which, and who sent it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from diag.model.failure import Failure


def _can_have_a_namespace() -> bool:
    found = sys.platform == "linux" and all(map(shutil.which, ("unshare", "nft", "ip")))
    return found and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not _can_have_a_namespace(), reason="needs nft, ip and the right to make a network namespace")

SETUP = """
ip link set lo up
nft add table inet filter
nft add chain inet filter input '{ type filter hook input priority 0; }'
nft add rule inet filter input meta l4proto '{ tcp, udp }' th dport 53 reject with REJECT
exec "$PYTHON" -c "$PROGRAM" "$@"
"""
PROGRAM = """
import asyncio, sys
import msgspec
from diag.model.address import Address
from diag.model.question import Lookup
from diag.probe.lookup import Lookups

question = Lookup("host.lab.test", Address(sys.argv[1], 53), "A", sys.argv[2])
print(msgspec.json.encode(asyncio.run(Lookups().ask(question, 20.0))).decode())
"""


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(
    ("host", "reject", "failure", "icmp"),
    [
        ("127.0.0.1", "icmp type admin-prohibited", Failure.PROHIBITED, (4, 3, 13)),
        ("127.0.0.1", "icmp type host-unreachable", Failure.UNREACHABLE, (4, 3, 1)),
        ("127.0.0.1", "icmp type net-unreachable", Failure.NO_ROUTE, (4, 3, 0)),
        ("127.0.0.1", "icmp type port-unreachable", Failure.REFUSED, (4, 3, 3)),
        ("::1", "icmpv6 type admin-prohibited", Failure.PROHIBITED, (6, 1, 1)),
        ("::1", "icmpv6 type no-route", Failure.NO_ROUTE, (6, 1, 0)),
    ],
)
def test_a_reject_names_its_reason(transport: str, host: str, reject: str, failure: Failure, icmp: tuple[int, int, int]) -> None:
    environment = {**os.environ, "PYTHON": sys.executable, "PROGRAM": PROGRAM}
    command = ["unshare", "--net", "sh", "-e", "-c", SETUP.replace("REJECT", reject), "sh", host, transport]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert (seen["failure"], seen.get("transport", "udp")) == (failure, transport)
    assert (seen["icmp"]["version"], seen["icmp"]["kind"], seen["icmp"]["code"], seen["icmp"]["sender"]) == (*icmp, host)
