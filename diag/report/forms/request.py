"""The requests to other teams: as text for a ticket, as Markdown, and as CSV (RFC 4180) for whoever keeps rules in a table."""

import csv
import io
from collections.abc import Iterator, Sequence

from msgspec.structs import astuple

from diag.language import joined, said
from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.layout.markdown import escaped
from diag.report.views.team_requests import RequestedCause, RequestLine, TeamRequest
from diag.report.wording.words import OWNERS


def _nobody() -> str:
    """What stands in the place of requests where there is none."""
    return said("Nobody else has to be asked: what was found can be mended on this computer, or nothing was found.") + "\n"


def write_request(requests: Sequence[TeamRequest], evidence: Evidence) -> str:
    """Return all requests as text, one beneath the other; with none it says so."""
    return "\n".join("\n".join(_text(request, evidence)) + "\n" for request in requests) or _nobody()


def write_markdown(requests: Sequence[TeamRequest], evidence: Evidence) -> str:
    """Return the same in Markdown, as Jira, Slack and GitHub read it: headings, lists, and a table for each cause."""
    return "\n".join("\n".join(_markdown(request, evidence)) + "\n" for request in requests) or _nobody()


def write_csv(requests: Sequence[TeamRequest]) -> str:
    """Return the destinations of all requests as a table: a heading, then a line each."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(RequestLine.__struct_fields__)
    for request in requests:
        for cause in request.causes:
            table.writerows([_cell(cell) if isinstance(cell, str) else cell for cell in astuple(line)] for line in cause.lines)
    return out.getvalue()


def _text(request: TeamRequest, evidence: Evidence) -> Iterator[str]:
    yield said("To {team}", team=OWNERS[request.owner])
    yield ""
    yield _opening(evidence)
    for number, cause in enumerate(request.causes, 1):
        yield ""
        yield f"{number}. {_wish(cause)}"
        yield f"   {said('Seen: {sentences}', sentences=cause.story.seen)}"
        yield f"   {said('How sure: {sentences}', sentences=cause.story.sure)}"
        for step in cause.story.remedy:
            yield f"   - {step}"
        for line in cause.lines:
            between = _between(line)
            yield f"   * {joined(filter(None, (f'{_place(line)} (TCP, {line.protocol})', line.way, between)))}"


def _markdown(request: TeamRequest, evidence: Evidence) -> Iterator[str]:
    yield f"## {said('To {team}', team=OWNERS[request.owner])}"
    yield ""
    yield _opening(evidence)
    for cause in request.causes:
        yield ""
        yield f"### {escaped(_wish(cause))}"
        yield ""
        yield f"- **{said('Seen')}:** {escaped(cause.story.seen)}"
        yield f"- **{said('How sure')}:** {escaped(cause.story.sure)}"
        yield from (f"- {escaped(step)}" for step in cause.story.remedy)
        if cause.lines:
            yield ""
            yield "| " + " | ".join(RequestLine.__struct_fields__) + " |"
            yield "|" + "---|" * len(RequestLine.__struct_fields__)
            yield from ("| " + " | ".join(escaped(str(cell)) for cell in astuple(line)) + " |" for line in cause.lines)


def _opening(evidence: Evidence) -> str:
    run = evidence.run
    return said(
        "On {moment} diag {version} saw this from one of our computers.",
        moment=f"{run.began:%Y-%m-%d %H:%M:%S} UTC",
        version=clean(run.tool, 40),
    )


def _wish(cause: RequestedCause) -> str:
    if cause.is_rule and cause.lines:
        number, reason = len(cause.lines), cause.lines[0].reason
        return said("Please allow connections to {n} {n:destination|destinations}: {reason}", n=number, reason=reason)
    return cause.story.title


def _place(line: RequestLine) -> str:
    return f"[{line.host}]:{line.port}" if ":" in line.host else f"{line.host}:{line.port}"


def _between(line: RequestLine) -> str:
    """From where to where, as far as that was seen."""
    if line.source and line.destination:
        return said("from {source} to {destination}", source=line.source, destination=line.destination)
    if line.source:
        return said("from {source}", source=line.source)
    return said("to {destination}", destination=line.destination) if line.destination else ""


def _cell(text: str) -> str:
    """Fit for a cell, whoever wrote it: no control characters, and no beginning that a spreadsheet takes for a formula."""
    return clean(text).lstrip(" =+-@＝＋－＠")  # some take the wide forms too
