"""The desk as one page for a browser: whole in itself, without script, in the style of the report (Content Security Policy)."""

from datetime import date, timedelta

from diag.language import spoken
from diag.model.desk import Cluster, Desk
from diag.report.layout.browser_page import page_environment, policy_and_style
from diag.report.wording.clusters import owner_words, size_words, solved_words, state_words
from diag.report.wording.cut_bundles import cut_words, entry_cut_words
from diag.report.wording.desk import kind_words, trait_words

MOST_ON_PAGE = 500
"""Clusters that have a part of their own; what is beyond is counted."""
MOST_OPEN = 5
"""Clusters that are shown unfolded."""
MOST_LISTED = 200


def write_desk_page(desk: Desk) -> str:
    """Return the whole page, HTML 5. The same desk gives the same text."""
    policy, style = policy_and_style("style.css", "desk.css")
    template = page_environment().get_template("desk.html")
    return template.render(
        policy=policy,
        style=style,
        desk=desk,
        clusters=desk.clusters[:MOST_ON_PAGE],
        left=len(desk.clusters) - len(desk.clusters[:MOST_ON_PAGE]),
        queue=desk.queue[:MOST_LISTED],
        skipped=desk.skipped[:MOST_LISTED],
        most_open=MOST_OPEN,
        cut_words=cut_words,
        entry_cut_words=entry_cut_words,
        owner_of=lambda cluster: owner_words(cluster.owner),
        state_of=lambda cluster: state_words(cluster.state),
        size_of=size_words,
        solved_words=solved_words,
        trait_words=trait_words,
        kind_words=kind_words,
        language=spoken(),
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
