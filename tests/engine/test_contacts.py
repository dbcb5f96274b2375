"""A hundred certificates that name forbidden places in every spelling: in whole runs, none of these places is dialled."""

import asyncio
import ipaddress
from collections.abc import Iterator

from checks import CATALOGUE
from diag.engine.investigate import investigate
from diag.knowledge.granting import is_forbidden
from diag.model.address import literal
from diag.model.answer import Connection, Session, SystemLookup, VerifyError
from diag.model.endpoint import parse_endpoint
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Handshake, Lookup, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Limits
from tests.checks.authorities import certificate
from tests.engine.scripted import Scripted

HOST, PUBLIC = "api.example.com", "203.0.113.10"
PLACES = (
    *("127.0.0.1", "127.1.2.3", "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "10.9.8.7", "192.168.1.1", "172.16.0.1", "100.64.0.1"),
)
PLACES_IN_V6 = ("::1", "::", "fe80::1", "fd00:ec2::254", "fd00::7", "ff02::1", "fd20:ce::254")


def urls() -> Iterator[tuple[str, str]]:
    """What certificates name, and the address that a name in it has."""
    for place in PLACES:
        number = int(ipaddress.IPv4Address(place))
        yield f"http://{place}/a.der", place
        yield f"http://{place}:6379/FLUSHALL", place
        yield "http://issuing.example.net/a.der", place
        yield "http://issuing.example.net/a.der?delete=all", place
        yield f"http://[::ffff:{place}]/a.der", place
        yield f"http://[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]/a.der", place
        yield f"http://[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]/a.der", place
        yield "http://mapped.example.net/a.der", f"::ffff:{place}"
    for place in PLACES_IN_V6:
        yield f"http://[{place}]/a.der", place
        yield "http://issuing.example.net/a.der", place


def contacts(url: str, address: str) -> tuple[set[str], int]:
    """Whom a run dials whose service's certificate names this, and how many requests are made besides that to the service."""
    leaf = certificate(HOST, "Authority", HOST, issuer_url=url)

    def answer(question: Question) -> Answer | None:
        match question:
            case Lookup(server=None):
                return SystemLookup((PUBLIC,) if question.name.rstrip(".") == HOST else (address,))
            case Connect():
                return Connection(source="198.51.100.4")
            case Handshake():
                return Session(finished=True, version="TLSv1.3", chain=(leaf,), verify_errors=(VerifyError(20, 0),))
            case _:
                return None

    prober = Scripted(answer)
    asyncio.run(
        investigate(
            [parse_endpoint(f"https://{HOST}")],
            prober=prober,
            checks=CATALOGUE,
            choose=lambda endpoint, proxies: Route(RouteReason.NOTHING_SET),
            tool="test",
            limits=Limits(canary=False, revocation=True),
        )
    )
    dialled = {question.address.host for question in prober.asked if isinstance(question, Connect)}
    asked = [question for question in prober.asked if isinstance(question, Exchange) and question.authority.host != HOST]
    return dialled, len(asked)


def test_no_certificate_leads_to_a_forbidden_place() -> None:
    wishes = list(urls())
    assert len(wishes) >= 100
    for url, address in wishes:
        dialled, asked = contacts(url, address)
        met = [literal(host) for host in dialled]
        assert dialled <= {PUBLIC}, url
        assert not [ip for ip in met if ip is None or is_forbidden(ip)], url
        assert asked == 0, url


def test_a_public_place_is_asked() -> None:
    assert contacts("http://issuing.example.net/a.der", "203.0.113.80") == ({PUBLIC, "203.0.113.80"}, 1)
