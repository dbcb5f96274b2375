"""Resolvers that fail for a moment, and those that fail as often as they are asked."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import SERVER
from tests.recipes.baseline import NAME, Break, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, problem


def _failing(kind: str, times: int) -> Break:
    """A resolver that has the service's address, and fails at the first few questions of this kind: `any`, `simple` (without
    EDNS, as the system's own are), `checked` (validation on) or `six` (for IPv6).
    """

    def act(house: House) -> None:
        house.serve(_fail, RESOLVER, NAME, SERVER, kind, times, port=53, protocol="udp")
        house.resolvers(RESOLVER)

    return act


def _fail(here: str, name: str, address: str, kind: str, times: int) -> None:
    import socket

    import dns.flags
    import dns.message
    import dns.rcode
    import dns.rdatatype
    import dns.rrset

    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((here, 53))
    while True:
        query, asker = wire.recvfrom(4096)
        question = dns.message.from_wire(query)
        (asked,) = question.question
        answer = dns.message.make_response(question, recursion_available=True)
        kinds = {
            "any": True,
            "simple": question.edns < 0,
            "checked": not question.flags & dns.flags.CD,
            "six": asked.rdtype == dns.rdatatype.AAAA,
        }
        if kinds[kind] and times > 0:
            times -= 1
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif asked.name.to_text() != f"{name}.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
        else:
            answer.authority.append(dns.rrset.from_text("test.", 60, "IN", "SOA", "ns.test. nobody.test. 1 3600 600 86400 60"))
        wire.sendto(answer.to_wire(), asker)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "dns-server-failure",
        problem(
            "for-a-moment",
            "The resolver fails at its first four questions, and answers all that follow.",
            healthy(names=NOBODY, after=_failing("any", 4)),
        ),
        problem(
            "for-a-moment-to-the-system",
            "The resolver fails at the system's own lookup, and answers all that follows.",
            healthy(names=NOBODY, after=_failing("simple", 2)),
        ),
        near_miss("dns-dnssec-bogus/without-a-reason"),
    ),
    *of(
        "dns-dnssec-bogus",
        problem(
            "without-a-reason",
            "The resolver fails as often as it is asked, says no reason, and answers where validation is off.",
            healthy(names=NOBODY, after=_failing("checked", 1000)),
        ),
        near_miss("dns-server-failure/for-a-moment"),
    ),
    *of(
        "dns-record-type-unanswered",
        near_miss(
            "fails-for-ipv6",
            "The resolver answers for IPv4 and says that it fails for IPv6, for which nobody waits.",
            healthy(names=NOBODY, after=_failing("six", 1000)),
            "dns-record-type-denied",
        ),
    ),
    *of("machine-lookup-differs", near_miss("dns-server-failure/for-a-moment-to-the-system", says=Status.UNKNOWN)),
)
