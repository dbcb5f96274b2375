"""The client without a network, and with a wrong clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from diag.lab.authority import CertificateAuthority, pem
from diag.model.verdict import Status
from tests.netns import Forwarder, House
from tests.netns.plan import PRIVATE, ROUTER, SERVER, SILENT
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, all_of, bare, healthy, serve
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

SECOND = PRIVATE[0]
STUB = "127.0.0.53"


def _unplugged(house: House) -> object:
    return house.unplugged()


def _no_way_out(house: House) -> object:
    return house.without_default_route()


def _with_stub(house: House) -> None:
    """A resolver on the client itself, as many systems have one, that hands questions on to the router's."""
    house.resolver(Forwarder([ROUTER]), at=[STUB], where="client")
    house.resolvers(STUB)


def _on_the_client(house: House) -> Look:
    """A service on the client itself, whose cable is unplugged."""
    trust = serve(house, "localhost", "127.0.0.1", where="client")
    house.unplugged()
    return Look(endpoints=("https://localhost", "https://127.0.0.1"), trust=trust)


def _at_the_router(house: House) -> Look:
    """A service on the client's own network, and no way beyond."""
    house.names({NAME: [ROUTER]})
    trust = serve(house, where="router")
    house.without_default_route()
    return Look(endpoints=(URL,), trust=trust)


def _near_works_far_does_not(house: House) -> Look:
    house.names({NAME: [ROUTER], OTHER: [SERVER]})
    trust = serve(house, where="router")
    house.without_default_route()
    return Look(endpoints=(URL, OTHER_URL), trust=trust)


def _lab_unplugged(house: House) -> Look:
    house.unplugged()
    return Look(lab="dns-name-not-found")


OFFLINE = of(
    "machine-offline",
    problem("unplugged", "The only interface is down.", healthy(after=_unplugged)),
    problem(
        "unplugged-with-a-literal",
        "The only interface is down, and the endpoint is an address.",
        bare(f"tcp://{SERVER}:443", after=_unplugged),
    ),
    problem(
        "no-way-out",
        "There is no default route; the resolver is on the client's own network and answers.",
        healthy(after=_no_way_out),
    ),
    problem(
        "near-works-far-does-not",
        "There is no default route; one of two services is on the client's own network and works.",
        _near_works_far_does_not,
    ),
    problem(
        "stub-without-upstream",
        "The interface is down; a resolver on the client itself says that it fails.",
        healthy(after=all_of(_with_stub, _unplugged), timeout=4.0),
    ),
    ok("online", "A healthy service, through a resolver on the client itself.", healthy(after=_with_stub)),
    ok(
        "service-on-the-own-network",
        "There is no default route, and none is needed: the service is on the client's own network.",
        _at_the_router,
    ),
    near_miss(
        "silence", "There is a way out, and nothing comes back.", healthy(f"https://{SILENT}"), "network-connection-filtered"
    ),
    near_miss(
        "network-unknown-elsewhere",
        "A router says that it knows no such network.",
        bare("tcp://192.0.2.1:443"),
        "network-connection-rejected",
    ),
    near_miss(
        "this-machine-alone",
        "The interface is down, and the services that are asked for are on this machine.",
        _on_the_client,
        says=Status.UNKNOWN,
    ),
    near_miss(
        "resolver-of-ones-own",
        "The client has no network but the loopback; the resolver is named, is here, and denies the name.",
        _lab_unplugged,
        "dns-name-not-found",
        says=Status.UNKNOWN,
    ),
)


def _other_times(ahead: dict[str, float]) -> Callable[[House], Look]:
    """Services whose clocks are ahead of the client's by so many days, as if the client's were behind; valid in their time."""

    def stage(house: House) -> Look:
        addresses = dict(zip(ahead, (SERVER, SECOND), strict=False))
        house.names({name: [address] for name, address in addresses.items()})
        authority = CertificateAuthority(datetime.now(UTC))
        for name, days in ahead.items():
            there = datetime.now(UTC) + timedelta(days=days)
            authority.now = there
            leaf = authority.leaf(name)
            folder = house.errand("clock", {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()})
            house.serve(_tell_time, addresses[name], str(folder), days * 86400, port=443)
        root = house.errand("trust", {"root.pem": pem(authority.root.certificate)}) / "root.pem"
        return Look(endpoints=tuple(f"https://{name}" for name in ahead), trust=str(root))

    return stage


def _tell_time(address: str, folder: str, ahead: float) -> None:
    import http.server
    import ssl
    import time

    class Teller(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() + ahead)

    terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    terms.load_cert_chain(f"{folder}/service.pem", f"{folder}/service.key")
    with http.server.ThreadingHTTPServer((address, 443), Teller) as server:
        server.socket = terms.wrap_socket(server.socket, server_side=True)
        server.serve_forever()


CLOCK = of(
    "machine-clock-wrong",
    problem(
        "certificates-look-new",
        "Two services live 100 days later, so their certificates are not valid yet by the client's clock.",
        _other_times({NAME: 100, OTHER: 100}),
    ),
    problem(
        "one-service-and-its-certificate",
        "One service lives 100 days later, and its certificate is not valid yet by the client's clock.",
        _other_times({NAME: 100}),
    ),
    problem("lab/machine-clock-wrong", "Two services live an hour later; nothing is refused.", in_lab("machine-clock-wrong")),
    ok("healthy/one-service"),
    ok("lab/one-server-clock-ahead", "One of two services is an hour ahead.", in_lab("one-server-clock-ahead")),
    near_miss(
        "one-service-alone",
        "One service lives an hour later, and nothing is refused.",
        _other_times({NAME: 1 / 24}),
        says=Status.UNKNOWN,
    ),
    near_miss("lab/tls-certificate-expired"),
    near_miss(
        "two-times",
        "Two services disagree about the time, with each other and with the client.",
        _other_times({NAME: 1 / 24, OTHER: -2 / 24}),
        says=Status.UNKNOWN,
    ),
)

RECIPES: tuple[Recipe, ...] = (*OFFLINE, *CLOCK)
