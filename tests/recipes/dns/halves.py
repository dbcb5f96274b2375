"""Resolvers that answer one kind of question alone, and questions that get lost."""

from tests.netns import House
from tests.netns.plan import ROUTER, SERVER
from tests.recipes.baseline import NAME, Break, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, ok, problem

A, AAAA = 1, 28


def _answering(mute: int, lost: int = 0, options: str = "timeout:1 attempts:1") -> Break:
    """A resolver that has the service's address and denies all else; silent to one type of question, or to the first few."""

    def act(house: House) -> None:
        house.serve(_answer, RESOLVER, NAME, SERVER, mute, lost, port=53, protocol="udp")
        house.resolvers(RESOLVER, options=options)

    return act


def _answer(here: str, name: str, address: str, mute: int, lost: int) -> None:
    import socket

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
        if asked.rdtype == mute or lost > 0:
            lost -= 1
            continue
        answer = dns.message.make_response(question, recursion_available=True)
        known = asked.name.to_text() == f"{name}."
        answer.set_rcode(dns.rcode.NOERROR if known else dns.rcode.NXDOMAIN)
        if known and asked.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
        else:
            answer.authority.append(dns.rrset.from_text("test.", 60, "IN", "SOA", "ns.test. nobody.test. 1 3600 600 86400 60"))
        wire.sendto(answer.to_wire(), asker)


UNANSWERED = of(
    "dns-record-type-unanswered",
    problem(
        "silent-about-ipv6",
        "The resolver answers for IPv4 and keeps silent about IPv6.",
        healthy(names=NOBODY, after=_answering(AAAA)),
    ),
    problem(
        "silent-about-ipv4",
        "The resolver answers that there is no IPv6 address, and keeps silent about IPv4.",
        healthy(names=NOBODY, after=_answering(A)),
    ),
    ok(
        "first-questions-lost",
        "The first four questions are lost, and all that follow are answered.",
        healthy(names=NOBODY, after=_answering(0, 4, "timeout:3 attempts:2"), timeout=4.0),
        "dns-slow",
    ),
    near_miss("dns-resolver-silent/two-silent"),
    near_miss("dns-first-resolver-dead/every-lookup-waits"),
)


def _listed_first(house: House) -> None:
    """The search list comes before the name itself, as in a pod of Kubernetes."""
    house.client.write("resolv.conf", f"nameserver {ROUTER}\nsearch corp.test\noptions ndots:5 timeout:1 attempts:1\n")


STOPPED = of(
    "dns-search-domain-captured",
    problem(
        "says-no-address-for-all",
        "The search list comes first, and its domain says of the name below it that it exists, without an address.",
        healthy(names={NAME: [SERVER], f"{NAME}.corp.test": []}, after=_listed_first),
    ),
    near_miss(
        "denies-the-name-below-it",
        "The search list comes first, and its domain denies the name below it.",
        healthy(after=_listed_first),
    ),
)
LOST = of(
    "network-packet-loss",
    problem(
        "questions-to-the-resolver",
        "The first eight questions are lost, sent again or not, and all that follow are answered.",
        healthy(names=NOBODY, after=_answering(0, 8)),
    ),
    near_miss("dns-record-type-unanswered/first-questions-lost"),
)
RECIPES: tuple[Recipe, ...] = (*UNANSWERED, *STOPPED, *LOST)
