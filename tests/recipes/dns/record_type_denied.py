"""Recipes of dns-record-type-denied: a name server that denies one record type of a name that has the other."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import SERVER
from tests.recipes.baseline import NAME, Break, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, ok, problem


def _denying(code: str, times: int) -> Break:
    """A resolver that has the service's IPv4 address, and answers questions for IPv6 with this code, so many times."""

    def act(house: House) -> None:
        house.serve(_answer, RESOLVER, NAME, SERVER, code, times, port=53, protocol="udp")
        house.resolvers(RESOLVER, options="timeout:1 attempts:1")

    return act


def _answer(here: str, name: str, address: str, code: str, times: int) -> None:
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
        answer = dns.message.make_response(question, recursion_available=True)
        if asked.name.to_text() != f"{name}.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
        elif times > 0:
            answer.set_rcode(dns.rcode.from_text(code))
            times -= 1
        wire.sendto(answer.to_wire(), asker)


MANY = 1_000
RECIPES: tuple[Recipe, ...] = of(
    "dns-record-type-denied",
    problem(
        "no-such-name",
        "The name has an IPv4 address, and its IPv6 record is NXDOMAIN.",
        healthy(names=NOBODY, after=_denying("NXDOMAIN", MANY)),
    ),
    problem("server-failure", "The same with SERVFAIL.", healthy(names=NOBODY, after=_denying("SERVFAIL", MANY))),
    ok("healthy/one-service"),
    near_miss(
        "an-empty-answer",
        "The IPv6 record is missing, and the answer is empty, as it should be.",
        healthy(names=NOBODY, after=_denying("", 0)),
    ),
    near_miss("dns-record-type-unanswered/silent-about-ipv6"),
    near_miss("dns-name-not-found/two-resolvers-deny-it", says=Status.OK),
)
