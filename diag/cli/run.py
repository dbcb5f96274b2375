"""`diag run`: the main job."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource
from msgspec.structs import replace

from diag.cli.as_client import client_options, like_option, notes_on, read_client_option, read_like
from diag.cli.catalogue import article_options
from diag.cli.diagnose import diagnose
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.errors import WrongUse, out_of_range
from diag.cli.experiments import read_control, read_trials, read_upload, trial_options
from diag.cli.files import home_folder
from diag.cli.job import Job
from diag.cli.labels import read_labels
from diag.cli.options import RUN_ENDS, read_form, run_options
from diag.cli.proxy_user import ask_password
from diag.cli.sections import Command, Section, option
from diag.cli.waiting import read_waiting, wait, waiting_options
from diag.cli.ways import read_ways
from diag.language import said
from diag.model.endpoint import Network
from diag.model.run import Limits

_FILE = click.Path(path_type=Path, dir_okay=False)
_USUAL = Limits()


def _within(least: float, most: float) -> Callable[[click.Context, click.Parameter, float], float]:
    """Holds a number of seconds to what makes sense."""

    def checked(_: click.Context, option: click.Parameter, seconds: float) -> float:
        if not least <= seconds <= most:
            raise out_of_range(f"--{option.name}", seconds, least, most, seconds=True)
        return seconds

    return checked


@click.command(
    "run",
    cls=Command,
    ends=RUN_ENDS,
    examples=(
        "diag run https://your-service.example.com",
        "diag run --profile snowflake --account orgname-account",
        "diag run --proxy http://proxy.example.com:3128 your-service.example.com",
        "diag run --repeat 100 --every 1 your-service.example.com:443",
        "diag run --format markdown --no-bundle your-service.example.com",
    ),
    epilog="A name without a scheme means https.",
)
@click.argument("given", nargs=-1, metavar="[ENDPOINT]...")
@option(
    Section.WHAT,
    "--expect",
    type=click.Choice([Network.PRIVATE.value, Network.PUBLIC.value]),
    help="Over which addresses these endpoints should be reached: private ones (private link, VPN) or public ones.",
)
@option(
    Section.WHAT, "--config", type=_FILE, metavar="FILE", help="Endpoint list. Default: ./diag.toml, if no endpoint is named."
)
@option(Section.WHAT, "--allowlist", type=_FILE, metavar="FILE", help="Your provider's allowlist: JSON, CSV or TSV.")
@option(
    Section.WHAT,
    "--substitute",
    "substitutes",
    multiple=True,
    metavar="*.X=NAME",
    help="Ask this name for a wildcard of the allowlist. May be repeated.",
)
@option(
    Section.WHAT,
    "--profile",
    metavar="NAME|FILE",
    help="The service that this is about, such as snowflake; or a vendor's file.",
)
@option(
    Section.WHAT,
    "--account",
    metavar="NAME",
    help="Your account there, such as orgname-account: the endpoints follow from it.",
)
@option(
    Section.WAY,
    "--proxy",
    metavar="URL",
    help="Go through this proxy. Others on this computer may see a password given here: rather set HTTPS_PROXY.",
)
@option(Section.WAY, "--proxy-user", metavar="NAME", help="Log in to the proxy as NAME; the password is asked for.")
@option(
    Section.WAY,
    "--pac",
    metavar="URL|FILE|auto",
    help="Go as this proxy script (PAC) says; auto: look for one by DNS. Scripts that the system has set are asked only where"
    " the direct way fails.",
)
@option(Section.WAY, "--no-proxy", "direct", is_flag=True, help="Go direct, whatever proxy is set.")
@option(Section.WAY, "--no-direct", is_flag=True, help="Never go past the proxy, not even to tell what is at fault.")
@option(Section.WAY, "--no-fetch", is_flag=True, help="Never fetch what the certificate of a server names.")
@option(Section.WAY, "--no-canary", is_flag=True, help="Never connect to an address that nobody named and no name stands for.")
@option(
    Section.WAY,
    "--resolver",
    "resolvers",
    multiple=True,
    metavar="HOST[:PORT]",
    help="Ask this DNS server and not the system's. May be repeated.",
)
@option(
    Section.WAY,
    "--trust",
    "--cacert",
    type=_FILE,
    metavar="FILE",
    help="Accept certificates of the authorities in this PEM file.",
)
@option(
    Section.WAY,
    "--cert",
    type=_FILE,
    metavar="FILE",
    help="Show this client certificate where a service asks for one: PEM, or PKCS #12. A passphrase is asked for.",
)
@option(Section.WAY, "--key", type=_FILE, metavar="FILE", help="The private key of --cert, if it is not in the same file.")
@option(
    Section.TIME,
    "--timeout",
    callback=_within(0.1, 600),
    type=float,
    default=_USUAL.timeout,
    metavar="SECONDS",
    help=f"For each single step. Default: {_USUAL.timeout:g}.",
)
@option(
    Section.TIME,
    "--deadline",
    "--max-time",
    callback=_within(1, 86_400),
    type=float,
    default=_USUAL.deadline,
    metavar="SECONDS",
    help=f"For the whole run; repetitions, idleness and transfers add to it. Default: {_USUAL.deadline:g}. With --until: for the"
    f" whole waiting.",
)
@option(
    Section.MORE,
    "--revocation",
    is_flag=True,
    help="Also ask the places that the certificates name whether they are revoked: hosts of the authorities, over plain HTTP.",
)
@option(
    Section.BUNDLE,
    "--label",
    "labels",
    multiple=True,
    metavar="KEY=VALUE",
    help="Write this into the bundle, for whoever sorts it: case=12345, org=acme. May be repeated.",
)
@client_options
@like_option
@waiting_options
@trial_options
@article_options
@run_options
def command(
    given: tuple[str, ...],
    expect: str | None,
    config: Path | None,
    allowlist: Path | None,
    profile: str | None,
    account: str | None,
    substitutes: tuple[str, ...],
    proxy: str | None,
    proxy_user: str | None,
    pac: str | None,
    direct: bool,
    no_direct: bool,
    no_fetch: bool,
    no_canary: bool,
    resolvers: tuple[str, ...],
    trust: Path | None,
    cert: Path | None,
    key: Path | None,
    timeout: float,
    deadline: float,
    revocation: bool,
    labels: tuple[str, ...],
    client: str | None,
    like: str | None,
    until: str | None,
    incidents: int,
    controls: tuple[str, ...],
    repeat: int,
    every: float,
    idle: float,
    load: int,
    transfer: float,
    upload: float,
    upload_to: str | None,
    **form: Any,
) -> int:
    """Check endpoints, say what is wrong, write a bundle.

    ENDPOINT is a URL such as https://your-service.example.com, or a name, or name:port. Databases, mail servers and
    directories that begin in the clear and then encrypt are named as postgres://, mysql://, smtp://, imap:// or ldap://
    (STARTTLS); tls:// stands for what encrypts from the first byte on, tcp:// for a mere connection. Without any, the list
    in ./diag.toml is taken.

    Nothing but these endpoints, your DNS servers, your proxy and its script's host, the hosts given with --control and,
    where a certificate is missing, the public address that the server's own certificate names for it is contacted (never
    with --no-fetch; an inside address only for an endpoint that is inside; never this computer or a cloud's metadata); and,
    unless --no-canary says otherwise, two addresses that belong to nobody, where a connection was accepted and came to
    nothing.
    """
    network = Network(expect or Network.ANY)
    process = read_like(like, os.environ)
    environment = process.environment if process else os.environ
    if process and not given and config is None and not profile and allowlist is None:
        given = process.places or _nowhere()
    sent_to = read_upload(upload, upload_to)
    if sent_to and not given and config is None:
        given = (str(sent_to),)
    sources = Wanted(given, network, config, allowlist, trust, cert, key, profile or "", account or "", substitutes)
    told = read_labels(labels)
    chosen = choose_endpoints(sources)
    login = None if proxy_user is None else ask_password(proxy_user)
    ways = read_ways(proxy, direct, resolvers, environment, login=login, home=home_folder(), pac=pac, listed=chosen.proxy)
    if chosen.keys:
        from diag.cli.client_certificate import read_credentials  # seldom needed

        ways = replace(ways, credentials=read_credentials(chosen.keys))
    named = read_client_option(client) or (process.client if process else None)
    ways = replace(ways, client=named, root=process.root if process else "")
    for note in (*chosen.notes, *(notes_on(process.facts) if process else ())):
        print(f"diag: {note}", file=sys.stderr)
    known_good = (*chosen.controls, *(read_control(text) for text in controls))
    said = click.get_current_context().get_parameter_source("deadline") is not ParameterSource.DEFAULT
    waiting = read_waiting(until, every, deadline if said else None, incidents)
    if waiting:
        every, deadline = 0.0, min(deadline, _USUAL.deadline)
    trials = read_trials(repeat, every, idle, load, transfer, upload, endpoints=len(chosen.endpoints))
    allowed = deadline + trials.more_time(timeout, len(chosen.endpoints) + len(known_good))
    limits = Limits(timeout, allowed, revocation=revocation, straight=not no_direct, canary=not no_canary, fetch=not no_fetch)
    job = Job(
        chosen.endpoints,
        ways,
        limits,
        chosen.profile,
        trials,
        known_good,
        labels=told,
        process=process.facts if process else None,
    )
    shown = read_form(**form, profile=chosen.profile)
    return wait(job, shown, environment, waiting) if waiting else diagnose(job, shown, environment)


def _nowhere() -> NoReturn:
    raise WrongUse(said("--like: the process has no connection now, and asks for none: name the endpoints"))
