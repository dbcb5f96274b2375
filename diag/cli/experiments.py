"""The options of `run` for more than one plain look: comparisons, repetitions, idle or crowded connections; off at first."""

from collections.abc import Callable
from typing import Any, TypeVar

from diag.cli.errors import WrongUse, out_of_range
from diag.cli.sections import Section, option
from diag.language import retold, said
from diag.model.endpoint import Endpoint, Expectations, UnusableEndpoint, parse_endpoint
from diag.model.run import UPLOAD_SIZE, Control, Trials

F = TypeVar("F", bound=Callable[..., Any])
MOST_REPEATED = 1000
LONGEST_BETWEEN = 3600.0
LONGEST_IDLE = 3600.0
MOST_AT_ONCE = 64
LONGEST_TRANSFER = 30.0
MOST_TRANSFERS = 8
UPLOAD_METHODS = ("PUT", "POST")


def trial_options(function: F) -> F:
    """Add the options of `Trials`, and the controls, to a command."""
    for one in reversed(
        (
            option(
                Section.WHAT,
                "--control",
                "controls",
                multiple=True,
                metavar="HOST[:PORT][/PATH]",
                help="A host that is known to work from here, to compare with. It is connected to, no more; with --transfer, "
                "PATH is read from it as well. May be repeated.",
            ),
            option(
                Section.MORE,
                "--repeat",
                "--count",
                type=int,
                default=1,
                metavar="N",
                help=f"Look N times, for faults that come and go ({MOST_REPEATED} at most).",
            ),
            option(
                Section.MORE,
                "--every",
                "--interval",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help="Between one look and the next. Default: 0.",
            ),
            option(
                Section.MORE,
                "--idle",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help="Leave a connection idle for so long, and use it again.",
            ),
            option(
                Section.MORE,
                "--load",
                type=int,
                default=0,
                metavar="N",
                help=f"Open N connections at once to one address ({MOST_AT_ONCE} at most), send nothing, and close them.",
            ),
            option(
                Section.MORE,
                "--transfer",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help="Read each endpoint's answer for so long and say how fast it comes: name a large file. At most "
                f"{LONGEST_TRANSFER:g} s and 64 MB each, one after the other, {MOST_TRANSFERS} endpoints.",
            ),
            option(
                Section.MORE,
                "--upload",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help=f"Send {UPLOAD_SIZE // 1_000_000} MB that mean nothing to --upload-to, for so long at the most "
                f"({LONGEST_TRANSFER:g} s), to find ways that lose large requests.",
            ),
            option(
                Section.MORE,
                "--upload-to",
                metavar="[PUT|POST:]URL",
                help="Where --upload may send to: what lies there may be overwritten. PUT, where no method is named.",
            ),
        )
    ):
        function = one(function)
    return function


def read_trials(
    repeat: int = 1,
    every: float = 0.0,
    idle: float = 0.0,
    load: int = 0,
    transfer: float = 0.0,
    upload: float = 0.0,
    *,
    endpoints: int = 1,
) -> Trials:
    """Return what is to be tried besides, with so many endpoints. Raises WrongUse."""
    if not 1 <= repeat <= MOST_REPEATED:
        raise out_of_range("--repeat", repeat, 1, MOST_REPEATED)
    if not 0 <= every <= LONGEST_BETWEEN:
        raise out_of_range("--every", every, 0, LONGEST_BETWEEN, seconds=True)
    if every and repeat == 1:
        raise WrongUse(said("--every is the pause between attempts, and there is one: say with --repeat how many"))
    if not 0 <= idle <= LONGEST_IDLE:
        raise out_of_range("--idle", idle, 0, LONGEST_IDLE, seconds=True)
    if load and not 2 <= load <= MOST_AT_ONCE:
        raise WrongUse(
            said(
                "--load {given} is out of range: give {least} to {most} connections (more would be a burden to the service)",
                given=load,
                least=2,
                most=MOST_AT_ONCE,
            )
        )
    if not 0 <= transfer <= LONGEST_TRANSFER:
        raise out_of_range("--transfer", transfer, 0, LONGEST_TRANSFER, seconds=True)
    if transfer and endpoints > MOST_TRANSFERS:
        raise WrongUse(
            said(
                "--transfer is for at most {most_transfers} endpoints, and {endpoints} are named: name only those that are slow",
                most_transfers=MOST_TRANSFERS,
                endpoints=endpoints,
            )
        )
    if not 0 <= upload <= LONGEST_TRANSFER:
        raise out_of_range("--upload", upload, 0, LONGEST_TRANSFER, seconds=True)
    return Trials(repeat, every, idle, load, transfer, upload)


def read_upload(upload: float, where: str | None) -> Endpoint | None:
    """Return the endpoint that a large request is sent to; None: none is. Raises WrongUse."""
    if bool(upload) is not bool(where):
        raise WrongUse(said("--upload and --upload-to need each other: give the seconds, and the address"))
    if not where:
        return None
    method, mark, url = where.partition(":")
    named = mark and method.upper() in UPLOAD_METHODS
    expects = Expectations(upload=method.upper() if named else UPLOAD_METHODS[0])
    try:
        endpoint = parse_endpoint(url if named else where, expects=expects)
    except UnusableEndpoint as error:
        raise WrongUse(f"--upload-to: {retold(error)}") from None
    if not endpoint.speaks_http:
        raise WrongUse(said("--upload-to takes only addresses of HTTP: write one that begins with https:// or http://"))
    return endpoint


def read_control(text: str) -> Control:
    """Return `host:443`, `192.0.2.1:443` or `[2001:db8::1]:443`, and perhaps what to read from there: `host:443/path`.

    A host alone means port 443, as in diag.toml. Raises WrongUse.
    """
    try:
        endpoint = parse_endpoint(text)
    except UnusableEndpoint as error:
        raise WrongUse(f"--control: {retold(error)}") from None
    reads = "/" in text.rpartition("://")[2]
    return Control(endpoint.authority, target=endpoint.path if reads else "")
