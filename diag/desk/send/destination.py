"""Where a bundle can go, read from what the user wrote: an upload address, or a case in one of four case systems."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from diag.desk.send.attachment import Credentials, Parcel, Receipt, UnusableDestination
from diag.desk.send.http_client import Post
from diag.desk.send.jira import Jira
from diag.desk.send.salesforce import Salesforce
from diag.desk.send.servicenow import ServiceNow
from diag.desk.send.upload import Upload
from diag.desk.send.zendesk import Zendesk
from diag.model.address import Authority
from diag.model.obstacle import Told

HTTPS_PORT = 443


class Destination(Protocol):
    """A place that takes bundles."""

    @property
    def origin(self) -> str:
        """`https://host[:port]`."""
        ...

    @property
    def words(self) -> Told:
        """What it is, for the user; nothing secret is in it."""
        ...

    @property
    def wants_credentials(self) -> bool:
        """Whether somebody has to be known there; an upload address is its own permission."""
        ...

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return what goes with every request."""
        ...

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Hand the parcel over. Raises NotSent and Uncertain."""
        ...


_SYSTEMS: Mapping[str, tuple[Callable[[str, str, str], Destination], str]] = {
    "zendesk": (Zendesk, "zendesk.com"),
    "jira": (Jira, "atlassian.net"),
    "servicenow": (ServiceNow, "service-now.com"),
    "salesforce": (Salesforce, "my.salesforce.com"),
}
"""Each case system, and the domain in which a customer of it has a name; its makers take origin, path and case."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:--[a-z0-9]+)?", re.IGNORECASE)


def read_destination(to: str, case: str = "") -> Destination:
    """Return what `to` names: an `https://` upload address, or a `case` at `SYSTEM:NAME` or `SYSTEM:https://host[/path]`.

    Raises UnusableDestination; what is said never holds the address, which may be a permission in itself.
    """
    system, colon, place = to.strip().partition(":")
    if colon and system.lower() in _SYSTEMS:
        make, domain = _SYSTEMS[system.lower()]
        if not case:
            raise UnusableDestination("Say which case at {system} the bundle belongs to: --case NUMBER", system=system.lower())
        origin, path = _origin(place if "://" in place else _named(place, domain))
        return make(origin, path.rstrip("/"), case.strip())
    if case:
        raise UnusableDestination("--case belongs to a case system: an upload address has no cases")
    origin, _ = _origin(to.strip())
    return Upload(origin, to.strip().removeprefix(origin) or "/")


def authority_of(origin: str) -> Authority:
    """Return host and port of an origin."""
    parts = urlsplit(origin)
    return Authority(parts.hostname or "", parts.port or HTTPS_PORT)


def _named(name: str, domain: str) -> str:
    """The address of a customer's own site, by its name or its host."""
    if _NAME.fullmatch(name):
        return f"https://{name}.{domain}"
    if re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", name):
        return f"https://{name}"
    raise UnusableDestination("Name the site after the colon, such as acme or https://acme.{domain}", domain=domain)


def _origin(url: str) -> tuple[str, str]:
    """Origin and path of an address. Raises UnusableDestination."""
    if re.search(r"[\x00-\x20\x7f-\uffff]", url):
        raise UnusableDestination("The address holds characters that no address has: copy it once more, on one line")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnusableDestination("The address cannot be read: copy it once more, on one line") from None
    if parts.scheme == "http":
        raise UnusableDestination("A bundle is sent over https only: ask for an address that begins with https://")
    if parts.scheme != "https" or not parts.hostname:
        raise UnusableDestination(
            "Say where to: an upload address that begins with https://, or one of {systems}, such as zendesk:acme",
            systems=", ".join(_SYSTEMS),
        )
    if "@" in parts.netloc:
        raise UnusableDestination(
            "An address with a password in it is not used, since others could read it: see diag send --help"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    origin = f"https://{host}" if port in (None, HTTPS_PORT) else f"https://{host}:{port}"
    if not url.lower().startswith(origin):
        return origin, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return url[: len(origin)].lower(), url[len(origin) :] or "/"
