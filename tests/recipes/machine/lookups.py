"""Settings about names that do not do what they were meant to, and connections that never leave the client."""

from tests.netns import Answers, House
from tests.netns.plan import PRIVATE, PUBLIC, ROUTER, SERVER
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, Break, all_of, bare, healthy
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, ok, problem

IMPATIENT = "options timeout:1 attempts:1\n"
DENYING = PRIVATE[3], PRIVATE[4]
"""Where two more resolvers stand that know nothing."""


def written(text: str) -> Break:
    """The client's resolv.conf, word by word."""
    return lambda house: (house.client.etc / "resolv.conf").write_bytes(text.encode())


def _first_denies_second_on_the_line_knows(house: House) -> None:
    house.resolver(Answers({NAME: [SERVER]}), at=[RESOLVER], where="server")
    written(f"nameserver {ROUTER} {RESOLVER}\n{IMPATIENT}")(house)


def _own_resolver(house: House) -> None:
    """A resolver on the client itself, which knows nothing."""
    house.resolver(Answers(NOBODY), at=["127.0.0.1"], where="client")
    written("")(house)


def _four(last: Answers) -> Break:
    """Four resolvers, of which the client asks three."""

    def act(house: House) -> None:
        house.resolver(Answers(NOBODY), at=DENYING, where="server")
        house.resolver(last, at=[RESOLVER], where="server")
        house.resolvers(ROUTER, *DENYING, RESOLVER)

    return act


def _sources(line: str) -> Break:
    return lambda house: house.client.write("nsswitch.conf", f"passwd: files\ngroup: files\n{line}\n")


SETTINGS = of(
    "machine-resolver-settings-unusable",
    problem("mistyped-keyword", "The only line is mistyped.", healthy(after=written(f"nameservers {ROUTER}\n{IMPATIENT}"))),
    problem("line-ends-of-windows", "The file has line ends of Windows.", healthy(after=written(f"nameserver {ROUTER}\r\n"))),
    problem("with-a-port", "The only line holds a port.", healthy(after=written(f"nameserver {ROUTER}:53\n{IMPATIENT}"))),
    problem(
        "echo-without-e",
        "Two resolvers stand on one line, with a written line end between them.",
        healthy(after=written(f"nameserver {ROUTER}\\nnameserver {SERVER}\n{IMPATIENT}")),
    ),
    problem("options-alone", "The file holds options and no resolver.", healthy(after=written(IMPATIENT))),
    problem(
        "resolver-of-the-host",
        "The file names the resolver of the host, in a place where none listens.",
        healthy(after=written(f"nameserver 127.0.0.53\n{IMPATIENT}")),
    ),
    problem(
        "second-address-on-the-line",
        "The first resolver denies the name; the second, on the same line, knows it.",
        healthy(names=NOBODY, after=_first_denies_second_on_the_line_knows),
    ),
    ok("machine-offline/online"),
    near_miss(
        "line-ends-of-windows-in-options",
        "The line with the resolver is in order, the one with options has a line end of Windows.",
        healthy(after=written(f"nameserver {ROUTER}\noptions timeout:1 attempts:1\r\n")),
    ),
    near_miss(
        "own-resolver-denies",
        "The file is empty, and the client's own resolver, which is then asked, denies the name.",
        bare(names=NOBODY, after=_own_resolver),
        "dns-name-not-found",
    ),
    near_miss("dns-resolver-silent/nobody-listens"),
    near_miss("dns-resolver-silent/two-silent"),
)

IGNORED = of(
    "machine-resolver-ignored",
    problem(
        "fourth-knows-it",
        "Three resolvers deny the name, and the fourth knows it.",
        healthy(names=NOBODY, after=_four(Answers({NAME: [SERVER]}))),
    ),
    problem(
        "fourth-knows-it-in-private",
        "Three resolvers give a public address, and the fourth the private one that is expected.",
        healthy(
            names={NAME: [PUBLIC[0]]},
            after=all_of(
                lambda house: house.resolver(Answers({NAME: [PUBLIC[0]]}), at=DENYING, where="server"),
                lambda house: house.resolver(Answers({NAME: [SERVER]}), at=[RESOLVER], where="server"),
                lambda house: house.resolvers(ROUTER, *DENYING, RESOLVER),
            ),
            private=True,
        ),
    ),
    ok("first-knows-it", "Four resolvers, and the first knows the name.", healthy(after=_four(Answers({NAME: [SERVER]})))),
    near_miss(
        "nobody-knows-it",
        "Four resolvers, and none knows the name.",
        bare(names=NOBODY, after=_four(Answers(NOBODY))),
        "dns-name-not-found",
    ),
)

DIFFERS = of(
    "machine-lookup-differs",
    problem("sources-without-dns", "The sources of names do not hold DNS.", healthy(after=_sources("hosts: files"))),
    problem(
        "ended-before-dns",
        "The search for names ends before DNS.",
        healthy(after=_sources("hosts: files [NOTFOUND=return] dns")),
    ),
    ok("healthy/one-service"),
    near_miss(
        "sources-without-dns-and-a-hosts-line",
        "The sources of names do not hold DNS; a hosts line has the name.",
        healthy(after=all_of(_sources("hosts: files"), lambda house: house.hosts({SERVER: [NAME]}))),
    ),
    near_miss("dns-resolvers-disagree/first-denies"),
    near_miss("dns-name-not-found/two-resolvers-deny-it"),
)

REDIRECTED = of(
    "machine-outgoing-redirected",
    problem(
        "sidecar-not-up",
        "The client leads all that goes out to a program of its own, which does not run.",
        healthy(URL, OTHER_URL, names={NAME: [SERVER], OTHER: [PRIVATE[0]]}, after=lambda house: house.lead_astray(at=15001)),
    ),
    ok("healthy/one-service"),
    near_miss(
        "reset-by-the-router",
        "The router refuses in the services' names, on all ports.",
        healthy(URL, OTHER_URL, names={NAME: [SERVER], OTHER: [PRIVATE[0]]}, after=lambda house: house.reset()),
        "network-connection-refused",
    ),
    near_miss("network-connection-refused/nobody-listens"),
)

RECIPES: tuple[Recipe, ...] = (*SETTINGS, *IGNORED, *DIFFERS, *REDIRECTED)
