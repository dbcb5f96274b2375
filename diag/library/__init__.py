"""diag as a library: look at endpoints, read bundles, judge and redact what was seen. `import diag` gives this and nothing else.

>>> import diag
>>> seen = diag.look("https://localhost:1", proxy=None)
>>> seen.verdict
<Outcome.PROBLEM: 'problem'>
>>> [cause.id for cause in seen.diagnosis.causes]
['network-connection-refused']
>>> print(seen.report("text").splitlines()[0])
PROBLEM: one cause found.

A bundle that somebody sent is read the same way, and judged by the checks of the diag that reads it:

>>> import tempfile
>>> folder = tempfile.mkdtemp()
>>> bundle = seen.save(folder)
>>> diag.read(bundle).verdict is seen.verdict
True
"""

import asyncio
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from msgspec.structs import replace

from diag.bundle.archive import CannotRead
from diag.bundle.held_back import without_leaking
from diag.bundle.keys import UnusableKey, read_identities
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.cli.catalogue import all_checks, known
from diag.cli.delivery import leave_bundle, prepare, private_here
from diag.cli.diagnose import see
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.job import Job
from diag.cli.ways import read_ways
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.run import Evidence, Limits
from diag.profile.consequences import consequences
from diag.report.forms.html import write_page
from diag.report.forms.json import write_report
from diag.report.forms.junit import write_junit
from diag.report.forms.text import write_summary

FormName = Literal["text", "json", "html", "junit"]
"""The forms of a report."""
AS_SET: Literal["as set"] = "as set"
"""The proxy that this machine is told to use."""


class Unusable(ValueError):
    """What was asked for cannot be done as it stands; the message says what to give instead, in one sentence."""


@dataclass(frozen=True)
class Seen:
    """What was seen, and what is wrong by it."""

    evidence: Evidence
    """A run and all its observations."""
    diagnosis: Diagnosis
    """The verdict, the ranked causes, the state of each endpoint."""
    consequences: tuple[str, ...] = ()
    """What it means for the user's work, in sentences."""

    @property
    def verdict(self) -> Outcome:
        """The one word for the run."""
        return self.diagnosis.verdict

    def report(self, form: FormName = "text") -> str:
        """Return the report: for a ticket (`text`), a program (`json`, schema `diag.report/1`), a browser or a CI system."""
        catalogue = known()
        match form:
            case "text":
                return write_summary(self.diagnosis, catalogue, self.evidence, self.consequences)
            case "json":
                return write_report(self.diagnosis, catalogue, self.evidence, self.consequences).decode()
            case "html":
                return write_page(self.diagnosis, catalogue, self.evidence, meaning=self.consequences)
            case "junit":
                return write_junit(self.diagnosis, catalogue, self.evidence).decode()

    def redacted(self, level: Literal["standard", "strict"] = "standard") -> "Seen":
        """Return the same with private values replaced by stand-ins, judged anew as it then is."""
        redacted = redact(self.evidence, private_here(os.environ), Level(level), key=secrets.token_bytes(32))
        evidence = without_leaking(redacted).evidence
        return Seen(evidence, judge(evidence, all_checks()), self.consequences)

    def save(self, into: str | Path = ".", level: Literal["standard", "strict"] = "standard") -> Path:
        """Write a redacted bundle into a file or a folder and return where it is. Raises Unusable where it cannot be written."""
        prepared = prepare(self.evidence, self.diagnosis, private_here(os.environ), Level(level), self.consequences)
        left = leave_bundle(prepared, Path(into))
        if left.bundle is None:
            raise Unusable(f"no bundle could be written into {into}: choose another folder")
        return left.bundle.path


def look(
    *endpoints: str,
    proxy: str | None = AS_SET,
    resolvers: Sequence[str] = (),
    trust: str | Path | None = None,
    profile: str = "",
    seconds: float | None = None,
) -> Seen:
    """Look at endpoints from this machine and judge what is seen.

    `endpoints` are URLs or `host:port`; `proxy` is an address, None for the direct way, or, unless it is given, what this machine
    is told to use; `resolvers` are asked in place of the system's own; `trust` is a PEM file to trust; `profile` names a service;
    `seconds` is the longest that all of it may take. Blocks; call it in a thread from within an event loop.

    Raises Unusable for what cannot be read as an endpoint, a proxy, a resolver or a profile.
    """
    try:
        chosen = choose_endpoints(Wanted(endpoints, trust=Path(trust) if trust else None, profile=profile))
        named = None if proxy == AS_SET else proxy
        ways = read_ways(named, proxy is None, resolvers, os.environ)
    except click.ClickException as error:
        raise Unusable(error.format_message()) from None
    limits = Limits() if seconds is None else replace(Limits(), deadline=seconds)
    evidence = asyncio.run(see(Job(chosen.endpoints, ways, limits, chosen.profile), os.environ))
    diagnosis = judge(evidence, all_checks())
    return Seen(evidence, diagnosis, tuple(consequences(diagnosis, chosen.profile)))


def read(bundle: str | Path, identity: str | Path | None = None) -> Seen:
    """Read a bundle and judge its evidence with today's checks.

    A bundle is hostile input: it is read within limits, and nothing in it is believed but what was seen. `identity` is the file
    of the private key that opens an encrypted one. Raises Unusable where it cannot be read.
    """
    try:
        opened = read_bundle(Path(bundle), read_identities(Path(identity)) if identity else None)
    except (CannotRead, UnusableKey) as error:
        raise Unusable(str(error)) from None
    return Seen(opened.evidence, judge(opened.evidence, all_checks()), tuple(opened.consequences))
