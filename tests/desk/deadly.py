"""Catalogues of one check that does to its process what no check of ours does."""

import os
import time
from collections.abc import Sequence

from diag.model.check import AnyCheck, EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Finding, Owner, not_applicable


def _judge(view: EndpointView) -> Finding:
    if view.endpoint.host.startswith("deadly"):
        os._exit(9)
    if view.endpoint.host.startswith("endless"):
        time.sleep(600)
    return not_applicable()


def catalogue() -> Sequence[AnyCheck]:
    said = Sentences(title="t", seen="s", means="m", remedy=("r",))
    return (EndpointCheck(id="http-deadly", owner=Owner.SERVICE, article="A", sentences=said, judge=_judge),)
