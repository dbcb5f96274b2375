"""An endpoint: where a service should answer, what it is for, and what is expected of it."""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from diag.model.address import Authority, is_own_name, literal
from diag.model.obstacle import Obstacle
from diag.model.privacy import PathText, Privacy, PublicFlag, PublicNumber, PublicText, SchemeText
from diag.model.quoting import quoted
from diag.model.spelling import begins_with_scheme, meant, understood
from diag.model.upgrade import NAMES, Spoken

VendorText = Annotated[str, Meta(extra={"privacy": Privacy.VENDOR})]

DEFAULT_PORTS = {
    "https": 443,
    "http": 80,
    "tls": 443,
    "postgres": 5432,
    "mysql": 3306,
    "smtp": 587,
    "imap": 143,
    "ldap": 389,
}
"""Where a scheme's service listens, unless a port is given; mail is handed in there by programs (RFC 6409, section 3.1)."""
SCHEMES = ("https", "http", "tls", "tcp", *NAMES)
SAME_SCHEME = {"postgresql": "postgres", "mariadb": "mysql"}
"""Other words that addresses of the same kind begin with."""
LONGEST_NAME = 253
"""Characters of a host name (RFC 1035, section 2.3.4)."""
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


class Network(StrEnum):
    """From where an endpoint should be reached: over a private address, a public one, or either."""

    PRIVATE = "private"
    PUBLIC = "public"
    ANY = "any"


class ExpectedRoute(StrEnum):
    """How an endpoint should be reached: straight, through a proxy, or either."""

    DIRECT = "direct"
    PROXIED = "proxied"
    ANY = "any"


class Expectations(Struct, frozen=True, omit_defaults=True):
    """What the user, a list or a profile says an endpoint should be like."""

    network: Annotated[Network, Meta(extra={"privacy": Privacy.PUBLIC})] = Network.ANY
    proxy: Annotated[ExpectedRoute, Meta(extra={"privacy": Privacy.PUBLIC})] = ExpectedRoute.ANY
    status: tuple[PublicNumber, ...] = ()
    """The statuses that count as well; empty: any answer of the service itself."""
    trust: PathText = ""
    """A PEM file with the authorities that this endpoint may use; empty: what this client trusts."""
    required: PublicFlag = True
    certificate: PathText = ""
    """The file of the certificate that this client shows where the service asks for one; empty: it has none to show."""
    upload: PublicText = ""
    """`PUT` or `POST`: a large request may be sent there, as the user says; empty: none may."""


class Endpoint(Struct, frozen=True, omit_defaults=True):
    """One place that must answer."""

    host: VendorText
    """A DNS name in A-labels (RFC 5890), lower case, no trailing dot; or an address literal without brackets."""
    port: PublicNumber
    scheme: SchemeText = "https"
    """`https`, `http`, `tls` or `tcp`: how far up the walk goes. Or a protocol that goes over to TLS: as far as that."""
    role: VendorText = ""
    """An open word of the provider's list (`STAGE`, `OCSP_CACHE`, ...); empty: not said."""
    path: VendorText = "/"
    """What is asked for over HTTP, without query: a query may hold a signature."""
    expects: Expectations = Expectations()
    absolute: PublicFlag = False
    """The name was written with its final dot (RFC 1034, section 3.1), and is asked for so: search domains and the hosts file
    play no part, exceptions of proxies may not fit, and the service reads it in the request. Handshakes and certificates
    go by the name without."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> Authority:
        """Host and port, the host as it was written: what programs ask a proxy and the service for."""
        return Authority(self.written, self.port)

    @property
    def written(self) -> str:
        """The host with its final dot, where it was written with one."""
        return f"{self.host}." if self.absolute else self.host

    @property
    def server_name(self) -> str:
        """The name that is asked for in a handshake (RFC 6066, section 3); empty for an address."""
        return "" if literal(self.host) else self.host

    @property
    def speaks_tls(self) -> bool:
        """Whether a handshake belongs to the walk."""
        return self.scheme in ("https", "tls") or self.upgrade is not None

    @property
    def upgrade(self) -> Spoken | None:
        """The protocol that is spoken in the clear before the handshake; None: TLS begins at once, or not at all."""
        return next((spoken for spoken in NAMES if spoken == self.scheme), None)

    @property
    def speaks_http(self) -> bool:
        """Whether a request belongs to the walk."""
        return self.scheme in ("https", "http")


class UnusableEndpoint(Obstacle, ValueError):
    """The text names no endpoint. Its message is one sentence for the user: what is wrong and what would do."""


def parse_endpoint(text: str, *, role: str = "", expects: Expectations | None = None) -> Endpoint:
    """Return the endpoint that a user means by `text`: a URL, or `host` or `host:port` for HTTPS.

    Query, fragment and user information are dropped: none of them is needed to test the way, and each may be a secret.
    Raises UnusableEndpoint.
    """
    given = understood(text)
    if better := meant(given, (*SCHEMES, *SAME_SCHEME)):
        raise UnusableEndpoint("{given} is not an address that diag takes: write {better}", given=quoted(given), better=better)
    url = given if begins_with_scheme(given) else f"https://{given}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnusableEndpoint(
            "{given} is not an address that diag can read: give a name, or https://name:port", given=quoted(given)
        ) from None
    scheme = SAME_SCHEME.get(parts.scheme, parts.scheme)
    if scheme not in SCHEMES:
        raise UnusableEndpoint(
            "{given} has a scheme that diag does not speak: use one of {schemes}", given=quoted(given), schemes=", ".join(SCHEMES)
        )
    host = _host(parts.hostname or "", given)
    absolute = (parts.hostname or "").endswith(".") and literal(host) is None and not is_own_name(host)
    if port is None:
        port = DEFAULT_PORTS.get(scheme)
    if port is None:
        raise UnusableEndpoint("{given} needs a port: {scheme}://{host}:PORT", given=quoted(given), scheme=scheme, host=host)
    if port == 0:
        raise UnusableEndpoint("{given} names port 0, which nothing can listen on", given=quoted(given))
    # Of a database's address the path is the database's name, which nobody needs to know.
    path = "/" if scheme in NAMES else re.sub(r"[^\x21-\x7e]", "", parts.path) or "/"
    return Endpoint(host, port, scheme, role, path, expects or Expectations(), absolute)


def _host(host: str, given: str) -> str:
    """`host` as it goes onto the wire. Raises UnusableEndpoint."""
    if not host:
        raise UnusableEndpoint("{given} names no host: give a name, or https://name:port", given=quoted(given))
    ip = literal(host)
    if ip is not None:
        return str(ip)
    name = host.lower().removesuffix(".")
    if "*" in name:
        raise UnusableEndpoint("{given} stands for many names: give one of them that exists", given=quoted(given))
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            raise UnusableEndpoint("{given} holds a name that cannot be written in DNS", given=quoted(given)) from None
    if len(name) > LONGEST_NAME or not all(_LABEL.match(label) for label in name.split(".")):
        raise UnusableEndpoint("{given} holds a name that DNS does not allow: check it for stray characters", given=quoted(given))
    return name
