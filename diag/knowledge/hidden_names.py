"""Names that a private zone of one's own hides: it answers for a provider's domain, and lacks somebody else's record.

A private zone takes the place of the public one as a whole. The account of a partner, whose public record leads through the same
zone (`acct.blob.core.windows.net` is an alias of `acct.privatelink.blob.core.windows.net`), then does not exist inside.
"""

from collections.abc import Iterator

from msgspec import Struct

from diag.knowledge.clouds import DOMAINS, is_of_a_cloud
from diag.knowledge.domains import same_owner
from diag.knowledge.private_names import names
from diag.model.address import Address
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.view import remembered
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

_LABEL = "privatelink"
"""The label of zones that providers give to private links."""
_NOBODYS = ("local", "internal", "lan", "corp", "home", "intranet", "private")
"""Top-level names that no public server is below; the last of a primary's name tells of a server of one's own."""


class HiddenName(Struct, frozen=True):
    """What a zone of one's own says, and what others know."""

    zones: tuple[str, ...]
    denying: tuple[Address, ...]
    """The resolvers that speak for that zone."""
    knowing: tuple[Address, ...]
    """The resolvers that have an address for the name: they do not see the zone."""
    aliases: tuple[Observation, ...]
    """Answers in which the name still is an alias: whoever made that alias knows the account."""


@remembered
def hidden_by_own_zone(view: EndpointView) -> HiddenName | None:
    """Return how the endpoint's name is hidden; None: it is not, or nothing shows whose zone it is."""
    zones: dict[str, None] = {}
    denying: dict[Address, None] = {}
    knowing: dict[Address, None] = {}
    aliases: list[Observation] = []
    for server, observation, message in _messages(view):
        if message.addresses:
            knowing[server] = None
        elif _speaks_for_own_zone(view, message):
            zones[message.zone] = None
            denying[server] = None
            aliases += [observation] if message.aliases else []
    for server in knowing:
        denying.pop(server, None)
    return HiddenName(tuple(zones), tuple(denying), tuple(knowing), tuple(aliases)) if denying else None


def _messages(view: EndpointView) -> Iterator[tuple[Address, Observation, DnsMessage]]:
    for seen in names(view).replies:
        message = read_message(seen.answer.message) if seen.answer.message else None
        if isinstance(message, DnsMessage) and seen.question.server:
            yield seen.question.server, seen.observation, message


def _speaks_for_own_zone(view: EndpointView, message: DnsMessage) -> bool:
    zone = message.zone.strip(".")
    of_provider = _LABEL in zone.split(".") or any(f".{zone}".endswith(f".{end}") for _, ends in DOMAINS for end in ends)
    return message.rcode in ("NXDOMAIN", "NOERROR") and "." in zone and of_provider and _is_own(view, message.zone_primary)


def _is_own(view: EndpointView, primary: str) -> bool:
    """Whether a zone's primary server is one of a cloud's private zones, or one that only this network knows."""
    name = primary.strip(".").lower()
    if is_of_a_cloud(name):
        return True
    configured = view.machine.resolvers
    search = configured.answer.search if configured else ()
    return name.rpartition(".")[2] in _NOBODYS or any(same_owner(name, domain) for domain in search if domain)
