"""The requests to other teams: as text for a ticket, as Markdown, and as CSV (RFC 4180) for whoever keeps rules in a table."""

import csv
import io
from collections.abc import Iterator, Sequence

from msgspec.structs import astuple

from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.layout.markdown import escaped
from diag.report.views.team_requests import RequestedCause, RequestLine, TeamRequest
from diag.report.wording.words import OWNERS, count_words

NO_REQUEST = "Nobody else has to be asked: what was found can be mended on this computer, or nothing was found.\n"


def write_request(requests: Sequence[TeamRequest], evidence: Evidence) -> str:
    """Return all requests as text, one beneath the other; with none it says so."""
    return "\n".join("\n".join(_text(request, evidence)) + "\n" for request in requests) or NO_REQUEST


def write_markdown(requests: Sequence[TeamRequest], evidence: Evidence) -> str:
    """Return the same in Markdown, as Jira, Slack and GitHub read it: headings, lists, and a table for each cause."""
    return "\n".join("\n".join(_markdown(request, evidence)) + "\n" for request in requests) or NO_REQUEST


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
    yield f"To {OWNERS[request.owner]}"
    yield ""
    yield _opening(evidence)
    for number, cause in enumerate(request.causes, 1):
        yield ""
        yield f"{number}. {_wish(cause)}"
        yield f"   Seen: {cause.story.seen}"
        yield f"   How sure: {cause.story.sure}"
        for step in cause.story.remedy:
            yield f"   - {step}"
        for line in cause.lines:
            yield f"   * {_place(line)} (TCP, {line.protocol}), {line.way}{_between(line)}"


def _markdown(request: TeamRequest, evidence: Evidence) -> Iterator[str]:
    yield f"## To {OWNERS[request.owner]}"
    yield ""
    yield _opening(evidence)
    for cause in request.causes:
        yield ""
        yield f"### {escaped(_wish(cause))}"
        yield ""
        yield f"- **Seen:** {escaped(cause.story.seen)}"
        yield f"- **How sure:** {escaped(cause.story.sure)}"
        yield from (f"- {escaped(step)}" for step in cause.story.remedy)
        if cause.lines:
            yield ""
            yield "| " + " | ".join(RequestLine.__struct_fields__) + " |"
            yield "|" + "---|" * len(RequestLine.__struct_fields__)
            yield from ("| " + " | ".join(escaped(str(cell)) for cell in astuple(line)) + " |" for line in cause.lines)


def _opening(evidence: Evidence) -> str:
    run = evidence.run
    return f"On {run.began:%Y-%m-%d %H:%M:%S} UTC diag {clean(run.tool, 40)} saw this from one of our computers."


def _wish(cause: RequestedCause) -> str:
    if cause.is_rule and cause.lines:
        return f"Please allow connections to {count_words(len(cause.lines), 'destination')}: {cause.lines[0].reason}"
    return cause.story.title


def _place(line: RequestLine) -> str:
    return f"[{line.host}]:{line.port}" if ":" in line.host else f"{line.host}:{line.port}"


def _between(line: RequestLine) -> str:
    """From where to where, as far as that was seen."""
    parts = (f"from {line.source}" if line.source else "", f"to {line.destination}" if line.destination else "")
    told = " ".join(part for part in parts if part)
    return f", {told}" if told else ""


def _cell(text: str) -> str:
    """Fit for a cell, whoever wrote it: no control characters, and no beginning that a spreadsheet takes for a formula."""
    return clean(text).lstrip(" =+-@＝＋－＠")  # some take the wide forms too
