"""The desk as one page for a browser: whole in itself, without script, in the style of the report (Content Security Policy)."""

import base64
import hashlib
from datetime import date, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from diag.model.desk import Cluster, Desk
from diag.model.text import clean
from diag.report.wording.words import OWNERS, count_words

MOST_ON_PAGE = 500
"""Clusters that have a part of their own; what is beyond is counted."""
MOST_OPEN = 5
"""Clusters that are shown unfolded."""
MOST_LISTED = 200
_LONGEST = 4_000
_OWNER_WORDS = {owner.value: words for owner, words in OWNERS.items()}


def write_desk_page(desk: Desk) -> str:
    """Return the whole page, HTML 5. The same desk gives the same text."""
    environment = _environment()
    style = "".join(environment.loader.get_source(environment, name)[0] for name in ("style.css", "desk.css"))  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(
        "desk.html"
    ).render(
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704  (our own files, without a value in them)
        desk=desk,
        clusters=desk.clusters[:MOST_ON_PAGE],
        left=len(desk.clusters) - len(desk.clusters[:MOST_ON_PAGE]),
        queue=desk.queue[:MOST_LISTED],
        skipped=desk.skipped[:MOST_LISTED],
        most_open=MOST_OPEN,
        counted=count_words,
        owner_of=lambda cluster: _OWNER_WORDS.get(cluster.owner, "nobody knows yet"),
        span=_span,
    )


def _span(cluster: Cluster, desk: Desk) -> tuple[int, int]:
    """Where a cluster's time begins and how long it is, in percent of the last sixteen weeks."""
    whole = 16 * 7
    begins = date.fromisoformat(desk.at[:10]) - timedelta(days=whole)
    first = (date.fromisoformat(cluster.first[:10]) - begins).days
    last = (date.fromisoformat(cluster.last[:10]) - begins).days
    start = min(max(first, 0), whole) * 100 // whole
    return start, max(min(max(last, 0), whole) * 100 // whole - start, 1)


def _environment() -> Environment:
    """The one rule for what comes onto the page: texts are cleaned (`diag.model.text`), then escaped; a gap is an error."""
    return Environment(
        loader=PackageLoader("diag.report.forms"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
    )


def _safe(value: object) -> object:
    return clean(value, _LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value
