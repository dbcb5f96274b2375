"""Do it: what stands in each topic, by its word. One file a field, one table in all."""

from collections.abc import Callable, Mapping

from diag.language import translated
from diag.model.how_to import HowTo
from diag.report.wording.how_to import machine, names, proxies, trust
from diag.report.wording.how_to.topic import Guide, Row

GUIDES: Mapping[HowTo, Guide] = {**trust.GUIDES, **proxies.GUIDES, **names.GUIDES, **machine.GUIDES}
"""In English."""

__all__ = ["GUIDES", "Guide", "Row", "guide"]


def guide(topic: HowTo) -> Guide:
    """Return what stands in a topic, in the language that is being spoken."""
    return said_anew(GUIDES[topic], lambda text: translated(text, f"how_to.{topic}"))


def said_anew(guide: Guide, say: Callable[[str], str]) -> Guide:
    """Return a guide with all its words said anew."""
    rows = tuple(Row(say(row.place), say(row.step)) for row in guide.rows)
    return Guide(say(guide.title), rows, guide.reference)
