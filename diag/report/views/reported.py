"""What a run knows beside its diagnosis, in shapes for programs: certificates, the process looked like, errors that were told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from diag.knowledge.messages.patterns import causes_of
from diag.model.diagnosis import Diagnosis
from diag.model.endpoint_view import EndpointView
from diag.model.error_class import ErrorClass
from diag.model.process import ProcessFacts
from diag.model.text import clean
from diag.model.told import ToldError
from diag.model.wire.chain import presented
from diag.report.wording.told import TOLD_ERRORS


class ReportedCertificate(Struct, frozen=True):
    """One certificate that the server sent. What it says of itself; texts and lists are empty where it does not say."""

    subject: str
    issuer: str
    names: Annotated[tuple[str, ...], Meta(description="The subject alternative names that are hosts or addresses.")]
    not_before: Annotated[str, Meta(description="RFC 3339, in UTC.")]
    not_after: Annotated[str, Meta(description="RFC 3339, in UTC.")]
    serial: Annotated[str, Meta(description="In hex.")]
    sha256: Annotated[str, Meta(description="The fingerprint of the certificate, in hex.")]
    key: Annotated[str, Meta(description="RSA, EC, Ed25519, Ed448, DSA or other.")]
    key_bits: int
    key_usage: Annotated[tuple[str, ...], Meta(description="By the names of RFC 5280, such as keyEncipherment.")]
    extended_key_usage: Annotated[tuple[str, ...], Meta(description="By the names of RFC 5280, such as serverAuth; or `other`.")]


class ReportedProcess(Struct, frozen=True):
    """The process in whose place the run looked (`--like`). Neither its name nor its arguments are told."""

    runtime: Annotated[str, Meta(description="python, node, java, go, dotnet or curl; empty: something else.")]
    version: str
    libraries: Annotated[tuple[str, ...], Meta(description="Such as `requests 2.32.3`.")]
    tls: Annotated[tuple[str, ...], Meta(description="The TLS libraries that it has loaded.")]
    settings: Annotated[tuple[str, ...], Meta(description="The names of its variables that decide how it connects.")]
    switches: Annotated[tuple[str, ...], Meta(description="Words of its options that do.")]
    other_user: bool
    other_network: Annotated[bool, Meta(description="Whether it is in another network namespace.")]
    entered: Annotated[bool, Meta(description="Whether diag went there.")]
    other_files: Annotated[bool, Meta(description="Whether it has other files, as in a container.")]
    most_files: Annotated[int, Meta(description="How many files and connections it may have open; 0: not known.")]
    open_files: int
    unread: Annotated[tuple[str, ...], Meta(description="What of it could not be read.")]


class ReportedError(Struct, frozen=True):
    """An error that a program reported, as `diag read` understood it. Its text is not kept."""

    error: Annotated[str, Meta(description="A word for what the message says.")]
    says: Annotated[str, Meta(description="The same for people: a clause.")]
    program: str
    code: str
    host: Annotated[str, Meta(description="Whom it is about; empty: the text names nobody.")]
    port: int
    times: int
    first: Annotated[str, Meta(description="RFC 3339, in UTC; empty: no moment stands beside it.")]
    last: str
    fits: Annotated[tuple[str, ...], Meta(description="Ids of the causes of this run that it may come from.")]


def certificates_of(view: EndpointView) -> Iterator[ReportedCertificate]:
    """Yield the certificates that the endpoint presented on the walk, as one chain; none where none can be read."""
    chain = presented(view.session.answer) if view.session else None
    for one in chain.path if chain else ():
        yield ReportedCertificate(
            subject=one.subject,
            issuer=one.issuer,
            names=one.names,
            not_before=moment_text(one.not_before),
            not_after=moment_text(one.not_after),
            serial=one.serial,
            sha256=one.fingerprint,
            key=one.key,
            key_bits=one.key_bits,
            key_usage=one.usages,
            extended_key_usage=one.purposes,
        )


def process_of(facts: ProcessFacts) -> ReportedProcess:
    """Return what is known of a process, texts safe to show."""
    return ReportedProcess(
        runtime=clean(facts.runtime),
        version=clean(facts.version),
        libraries=cleaned(facts.libraries),
        tls=cleaned(facts.tls),
        settings=cleaned(facts.settings),
        switches=cleaned(facts.switches),
        other_user=facts.other_user,
        other_network=facts.other_network,
        entered=facts.entered,
        other_files=facts.other_files,
        most_files=facts.most_files,
        open_files=facts.open_files,
        unread=cleaned(facts.unread),
    )


def error_of(error: ToldError, diagnosis: Diagnosis) -> ReportedError:
    """Return an error of a known class (`TOLD_ERRORS`), and which of this run's causes it fits."""
    fitting = causes_of().get(ErrorClass(error.error), ())
    return ReportedError(
        error=error.error,
        says=TOLD_ERRORS[error.error].says,
        program=clean(error.program),
        code=clean(error.code),
        host=clean(error.host),
        port=error.port,
        times=error.times,
        first=moment_text(error.first) if error.first else "",
        last=moment_text(error.last) if error.last else "",
        fits=tuple(cause.id for cause in diagnosis.causes if cause.id in fitting),
    )


def moment_text(moment: datetime) -> str:
    """Return a moment as RFC 3339 writes it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def cleaned(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts, each safe to show and on one line."""
    return tuple(clean(text) for text in texts)
