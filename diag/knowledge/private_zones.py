"""Private zones of a cloud that are linked to a network: there they hide the public zone of the same name."""

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
