"""The request to hand to the network team where a rule of theirs refuses something: which hosts and ports, and what was seen.

As text for a ticket, and as CSV (RFC 4180) for whoever keeps the rules in a table. It asks for what was refused, and for nothing
else of the run; causes that are no rule (a login, a dead proxy, a wrong name) are not in it.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from diag.model.diagnosis import Diagnosis
from diag.model.endpoint import Endpoint
from diag.model.route import Route
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Confidence, Status
from diag.report.wording.words import count_words

REASONS: Mapping[str, str] = {
    "proxy-refuses-target": "the proxy's rules refuse it",
    "proxy-tunnel-cut": "the proxy opens the way and then ends it",
    "network-connection-filtered": "connections are swallowed on the way",
    "network-connection-rejected": "something on the way rejects connections",
    "network-no-egress": "nothing outside answers from here",
    "tls-sni-filtered": "connections are ended for the name that they ask for",
}
"""What a rule does, by the cause that says so."""
_SURE = {Confidence.CERTAIN: "certain", Confidence.LIKELY: "likely", Confidence.POSSIBLE: "possible"}


@dataclass(frozen=True)
class Line:
    """One thing to allow. The names of its fields head the columns of the table."""

    host: str
    port: int
    protocol: str
    way: str
    """`direct`, or `through` and the proxy."""
    reason: str
    confidence: str
    cause: str


def requested(diagnosis: Diagnosis, evidence: Evidence) -> tuple[Line, ...]:
    """What was refused by a rule, in the order of the run, each host and port once for each reason; empty: nothing was."""
    endpoints = {str(state.endpoint): state.endpoint for state in diagnosis.endpoints}
    routes = {str(trail.endpoint): trail.route for trail in evidence.run.trails}
    lines = []
    for verdict in diagnosis.verdicts:
        if verdict.check not in REASONS or verdict.finding.status is not Status.PROBLEM:
            continue
        for subject in verdict.finding.hits or (verdict.subject,):
            if subject in endpoints:
                sure = _SURE[verdict.finding.confidence]
                lines.append(_line(endpoints[subject], routes.get(subject), verdict.check, sure))
    places = {str(endpoint.authority): number for number, endpoint in enumerate(endpoints.values())}
    return tuple(sorted(dict.fromkeys(lines), key=lambda line: places.get(_place(line), len(places))))


def write_request(lines: Sequence[Line], evidence: Evidence) -> str:
    """The request as text, with the table at its end; with no lines it says so."""
    if not lines:
        return "No rule was seen to refuse anything: there is nothing to ask the network team for.\n"
    number = len({_place(line) for line in lines})
    began = evidence.run.began.strftime("%Y-%m-%d %H:%M UTC")
    text = [
        f"Please allow connections to {count_words(number, 'destination')}.",
        "",
        f"On {began} diag {clean(evidence.run.tool, 40)} could not reach these from one of our computers:",
        "",
        *(clean(f"- {_place(line)} (TCP, {line.protocol}), {line.way}: {line.reason} ({line.confidence})") for line in lines),
        "",
        "Please allow them by name, since their addresses change, and do not have their content inspected.",
        "",
        "The same as a table:",
        "",
    ]
    return "\n".join(text) + "\n" + write_csv(lines).replace("\r\n", "\n")


def write_csv(lines: Sequence[Line]) -> str:
    """The table alone: a heading, then a line each."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(field.name for field in fields(Line))
    table.writerows([_cell(str(value)) for value in astuple(line)] for line in lines)
    return out.getvalue()


def _line(endpoint: Endpoint, route: Route | None, cause: str, confidence: str) -> Line:
    proxy = route.proxy if route else None
    way = f"through {proxy.scheme}://{proxy}" if proxy else "direct"
    return Line(endpoint.host, endpoint.port, endpoint.scheme, way, REASONS[cause], confidence, cause)


def _place(line: Line) -> str:
    return f"[{line.host}]:{line.port}" if ":" in line.host else f"{line.host}:{line.port}"


def _cell(text: str) -> str:
    """Fit for a cell, whoever wrote it: no control characters, and no beginning that a spreadsheet takes for a formula."""
    return clean(text).lstrip(" =+-@＝＋－＠")  # some take the wide forms too
