"""Whoever listens at the resolver's address replies, and what it replies is no answer."""

from diag.model.verdict import Status
from tests.netns import Answers, House
from tests.netns.plan import ROUTER, SERVER
from tests.recipes.baseline import NAME, Break, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, ok, problem


def replying(how: str, *order: str) -> Break:
    """A server that replies so to every question; `order`: whom the client asks."""

    def act(house: House) -> None:
        house.serve(reply, RESOLVER, how, port=53, protocol="udp")
        house.resolvers(*(order or (RESOLVER,)), options="timeout:1 attempts:1")

    return act


def reply(here: str, how: str) -> None:
    """Send back a code, the question itself, another id, or words of another protocol."""
    import socket

    import dns.message
    import dns.rcode

    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((here, 53))
    while True:
        query, asker = wire.recvfrom(4096)
        answer = dns.message.make_response(dns.message.from_wire(query), recursion_available=True)
        if how.isupper():
            answer.set_rcode(dns.rcode.from_text(how))
        said = answer.to_wire()
        other = bytes(octet ^ 0xFF for octet in said[:2])
        words = {"echo": query, "another id": other + said[2:], "text": query[:2] + b"no service here"}
        wire.sendto(words.get(how, said), asker)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "dns-server-failure",
        problem("not-implemented", "The resolver answers NOTIMP.", healthy(names=NOBODY, after=replying("NOTIMP"))),
        problem("another-id", "Its replies bear another id.", healthy(names=NOBODY, after=replying("another id"))),
        problem("no-dns-message", "Its replies are no DNS messages.", healthy(names=NOBODY, after=replying("text"))),
        problem("sends-the-question-back", "It sends each question back.", healthy(names=NOBODY, after=replying("echo"))),
        ok(
            "first-replies-nonsense",
            "The first resolver sends each question back, the second answers, which is enough.",
            healthy(names=Answers({NAME: [SERVER]}), after=replying("echo", RESOLVER, ROUTER)),
        ),
    ),
    *of(
        "dns-resolver-silent",
        near_miss("dns-server-failure/another-id", says=Status.UNKNOWN),
    ),
)
