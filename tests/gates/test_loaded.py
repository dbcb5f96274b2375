"""What is loaded when, and how much is done: a start pays for what it needs, and for nothing else.

Each list names every library (and, for the help, every module of ours) that may be loaded by then. Somebody who adds one knows
what it costs: `python -X importtime -m diag ...` tells. What is done is counted in calls of functions in Python,
which are the same on every machine, however busy it is.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from checks import CATALOGUE
from diag.lab.site import start
from diag.library import read
from diag.model.catalogue import Dormant
from diag.model.endpoint_view import RunView

HELP = {
    "diag",
    "diag.__main__",
    "diag.cli",
    "diag.cli.errors",
    "diag.cli.main",
    "diag.cli.sections",
    "diag.cli.stopping",
    "diag.cli.streams",
    "diag.cli.tongue",
    "diag.language",
    "diag.language.choice",
    "diag.language.gaps",
    "diag.language.spoken",
}
"""The modules of ours that the overview of all commands loads."""
FOR_THE_FIRST_PACKET = {"click", "msgspec", "typing_extensions"}
"""The libraries that a run has loaded when it sends its first packet. The catalogue is not among what is loaded."""
FOR_A_HEALTHY_RUN = FOR_THE_FIRST_PACKET | {"OpenSSL", "cryptography", "h11"}
"""The libraries that a run against a healthy service has loaded at its end, bundle and report written."""
FOR_A_BUNDLE_SHOWN = FOR_THE_FIRST_PACKET | {"cryptography"}
"""The libraries that a bundle of such a run has loaded when it has been shown, on no terminal."""
RARER = {
    "cryptography.hazmat.primitives.serialization",
    "csv",
    "ctypes",
    "diag.bundle.envelope",
    "diag.cli.pac",
    "diag.knowledge.clients.manner",
    "diag.knowledge.clients.shelf",
    "diag.knowledge.messages.patterns",
    "diag.knowledge.response_codes",
    "diag.knowledge.trust_stores",
    "diag.model.check_laws",
    "diag.model.error_class",
    "diag.model.wire.dns_wire",
    "diag.probe.digest",
    "diag.probe.fetched",
    "diag.probe.machine.ip_helper",
    "diag.probe.machine.windows",
    "diag.probe.spnego",
    "diag.probe.system_roots",
    "diag.profile.account",
    "diag.profile.allowlist",
    "diag.profile.articles",
    "diag.profile.config",
    "diag.profile.profile_file",
    "diag.report.forms.terminal.trails",
    "diag.report.views.certificate_chain",
    "diag.report.views.told_errors",
    "diag.report.wording.phrases.shared",
    "encodings.idna",
    "importlib.metadata",
    "importlib.resources",
    "multiprocessing",
    "netrc",
    "platformdirs",
    "statistics",
    "tomllib",
}
"""Parts of Python and of ours that are for other machines and for rarer answers."""
SECOND_NAMES = {"_cffi_backend", "_cffi_import_error"}
"""Parts of those that have a name of their own."""
AT_THE_END = """
import atexit, os, sys
def told():
    os.write(3, " ".join(sys.modules).encode())
"""
AT_THE_FIRST_PACKET = """
import asyncio.selector_events as loops
async def first(*_):
    told()
    os._exit(0)
loops.BaseSelectorEventLoop.sock_sendall = first
"""
COUNTED = """
import threading
calls = 0
def count(frame, event, argument):
    global calls
    calls += event == "call"
def told():
    sys.setprofile(None)
    os.write(3, str(calls).encode())
threading.setprofile(count)
sys.setprofile(count)
"""
MOST_CALLS = {"help": 27_000, "run": 195_000, "show": 115_000}
"""Calls of functions in Python, those at import included: about a sixth more than there are."""
PROGRAM = """
sys.argv = ["diag", *sys.argv[1:]]
atexit.register(told)
from diag.__main__ import start
start()
"""


def loaded(arguments: Sequence[str], watch: str = "") -> set[str]:
    """The modules that `diag` with these arguments has loaded, at its end or when `watch` says so."""
    return set(_told(arguments, watch).split())


def calls(arguments: Sequence[str]) -> int:
    """How many functions in Python `diag` with these arguments has called."""
    return int(_told(arguments, COUNTED))


def _told(arguments: Sequence[str], watch: str) -> str:
    code = f"{AT_THE_END}{watch}{PROGRAM}"
    shell = ["sh", "-c", 'exec 3>&1 1>/dev/null 2>/dev/null; exec "$@"', "sh", sys.executable, "-c", code, *arguments]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert done.stdout, "nothing was told"
    return done.stdout


def libraries(modules: set[str]) -> set[str]:
    """The packages among these that are neither Python's own nor ours."""
    tops = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - SECOND_NAMES
    return {top for top in tops if not top.startswith(("diag", "checks", "_", "sitecustomize"))}


def asleep(bundle: Path) -> set[str]:
    """The files of the checks that nothing in this bundle wakes."""
    run = RunView(read(bundle).evidence)
    dormant = [member for member in CATALOGUE.awake(CATALOGUE.woken_by(*run.cases, run)) if isinstance(member, Dormant)]
    return {f"{member.family}.{member.name}" for member in dormant}


def test_the_help_loads_next_to_nothing() -> None:
    modules = loaded(["--help"])
    assert {name for name in modules if name.partition(".")[0] == "diag"} <= HELP
    assert libraries(modules) <= {"click"}
    assert not {"asyncio", "traceback", "logging", "click.shell_completion", "shutil"} & modules
    assert calls(["--help"]) <= MOST_CALLS["help"]


def test_the_first_packet_waits_for_nothing_that_it_does_not_need() -> None:
    arguments = ["run", "https://service.example", "--resolver", "127.0.0.1:9", "--no-bundle", "-q"]
    modules = loaded(arguments, AT_THE_FIRST_PACKET)
    assert "diag.probe.name_server" in modules, "it is a question to a resolver"
    assert libraries(modules) <= FOR_THE_FIRST_PACKET
    assert "checks" not in modules


def test_a_healthy_run_and_its_bundle_load_no_library_that_they_do_not_need(tmp_path: Path) -> None:
    with start("healthy") as running:
        (scene,) = running.scenes
        options = ("--resolver", scene.resolver or "", "--trust", scene.trust or "", "-o", str(tmp_path))
        run = ["run", *scene.endpoints, *options]
        modules, called = loaded(run), calls(run)
    assert list(tmp_path.iterdir()), "a bundle was written"
    assert called <= MOST_CALLS["run"]
    assert libraries(modules) <= FOR_A_HEALTHY_RUN
    assert not RARER & modules
    bundle = next(tmp_path.iterdir())
    assert not asleep(bundle) & modules, "a check that nothing wakes is not loaded, nor by another"
    show = ["show", str(bundle)]
    shown = loaded(show)
    assert calls(show) <= MOST_CALLS["show"]
    assert libraries(shown) <= FOR_A_BUNDLE_SHOWN
    assert not (RARER - {"diag.bundle.envelope"}) & shown, "what tells an encrypted bundle is needed to read one"
