"""How much a piece of evidence says about the customer, declared at the field that holds it.

Redaction reads these classes from the types; a field of evidence that declares none is dropped. What is public in itself
(statuses, timings, versions) is declared `PUBLIC`, so that forgetting and deciding never look alike.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

MOST_NUMBER = 1 << 53
"""Beyond this, JSON no longer holds each whole number exactly (RFC 8259, section 6)."""
MOST_SECONDS = 1e9
"""Thirty years: more than any run is allowed."""


class Privacy(StrEnum):
    """The classes, from harmless to forbidden."""

    PUBLIC = "public"
    """Says nothing about the customer: a status code, a time, a protocol version, a certificate of a public authority."""
    VENDOR = "vendor"
    """Names the service itself: the endpoints of the list that the user gave."""
    NETWORK = "network"
    """An address or a part of the customer's network: an IP address, a resolver, an interface."""
    NAME = "name"
    """Names a person, a machine, a folder or an inside host."""
    FOREIGN = "foreign"
    """Free text written by a stranger (a header, a page, a banner): it may echo anything."""
    SECRET = "secret"
    """Opens something. No field of evidence may be of this class; it is here so that a gate can say so."""


class Form(StrEnum):
    """What a value is, where its class alone does not say how it is made safe. Relations between values of one form survive."""

    HOST = "host"
    PATH = "path"
    ADDRESS = "address"
    CERTIFICATE = "certificate"
    DNS = "dns"


def _kept_as(privacy: Privacy, form: Form | None = None) -> Meta:
    return Meta(extra={"privacy": privacy} | ({"form": form} if form else {}))


PublicText = Annotated[str, _kept_as(Privacy.PUBLIC)]
PublicNumber = Annotated[int, _kept_as(Privacy.PUBLIC), Meta(ge=-MOST_NUMBER, le=MOST_NUMBER)]
PublicFlag = Annotated[bool, _kept_as(Privacy.PUBLIC)]
PublicBytes = Annotated[bytes, _kept_as(Privacy.PUBLIC)]
Seconds = Annotated[float, _kept_as(Privacy.PUBLIC), Meta(ge=0.0, le=MOST_SECONDS)]
"""A duration: what is read outside its range is refused, so that nothing is ever worked out with it."""
SchemeText = Annotated[str, _kept_as(Privacy.PUBLIC), Meta(pattern=r"\A[a-z][a-z0-9+.-]{0,15}\Z")]
"""The scheme of an address (RFC 3986, section 3.1), in lower case; of the few that are known, or of a newer diag."""
Moment = Annotated[datetime, _kept_as(Privacy.PUBLIC)]
"""A point in time, always with a time zone, always UTC when we write it."""
HostName = Annotated[str, _kept_as(Privacy.NAME, Form.HOST)]
"""A DNS name (A-labels, lower case, no trailing dot) or an address literal. Kept in clear where it is an endpoint's own."""
IpText = Annotated[str, _kept_as(Privacy.NETWORK, Form.ADDRESS)]
"""An IPv4 or IPv6 address in its canonical text (RFC 5952), without brackets, with a zone where it has one."""
NetworkText = Annotated[str, _kept_as(Privacy.NETWORK)]
"""Another word about the customer's network: an interface, a prefix."""
PathText = Annotated[str, _kept_as(Privacy.NAME, Form.PATH)]
"""A file or folder on this machine."""
ForeignText = Annotated[str, _kept_as(Privacy.FOREIGN)]
ForeignBytes = Annotated[bytes, _kept_as(Privacy.FOREIGN)]
CertificateBytes = Annotated[bytes, _kept_as(Privacy.FOREIGN, Form.CERTIFICATE)]
"""One certificate as DER (RFC 5280), exactly as it was presented."""
DnsBytes = Annotated[bytes, _kept_as(Privacy.NETWORK, Form.DNS)]
"""One DNS message in wire format (RFC 1035, section 4)."""
