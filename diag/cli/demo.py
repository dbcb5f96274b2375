"""`diag demo`: the main job against a service on this computer that fails on purpose."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from diag.cli.diagnose import diagnose
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.errors import FOUND_NOTHING, WrongUse
from diag.cli.forms import on_stdout
from diag.cli.job import Job
from diag.cli.options import RUN_ENDS, read_form, run_options
from diag.cli.sections import Command, Section, option
from diag.cli.suggestions import asked_whether
from diag.cli.ways import read_ways
from diag.lab.faults import DEMO, FAULTS, UnknownFaultError, named
from diag.lab.scene import LabFault, Scene
from diag.lab.site import Running, start
from diag.lab.stream import LOOPBACK, CannotStage
from diag.language import said, translated
from diag.model.quoting import shown
from diag.model.run import Limits
from diag.probe.machine.trust import FILE_VARIABLES, FOLDER_VARIABLE
from diag.probe.proxy_value import EXCEPTIONS
from diag.probe.proxy_value import VARIABLES as PROXY_VARIABLES
from diag.report.layout.page import open_page

STAGED = "staged"
"""The context of what a fault is, in the catalogues: the lab speaks English alone."""


def complete_fault(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the faults whose names begin so, for the shell."""
    return [fault.name for fault in FAULTS if fault.name.startswith(begun)]


@click.command(
    "demo",
    cls=Command,
    ends={**RUN_ENDS, 0: "the staged fault is no problem, or the list was shown"},
    examples=("diag demo", "diag demo --list", "diag demo tls-certificate-expired --format html=page.html"),
)
@click.argument("fault", default=DEMO, shell_complete=complete_fault)
@option(Section.WHAT, "--list", "listing", is_flag=True, help="Which faults can be shown.")
@run_options
def command(fault: str, listing: bool, **form: Any) -> int:
    """See diag at work: a service on this computer fails on purpose, and diag finds out why.

    Nothing outside this computer is contacted. FAULT is one of diag demo --list; without it, a proxy wants a login.
    """
    if listing:
        list_faults()
        return FOUND_NOTHING
    staged = find_fault(fault)
    with raise_lab(staged) as lab:
        scene = lab.scenes[0]
        wanted = read_form(**form)
        if on_stdout(wanted.outputs) is None:
            told = open_page(sys.stderr)
            summary = translated(staged.summary, STAGED)
            told.write(told.words(said("Staged on this computer: {summary} ({name})", summary=summary, name=staged.name)))
        return diagnose(job_of(scene), wanted, without_settings(os.environ))


def list_faults() -> None:
    """Print every fault that the lab can stage, with what it is."""
    page = open_page(sys.stdout)
    for fault in FAULTS:
        page.write(page.words(fault.name, "bold"))
        page.write(page.words(translated(fault.summary, STAGED)), indent=4)


def find_fault(name: str) -> LabFault:
    """Return the fault of that name. Raises WrongUse."""
    try:
        return named(name)
    except UnknownFaultError as error:
        meant = asked_whether(error.near) or said("the list is: diag demo --list")
        raise WrongUse(said("no fault is called {shown}: {hint}", shown=shown(name), hint=meant)) from None


def raise_lab(*faults: LabFault, first_port: int = 0, listen: str = LOOPBACK) -> Running:
    """Return the services of these faults, standing. Raises WrongUse where this system cannot stage one."""
    try:
        return start(*faults, first_port=first_port, listen=listen)
    except CannotStage as error:
        raise WrongUse(translated(str(error), STAGED)) from None


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what steers connections: a demonstration shows what it has staged and nothing else."""
    steering = {name.upper() for name in (*PROXY_VARIABLES, *EXCEPTIONS, *FILE_VARIABLES, FOLDER_VARIABLE)}
    return {name: value for name, value in environment.items() if name.upper() not in steering}


def job_of(scene: Scene) -> Job:
    """Return the look at a staged fault, as a user would make it."""
    chosen = choose_endpoints(Wanted(scene.endpoints, trust=Path(scene.trust) if scene.trust else None))
    resolvers = tuple(server for server in (scene.resolver, *scene.other_resolvers) if server)
    ways = replace(read_ways(scene.proxy, scene.proxy is None, resolvers, {}), settings=False)
    return Job(chosen.endpoints, ways, Limits(), chosen.profile, demo=scene.fault)
