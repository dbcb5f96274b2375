"""Recipes of the upper layers, second part: handshakes with one thing changed, lists of authorities, who wrote an answer."""

from tests.house import House
from tests.house.plan import PUBLIC, SERVER
from tests.recipes.ground import NAME, OTHER, OTHER_URL, URL, healthy, near_miss, of, ok, problem, serve
from tests.recording.recipe import Look, Recipe, Stage, in_lab


def trusting(*variables: str) -> Stage:
    """A service of a private authority, whose root some variables name; the list of endpoints declares nothing."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        root = serve(house)
        return Look(endpoints=(URL,), environment=dict.fromkeys(variables, root))

    return stage


CIPHERS = of(
    "tls-no-shared-cipher",
    problem("in-the-lab", "The server has ciphers without authentication alone.", in_lab("tls-no-shared-cipher")),
    ok("works", "A healthy service.", healthy()),
    near_miss("old-version", "The server speaks TLS 1.1 at most.", in_lab("tls-version-rejected"), "tls-version-rejected"),
    near_miss(
        "client-certificate",
        "The server demands a certificate of the client (TLS 1.2).",
        in_lab("tls-client-certificate-required-12"),
        "tls-client-certificate-required",
    ),
    near_miss("name-unknown", "The server does not know the name.", in_lab("tls-name-unrecognized"), "tls-name-unrecognized"),
)

PROTOCOLS = of(
    "tls-alpn-refused",
    problem("in-the-lab", "The server insists on a protocol of its own.", in_lab("tls-alpn-refused")),
    ok("works", "A healthy service.", healthy()),
    near_miss(
        "no-cipher",
        "The server has ciphers without authentication alone.",
        in_lab("tls-no-shared-cipher"),
        "tls-no-shared-cipher",
    ),
)

HELLOS = of(
    "tls-large-hello-dropped",
    problem("in-the-lab", "What does not fit into one packet is met with silence.", in_lab("tls-large-hello-dropped")),
    ok("works", "A healthy service.", healthy()),
    near_miss("silent", "The first message is never answered.", in_lab("tls-handshake-silent"), "tls-handshake-silent"),
    near_miss("by-name", "The connection is reset for this name alone.", in_lab("tls-sni-filtered"), "tls-sni-filtered"),
)

KEYS = of(
    "tls-key-too-weak",
    problem("rsa-1024", "The certificate's key has 1024 bits.", in_lab("tls-key-too-weak")),
    ok("works", "A healthy service.", healthy()),
    near_miss("expired", "The certificate ran out.", in_lab("tls-certificate-expired"), "tls-certificate-expired"),
)

STRICT = of(
    "tls-strict-rules-violated",
    problem(
        "no-key-identifier", "The certificate lacks what only the strictest clients ask for.", in_lab("tls-strict-rules-violated")
    ),
    ok("works", "A healthy service.", healthy()),
    near_miss("untrusted", "The root is one that nobody here trusts.", in_lab("tls-issuer-untrusted"), "tls-issuer-untrusted"),
)

STORES = of(
    "tls-trust-stores-differ",
    problem("system-alone", "Only the system's store holds the private root.", trusting("SSL_CERT_FILE")),
    problem(
        "one-variable-alone",
        "Only the file that REQUESTS_CA_BUNDLE names holds the private root.",
        trusting("REQUESTS_CA_BUNDLE"),
    ),
    problem(
        "all-but-certifi",
        "The system's store and two files hold it.",
        trusting("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    ),
    ok("nobody", "No list holds the private root.", trusting(), "tls-issuer-untrusted"),
    near_miss("declared", "The list of endpoints declares the private root.", healthy()),
)

WILD = {NAME: [SERVER], "diag-no-such-name.house.test": [SERVER]}
"""What a wildcard below the domain gives to who asks for these two."""


def answering(
    words: str,
    *,
    names: dict[str, list[str]] | None = None,
    kind: str = "application/json",
    scheme: str = "https",
    **options: object,
) -> Stage:
    """A service, under any name below its domain, whose every answer is made by these words of nginx."""

    def stage(house: House) -> Look:
        house.names(names or {NAME: [SERVER]})
        certified = "listen 443 ssl; listen 80; ssl_certificate service.pem; ssl_certificate_key service.key;"
        trust = serve(house, "*.house.test", servers=f"server {{ {certified} default_type {kind}; {words} }}")
        if options.pop("by_system", False):
            return Look(endpoints=(f"{scheme}://{NAME}",), environment={"SSL_CERT_FILE": trust}, **options)  # type: ignore[arg-type]
        return Look(endpoints=(f"{scheme}://{NAME}",), trust=trust, **options)  # type: ignore[arg-type]

    return stage


PORTALS = of(
    "http-captive-portal",
    problem("redirects", "Two unrelated services are redirected to one other host.", in_lab("http-captive-portal")),
    problem("status-511", "The network answers with status 511.", in_lab("network-login-page")),
    ok("works", "A healthy service.", healthy()),
    near_miss("one-service", "One redirects.", in_lab("http-redirected-elsewhere"), "http-redirected-elsewhere"),
    near_miss("filtered", "A gateway answers in the service's place.", in_lab("http-block-page"), "http-block-page"),
)

BLOCKS = of(
    "http-block-page",
    problem("in-the-clear", "A gateway that nobody asked for answers a plain request.", in_lab("http-block-page")),
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
    ok("works", "A healthy service.", healthy()),
    near_miss("own-403", "The service itself asks for a login.", in_lab("healthy-403")),
    near_miss("guard", "A guard in front of the service steps in.", in_lab("http-waf-blocked"), "http-waf-blocked"),
    near_miss(
        "own-proxy",
        "The service's own proxy passes its refusal on, and says so.",
        answering('add_header Via "1.1 varnish" always; return 403 "sign in first";'),
    ),
)

GUARDS = of(
    "http-waf-blocked",
    problem("challenge", "A guard steps in and says so.", in_lab("http-waf-blocked")),
    problem(
        "balancer",
        "The load balancer's guard denies.",
        answering('add_header x-amzn-waf-action "challenge" always; return 403;'),
    ),
    ok("passed", "A healthy service.", healthy()),
    near_miss(
        "passed-on",
        "The content network passes on the service's own refusal.",
        answering('add_header CF-RAY "0000000000000000-LAB" always; return 403 "sign in first";'),
    ),
    near_miss("own-limit", "The service was asked too often.", in_lab("http-rate-limited"), "http-rate-limited"),
    near_miss("own-503", "The service itself says that it is down.", in_lab("http-unavailable"), "http-server-error"),
)

POLICIES = of(
    "http-network-policy-denied",
    problem("code-390422", "The service says that this address is not allowed.", in_lab("http-network-policy-denied")),
    problem(
        "vault-firewall",
        "A key vault says that this address is not authorized.",
        answering("""return 403 '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByFirewall"}}}';"""),
    ),
    ok("works", "A healthy service.", healthy()),
    near_miss("bare-403", "The service asks its visitors to sign in.", in_lab("healthy-403")),
    near_miss("other-code", "The service names another code.", answering("""return 403 '{"code": "390100"}';""")),
)

ANONYMOUS = "storage-asks-for-credentials"
STORAGE = of(
    "http-storage-denied",
    problem("firewall", "The store's firewall denies.", in_lab("http-storage-denied")),
    problem(
        "perimeter",
        "The organisation's perimeter denies.",
        answering(
            'add_header X-GUploader-UploadID lab always; return 403 "<Error><Code>SecurityPolicyViolated</Code></Error>";',
            kind="application/xml",
        ),
    ),
    problem(
        "expected-otherwise",
        "The list expects another status of the store.",
        in_lab(ANONYMOUS, status=(200,)),
    ),
    ok(
        "asks-for-credentials",
        "The store denies what comes without credentials, as stores do.",
        in_lab(ANONYMOUS),
    ),
    near_miss("no-store", "A service that is no store denies.", in_lab("healthy-403")),
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
    ),
    near_miss("nothing-expected", "404 is as good as any status.", answering("return 404;", names=WILD)),
)

SLOW = of(
    "http-slow",
    problem("six-seconds", "The service takes six seconds to answer.", in_lab("http-slow")),
    problem("six-seconds-awaited", "The same, and the run has more patience.", in_lab("http-slow", timeout=8.0)),
    ok("works", "A healthy service.", healthy()),
    near_miss("never", "The service never answers.", in_lab("http-no-answer", deadline=25.0), "http-no-answer"),
)

REVOKED = of(
    "tls-certificate-revoked",
    problem("stapled", "The server itself hands out that its certificate is revoked.", in_lab("certificate-revoked-stapled")),
    problem("asked", "The authority says so where it is asked.", in_lab("tls-certificate-revoked", revocation=True)),
    ok("stapled-good", "The server hands out that its certificate is good.", in_lab("healthy-stapled")),
    ok("asked-good", "The authority is asked, and says that it is good.", in_lab("healthy", revocation=True)),
    near_miss("not-asked", "It is revoked, and nobody asks.", in_lab("tls-certificate-revoked")),
)

REVOCATION = of(
    "tls-revocation-unreachable",
    problem("dead", "The place is dead.", in_lab("tls-revocation-unreachable", revocation=True)),
    ok("answers", "The place answers.", in_lab("healthy", revocation=True)),
    near_miss("not-asked", "The place is dead, and nobody asks.", in_lab("tls-revocation-unreachable")),
    near_miss("stapled", "The server hands it out itself, and the place answers.", in_lab("healthy-stapled", revocation=True)),
)

ALIAS = "vpce-1.house.test"
ELSEWHERE = "service.elsewhere.test"
WITHIN = f"service.privatelink.{NAME.partition('.')[2]}"
NOT_ALLOWED = """return 403 '{"code": "390422"}';"""
BOTH = (URL, OTHER_URL)

PORT_SILENT = of(
    "privatelink-port-silent",
    problem(
        "eighty",
        "Port 80 is silent, 443 answers.",
        healthy(f"http://{NAME}", private=True, after=lambda house: house.drop(port=80)),
    ),
    problem(
        "four-four-three", "Port 443 is silent, 80 answers.", healthy(private=True, after=lambda house: house.drop(port=443))
    ),
    ok("answers", "A private endpoint that works.", healthy(private=True)),
    near_miss(
        "both",
        "Both ports are silent.",
        healthy(private=True, after=lambda house: house.drop(to=SERVER)),
        "privatelink-endpoint-silent",
    ),
)

UNCOVERED = of(
    "privatelink-name-uncovered",
    problem(
        "endpoint-name",
        "The endpoint is used under a name that the certificate is not for.",
        healthy(f"https://{ALIAS}", names={ALIAS: [SERVER]}, private=True),
    ),
    problem("address", "The endpoint is used by its address.", healthy(f"https://{SERVER}", private=True)),
    ok("covered", "A private endpoint that works.", healthy(private=True)),
    near_miss(
        "not-private",
        "The same, and nobody expects it to be private.",
        healthy(f"https://{ALIAS}", names={ALIAS: [SERVER]}),
        "tls-name-mismatch",
    ),
    near_miss(
        "somebody-else",
        "Another service answers.",
        healthy(f"https://{ELSEWHERE}", names={ELSEWHERE: [SERVER]}, private=True),
        "privatelink-wrong-service",
    ),
)

WRONG = of(
    "privatelink-wrong-service",
    problem(
        "somebody-else",
        "Another service answers at the private address.",
        healthy(f"https://{ELSEWHERE}", names={ELSEWHERE: [SERVER]}, private=True),
    ),
    ok("right", "A private endpoint that works.", healthy(private=True)),
    near_miss(
        "endpoint-name",
        "The right service answers, under a name that its certificate is not for.",
        healthy(f"https://{ALIAS}", names={ALIAS: [SERVER]}, private=True),
        "privatelink-name-uncovered",
    ),
)

PARTIAL = of(
    "privatelink-partial",
    problem(
        "one-of-two",
        "Of two names one leads to a private address, the other to a public one.",
        healthy(*BOTH, names={NAME: [SERVER], OTHER: [PUBLIC[0]]}, private=True),
    ),
    ok("all-private", "Both lead to private addresses.", healthy(*BOTH, names={NAME: [SERVER], OTHER: [SERVER]}, private=True)),
    near_miss(
        "all-public",
        "Both lead to public addresses.",
        healthy(*BOTH, names={NAME: [PUBLIC[0]], OTHER: [PUBLIC[0]]}, private=True),
        "privatelink-resolves-public",
        "privatelink-resolves-public",
    ),
)

POLICY = of(
    "privatelink-policy-denied",
    problem("code-390422", "The service does not allow what comes by the private link.", answering(NOT_ALLOWED, private=True)),
    ok("works", "A private endpoint that works.", healthy(private=True)),
    near_miss("bare-403", "A private endpoint that wants a login.", answering("return 403;", private=True)),
    near_miss("in-public", "The same code, of a public endpoint.", answering(NOT_ALLOWED), "http-network-policy-denied"),
)

PUBLIC_NAME = of(
    "privatelink-public-name-used",
    problem(
        "the-other-answers",
        "The public name is denied, the private one leads to a private address that answers.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]], WITHIN: [SERVER]}),
    ),
    ok("works", "A healthy service.", healthy()),
    near_miss(
        "no-private-name",
        "The public name is denied, and there is no private one.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]]}),
        "http-network-policy-denied",
    ),
    near_miss(
        "private-name-in-public",
        "The public name is denied, and the private one leads to a public address.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]], WITHIN: [PUBLIC[1]]}),
        "http-network-policy-denied",
    ),
)

RECIPES: tuple[Recipe, ...] = (
    *CIPHERS,
    *PROTOCOLS,
    *HELLOS,
    *KEYS,
    *STRICT,
    *STORES,
    *PORTALS,
    *BLOCKS,
    *GUARDS,
    *POLICIES,
    *STORAGE,
    *ACCOUNTS,
    *SLOW,
    *REVOKED,
    *REVOCATION,
    *PORT_SILENT,
    *UNCOVERED,
    *WRONG,
    *PARTIAL,
    *POLICY,
    *PUBLIC_NAME,
)
