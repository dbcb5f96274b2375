"""Recipes of the family tls, staged by the lab: handshakes with one thing changed, keys, strict rules, lists, revocation."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import SERVER
from tests.netns.rooms import REPOSITORY
from tests.recipes.baseline import NAME, URL, healthy, serve
from tests.recipes.services import HOST, Page, declared, name_all, private_authority, serve_pages, trust_file
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem


def trusting(*variables: str) -> Stage:
    """A service of a private authority, whose root some variables name; the list of endpoints declares nothing."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        root = serve(house)
        return Look(endpoints=(URL,), environment=dict.fromkeys(variables, root))

    return stage


def _company_alone(house: House) -> Look:
    house.names({NAME: [SERVER]})
    root = serve(house)
    company = trust_file(house, private_authority("Company"))
    package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {root!r}\n"})
    told = {"SSL_CERT_FILE": root, "REQUESTS_CA_BUNDLE": company, "PYTHONPATH": f"{package}:{REPOSITORY}"}
    return Look(endpoints=(URL,), environment=told, public_roots=root)


def _signing_as_of_old(house: House) -> Look:
    authority = private_authority()
    terms = "ssl_protocols TLSv1.2; ssl_conf_command SignatureAlgorithms RSA+SHA1:ECDSA+SHA1; ssl_ciphers ALL:@SECLEVEL=0;"
    serve_pages(house, Page(authority.leaf(HOST), terms=terms))
    name_all(house, HOST)
    return declared(house, authority)


CIPHERS = of(
    "tls-no-shared-cipher",
    problem("lab/tls-no-shared-cipher", "The server has ciphers without authentication alone.", in_lab("tls-no-shared-cipher")),
    problem("lab/tls-retired-cipher", "The server knows only triple DES.", in_lab("tls-retired-cipher")),
    problem("signs-with-sha1-alone", "The server has a good cipher, and signs with SHA-1 alone.", _signing_as_of_old),
    ok("healthy/one-service"),
    near_miss("lab/tls-version-rejected"),
    near_miss("lab/tls-client-certificate-required-12"),
    near_miss("lab/tls-name-unrecognized"),
)

PROTOCOLS = of(
    "tls-alpn-refused",
    problem("lab/tls-alpn-refused", "The server insists on a protocol of its own.", in_lab("tls-alpn-refused")),
    ok("healthy/one-service"),
    near_miss("lab/tls-no-shared-cipher"),
)

HELLOS = of(
    "tls-large-hello-dropped",
    problem(
        "lab/tls-large-hello-dropped", "What does not fit into one packet is met with silence.", in_lab("tls-large-hello-dropped")
    ),
    problem(
        "on-the-way",
        "A filter on the way swallows a greeting that is longer than what fits into one packet.",
        healthy(after=lambda house: house.drop_long_hello()),
    ),
    ok("healthy/one-service"),
    near_miss("network-mtu-blackhole/towards-the-server"),
    near_miss("lab/tls-handshake-silent"),
    near_miss("lab/tls-sni-filtered"),
)

KEYS = of(
    "tls-key-too-weak",
    problem("lab/tls-key-too-weak", "The certificate's key has 1024 bits.", in_lab("tls-key-too-weak")),
    ok("healthy/one-service"),
    near_miss("lab/tls-certificate-expired"),
)

STRICT = of(
    "tls-strict-rules-violated",
    problem(
        "lab/tls-strict-rules-violated",
        "The certificate lacks what only the strictest clients ask for.",
        in_lab("tls-strict-rules-violated"),
    ),
    ok("healthy/one-service"),
    near_miss("lab/tls-issuer-untrusted", says=Status.UNKNOWN),
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
    problem(
        "company-alone-in-the-file",
        "The file that REQUESTS_CA_BUNDLE names holds a company's root alone; the service's root is a public one.",
        _company_alone,
    ),
    ok("nobody", "No list holds the private root.", trusting(), "tls-issuer-untrusted"),
    near_miss("healthy/one-service", says=Status.NOT_APPLICABLE),
)

REVOKED = of(
    "tls-certificate-revoked",
    problem(
        "lab/certificate-revoked-stapled",
        "The server itself hands out that its certificate is revoked.",
        in_lab("certificate-revoked-stapled"),
    ),
    problem("asked", "The authority says so where it is asked.", in_lab("tls-certificate-revoked", revocation=True)),
    ok("lab/healthy-stapled", "The server hands out that its certificate is good.", in_lab("healthy-stapled")),
    ok("asked-good", "The authority is asked, and says that it is good.", in_lab("healthy", revocation=True)),
    near_miss(
        "lab/tls-certificate-revoked", "It is revoked, and nobody asks.", in_lab("tls-certificate-revoked"), says=Status.UNKNOWN
    ),
)

REVOCATION = of(
    "tls-revocation-unreachable",
    problem("dead", "The place is dead.", in_lab("tls-revocation-unreachable", revocation=True)),
    ok("tls-certificate-revoked/asked-good"),
    near_miss(
        "lab/tls-revocation-unreachable",
        "The place is dead, and nobody asks.",
        in_lab("tls-revocation-unreachable"),
        says=Status.UNKNOWN,
    ),
    near_miss("stapled", "The server hands it out itself, and the place answers.", in_lab("healthy-stapled", revocation=True)),
)

RECIPES: tuple[Recipe, ...] = (*CIPHERS, *PROTOCOLS, *HELLOS, *KEYS, *STRICT, *STORES, *REVOKED, *REVOCATION)
