"""What a machine must have before a house can stand on it; where it has not, tests are skipped and say why."""

import os
import shutil
import subprocess
import sys
from functools import cache

import pytest

TOOLS = ("ip", "nft", "iptables", "ip6tables", "unbound", "setpriv", "sysctl")


def missing(*tools: str) -> str:
    """Say why no house can stand here, or that one of the further `tools` is missing; empty when all is there."""
    if sys.platform != "linux":
        return "a house needs Linux network namespaces"
    if os.geteuid() != 0:
        return "a house needs root, to make network namespaces"
    absent = [tool for tool in (*TOOLS, *tools) if shutil.which(tool) is None]
    if absent:
        return f"a house needs {', '.join(absent)} to be installed"
    return forbidden()


@cache
def forbidden() -> str:
    """Say why this process may make no namespace with a firewall in it; empty where it may."""
    trial = subprocess.run(["unshare", "--net", "nft", "add table inet trial"], capture_output=True, text=True, check=False)
    return f"a house may not be built here: {trial.stderr.strip().splitlines()[-1]}" if trial.returncode != 0 else ""


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skip where no house can stand or where one of these tools is not installed."""
    why = missing(*tools)
    return pytest.mark.skipif(bool(why), reason=why or "a house can stand here")


needs_house = needs()
