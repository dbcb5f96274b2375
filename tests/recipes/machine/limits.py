"""What the client itself forbids, or has run out of, and files of certificates that are none."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

from diag.lab.authority import CertificateAuthority, pem
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PRIVATE, SERVER, SERVER6
from tests.recipes.baseline import NAME, URL, healthy, serve
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

SECOND = PRIVATE[0]
BOTH = {NAME: [SERVER, SERVER6]}
FEW = 8
"""How many ports the client has where they are scarce; enough for the questions to its resolver."""


def _all_ports_used(towards: str) -> Callable[[House], object]:
    """The client has few ports, and all are used for connections to one door."""

    def act(house: House) -> None:
        house.few_ports(FEW)
        house.serve(_keep_open, towards, FEW, where="client", says="all open")

    return act


def _keep_open(address: str, number: int) -> None:
    import socket
    import time

    kept = [socket.create_connection((address, 443)) for _ in range(number)]
    print("all open", len(kept), flush=True)
    time.sleep(600)


LOCAL_FIREWALL = of(
    "machine-local-firewall",
    problem(
        "rule-rejects",
        "A rule on the client itself answers connects to the port with ICMP.",
        healthy(after=lambda house: house.refuse_locally("reject", port=443)),
    ),
    problem(
        "rule-prohibits",
        "A routing rule on the client itself forbids the port.",
        healthy(after=lambda house: house.refuse_locally(port=443)),
    ),
    problem(
        "both-families", "The same for IPv4 and IPv6.", healthy(names=BOTH, after=lambda house: house.refuse_locally(port=443))
    ),
    problem(
        "questions-held-back",
        "A rule on the client itself lets no question to the resolver out.",
        healthy(after=lambda house: house.refuse_locally("drop", port=53, protocol="udp")),
    ),
    problem(
        "rule-resets",
        "A rule on the client itself refuses connects to the port in the host's name.",
        healthy(after=lambda house: house.refuse_locally("reset", port=443)),
    ),
    ok("healthy/both-families"),
    near_miss("network-connection-refused/nobody-listens"),
    near_miss(
        "rule-drops",
        "A rule on the client itself drops connects to the port, which nothing tells from a silent network.",
        healthy(after=lambda house: house.refuse_locally("drop", port=443)),
        "network-connection-filtered",
    ),
    near_miss("machine-outgoing-redirected/reset-by-the-router"),
    near_miss("dns-resolver-silent/rejected", says=Status.UNKNOWN),
    near_miss(
        "forbidden-elsewhere",
        "The router forbids the port.",
        healthy(after=lambda house: house.reject(port=443)),
        "network-connection-rejected",
    ),
    near_miss(
        "forbidden-elsewhere-over-ipv6",
        "The router forbids the port, for which the client's system says that it is not permitted.",
        healthy(names={NAME: [SERVER6]}, after=lambda house: house.reject(port=443)),
        "network-connection-rejected",
    ),
    near_miss(
        "another-port",
        "A routing rule on the client forbids another port.",
        healthy(after=lambda house: house.refuse_locally(port=8443)),
    ),
    near_miss("machine-ports-exhausted/all-used"),
)

PORTS = of(
    "machine-ports-exhausted",
    problem(
        "all-used", "All ports of the client are used for connections to the service.", healthy(after=_all_ports_used(SERVER))
    ),
    problem(
        "for-one-of-two-addresses",
        "All ports are used for connections to one address of the service, the other is reached.",
        healthy(names={NAME: [SERVER, SECOND]}, after=_all_ports_used(SECOND)),
    ),
    ok("enough", "A healthy service, and few ports.", healthy(after=lambda house: house.few_ports(FEW))),
    near_miss(
        "used-elsewhere",
        "All ports are used for connections to another address, which does no harm.",
        healthy(after=_all_ports_used(SECOND)),
    ),
    near_miss(
        "six-switched-off",
        "IPv6 is switched off on the client, for which the system says the same.",
        healthy(names=BOTH, after=lambda house: house.client.do("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")),
    ),
    near_miss("machine-local-firewall/rule-prohibits"),
)

MANY = {f"s{number}.house.test": [SERVER] for number in range(30)}


def _many_services(house: House) -> Look:
    house.names(MANY)
    return Look(endpoints=tuple(f"https://{name}" for name in MANY), trust=serve(house, *MANY), files=16)


DESCRIPTORS = of(
    "machine-descriptors-exhausted",
    problem("none-left", "diag may open hardly any file, and there are thirty services to look at.", _many_services),
    ok("healthy/one-service"),
    near_miss("just-enough", "diag may open few files, and gives back what it holds.", healthy(URL, f"http://{NAME}", files=40)),
    near_miss("machine-ports-exhausted/all-used"),
)


def _root_by_variable(house: House) -> Look:
    house.names({NAME: [SERVER]})
    return Look(endpoints=(URL,), environment={"SSL_CERT_FILE": serve(house)})


def _naming(variable: str, content: Callable[[], bytes], *, trusted: bool = True) -> Stage:
    """A service that works, whose root diag is told if it is `trusted`; a variable names a file that holds this."""

    def stage(house: House) -> Look:
        file = house.errand("named", {"roots.pem": content()}) / "roots.pem"
        return healthy(trusted=trusted, environment={variable: str(file)})(house)

    return stage


def _another_root() -> bytes:
    return pem(CertificateAuthority(datetime.now(UTC), title="Other").root.certificate)


def _in_folder(name: str) -> Stage:
    """A service that works, and a folder with a certificate of another authority in a file of this name; empty: of its hash."""

    def stage(house: House) -> Look:
        folder = house.errand("folder", {name or "company.pem": _another_root()})
        if not name:
            subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        return healthy(environment={"SSL_CERT_DIR": str(folder)})(house)

    return stage


TRUST_FILE = of(
    "machine-trust-file-broken",
    problem(
        "missing",
        "A variable names a file that is not there; nothing here needs it.",
        healthy(environment={"REQUESTS_CA_BUNDLE": "/etc/corp/root.pem"}),
    ),
    problem("empty", "A variable names an empty file.", _naming("CURL_CA_BUNDLE", bytes)),
    problem(
        "no-certificates-in-it",
        "A variable names a file of another kind.",
        _naming("NODE_EXTRA_CA_CERTS", lambda: b"127.0.0.1 localhost\n"),
    ),
    problem(
        "missed",
        "A variable that decides whom diag itself trusts names a file that is not there; the service's root is nowhere else.",
        healthy(trusted=False, environment={"SSL_CERT_FILE": "/etc/corp/root.pem"}),
        "tls-issuer-untrusted",
        "machine-trust-file-broken",
    ),
    problem(
        "not-called-by-hash",
        "SSL_CERT_DIR names a folder whose certificate is not called by its hash.",
        _in_folder("company.pem"),
    ),
    near_miss("called-by-hash", "SSL_CERT_DIR names a folder whose certificate is called by its hash.", _in_folder("")),
    ok(
        "in-order",
        "A variable names the file with the service's root, which programs that do not heed it lack.",
        _root_by_variable,
        "tls-trust-stores-differ",
    ),
    near_miss(
        "none-set",
        "No such variable is set, and the service's root is unknown here.",
        healthy(trusted=False),
        "tls-issuer-untrusted",
    ),
    near_miss(
        "without-the-root",
        "A variable names a file in order, without the service's root.",
        _naming("SSL_CERT_FILE", _another_root, trusted=False),
        "tls-issuer-untrusted",
    ),
)

RECIPES: tuple[Recipe, ...] = (*LOCAL_FIREWALL, *PORTS, *DESCRIPTORS, *TRUST_FILE)
