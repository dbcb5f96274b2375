"""Recipes about who wrote an answer: what a profile knows of its service, what object stores say, what networks put between."""

from msgspec.structs import replace

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER, SERVER
from tests.recipes.baseline import NAME, OTHER, URL, serve
from tests.recipes.http.writers import WILD, answering
from tests.recipes.services import PROXY, STRANGER
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

ACME = """
name = "acme"

[[fingerprint]]
header = "x-acme-id"
always = true
hosts = ["*.house.test"]

[[fingerprint]]
field = "code"
value = "4711"
denies = "address"
means = "Requests from this address are not allowed."
remedy = "Ask the administrator of the account to add the address."

[[fingerprint]]
status = 513
denies = "account"
means = "Nobody has this name."
"""
PLAIN = f"http://{NAME}"
MARK = "add_header X-Acme-Id 1 always;"
NOT_ALLOWED = f"""{MARK} return 403 '{{"code": "4711"}}';"""
PORTAL = "portal.inn.test"
INTERCEPTING = "http_port 3128\nhttp_port 3129 intercept\nhttp_access deny all\n"


def known(stage: Stage) -> Stage:
    """The same, looked at with the profile of the service."""

    def staged(house: House) -> Look:
        look = stage(house)
        path = house.errand("profile", {"acme.toml": ACME}) / "acme.toml"
        return replace(look, profile=str(path))

    return staged


def through(stage: Stage, rules: str = "http_port 3128\nhttp_access allow all\nvia off\n") -> Stage:
    """The same, through a real proxy that does not say that it passed an answer on."""

    def staged(house: House) -> Look:
        look = stage(house)
        house.squid(rules)
        return replace(look, proxy=PROXY)

    return staged


def intercepted(house: House) -> Look:
    """A real transparent proxy takes what goes to port 80, and denies it."""
    house.names({NAME: [PUBLIC[0]]})
    house.squid(INTERCEPTING)
    house.capture(at=3129, port=80)
    return Look(endpoints=(PLAIN,))


def captured(*endpoints: str) -> Stage:
    """A real web server at the gateway answers every connection with a redirect to the portal."""

    def stage(house: House) -> Look:
        house.names({NAME: [PUBLIC[0]], OTHER: [PUBLIC[0]], STRANGER: [PUBLIC[1]], PORTAL: [ROUTER]})
        words = f"return 302 http://{PORTAL}/welcome;"
        certified = "listen 443 ssl; ssl_certificate service.pem; ssl_certificate_key service.key;"
        serve(house, PORTAL, servers=f"server {{ {certified} {words} }} server {{ listen 8080; {words} }}", where="router")
        house.capture(at=8080, port=80)
        house.capture(at=443, port=443)
        return Look(endpoints=endpoints)

    return stage


def captured_in_the_clear(*endpoints: str) -> Stage:
    """The same, where the gateway lets no other than a plain request come to an end."""

    def stage(house: House) -> Look:
        look = captured(*endpoints)(house)
        house.mend()
        house.capture(at=8080, port=80)
        house.drop(port=443)
        return look

    return stage


def swallowed_with_a_redirect(house: House) -> Look:
    """The service sends plain requests to its encrypted port, which a firewall swallows."""
    look = answering("return 301 https://www.house.test/;", names={NAME: [SERVER]})(house)
    house.drop(port=443)
    return look


def store(words: str, kind: str, *lines: str, scheme: str = "https", **options: object) -> Stage:
    """An object store's answer: its body, its kind, its header lines."""
    headers = "".join(f"add_header {line.replace(': ', ' ', 1)} always; " for line in lines)
    return answering(headers + words, kind=kind, scheme=scheme, **options)  # type: ignore[arg-type]


def sleepy(seconds: float) -> Stage:
    """A real web server whose application behind it takes its time."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        house.serve(late, 8080, seconds, port=8080)
        certified = "listen 443 ssl; listen 80; ssl_certificate service.pem; ssl_certificate_key service.key;"
        passed = "location / { proxy_pass http://127.0.0.1:8080; }"
        trust = serve(house, NAME, servers=f"server {{ {certified} {passed} }}")
        return Look(endpoints=(URL,), trust=trust)

    return stage


def late(port: int, seconds: float) -> None:
    """Hear a request, and answer it after so many seconds."""
    import socket
    import threading
    import time

    def attend(guest: socket.socket) -> None:
        with guest:
            guest.recv(65536)
            time.sleep(seconds)
            guest.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhere\n")
            guest.shutdown(socket.SHUT_WR)
            guest.recv(65536)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def sleepy_plain(seconds: float) -> Stage:
    """The same in the clear, through a real proxy."""

    def stage(house: House) -> Look:
        look = sleepy(seconds)(house)
        house.squid()
        return Look(endpoints=(PLAIN,), proxy=PROXY, trust=look.trust)

    return stage


POLICIES = of(
    "http-network-policy-denied",
    problem("by-the-profile", "The service answers with a code of its profile.", known(answering(NOT_ALLOWED))),
    near_miss("no-profile", "The same code, and nobody knows what it means.", answering(NOT_ALLOWED)),
)

PRIVATE_POLICIES = of(
    "privatelink-policy-denied",
    problem("by-the-profile", "The same over a private address.", known(answering(NOT_ALLOWED, private=True))),
    near_miss("no-profile", "The same, and nobody knows what it means.", answering(NOT_ALLOWED, private=True)),
)

PUBLIC_NAME = of(
    "privatelink-public-name-used",
    problem(
        "by-the-profile",
        "The public name is denied by a code of the profile, the private one leads to a private address that answers.",
        known(answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]], f"service.privatelink.{NAME.partition('.')[2]}": [SERVER]})),
    ),
)

ACCOUNTS = of(
    "http-account-unknown",
    problem(
        "by-the-profile",
        "Every name leads to the service, which says by a status of its profile that nobody has this one.",
        known(answering(f"{MARK} return 513;", names=WILD)),
    ),
    near_miss(
        "no-profile",
        "The same status, and nobody knows what it means.",
        answering("return 513;", names=WILD),
        "http-server-error",
    ),
)

BLOCKS = of(
    "http-block-page",
    problem("transparent-squid", "A real transparent proxy denies a plain request.", intercepted),
    problem(
        "unsigned",
        "A plain request is refused without the mark that every answer of the service has: a warning.",
        known(answering("return 403;", scheme="http")),
    ),
    near_miss("marked", "The service itself refuses, with its mark.", known(answering(f"{MARK} return 403;", scheme="http"))),
    near_miss("unsigned-inside-tls", "The mark is missing where nobody else can have written.", known(answering("return 403;"))),
    near_miss(
        "no-profile", "A plain refusal of which nobody knows what mark it should have.", answering("return 403;", scheme="http")
    ),
)

ERRORS = of(
    "http-server-error",
    problem(
        "marked-behind-a-proxy",
        "A 503 to a plain request through a real proxy that does not sign it: the mark says whose it is.",
        through(known(answering(f"{MARK} return 503;", scheme="http"))),
    ),
    near_miss(
        "unmarked-behind-a-proxy",
        "The same without the mark.",
        through(known(answering("return 503;", scheme="http"))),
        "http-status-unexpected",
        says=Status.UNKNOWN,
    ),
)

ELSEWHERE = of(
    "http-redirected-elsewhere",
    problem(
        "plain-with-mark",
        "Sent elsewhere over plain HTTP, with the service's mark: a warning.",
        known(answering(f"{MARK} return 302 https://login.elsewhere.test/;", scheme="http")),
    ),
)

LIMITS = of(
    "http-rate-limited",
    problem("nginx", "A real web server says that it was asked too often.", answering("return 429;")),
    near_miss("expected", "The list expects it.", answering("return 429;", status=(429,))),
)

S3 = ("X-Amz-Request-Id: LAB1",)
AZURE = ("X-Ms-Request-Id: lab-1",)
GOOGLE = ("X-GUploader-UploadID: lab",)
XML, DOCUMENT = "application/xml", "application/json"
STORES = of(
    "http-storage-denied",
    problem(
        "azure-firewall",
        "An account's firewall denies.",
        store(
            'return 403 "<Error><Code>AuthorizationFailure</Code></Error>";', XML, *AZURE, "X-Ms-Error-Code: AuthorizationFailure"
        ),
    ),
    problem(
        "google-perimeter",
        "The organisation's perimeter denies, in JSON.",
        store("""return 403 '{"error": {"code": 403, "errors": [{"reason": "vpcServiceControls"}]}}';""", DOCUMENT, *GOOGLE),
    ),
    ok(
        "google-anonymous",
        "A bucket denies what comes without credentials.",
        store('return 403 "<Error><Code>AccessDenied</Code></Error>";', XML, *GOOGLE),
    ),
    ok(
        "s3-no-bucket",
        "The store knows no such bucket.",
        store('return 404 "<Error><Code>NoSuchBucket</Code></Error>";', XML, *S3),
        "http-status-unexpected",
    ),
    near_miss(
        "azure-anonymous",
        "An account forbids reading without credentials, as most do.",
        store(
            'return 409 "<Error><Code>PublicAccessNotPermitted</Code></Error>";',
            XML,
            *AZURE,
            "X-Ms-Error-Code: PublicAccessNotPermitted",
        ),
    ),
    near_miss(
        "azure-bad-request",
        "An account is asked for nothing in particular.",
        store('return 400 "<Error><Code>InvalidQueryParameterValue</Code></Error>";', XML, *AZURE),
    ),
)

PORTALS = of(
    "http-captive-portal",
    problem("real-gateway", "Two services are answered at the gateway by one portal.", captured(PLAIN, f"http://{STRANGER}")),
    problem(
        "real-gateway-tls",
        "The same for encrypted connections, with a certificate of the portal.",
        captured(URL, f"https://{STRANGER}"),
    ),
    problem(
        "nothing-but-the-page",
        "The gateway swallows encrypted connections, and sends plain ones to its portal.",
        captured_in_the_clear(f"https://{STRANGER}"),
    ),
    near_miss(
        "a-firewall-and-a-redirect",
        "A firewall swallows encrypted connections; the service itself redirects plain ones to encrypted.",
        swallowed_with_a_redirect,
        "network-connection-filtered",
    ),
    near_miss(
        "one-owner", "The same for two services of one owner.", captured(PLAIN, f"http://{OTHER}"), "http-redirected-elsewhere"
    ),
)

FALLS_BACK = {NAME: ["service.privatelink.house.test"], "service.privatelink.house.test": [PUBLIC[0]]}
FIREWALL = (
    'return 403 "<Error><Code>AuthorizationFailure</Code></Error>";',
    XML,
    *AZURE,
    "X-Ms-Error-Code: AuthorizationFailure",
)
FALL_BACKS = of(
    "privatelink-resolves-public",
    problem(
        "falls-back",
        "The name leads through a zone for private links to a public address, where the account's firewall denies.",
        store(*FIREWALL, names=FALLS_BACK),
    ),
    near_miss(
        "falls-back-and-works",
        "The same, and the account serves anybody.",
        answering("return 200;", names=FALLS_BACK),
        says=Status.NOT_APPLICABLE,
    ),
    near_miss(
        "no-such-zone",
        "The account's firewall denies, and no alias speaks of a private link.",
        store(*FIREWALL, names={NAME: ["service.elsewhere.house.test"], "service.elsewhere.house.test": [PUBLIC[0]]}),
        "http-storage-denied",
        says=Status.NOT_APPLICABLE,
    ),
    near_miss(
        "already-private",
        "The zone leads to the private address, and the account's firewall denies that, too.",
        store(*FIREWALL, names={NAME: ["service.privatelink.house.test"], "service.privatelink.house.test": [SERVER]}),
        "http-storage-denied",
    ),
)

SLOW = of(
    "http-slow",
    problem("behind-nginx", "A real web server waits six seconds for what is behind it.", sleepy(6.0)),
    near_miss("quick-enough", "It waits one second.", sleepy(1.0)),
    near_miss(
        "plain-behind-a-proxy",
        "Six seconds in the clear through a real proxy, which may be the slow one.",
        sleepy_plain(6.0),
        "http-no-answer",
        says=Status.UNKNOWN,
    ),
)

MALFORMED = of(
    "http-answer-malformed",
    near_miss(
        "plain-to-tls",
        "A real web server is asked in the clear at its port for TLS: it says so, in HTTP.",
        lambda house: Look(endpoints=(f"http://{NAME}:443",), trust=answering("return 200;")(house).trust),
        "http-status-unexpected",
    ),
)

RECIPES: tuple[Recipe, ...] = (
    *POLICIES,
    *PRIVATE_POLICIES,
    *PUBLIC_NAME,
    *ACCOUNTS,
    *BLOCKS,
    *ERRORS,
    *ELSEWHERE,
    *LIMITS,
    *STORES,
    *PORTALS,
    *FALL_BACKS,
    *SLOW,
    *MALFORMED,
)
