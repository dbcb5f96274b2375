"""Zones that are answered for in this network alone, a cloud's private ones and a resolver's own: they hide the public ones."""

from collections.abc import Iterable

from diag.knowledge.clouds import PRIMARIES
from diag.knowledge.resolver_answers import ResolverAnswer
from diag.model.expression import expression

PRIVATE_LABELS = frozenset({"privatelink"})
"""Labels of zones that clouds make for private endpoints."""
_PUBLIC_PRIMARIES = expression(
    r"ns\d+-\d+\.azure-dns\.(com|net|org|info)|ns-\d+\.awsdns-(?!00\.)\d+\..+|ns-cloud-.+\.googledomains\.com"
)
"""The primary servers of such zones where they are public: with a target that is gone there, nothing is hidden."""


def is_hidden_by_zone(heard: Iterable[ResolverAnswer]) -> bool:
    """Return whether a private zone of a cloud, linked to this network, denies the target: by its primary server,
    or by its name.
    """
    messages = [message for voice in heard for message in voice.messages if message.zone]
    by_primary = any(pattern.fullmatch(message.zone_primary) for message in messages for _, pattern in PRIMARIES)
    labelled = (message for message in messages if PRIVATE_LABELS.intersection(message.zone.split(".")))
    return by_primary or any(not _PUBLIC_PRIMARIES.fullmatch(message.zone_primary) for message in labelled)


def held_zone(heard: Iterable[ResolverAnswer]) -> str | None:
    """Return the zone in whose name a resolver itself denies the target (AA, RFC 1035, section 4.1.1); None: none does."""
    claimed = (message.zone for voice in heard for message in voice.messages if message.authoritative)
    return next((zone for zone in claimed if zone not in ("", ".")), None)


def own_zone(heard: Iterable[ResolverAnswer]) -> str | None:
    """Return the zone that hides the target here: a resolver's own, or a cloud's private one; None: no such zone is seen."""
    heard = tuple(heard)
    hiding = (message.zone for voice in heard if is_hidden_by_zone([voice]) for message in voice.messages)
    return held_zone(heard) or next((zone for zone in hiding if zone not in ("", ".")), None)
