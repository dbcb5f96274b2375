"""Do it: what stands in each topic, by its word. One file a field, one table in all."""

from collections.abc import Mapping

from diag.model.how_to import HowTo
from diag.report.wording.how_to import machine, names, proxies, trust
from diag.report.wording.how_to.topic import Guide, Row

GUIDES: Mapping[HowTo, Guide] = {**trust.GUIDES, **proxies.GUIDES, **names.GUIDES, **machine.GUIDES}

__all__ = ["GUIDES", "Guide", "Row"]
