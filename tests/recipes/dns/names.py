"""Names that do not resolve, resolvers that do not answer, and hosts lines, with real resolvers."""

from diag.knowledge.vpn_resolvers import OF_A_VPN
from diag.model.verdict import Status
from tests.netns import Answers, Forwarder, House
from tests.netns.plan import PRIVATE, ROUTER, SERVER, SERVER6, SILENT, SILENT6
from tests.recipes.baseline import NAME, OTHER, URL, Break, all_of, bare, healthy
from tests.recording.recipe import Recipe, in_lab, near_miss, of, ok, problem

SECOND = PRIVATE[0]
RESOLVER = PRIVATE[2]
"""Where a second resolver stands, in the server room."""
OF_TAILSCALE = tuple(OF_A_VPN)
NOBODY: dict[str, list[str]] = {}
"""No name but the root's exists."""


def also(answers: Answers | Forwarder, *order: str, options: str = "timeout:1 attempts:1") -> Break:
    """Another resolver, in the server room; the client asks them in this order."""

    def act(house: House) -> None:
        house.resolver(answers, at=[RESOLVER], where="server")
        house.resolvers(*(order or (ROUTER, RESOLVER)), options=options)

    return act


def asks(*order: str, options: str = "timeout:1 attempts:1") -> Break:
    """The client asks these resolvers."""
    return lambda house: house.resolvers(*order, options=options)


def _search(house: House) -> None:
    house.client.write("resolv.conf", f"nameserver {ROUTER}\nsearch house.test\noptions timeout:1 attempts:1\n")


def _unplugged(house: House) -> object:
    return house.unplugged()


def _left_by_tailscale(house: House) -> None:
    """The setting of a VPN is still there; on the way to the internet nobody knows its address."""
    house.resolvers(*OF_TAILSCALE)
    house.router.ip(f"route add blackhole {OF_TAILSCALE[0]}", f"route add blackhole {OF_TAILSCALE[1]}")


def _tailscale_up(house: House) -> None:
    house.client.ip(
        "link add tailscale0 type veth peer name beyond",
        "addr add 100.101.102.103/32 dev tailscale0",
        "link set beyond up",
        "link set tailscale0 up",
    )


NOT_FOUND = of(
    "dns-name-not-found",
    problem("two-resolvers-deny-it", "Neither of two resolvers has the name.", bare(names=NOBODY, after=also(Answers(NOBODY)))),
    problem(
        "one-denies-one-is-silent",
        "Of two resolvers one denies the name, the other is silent.",
        bare(names=NOBODY, after=asks(ROUTER, SILENT)),
    ),
    problem("a-letter-is-wrong", "One of two names is misspelt.", healthy("https://servise.house.test", URL)),
    problem(
        "short-name-with-a-final-dot",
        "A short name that works through a search domain is given with a final dot, which keeps that domain out.",
        healthy("http://service.", after=_search),
    ),
    problem(
        "final-dot-past-the-hosts-file",
        "A hosts line alone has the name; with a final dot the system does not go by it.",
        healthy(f"{URL}.", names=NOBODY, after=lambda house: house.hosts({SERVER: [NAME]})),
    ),
    problem("lab/dns-name-not-found", "The name does not exist, on this very machine.", in_lab("dns-name-not-found")),
    ok("healthy/one-service"),
    near_miss("dns-no-address/name-without-address"),
    near_miss("dns-alias-dangling/target-is-gone"),
    near_miss(
        "one-of-two-knows-it",
        "The first resolver denies the name, the second knows it.",
        healthy(names=NOBODY, after=also(Answers({NAME: [SERVER]}))),
        "dns-resolvers-disagree",
    ),
    near_miss(
        "in-the-hosts-file-alone",
        "The resolver denies the name; a hosts line has it, and it works.",
        healthy(names=NOBODY, after=lambda house: house.hosts({SERVER: [NAME]})),
    ),
    near_miss("by-a-search-domain", "A short name that works through a search domain.", healthy("http://service", after=_search)),
    near_miss(
        "final-dot-that-works",
        "Two spellings of one name, one with a final dot: both work, certificate and all.",
        healthy(URL, f"{URL}./"),
    ),
    near_miss(
        "no-network",
        "The name does not exist, and the client's cable is unplugged.",
        bare(names=NOBODY, after=_unplugged),
        "machine-offline",
        says=Status.UNKNOWN,
    ),
)

SILENT_RESOLVERS = of(
    "dns-resolver-silent",
    problem("two-silent", "Two resolvers are configured at addresses where nobody answers.", bare(after=asks(SILENT, SILENT6))),
    problem("nobody-listens", "At the resolver's address no program listens.", bare(after=asks(SERVER))),
    problem(
        "udp-swallowed",
        "Questions over UDP are swallowed, over TCP they are answered.",
        bare(after=lambda house: house.drop(port=53, protocol="udp")),
    ),
    problem(
        "rejected",
        "The router forbids questions to the resolver.",
        healthy(after=all_of(asks(SERVER), lambda house: house.reject(port=53, protocol="udp"))),
    ),
    problem(
        "own-route-refuses",
        "A route of the client swallows questions to the resolver.",
        bare(after=all_of(asks(SERVER), lambda house: house.client.ip(f"route add blackhole {SERVER}"))),
    ),
    problem(
        "waits-for-another",
        "The resolver hands questions on to one that is dead, and waits longer than its clients.",
        bare(names=Forwarder([SERVER])),
    ),
    problem("left-by-a-vpn", "The resolver is one that Tailscale reaches, which is down.", bare(after=_left_by_tailscale)),
    problem(
        "of-a-vpn-that-is-up",
        "The resolver is one that Tailscale reaches, which is up; it is silent all the same.",
        bare(after=all_of(_left_by_tailscale, _tailscale_up)),
    ),
    problem("lab/dns-resolver-silent", "The name server never answers, on this very machine.", in_lab("dns-resolver-silent")),
    ok("healthy/two-resolvers"),
    near_miss("dns-query-refused/refuses-the-name", says=Status.UNKNOWN),
    near_miss("dns-first-resolver-dead/every-lookup-waits"),
    near_miss(
        "not-needed",
        "No resolver answers; the endpoint is an address.",
        bare(f"tcp://{SERVER}:443", after=asks(SILENT)),
        "network-connection-refused",
        says=Status.NOT_APPLICABLE,
    ),
    near_miss(
        "hosts-line",
        "No resolver answers; a hosts line has the name, and it works.",
        healthy(after=all_of(asks(SILENT), lambda house: house.hosts({SERVER: [NAME]}))),
        says=Status.NOT_APPLICABLE,
    ),
)

UNRELATED = ("service.house.test", "service.garden.test", "service.street.test")
"""Names of different owners."""
SERVER_FAILURE = of(
    "dns-server-failure",
    problem(
        "zone-without-servers",
        "The zone's own servers are down, so the resolver fails.",
        bare(names=Answers({OTHER: [SERVER]}, failing=[NAME])),
    ),
    problem("lab/dns-server-failure", "The name server fails, on this very machine.", in_lab("dns-server-failure")),
    problem(
        "for-every-domain",
        "The resolver fails for names of three domains.",
        bare(*(f"https://{name}" for name in UNRELATED), names=Answers({}, failing=UNRELATED)),
    ),
    problem(
        "for-two-domains",
        "The resolver fails for names of two domains, which may be a coincidence.",
        bare(*(f"https://{name}" for name in UNRELATED[:2]), names=Answers({}, failing=UNRELATED[:2])),
    ),
    ok("healthy/one-service"),
    near_miss("dns-dnssec-bogus/forged"),
    near_miss("dns-dnssec-bogus/expired"),
    near_miss("signed", "The name's signatures are good.", healthy(names=Answers({NAME: [SERVER]}, signed=[NAME]))),
    near_miss(
        "another-resolver-answers",
        "The first resolver fails at the name, the second answers, which is enough.",
        healthy(names=Answers({}, failing=[NAME]), after=also(Answers({NAME: [SERVER]}))),
    ),
)

OVERRIDE = of(
    "dns-hosts-file-override",
    problem(
        "leads-where-nobody-listens",
        "A hosts line sends the name to an address at which nobody listens.",
        healthy(after=lambda house: house.hosts({ROUTER: [NAME]})),
    ),
    problem(
        "leads-into-silence",
        "A hosts line sends the name to an address at which nobody is.",
        healthy(after=lambda house: house.hosts({SILENT: [NAME]})),
    ),
    problem(
        "works-by-chance",
        "A hosts line sends the name to another address that works.",
        healthy(after=lambda house: house.hosts({SECOND: [NAME]})),
    ),
    ok(
        "equal-to-dns",
        "A hosts line gives the address that the resolver gives.",
        healthy(after=lambda house: house.hosts({SERVER: [NAME]})),
    ),
    near_miss(
        "no-line",
        "A healthy service, and a hosts line for another name.",
        healthy(after=lambda house: house.hosts({SILENT: [OTHER]})),
    ),
    near_miss(
        "no-better-elsewhere",
        "A hosts line leads into silence, and so does the resolver's address.",
        bare(
            names={NAME: [SECOND]}, after=all_of(lambda house: house.hosts({SERVER: [NAME]}), lambda house: house.drop(port=443))
        ),
        "network-connection-filtered",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "unknown-to-dns",
        "A hosts line leads to an address at which nobody listens; the resolver denies the name.",
        bare(names=NOBODY, after=lambda house: house.hosts({SERVER: [NAME]})),
        "network-connection-refused",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "one-of-two-addresses",
        "The resolver has two addresses, the hosts line one of them.",
        healthy(names={NAME: [SERVER, SECOND, SERVER6]}, after=lambda house: house.hosts({SECOND: [NAME]})),
    ),
)

RECIPES: tuple[Recipe, ...] = (*NOT_FOUND, *SILENT_RESOLVERS, *SERVER_FAILURE, *OVERRIDE)
