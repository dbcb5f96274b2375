"""Every observation of a run, in order: when it was made, how long it took, what was asked and what came back.

The ids are those that causes cite, so that each claim can be followed to what it rests on.
"""

from diag.language import said
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.report.layout.page import Page
from diag.report.views.certificate_chain import Picture
from diag.report.views.certificate_lines import chain_lines, client_lines
from diag.report.views.chains import Chains
from diag.report.views.repetitions import looks_at, looks_words
from diag.report.views.request_traces import quoted_reply, reply_words
from diag.report.views.waterfall import is_well
from diag.report.wording.asking import asked
from diag.report.wording.narration import came_back, route_words

_MOST_FIELDS = 30
"""Fields of one answer that are told."""


def write_trails(page: Page, evidence: Evidence, chains: Chains | None = None, quoted: Evidence | None = None) -> None:
    """Write the machine first, then each endpoint's walk, what was looked at beside it, and the certificates that it presented.

    Without `chains` the certificates are left out. `quoted`: the evidence redacted, from which the fields of answers are quoted.
    """
    run = evidence.run
    _write_part(page, evidence, said("This computer"), run.machine)
    for trail in run.trails:
        page.heading(str(trail.endpoint))
        page.write(page.words(said("the way: {route}", route=route_words(trail.route)), "dim"), indent=3)
        if trail.steered:
            page.write(page.words(said("what a proxy script says:"), "dim"), indent=3)
            _write_rows(page, evidence, trail.steered)
            page.write(page.words(said("the way itself:"), "dim"), indent=3)
        _write_rows(page, evidence, trail.walk)
        if trail.followed:
            page.write(page.words(said("looked again, to tell causes apart:"), "dim"), indent=3)
            _write_rows(page, evidence, trail.followed)
        _write_answers(page, evidence, trail, quoted)
        _write_looks(page, evidence, trail)
        _write_chain(page, chains.of(str(trail.endpoint)) if chains else None)
    for control in run.controls:
        _write_part(page, evidence, said("For comparison: {authority}", authority=clean(str(control.authority))), control.seen)
    _write_part(page, evidence, said("Looked at for all endpoints together"), run.followed)


def _write_chain(page: Page, picture: Picture | None) -> None:
    if picture is None:
        return
    page.write(page.words(said("the certificates that it presented:"), "dim"), indent=3)
    for line in chain_lines(picture):
        page.write(page.words(line, "red" if line.lstrip().startswith(said("at fault")) else ""), indent=5, hang=3)
    if picture.clients:
        page.write(page.words(said("who trusts them:"), "dim"), indent=3)
    for line in client_lines(picture.clients):
        page.write(page.words(line), indent=5, hang=3)


def _write_answers(page: Page, evidence: Evidence, trail: Trail, quoted: Evidence | None) -> None:
    """What the answers over HTTP said, field by field, and how their text begins."""
    for observation in (evidence.by_id[i] for i in trail.walk if i in evidence.by_id):
        reply = quoted_reply(observation, quoted)
        if reply is None or not reply.status:
            continue
        page.write(page.words(said("what {id} said, as it may be quoted:", id=clean(observation.id, 40)), "dim"), indent=3)
        page.write(page.words(f"HTTP {reply.status} {reply.reason}".rstrip()), indent=5)
        for header in reply.headers[:_MOST_FIELDS]:
            page.write(page.words(f"{clean(header.name, 60)}: {clean(header.value, 200)}", "dim"), indent=5, hang=2)
        if len(reply.headers) > _MOST_FIELDS:
            page.write(page.words(said("and {number} more fields", number=len(reply.headers) - _MOST_FIELDS), "dim"), indent=5)
        if words := reply_words(reply):
            page.write(page.words(f"\u201c{words}\u201d", "dim"), indent=5, hang=2)


def _write_looks(page: Page, evidence: Evidence, trail: Trail) -> None:
    """The repeated walks: first which of all of them failed, then each with its steps."""
    looks = looks_at(trail, evidence)
    if looks:
        page.write(page.words(looks_words(looks), "bold"), indent=3)
    for look in looks[1:]:
        page.write(
            page.words(f"{said('look {number} of {total}', number=look.number, total=len(looks))}: ", "dim"),
            page.words(look.words, "red" if look.failed else "dim"),
            indent=3,
        )
        _write_rows(page, evidence, tuple(step.id for step in look.steps))


def _write_part(page: Page, evidence: Evidence, title: str, ids: tuple[str, ...]) -> None:
    if ids:
        page.heading(title)
        _write_rows(page, evidence, ids)


def _write_rows(page: Page, evidence: Evidence, ids: tuple[str, ...]) -> None:
    for observation in (evidence.by_id[i] for i in ids if i in evidence.by_id):
        offset = (observation.began - evidence.run.began).total_seconds() * 1000
        took = observation.took * 1000
        page.write(
            page.words(f"{offset:7.0f} ms  ", "dim"),
            page.words(f"{clean(observation.id, 40):<13}", "cyan"),
            page.words(f"{asked(observation.question)} \u2192 "),
            page.words(came_back(observation), "" if is_well(observation) else "red"),
            page.words(f" ({f'{took:.0f} ms' if took >= 1 else said('under 1 ms')})", "dim"),
            hang=5 if page.narrow else 25,
        )
