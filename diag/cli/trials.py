"""The options of `run` for more than one plain look: comparisons, repetitions, idle crowded connections. All are off at first."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from diag.cli.errors import WrongUse
from diag.model.address import Authority
from diag.model.endpoint import UnusableEndpoint, parse_endpoint
from diag.model.run import Trials

F = TypeVar("F", bound=Callable[..., Any])
MOST_REPEATED = 1000
LONGEST_BETWEEN = 3600.0
LONGEST_IDLE = 3600.0
MOST_AT_ONCE = 64


def trial_options(function: F) -> F:
    """Adds the options of `Trials`, and the controls, to a command."""
    for option in reversed(
        (
            click.option(
                "--control",
                "controls",
                multiple=True,
                metavar="HOST[:PORT]",
                help="A host that is known to work from here, to compare with. It is connected to, no more. May be repeated.",
            ),
            click.option(
                "--repeat",
                type=int,
                default=1,
                metavar="N",
                help=f"Look N times, for faults that come and go ({MOST_REPEATED} at most).",
            ),
            click.option(
                "--every", type=float, default=0.0, metavar="SECONDS", help="Between one look and the next. Default: 0."
            ),
            click.option(
                "--idle",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help="Leave a connection idle for so long, and use it again.",
            ),
            click.option(
                "--load",
                type=int,
                default=0,
                metavar="N",
                help=f"Open N connections at once to one address ({MOST_AT_ONCE} at most), send nothing, and close them.",
            ),
        )
    ):
        function = option(function)
    return function


def read_trials(repeat: int, every: float, idle: float, load: int) -> Trials:
    """What is to be tried besides. Raises WrongUse."""
    if not 1 <= repeat <= MOST_REPEATED:
        raise WrongUse(f"--repeat must be between 1 and {MOST_REPEATED}")
    if not 0 <= every <= LONGEST_BETWEEN:
        raise WrongUse(f"--every must be between 0 and {LONGEST_BETWEEN:g} seconds")
    if every and repeat == 1:
        raise WrongUse("--every says how long to wait between looks: say with --repeat how many there should be")
    if not 0 <= idle <= LONGEST_IDLE:
        raise WrongUse(f"--idle must be between 0 and {LONGEST_IDLE:g} seconds")
    if load and not 2 <= load <= MOST_AT_ONCE:
        raise WrongUse(f"--load must be between 2 and {MOST_AT_ONCE}: more would be a burden to the service")
    return Trials(repeat, every, idle, load)


def read_control(text: str) -> Authority:
    """`host:443`, `192.0.2.1:443` or `[2001:db8::1]:443`; a host alone means port 443, as in diag.toml. Raises WrongUse."""
    try:
        return parse_endpoint(text).authority
    except UnusableEndpoint as error:
        raise WrongUse(f"--control: {error}") from None
