"""Which cloud a private endpoint lies in: read off its names, the aliases that they lead through, and well-known addresses."""

import ipaddress
from collections.abc import Iterable, Iterator
from enum import StrEnum

from diag.knowledge.private_names import GOOGLE_PRIVATE, Names, embedded, names, read
from diag.model.address import literal
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage


class Cloud(StrEnum):
    """The clouds whose private endpoints are told apart."""

    AWS = "aws"
    AZURE = "azure"
    GOOGLE = "google"


DOMAINS = (
    (Cloud.AWS, ("amazonaws.com", "amazonaws.com.cn", "api.aws", "on.aws", "awsapps.com")),
    (
        Cloud.AZURE,
        (
            "azure.com",
            "azure.net",
            "azure.us",
            "azure.cn",
            "azure-api.net",
            "azurecr.io",
            "azuredatabricks.net",
            "azurewebsites.net",
            "azmk8s.io",
            "windows.net",
            "chinacloudapi.cn",
            "usgovcloudapi.net",
        ),
    ),
    (Cloud.GOOGLE, ("googleapis.com", "goog", "gcr.io", "pkg.dev", "run.app", "cloudfunctions.net", "psc.internal")),
)
"""Domains whose names each cloud gives out itself."""
LABELS = ((Cloud.AWS, "aws"), (Cloud.AZURE, "azure"), (Cloud.GOOGLE, "gcp"))
"""Labels by which providers on several clouds say in their own names where an account is."""
_SIDE = "north|south|east|west|central|northeast|northwest|southeast|southwest"
REGIONS = (
    (Cloud.AWS, expression(rf"(us|eu|ap|ca|sa|me|af|il|mx|cn)(-gov)?-({_SIDE})-\d")),
    (Cloud.GOOGLE, expression(rf"(us|europe|asia|australia|me|africa|northamerica|southamerica)-({_SIDE})\d{{1,2}}")),
    (Cloud.AZURE, expression(rf"({_SIDE})-(us|europe|asia|india|japan|brazil|africa|france|germany|uk|uae)(-\d)?")),
)
"""Regions as they stand in names, each cloud in its own order of words."""
PRIMARIES = (
    (Cloud.AWS, expression(r"ns-\d+\.awsdns-00\.(com|net|org|co\.uk)")),
    (Cloud.AZURE, expression(r"(.+\.)?azureprivatedns\.net")),
    (Cloud.GOOGLE, expression(r"ns-gcp-private\.googledomains\.com")),
)
"""The primary servers that each cloud names in its private zones: a negative answer tells whose zone it is."""


def is_of_a_cloud(primary: str) -> bool:
    """Return whether a zone's primary server is the one that a cloud names in every private zone: a public name, nobody's own."""
    return any(pattern.fullmatch(primary) for _, pattern in PRIMARIES)


RESOLVERS = (
    (Cloud.AWS, ("169.254.169.253", "fd00:ec2::253")),
    (Cloud.AZURE, ("168.63.129.16",)),
    (Cloud.GOOGLE, ("169.254.169.254",)),
)
"""Where each cloud's own resolver answers inside it: a machine that asks it stands in that cloud."""

METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
"""Where a machine asks for its own identity and credentials: of most clouds and AWS, of Alibaba, of ECS, and of pods of EKS."""


def resolver_of(hosts: Iterable[str]) -> Cloud | None:
    """Return the cloud whose own resolver all of these addresses are; None where they are not of one."""
    found = {next((cloud for cloud, addresses in RESOLVERS if host in addresses), None) for host in hosts}
    return found.pop() if len(found) == 1 else None


def cloud_of(*cases: EndpointView) -> Cloud | None:
    """Return the cloud of these endpoints; None where nothing shows it, or they lie in several."""
    found = {_of_name(view) or _of_zones(view) or _of_addresses(view) or _of_resolvers(view) for view in cases}
    return found.pop() if len(found) == 1 else None


def chain_of(view: EndpointView) -> tuple[str, ...]:
    """Return the aliases that the endpoint's name leads through here, in order, each once; empty: none was seen."""
    return tuple(dict.fromkeys(alias for message in _messages(names(view)) for _, alias in message.aliases))


def _messages(known: Names) -> Iterator[DnsMessage]:
    for seen in known.replies:
        message = read_message(seen.answer.message) if seen.answer.message else None
        if isinstance(message, DnsMessage):
            yield message


def _of_name(view: EndpointView) -> Cloud | None:
    """By what a name ends in, then by what stands in it: the end is the cloud's own word."""
    if literal(view.endpoint.host) is not None:
        return None
    told = (view.endpoint.host, *chain_of(view))
    return _first(_of_domain(name) for name in told) or _first(_of_labels(name) for name in told)


def _of_domain(name: str) -> Cloud | None:
    return next((cloud for cloud, ends in DOMAINS for end in ends if f".{name}".endswith(f".{end}")), None)


def _of_labels(name: str) -> Cloud | None:
    labels = name.split(".")
    named = next((cloud for cloud, label in LABELS if label in labels), None)
    return named or next((cloud for cloud, region in REGIONS if any(map(region.fullmatch, labels))), None)


def _of_zones(view: EndpointView) -> Cloud | None:
    primaries = [message.zone_primary for message in _messages(names(view))]
    return next((cloud for cloud, primary in PRIMARIES if any(map(primary.fullmatch, primaries))), None)


def _of_addresses(view: EndpointView) -> Cloud | None:
    told = (embedded(ip) for ip in read((*names(view).told, *view.addresses)))
    return Cloud.GOOGLE if any(ip in block for ip in told for block in GOOGLE_PRIVATE) else None


def _of_resolvers(view: EndpointView) -> Cloud | None:
    """By the resolver that this machine asks."""
    configured = view.machine.resolvers
    asked = {server.host for server in configured.answer.servers} if configured else set()
    asked |= {seen.question.server.host for seen in view.replies if seen.question.server}
    known = set(read(asked))
    return next((cloud for cloud, hosts in RESOLVERS if known & {ipaddress.ip_address(host) for host in hosts}), None)


def _first(found: Iterable[Cloud | None]) -> Cloud | None:
    return next((one for one in found if one), None)
