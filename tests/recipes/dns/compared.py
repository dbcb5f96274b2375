"""Recipes of the family dns that compare: with hosts known to be good, with the whole name, with a fresh question."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.names import Answers
from tests.netns.plan import PUBLIC, ROUTER, SERVER, SILENT
from tests.recipes.baseline import NAME, Break, all_of, bare, healthy
from tests.recording.recipe import Recipe, near_miss, of, ok, problem

OUTSIDE, NOWHERE = PUBLIC[0], "198.51.100.99"
PUBLIC_NAMES = {NAME: [OUTSIDE]}


def _search(house: House, *domains: str, ndots: int = 5) -> None:
    """The client appends these domains to names."""
    lines = f"nameserver {ROUTER}\nsearch {' '.join(domains)}\noptions timeout:1 attempts:1 ndots:{ndots}\n"
    house.client.write("resolv.conf", lines)


def _forgetful(old: str, new: str) -> None:
    """A resolver that gives programs what it remembers, and who asks with EDNS (RFC 6891) what it has found since."""
    import socket
    import struct

    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("0.0.0.0", 53))
    while True:
        query, guest = door.recvfrom(4096)
        known = query[12:].lower().startswith(b"\x07service\x05house\x04test\0")
        additional = struct.unpack("!H", query[10:12])[0]
        end = query.index(b"\0", 12) + 5
        wants_four = known and query[end - 4 : end - 2] == b"\0\1"
        head = query[:2] + (b"\x85\x80" if known else b"\x85\x83") + struct.pack("!HHHH", 1, int(wants_four), 0, 0)
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(new if additional else old)
        door.sendto(head + query[12:end] + (record if wants_four else b""), guest)


def _remembers(old: str, new: str) -> Break:
    def stage(house: House) -> None:
        house.serve(_forgetful, old, new, port=53, protocol="udp", where="server")
        house.resolvers(SERVER)

    return stage


RESOLVER_SILENT = of(
    "dns-resolver-silent",
    problem(
        "what-is-known-to-be-good-answers",
        "The resolver is silent; a host that is known to be good answers by its address.",
        healthy(after=lambda house: house.resolvers(SILENT), controls=(f"{SERVER}:443",)),
    ),
    problem(
        "nor-does-what-is-known-to-be-good",
        "Nothing gets out: neither the resolver outside nor a host that is known to be good answers.",
        healthy(
            after=all_of(
                lambda house: house.resolvers(PUBLIC[2]),
                lambda house: house.drop(),
                lambda house: house.drop(protocol="udp"),
            ),
            controls=(f"{OUTSIDE}:443",),
        ),
    ),
)

SEARCH_DOMAIN_CAPTURED = of(
    "dns-search-domain-captured",
    problem(
        "a-catch-all-below-it",
        "The search domain answers for everything below it, and nobody listens there.",
        healthy(
            names=Answers({NAME: [OUTSIDE], f"{NAME}.corp.test": [NOWHERE]}),
            after=lambda house: _search(house, "corp.test"),
        ),
    ),
    ok(
        "it-knows-nothing",
        "The search domain does not know the name.",
        healthy(names=PUBLIC_NAMES, after=lambda house: _search(house, "corp.test")),
    ),
    near_miss(
        "the-name-exists-below-it-alone",
        "The name is meant to be completed by the search domain, and works.",
        healthy(
            "https://service.house.test",
            names=Answers({f"{NAME}.corp.test": [SERVER]}),
            after=lambda house: _search(house, "corp.test"),
        ),
    ),
)

CACHE_STALE = of(
    "dns-cache-stale",
    problem(
        "an-old-address-is-remembered",
        "Programs are given an old address at which nobody answers; asked afresh, the resolver has a new one that works.",
        healthy(after=_remembers(NOWHERE, SERVER)),
    ),
    ok("healthy/one-service"),
    near_miss(
        "the-answers-take-turns",
        "The system is given another address than a fresh question, and both work.",
        healthy(after=_remembers(OUTSIDE, SERVER)),
    ),
    near_miss(
        "neither-address-works",
        "The system is given another address than a fresh question, and neither works.",
        bare(after=_remembers(NOWHERE, "198.51.100.98")),
        "network-connection-rejected",
        says=Status.UNKNOWN,
    ),
)

RECIPES: tuple[Recipe, ...] = (*RESOLVER_SILENT, *SEARCH_DOMAIN_CAPTURED, *CACHE_STALE)
