"""Recipes of the family tls, staged by the lab: handshakes with one thing changed, keys, strict rules, lists, revocation."""

from tests.netns import House
from tests.netns.plan import SERVER
from tests.recipes.baseline import NAME, URL, healthy, near_miss, of, ok, problem, serve
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

RECIPES: tuple[Recipe, ...] = (*CIPHERS, *PROTOCOLS, *HELLOS, *KEYS, *STRICT, *STORES, *REVOKED, *REVOCATION)
