"""`diag send`: hands a bundle over, after saying what goes, to whom, and by which way."""

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from diag.bundle.archive import CannotRead, content_of, unpack
from diag.bundle.envelope import MAGIC, is_encrypted
from diag.bundle.read import Bundle, bundle_of
from diag.cli.case_desk import usual_destination
from diag.cli.catalogue import known
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, OPEN_VERDICT, WRONG_USE, WrongUse
from diag.cli.files import home_folder
from diag.cli.judging import diagnosed
from diag.cli.sections import Command, Section, option
from diag.cli.sender import find_credentials
from diag.cli.ways import ChosenWays, read_ways
from diag.desk.send.attachment import NotSent, Parcel, Receipt, Uncertain, UnusableDestination
from diag.desk.send.destination import Destination, authority_of, read_destination
from diag.desk.send.http_client import open_post
from diag.desk.send.proxies import SendRoute, ways_to
from diag.language import retold, said
from diag.model.diagnosis import Diagnosis
from diag.model.machine import Proxies
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.report.layout.page import Page, open_page
from diag.report.wording.open_questions import open_questions
from diag.report.wording.sentences import moment_words

WHERE = "DIAG_SEND_TO"
SEALED = "application/octet-stream"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "send",
    cls=Command,
    ends={
        FOUND_NOTHING: "sent, or it was there already",
        FOUND_PROBLEM: "not sent",
        WRONG_USE: "wrong use, or nobody said yes",
        OPEN_VERDICT: "it may have arrived",
    },
    examples=("diag send BUNDLE --to https://upload.example.com/...", "diag send BUNDLE --to zendesk:acme --case 123"),
    epilog="A token is never an argument: it is read from DIAG_SEND_TOKEN (the user from DIAG_SEND_USER), from the system's "
    "keyring, or asked for.",
)
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option(
    "--to",
    metavar="WHERE",
    help="An upload address (https://...), or a case system: zendesk:, jira:, servicenow: or salesforce:, with the site's name "
    f"or address after it. - reads it from stdin. Default: {WHERE}, or what diag.toml or the profile says.",
)
@click.option("--case", default="", metavar="NUMBER", help="The ticket, issue, record or case that it belongs to.")
@click.option("--user", default="", metavar="NAME", help="Who sends, where the case system wants a user beside the token.")
@option(Section.WAY, "--proxy", metavar="URL", help="Go through this proxy. Default: whichever way is open.")
@option(Section.WAY, "--no-proxy", "direct", is_flag=True, help="Go direct, whatever proxy is set.")
@option(
    Section.WAY,
    "--trust",
    "--cacert",
    type=_FILE,
    metavar="FILE",
    help="Accept certificates of the authorities in this PEM file.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask before sending.")
def command(
    path: Path, to: str | None, case: str, user: str, proxy: str | None, direct: bool, trust: Path | None, yes: bool
) -> int:
    """Send a BUNDLE (diag-....zip) to support.

    It says first what is sent, to whom, how large it is and by which way, and asks. It is sent over https only, and never
    attached twice: a case is looked at before every try.
    """
    parcel, bundle = _load(path)
    try:
        destination = read_destination(*_wanted(to, case, bundle, os.environ))
    except UnusableDestination as error:
        raise WrongUse(retold(error)) from None
    ways = _ways(destination, bundle, read_ways(proxy, direct, (), os.environ, home=home_folder()), os.environ)
    page = open_page(sys.stdout)
    _announce(page, parcel, bundle, destination, ways[0])
    if not yes:
        _ask()
    credentials = find_credentials(destination.origin, user, os.environ) if destination.wants_credentials else None
    headers = destination.headers(credentials)
    try:
        with open_post(
            destination.origin, ways, trust=trust, headers=headers, tell=lambda line: page.write(page.words(retold(line)))
        ) as post:
            receipt = destination.send(parcel, post)
    except NotSent as failure:
        print(f"diag: {retold(failure)}", file=sys.stderr)
        return FOUND_PROBLEM
    except Uncertain as doubt:
        print(f"diag: {retold(doubt)}", file=sys.stderr)
        return OPEN_VERDICT
    _acknowledge(page, parcel, destination, receipt)
    return FOUND_NOTHING


def _load(path: Path) -> tuple[Parcel, Bundle | None]:
    """What is sent, and the bundle in it; None: it is encrypted, and goes as it is. Raises WrongUse: nothing else is sent."""
    try:
        content = content_of(path)
        if is_encrypted(content):
            return Parcel(_sealed_name(content), content, said("Encrypted diagnostic bundle of diag."), SEALED), None
        bundle = bundle_of(unpack(content))
    except CannotRead as error:
        raise WrongUse(f"{path}: {retold(error)}") from None
    return Parcel(_name(bundle), content, _note(bundle)), bundle


def _wanted(to: str | None, case: str, bundle: Bundle | None, environment: Mapping[str, str]) -> tuple[str, str]:
    """Destination and case: as the user says, as the environment does, or as it is known of the service."""
    found = sys.stdin.readline().strip() if to == "-" else to or environment.get(WHERE, "")
    if not found:
        found, case = usual_destination(bundle.evidence.run.service.profile if bundle else "", case)
    if not found:
        raise WrongUse(
            said(
                "no destination is named: give --to with the upload address from support, or with a case system such "
                "as zendesk:acme"
            )
        )
    return found, case


def _ways(
    destination: Destination, bundle: Bundle | None, given: ChosenWays, environment: Mapping[str, str]
) -> tuple[SendRoute, ...]:
    """The way that the user names, or those that are set on this machine."""
    if given.direct:
        return (SendRoute(),)
    if given.proxy is not None:
        return (SendRoute(given.proxy, given.logins.get(given.proxy.authority)),)
    proxies = Inspector(environment).ask(Inspect(Topic.PROXIES))
    assert isinstance(proxies, Proxies)
    return ways_to(authority_of(destination.origin), proxies, given.logins, bundle.evidence if bundle else None)


def _name(bundle: Bundle) -> str:
    """The name that diag gave the bundle, whatever the file is called by now."""
    return f"diag-{bundle.manifest.began:%Y%m%dT%H%M%SZ}-{bundle.digest[:6]}.zip"


def _sealed_name(content: bytes) -> str:
    """A name for an encrypted bundle, by the digest of its file."""
    return f"diag-encrypted-{hashlib.sha256(content).hexdigest()[:12]}.zip.{'hpke' if content.startswith(MAGIC) else 'age'}"


def _note(bundle: Bundle) -> str:
    """What is written beside the bundle on a case."""
    return said(
        "Diagnostic bundle of diag {tool}, digest {digest}. To read it: diag show {name}",
        tool=bundle.manifest.tool,
        digest=bundle.digest,
        name=_name(bundle),
    )


def _announce(page: Page, parcel: Parcel, bundle: Bundle | None, destination: Destination, way: SendRoute) -> None:
    page.write(page.words(said("About to send"), "bold"))
    page.labelled(said("What"), page.words(f"{parcel.name} ({max(1, round(parcel.size / 1024))} KB)"))
    if bundle is None:
        page.labelled(said("Privacy"), page.words(said("encrypted: only those whom it was encrypted to can open it")))
    else:
        looked = said(
            "{moment}, {n} {n:endpoint|endpoints}", moment=moment_words(bundle.manifest.began), n=bundle.manifest.endpoints
        )
        replaced = said("{n} {n:value|values}", n=sum(bundle.report.rules.values()))
        page.labelled(said("Looked on"), page.words(looked))
        page.labelled(
            said("Privacy"),
            page.words(said("level {privacy}, {replaced} replaced", privacy=bundle.manifest.privacy, replaced=replaced)),
        )
    page.labelled(said("To"), page.words(retold(destination.words)))
    page.labelled(said("By"), page.words(said("{way}, over https", way=retold(way.words))))
    if bundle is not None:
        _write_open_questions(page, diagnosed(bundle))


def _write_open_questions(page: Page, diagnosis: Diagnosis) -> None:
    """What support would ask for next: now is the moment to write it onto the case."""
    left = open_questions(diagnosis, known())
    page.heading(said("Only you can answer (write it onto the case: the bundle does not hold it, and support asks for it)"))
    for number, question in enumerate(left.asked, 1):
        page.write(page.words(f"{number}. {question}: ____"), indent=3, hang=3)
    if left.not_needed:
        page.write(page.words(left.not_needed), indent=3)
    page.blank()


def _ask() -> None:
    if not sys.stdin.isatty():
        raise WrongUse(said("nobody can be asked here whether to send it: read the bundle with diag show, then add --yes"))
    if not click.confirm(said("Send it?"), err=True):
        raise WrongUse(said("nothing was sent, because nobody said yes: run it again, or add --yes"))


def _acknowledge(page: Page, parcel: Parcel, destination: Destination, receipt: Receipt) -> None:
    page.blank()
    if receipt.already:
        page.write(
            page.words(
                said(
                    "It was there already: {words} has {name}. It was not attached again.",
                    words=retold(destination.words),
                    name=parcel.name,
                )
            )
        )
    else:
        page.write(page.words(said("Sent: {words} has {name}.", words=retold(destination.words), name=parcel.name)))
    if receipt.identity:
        page.labelled(said("Receipt"), page.words(receipt.identity))
    page.labelled("SHA-256", page.words(parcel.sha256))
    page.labelled(
        said("Arrived"),
        page.words(said("whole, by the receiver's own account") if receipt.whole else said("the receiver does not say how much")),
    )
