"""What this computer's settings make of a lookup: how long it waits for a reply, and which resolvers they name for nothing."""

import re
from enum import StrEnum

from diag.model.endpoint_view import EndpointView
from diag.model.machine import Resolvers

_PATIENCE = 5.0
"""Seconds that a system waits for one resolver unless told otherwise (resolv.conf(5), `timeout`)."""
SLACK = 0.8
"""Which part of that wait is enough to recognise it."""


class LineFlaw(StrEnum):
    """Why a line of resolv.conf does not say what its writer meant (`diag.model.machine.LINE_FLAWS`)."""

    LINE_END = "line_end"
    ENCODING = "encoding"
    KEYWORD = "keyword"
    INDENTED = "indented"
    SEVERAL = "several"
    PORT = "port"
    NAME = "name"
    NO_VALUE = "no_value"
    ADDRESS = "address"


def wait_of(resolvers: Resolvers) -> float:
    """Return seconds that this system waits for one resolver."""
    told = [re.fullmatch(r"timeout:([0-9]{1,3})", option) for option in resolvers.options]
    return float(next((match[1] for match in reversed(told) if match), _PATIENCE)) or _PATIENCE


def wait_for_reply(view: EndpointView) -> float:
    """Return the same, by what was read of the settings here."""
    configured = view.machine.resolvers
    return wait_of(configured.answer) if configured else _PATIENCE
