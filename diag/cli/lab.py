"""`diag lab`: mock services that fail on purpose, for CI and for trying out."""

import json
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import click

from diag.cli.demo import complete_fault, find_fault, list_faults, raise_lab
from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.sections import Command, Group
from diag.lab.scene import LabFault, Scene
from diag.lab.site import Running
from diag.lab.stream import LOOPBACK
from diag.language import reason_of, said
from diag.model.quoting import shown


@click.group("lab", cls=Group)
def command() -> None:
    """Mock services that fail on purpose: any fault that diag can tell, on this computer's loopback unless told otherwise."""


@command.command("list", cls=Command, ends={FOUND_NOTHING: "listed", WRONG_USE: "wrong use"})
def list_command() -> int:
    """Every fault that can be staged."""
    list_faults()
    return FOUND_NOTHING


@command.command(
    "start",
    cls=Command,
    ends={FOUND_NOTHING: "stopped, by Ctrl-C, SIGTERM or the end of standard input", WRONG_USE: "wrong use"},
    examples=("diag lab start proxy-login-required tls-certificate-expired --json",),
)
@click.argument("faults", nargs=-1, required=True, metavar="FAULT...", shell_complete=complete_fault)
@click.option("--json", "as_json", is_flag=True, help="Print where they listen as JSON, one fault a line.")
@click.option(
    "--listen",
    default=LOOPBACK,
    metavar="ADDRESS",
    help="Listen at this IPv4 address of this computer, for clients in containers or elsewhere: whoever reaches it, reaches the"
    f" faults. Default: {LOOPBACK}.",
)
@click.option("--until-eof", is_flag=True, help="Also stop when standard input ends: for a parent process that may die.")
def start_command(faults: tuple[str, ...], as_json: bool, listen: str, until_eof: bool) -> int:
    """Stage faults and say where they listen, until Ctrl-C or SIGTERM."""
    staged = [find_fault(name) for name in faults]
    over = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with _standing(staged, listen) as lab:
        for scene in lab.scenes:
            print(json.dumps(scene.to_json()) if as_json else _told(scene), flush=True)
        if not as_json:
            print(said("Running. Ctrl-C stops it."), file=sys.stderr)
        if until_eof:
            threading.Thread(target=_watch_stdin, args=(over,), daemon=True).start()
        while not over.wait(0.5):
            pass
    return FOUND_NOTHING


def _standing(staged: Sequence[LabFault], listen: str) -> Running:
    """Return the lab, standing. Raises WrongUse for an address that is none of this computer."""
    try:
        return raise_lab(*staged, listen=listen)
    except ValueError:
        raise WrongUse(
            said("--listen {address}: it is no single IPv4 address of this computer, such as 192.0.2.10", address=shown(listen))
        ) from None
    except OSError as error:
        raise WrongUse(
            said(
                "--listen {address}: this computer cannot listen there ({reason})",
                address=shown(listen),
                reason=reason_of(error),
            )
        ) from None


def invocation(scene: Scene) -> list[str]:
    """Return the `diag run` that meets a scene."""
    options = [
        ("--proxy", scene.proxy),
        ("--resolver", scene.resolver),
        ("--trust", scene.trust),
    ]
    given = [part for name, value in options if value for part in (name, value)]
    return ["diag", "run", *([] if scene.proxy else ["--no-proxy"]), *given, *scene.endpoints]


def _told(scene: Scene) -> str:
    return f"{scene.fault}\n  {shlex.join(invocation(scene))}"


def _watch_stdin(over: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    over.set()
