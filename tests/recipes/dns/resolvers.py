"""Names without an address, and resolvers that refuse, hide, invent, disagree, or take their time."""

from dataclasses import dataclass

from diag.model.verdict import Status
from tests.netns import Answers, Forwarder, House
from tests.netns.plan import PRIVATE, PUBLIC, ROUTER, SERVER, SERVER6, SILENT
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, all_of, bare, healthy, serve
from tests.recipes.dns.names import NOBODY, RESOLVER, also, asks
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

SECOND = PRIVATE[0]
STRANGER = PUBLIC[3]
"""Where a resolver sends those who ask for a name that does not exist."""
AZURE = "azureprivatedns.net"
"""The primary server of every private zone of Azure."""
MANY = {NAME: [f"10.77.3.{number}" for number in range(1, 41)]}
"""More addresses than fit into 512 octets."""


@dataclass(frozen=True)
class Hiding(Answers):
    """A resolver with a list of names that it hides."""

    hidden: tuple[str, ...] = ()
    """As unbound.conf(5) puts it: names with what becomes of them."""

    def config(self) -> str:
        return "".join(f"    local-zone: {line}\n" for line in self.hidden) + super().config()


def _blocking(house: House) -> None:
    house.serve(_deny_as_blocked, RESOLVER, port=53, protocol="udp")
    house.resolvers(RESOLVER)


def _deny_as_blocked(address: str) -> None:
    import socket

    import dns.edns
    import dns.message
    import dns.rcode

    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((address, 53))
    while True:
        query, asker = wire.recvfrom(4096)
        answer = dns.message.make_response(dns.message.from_wire(query), recursion_available=True)
        answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.use_edns(options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "on our list")])
        wire.sendto(answer.to_wire(), asker)


def _stripping(house: House) -> None:
    """A resolver at the router that takes private addresses out of what the one in the server room says."""
    house.resolver(Answers({NAME: [SERVER]}), at=[RESOLVER], where="server")
    house.names(Forwarder([RESOLVER], forgets=["10.0.0.0/8"]))


def _stripping_first(house: House) -> None:
    _stripping(house)
    house.resolvers(ROUTER, RESOLVER)


def _stripping_second(house: House) -> None:
    _stripping(house)
    house.resolvers(RESOLVER, ROUTER)


NO_ADDRESS = of(
    "dns-no-address",
    problem("name-without-address", "The name exists, with a text record alone.", bare(names={NAME: []})),
    problem(
        "at-the-end-of-an-alias",
        "The name is an alias of one without an address.",
        bare(names={NAME: ["front.house.test"], "front.house.test": []}),
    ),
    problem(
        "at-the-end-of-two-aliases",
        "The name is an alias of an alias of one without an address.",
        bare(names={NAME: ["front.house.test"], "front.house.test": ["edge.house.test"], "edge.house.test": []}),
    ),
    problem("taken-out-on-the-way", "The only resolver takes private addresses out of its answers.", bare(after=_stripping)),
    problem("lab/dns-no-address", "The name has no address, on this very machine.", in_lab("dns-no-address")),
    ok("healthy/one-service"),
    near_miss("no-such-name", "The name does not exist.", bare(names=NOBODY), "dns-name-not-found"),
    near_miss(
        "in-a-private-zone",
        "The name is an alias into a private zone of a cloud, which is linked to this network and holds no address of it.",
        bare(names=Answers({NAME: ["edge.privatelink.test"], "edge.privatelink.test": []}, own={"privatelink.test": AZURE})),
        "privatelink-name-missing",
        says=Status.PROBLEM,
    ),
    near_miss(
        "one-of-two-resolvers",
        "The first of two resolvers has the name without an address.",
        bare(names={NAME: []}, after=also(Answers({NAME: [PUBLIC[0]]}))),
        "dns-resolvers-disagree",
    ),
)

DANGLING = of(
    "dns-alias-dangling",
    problem("target-is-gone", "The name is an alias of one that does not exist.", bare(names={NAME: ["gone.house.test"]})),
    problem(
        "lab/dns-alias-dangling",
        "The name is an alias of one that does not exist, on this very machine.",
        in_lab("dns-alias-dangling"),
    ),
    ok(
        "alias-of-an-alias",
        "The name is an alias of an alias of one that works.",
        healthy(names={NAME: ["front.house.test"], "front.house.test": ["edge.house.test"], "edge.house.test": [SERVER]}),
    ),
    near_miss("dns-no-address/no-such-name"),
    near_miss("dns-no-address/at-the-end-of-an-alias"),
    near_miss(
        "circle",
        "The name is an alias of an alias of itself.",
        bare(names={NAME: ["front.house.test"], "front.house.test": [NAME]}),
        "dns-server-failure",
        says=Status.UNKNOWN,
    ),
)

BOGUS = of(
    "dns-dnssec-bogus",
    problem("forged", "The name's signatures do not fit.", bare(names=Answers({NAME: [SERVER]}, forged=[NAME]))),
    problem("expired", "The name's signatures are expired.", bare(names=Answers({NAME: [SERVER]}, expired=[NAME]))),
    problem(
        "lab/dns-dnssec-bogus", "The name server calls the signatures bogus, on this very machine.", in_lab("dns-dnssec-bogus")
    ),
    ok("dns-server-failure/signed"),
    near_miss("dns-server-failure/zone-without-servers"),
    near_miss(
        "second-does-not-check",
        "The first resolver finds the signatures forged, the second does not check them, which is enough.",
        healthy(names=Answers({NAME: [SERVER]}, forged=[NAME]), after=also(Answers({NAME: [SERVER]}))),
    ),
)

QUERY_REFUSED = of(
    "dns-query-refused",
    problem(
        "refuses-the-name", "The resolver refuses to answer for the name.", bare(names=Answers({OTHER: [SERVER]}, refused=[NAME]))
    ),
    problem(
        "one-refuses-one-is-silent",
        "One resolver refuses, the other is silent.",
        bare(names=Answers(NOBODY, refused=["test"]), after=asks(ROUTER, SILENT)),
    ),
    problem("lab/dns-query-refused", "The name server refuses, on this very machine.", in_lab("dns-query-refused")),
    ok("healthy/one-service"),
    near_miss(
        "fails", "The resolver fails.", bare(names=Answers(NOBODY, failing=[NAME])), "dns-server-failure", says=Status.UNKNOWN
    ),
    near_miss(
        "second-answers",
        "The first resolver refuses, the second answers, which is enough.",
        healthy(names=Answers(NOBODY, refused=["test"]), after=also(Answers({NAME: [SERVER]}))),
    ),
)

TCP_BLOCKED = of(
    "dns-tcp-blocked",
    problem(
        "tcp-refused",
        "The answer is too long for UDP, and the resolver refuses TCP.",
        bare(names=Answers(MANY, udp_limit=512, tcp=False)),
    ),
    problem(
        "tcp-swallowed",
        "The answer is too long for UDP, and TCP to port 53 is swallowed.",
        bare(names=Answers(MANY, udp_limit=512), after=lambda house: house.drop(port=53)),
    ),
    problem(
        "lab/dns-tcp-blocked", "The answer needs TCP, which is met with silence, on this very machine.", in_lab("dns-tcp-blocked")
    ),
    ok("lab/healthy-truncated-dns", "The answer is too long for UDP, and comes over TCP.", in_lab("healthy-truncated-dns")),
    near_miss(
        "short-answers-suffice",
        "TCP to port 53 is swallowed, and the answer fits into UDP.",
        healthy(after=lambda house: house.drop(port=53)),
    ),
    near_miss(
        "udp-too",
        "Nothing comes back from port 53, over UDP or TCP.",
        bare(
            names=Answers(MANY, udp_limit=512),
            after=all_of(lambda house: house.drop(port=53), lambda house: house.drop(port=53, protocol="udp")),
        ),
        "dns-resolver-silent",
        says=Status.UNKNOWN,
    ),
)

SINKHOLED = of(
    "dns-name-sinkholed",
    problem(
        "address-of-nobody",
        "The resolver hides one of two names behind 0.0.0.0 and ::.",
        healthy(URL, OTHER_URL, names=Hiding({OTHER: [SERVER]}, hidden=(f"{NAME}. always_null",))),
    ),
    problem("said-to-be-blocked", "The resolver denies the name, and says that it blocks it (RFC 8914).", bare(after=_blocking)),
    problem(
        "address-of-this-machine",
        "The resolver hides one of two names behind the client's own loopback.",
        healthy(URL, OTHER_URL, names={NAME: ["127.0.0.1"], OTHER: [SERVER]}),
    ),
    problem(
        "lab/dns-name-sinkholed",
        "One of two names is given an address that is none, on this very machine.",
        in_lab("dns-name-sinkholed"),
    ),
    ok("healthy/one-service"),
    near_miss("dns-no-address/no-such-name"),
    near_miss("on-purpose", "The name leads to the client's own loopback, and works.", lambda house: _at_home(house)),
    near_miss(
        "by-the-hosts-file",
        "A hosts line of the client itself sends the name to 0.0.0.0.",
        healthy(after=lambda house: house.hosts({"0.0.0.0": [NAME]})),
        "dns-hosts-file-override",
        says=Status.UNKNOWN,
    ),
)


def _at_home(house: House) -> Look:
    house.names({NAME: ["127.0.0.1"]})
    return Look(endpoints=(URL,), trust=serve(house, where="client"))


REWRITTEN = of(
    "dns-nxdomain-rewritten",
    problem(
        "nobody-listens",
        "Missing names get an address at which nobody listens.",
        bare(names=Answers({OTHER: [SERVER]}, missing_become=STRANGER)),
    ),
    problem(
        "a-stranger-answers",
        "Missing names get the address of a server with a certificate for another name.",
        healthy("https://servise.house.test", names=Answers({NAME: [SERVER]}, missing_become=STRANGER)),
    ),
    problem(
        "lab/dns-nxdomain-rewritten", "Missing names get an address, on this very machine.", in_lab("dns-nxdomain-rewritten")
    ),
    ok(
        "the-name-exists",
        "Missing names get an address; the service's name exists, and nobody listens there.",
        bare(names=Answers({NAME: [SERVER]}, missing_become=STRANGER)),
        "network-connection-refused",
    ),
    near_miss(
        "works",
        "Missing names get an address; the service's name exists and works.",
        healthy(names=Answers({NAME: [SERVER]}, missing_become=STRANGER)),
    ),
    near_miss("dns-no-address/no-such-name"),
)

STRIPPED = of(
    "dns-private-answers-stripped",
    problem(
        "first-takes-it-out",
        "The first resolver takes private addresses out, the second gives one.",
        bare(after=_stripping_first),
    ),
    ok(
        "second-takes-it-out",
        "The second resolver takes private addresses out, and the first answers.",
        healthy(after=_stripping_second),
    ),
    near_miss("dns-resolvers-disagree/first-denies"),
    near_miss("dns-no-address/one-of-two-resolvers"),
    near_miss("dns-no-address/taken-out-on-the-way", says=Status.UNKNOWN),
)

DISAGREE = of(
    "dns-resolvers-disagree",
    problem(
        "first-denies",
        "The first resolver denies the name, the second knows it.",
        bare(names=NOBODY, after=also(Answers({NAME: [SERVER]}))),
    ),
    problem(
        "by-turns",
        "The first knows the name, the second denies it, and the client asks them by turns.",
        healthy(after=also(Answers(NOBODY), options="rotate timeout:1 attempts:1")),
    ),
    problem(
        "lab/dns-resolvers-disagree",
        "Two resolvers that were named to diag disagree, on this very machine.",
        in_lab("dns-resolvers-disagree"),
    ),
    ok("healthy/two-resolvers"),
    near_miss(
        "round-robin",
        "The resolvers give different addresses of the service.",
        healthy(names={NAME: [SERVER, SECOND]}, after=also(Answers({NAME: [PRIVATE[1], SERVER6]}))),
    ),
    near_miss("first-knows", "The first resolver knows the name, the second denies it.", healthy(after=also(Answers(NOBODY)))),
    near_miss("dns-name-not-found/two-resolvers-deny-it"),
)

FIRST_DEAD = of(
    "dns-first-resolver-dead",
    problem(
        "every-lookup-waits",
        "The first resolver is silent, the second answers after a second's wait.",
        healthy(after=asks(SILENT, ROUTER)),
    ),
    problem(
        "two-names",
        "The same with two services.",
        healthy(URL, OTHER_URL, names={NAME: [SERVER], OTHER: [SECOND]}, after=asks(SILENT, ROUTER)),
    ),
    problem(
        "lab/dns-first-resolver-dead",
        "The first of two resolvers that were named to diag is silent, on this very machine.",
        in_lab("dns-first-resolver-dead"),
    ),
    ok("healthy/two-resolvers"),
    near_miss("second-dead", "The second of two resolvers is silent.", healthy(after=asks(ROUTER, SILENT))),
    near_miss(
        "both-dead",
        "Both resolvers are silent.",
        bare(after=asks(SILENT, "10.77.9.8")),
        "dns-resolver-silent",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "nobody-waits",
        "At the first resolver's address no program listens, so nobody has to wait for it.",
        healthy(after=asks(SERVER, ROUTER)),
        says=Status.UNKNOWN,
    ),
)


def _slow_resolver(house: House) -> Look:
    """The resolver is far away, in the server room; the service is near, at the router."""
    house.names({NAME: [ROUTER]}, where="server")
    house.resolvers(SERVER, options="timeout:3 attempts:1")
    house.delay(1.2)
    return Look(endpoints=(URL,), trust=serve(house, where="router"), timeout=3.0)


SLOW = of(
    "dns-slow",
    problem("far-resolver", "The resolver is more than a second away, the service is near.", _slow_resolver),
    problem("lab/dns-slow", "The name server takes its time, on this very machine.", in_lab("dns-slow")),
    ok("healthy/one-service"),
    near_miss(
        "far-service",
        "The service is a fifth of a second away, its resolver is near.",
        healthy(after=lambda house: house.delay(0.2)),
    ),
    near_miss("dns-first-resolver-dead/every-lookup-waits", says=Status.UNKNOWN),
)

RECIPES: tuple[Recipe, ...] = (
    *NO_ADDRESS,
    *DANGLING,
    *BOGUS,
    *QUERY_REFUSED,
    *TCP_BLOCKED,
    *SINKHOLED,
    *REWRITTEN,
    *STRIPPED,
    *DISAGREE,
    *FIRST_DEAD,
    *SLOW,
)
