"""What stays in clear, so that it can be worked with: the endpoints, the names and addresses that are theirs, certificates.

A value that stays in one place stays in all: replacing it elsewhere would hide nothing, and break what belongs together.
"""

from collections.abc import Collection, Iterator

from msgspec import Struct

from diag.bundle.fields import Class, leaves
from diag.bundle.untrusted_text import DOTTED, certificates, is_certificate
from diag.knowledge.clouds import is_of_a_cloud
from diag.knowledge.granting import unwrapped
from diag.model.address import IpAddress, IpNetwork, is_private, literal
from diag.model.answer import DnsReply, PacResult, SystemLookup
from diag.model.fingerprint import Service
from diag.model.machine import Proxies
from diag.model.observation import Observation
from diag.model.privacy import Form, Privacy
from diag.model.question import Lookup
from diag.model.run import Evidence
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable


class InClear(Struct, frozen=True):
    """What redaction leaves as it is; everything lower case."""

    names: frozenset[str]
    """Host names: of endpoints, of proxies at the levels that keep them, and where their aliases lead."""
    labels: frozenset[str]
    """The labels of these names, and of every name in a certificate."""
    addresses: frozenset[IpAddress]
    """Endpoints given by address, the public addresses of endpoints, and what certificates name."""
    paths: frozenset[str]
    """What is asked of endpoints."""
    text: bytes
    """All of it, certificates included, to search in."""


def in_clear(evidence: Evidence, *, proxies: bool, private: Collection[bytes] = ()) -> InClear:
    """Return what of this evidence stays; the proxies' names only where `proxies` says so,
    and not these `private` certificates.
    """
    names = _names(evidence, proxies)
    kept_whole = {
        value
        for _, value, of in leaves(evidence, kinds=(bytes,))
        if isinstance(value, bytes) and value not in private and _is_kept_whole(value, of)
    }
    ders = sorted(der for content in kept_whole for der in certificates(content))
    certified = {match[0].lower().decode("ascii") for der in ders for match in DOTTED.finditer(der)}
    endpoints = [trail.endpoint for trail in evidence.run.trails]
    words = {word.lower() for endpoint in endpoints for word in (endpoint.host, endpoint.path, endpoint.role)} | names
    words |= {
        text.lower() for _, text, of in leaves(evidence.run.service) if isinstance(text, str) and of.privacy is Privacy.VENDOR
    }
    return InClear(
        names=frozenset(names),
        labels=frozenset(label for name in names | certified for label in name.split(".")),
        addresses=_addresses(evidence, names) | {ip for name in certified if (ip := literal(name)) is not None},
        paths=frozenset(endpoint.path for endpoint in endpoints),
        text=b"\n".join([*(word.encode("utf-8", "replace") for word in sorted(words)), *(der.lower() for der in ders)]),
    )


def bare(host: str) -> str:
    """Return the name itself, lower case, of an entry that may have a wildcard, a leading or trailing dot, or a port."""
    return host.lower().lstrip("*.").partition(":")[0].removesuffix(".")


def is_address(value: str) -> bool:
    """Return whether this is an address or a prefix, and nothing around it."""
    host, slash, length = value.partition("/")
    return literal(host) is not None and (not slash or length.isdecimal())


def is_wide(prefix: IpNetwork) -> bool:
    """Return whether a prefix covers more of the public Internet than one site has: a default, half of everything, a provider."""
    return not is_private(prefix.network_address) and prefix.prefixlen < (24 if prefix.version == 4 else 48)


def _names(evidence: Evidence, proxies: bool) -> set[str]:
    names = {trail.endpoint.host for trail in evidence.run.trails} | _marked(evidence.run.service)
    if proxies:
        names |= {trail.route.proxy.host for trail in evidence.run.trails if trail.route and trail.route.proxy}
        for observation in evidence.observations:
            if isinstance(observation.answer, Proxies):
                settings = observation.answer.settings
                set_here = [proxy for one in settings for proxy in (one.http, one.https, one.socks) if proxy]
                set_here += [variable.proxy for variable in observation.answer.variables if variable.proxy]
                names |= {proxy.host for proxy in set_here}
            if isinstance(observation.answer, PacResult):
                names |= {way.proxy.host for way in observation.answer.ways if way.proxy}
    names = {bare(name) for name in names}
    for observation in _lookups(evidence, names):
        if isinstance(observation.answer, DnsReply):
            message = read_message(observation.answer.message)
            if not isinstance(message, Unreadable):
                names.update(name for alias in message.aliases for name in alias)
                names.update([message.zone_primary] if is_of_a_cloud(message.zone_primary) else ())
    return names


def _marked(service: Service) -> set[str]:
    """The names that fingerprints are about, and those in what they look for: without them a mark would be found no more."""
    looked_for = b" ".join(text.encode("utf-8", "replace") for one in service.fingerprints for text in (one.name, one.value))
    names = {match[0].decode("ascii") for match in DOTTED.finditer(looked_for)}
    return names | {name for one in service.fingerprints for host in one.hosts if (name := bare(host))}


def _addresses(evidence: Evidence, names: set[str]) -> frozenset[IpAddress]:
    kept = {ip for trail in evidence.run.trails if (ip := literal(trail.endpoint.host)) is not None}
    for observation in _lookups(evidence, names):
        texts: tuple[str, ...] = ()
        if isinstance(observation.answer, SystemLookup):
            texts = observation.answer.addresses
        elif isinstance(observation.answer, DnsReply):
            message = read_message(observation.answer.message)
            texts = () if isinstance(message, Unreadable) else message.addresses
        kept |= {ip for text in texts if (ip := literal(text)) is not None and _is_public(ip)}
    return frozenset(kept)


def _is_public(ip: IpAddress) -> bool:
    """Whether an address is one of the Internet, and every one that it wraps."""
    return all(one.is_global and not is_private(one) for one in unwrapped(ip))


def _lookups(evidence: Evidence, names: set[str]) -> Iterator[Observation]:
    """The lookups of any of these names, which may grow meanwhile."""
    for observation in evidence.observations:
        if isinstance(observation.question, Lookup) and bare(observation.question.name) in names:
            yield observation


def _is_kept_whole(value: bytes, of: Class) -> bool:
    foreign = of.privacy is Privacy.FOREIGN and is_certificate(value)
    return of.form is Form.CERTIFICATE or of.privacy is Privacy.PUBLIC or foreign
