"""Recipes of the family http: who wrote an answer, the service itself, what guards it, or what stands on the way."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import SERVER
from tests.recipes.baseline import NAME, healthy, serve
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

WILD = {NAME: [SERVER], "diag-no-such-name.house.test": [SERVER]}
"""What a wildcard below the domain gives to who asks for these two."""

PAGE = "text/html"
FILTERED = (
    "return 200 '<html><head><title>Web Filter Violation</title></head><body>FortiGuard Intrusion Prevention:"
    " you have tried to open a page that is in violation of your Internet usage policy.</body></html>';"
)
REJECTED = (
    "return 200 '<html><head><title>Request Rejected</title></head><body>The requested URL was rejected."
    " Please consult with your administrator.<br>Your support ID is: 4711</body></html>';"
)


def answering(
    words: str,
    *,
    names: dict[str, list[str]] | None = None,
    kind: str = "application/json",
    scheme: str = "https",
    by_system: bool = False,
    **options: object,
) -> Stage:
    """A service, under any name below its domain, whose every answer is made by these words of nginx.

    `by_system`: its authority is trusted by the system, and not declared.
    """

    def stage(house: House) -> Look:
        house.names(names or {NAME: [SERVER]})
        certified = "listen 443 ssl; listen 80; ssl_certificate service.pem; ssl_certificate_key service.key;"
        trust = serve(house, "*.house.test", servers=f"server {{ {certified} default_type {kind}; {words} }}")
        if by_system:
            return Look(endpoints=(f"{scheme}://{NAME}",), environment={"SSL_CERT_FILE": trust}, **options)  # type: ignore[arg-type]
        return Look(endpoints=(f"{scheme}://{NAME}",), trust=trust, **options)  # type: ignore[arg-type]

    return stage


def by_sidecar(*lines: str) -> Stage:
    """In a pod, whose sidecar takes the request and answers 502 as Envoy does, with these header lines besides."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        house.serve(envoy, 15001, lines, port=15001, where="client")
        house.lead_astray(at=15001)
        return Look(endpoints=(f"http://{NAME}",), environment={"KUBERNETES_SERVICE_HOST": "10.96.0.1"})

    return stage


def envoy(port: int, lines: tuple[str, ...]) -> None:
    """Answer each request with 502."""
    import socket

    head = "".join(f"{line}\r\n" for line in ("HTTP/1.1 502 Bad Gateway", *lines, "server: envoy", "content-length: 0"))
    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            with guest:
                guest.recv(65536)
                guest.sendall(f"{head}connection: close\r\n\r\n".encode())


SIDECARS = of(
    "http-server-error",
    problem("sidecar-in-its-place", "In a pod, the sidecar answers in the clear for a host that is not allowed.", by_sidecar()),
    problem(
        "passed-on-by-the-sidecar",
        "The same, and the sidecar says that the service behind it took its time.",
        by_sidecar("x-envoy-upstream-service-time: 12"),
    ),
    needs=(),
)
PORTALS = of(
    "http-captive-portal",
    problem("lab/http-captive-portal", "Two unrelated services are redirected to one other host.", in_lab("http-captive-portal")),
    problem("lab/network-login-page", "The network answers with status 511.", in_lab("network-login-page")),
    ok("healthy/one-service"),
    near_miss("lab/http-redirected-elsewhere"),
    near_miss("lab/http-block-page"),
)

BLOCKS = of(
    "http-block-page",
    problem("lab/http-block-page", "A gateway that nobody asked for answers a plain request.", in_lab("http-block-page")),
    problem(
        "inside-tls",
        "A gateway whose private authority this computer trusts answers inside TLS.",
        answering('add_header Proxy-Agent "Example-Gateway/1.0" always; return 403 "blocked";', by_system=True),
        "http-block-page",
        "tls-trust-stores-differ",
    ),
    problem(
        "known-page",
        "A plain request is redirected to a page of a known filter.",
        answering("return 302 http://block.opendns.com/;", scheme="http"),
    ),
    problem(
        "known-page-with-200",
        "The page of a known filter comes with status 200, inside TLS of an authority that this computer trusts.",
        answering(FILTERED, by_system=True, kind=PAGE),
        "http-block-page",
        "tls-trust-stores-differ",
    ),
    problem("known-page-in-the-clear", "The same page answers a plain request.", answering(FILTERED, scheme="http", kind=PAGE)),
    ok("healthy/one-service"),
    near_miss("lab/healthy-403"),
    near_miss("lab/http-waf-blocked"),
    near_miss(
        "a-page-about-filters",
        "The service's own page speaks of the product and of what it has blocked.",
        answering(
            "return 200 '<title>Help</title>How to read the log of SonicWall: a site that was blocked, by Forcepoint or Sophos';",
            scheme="http",
            kind="text/html",
        ),
    ),
    near_miss(
        "own-proxy",
        "The service's own proxy passes its refusal on, and says so.",
        answering('add_header Via "1.1 varnish" always; return 403 "sign in first";'),
    ),
)

GUARDS = of(
    "http-waf-blocked",
    problem("lab/http-waf-blocked", "A guard steps in and says so.", in_lab("http-waf-blocked")),
    problem(
        "balancer", "The load balancer's guard denies.", answering('add_header x-amzn-waf-action "challenge" always; return 403;')
    ),
    problem(
        "known-page-with-200",
        "The page of a known guard comes with status 200.",
        answering(REJECTED, kind=PAGE),
    ),
    problem("known-page-in-the-clear", "The same page answers a plain request.", answering(REJECTED, scheme="http", kind=PAGE)),
    ok("healthy/one-service"),
    near_miss("http-block-page/known-page-with-200"),
    near_miss(
        "passed-on",
        "The content network passes on the service's own refusal.",
        answering('add_header CF-RAY "0000000000000000-LAB" always; return 403 "sign in first";'),
    ),
    near_miss("lab/http-rate-limited"),
    near_miss("lab/http-unavailable"),
)

POLICIES = of(
    "http-network-policy-denied",
    problem(
        "lab/http-network-policy-denied",
        "The service says that this address is not allowed.",
        in_lab("http-network-policy-denied"),
    ),
    problem(
        "vault-firewall",
        "A key vault says that this address is not authorized.",
        answering("""return 403 '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByFirewall"}}}';"""),
    ),
    ok("healthy/one-service"),
    near_miss("lab/healthy-403"),
    near_miss(
        "words-about-permissions",
        "The service refuses a user, and speaks of a network by the way.",
        answering("""return 403 '{"message": "You may not see this workspace from its network tab."}';"""),
    ),
    near_miss("other-code", "The service names another code.", answering("""return 403 '{"code": "390100"}';""")),
)
ANONYMOUS = "storage-asks-for-credentials"

STORAGE = of(
    "http-storage-denied",
    problem("lab/http-storage-denied", "The store's firewall denies.", in_lab("http-storage-denied")),
    problem(
        "perimeter",
        "The organisation's perimeter denies.",
        answering(
            'add_header X-GUploader-UploadID lab always; return 403 "<Error><Code>SecurityPolicyViolated</Code></Error>";',
            kind="application/xml",
        ),
    ),
    problem("expected-otherwise", "The list expects another status of the store.", in_lab(ANONYMOUS, status=(200,))),
    ok("lab/storage-asks-for-credentials", "The store denies what comes without credentials, as stores do.", in_lab(ANONYMOUS)),
    near_miss("lab/healthy-403"),
)

ACCOUNTS = of(
    "http-account-unknown",
    problem(
        "same-for-anybody",
        "Every name of the domain leads to the service, which answers 404 to all of them.",
        answering("""return 404 '{"error": "no such account: $host"}';""", names=WILD, status=(200, 302)),
    ),
    ok("works", "A healthy service of which 200 is expected.", healthy(status=(200,))),
    ok(
        "known",
        "The service denies this name, and answers otherwise to one that nobody has.",
        answering("if ($host = service.house.test) { return 403; } return 404;", names=WILD, status=(200,)),
        "http-status-unexpected",
    ),
    near_miss(
        "no-wildcard",
        "The made-up name leads nowhere.",
        answering("return 404;", status=(200,)),
        "http-status-unexpected",
        says=Status.UNKNOWN,
    ),
    near_miss("nothing-expected", "404 is as good as any status.", answering("return 404;", names=WILD)),
)

SLOW = of(
    "http-slow",
    problem("lab/http-slow", "The service takes six seconds to answer.", in_lab("http-slow")),
    problem("six-seconds-awaited", "The same, and the run has more patience.", in_lab("http-slow", timeout=8.0)),
    ok("healthy/one-service"),
    near_miss(
        "never", "The service never answers.", in_lab("http-no-answer", deadline=25.0), "http-no-answer", says=Status.UNKNOWN
    ),
)

RECIPES: tuple[Recipe, ...] = (*PORTALS, *SIDECARS, *BLOCKS, *GUARDS, *POLICIES, *STORAGE, *ACCOUNTS, *SLOW)
