"""Recipes of the family tls: who signed the certificates, and who trusts them."""

from datetime import timedelta

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from msgspec.structs import replace

from diag.lab.authority import CertificateAuthority, Validity, self_signed
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PRIVATE, PUBLIC, ROUTER
from tests.netns.rooms import REPOSITORY
from tests.recipes.services import (
    HOST,
    ISSUERS,
    PUBLIC_POLICY,
    STRANGER,
    WITH_LOGIN,
    Page,
    declared,
    name_all,
    now,
    private_authority,
    serve_pages,
    users,
    usual,
)
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

NGINX = ("nginx",)


def undeclared(house: House) -> Look:
    """A private authority of which nobody was told, its root sent along."""
    unknown = private_authority("Unknown")
    leaf = unknown.leaf(HOST).presenting(unknown.intermediate.certificate, unknown.root.certificate)
    serve_pages(house, Page(leaf))
    name_all(house, HOST)
    return usual(house, private_authority())


def system_trusts(house: House) -> Look:
    """A private authority in the system's own store, nothing declared."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(HOST)))
    name_all(house, HOST)
    return usual(house, authority)


def declared_trusts(house: House) -> Look:
    """A private authority that the endpoint's trust file holds."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(HOST)))
    name_all(house, HOST)
    return declared(house, authority)


def declared_itself(house: House) -> Look:
    """A self-signed certificate that the endpoint's trust file holds."""
    alone = self_signed(HOST, validity=Validity.around(now(), after=timedelta(days=60)))
    serve_pages(house, Page(alone))
    name_all(house, HOST)
    return declared(house, alone)


def alone(*, published: bool, known: bool = True, policy: str = "") -> Stage:
    """The server's own certificate without its issuer, which is `published` where it says, or that place is dead.

    `known`: this client trusts the root above it. `policy`: as public authorities state one.
    """

    def stage(house: House) -> Look:
        authority = private_authority()
        issuer = authority.intermediate.certificate.public_bytes(Encoding.DER)
        library = f"server {{ listen 80; server_name {ISSUERS}; location / {{ root .; }} }}" if published else ""
        leaf = authority.leaf(HOST, policy=policy).presenting()
        serve_pages(house, Page(leaf), plain=library, files={"issuer.cer": issuer})
        name_all(house, HOST, ISSUERS)
        return usual(house, authority if known else private_authority("Else"))

    return stage


def alone_behind_login(house: House) -> Look:
    """The same where only a proxy gets out, for the service and for its issuer, and only with a login."""
    look = alone(published=True)(house)
    house.squid(WITH_LOGIN, files=users("house-user", "house-password"))
    house.reject(port=443)
    house.reject(port=80)
    return replace(look, proxy=f"http://house-user:house-password@{ROUTER}:3128")


def signed_for_both(
    *,
    title: str = "Web Gateway",
    organisation: str = "Example Corporation",
    trusted: bool = False,
    at: str = PUBLIC[0],
    listed: bool = False,
    one: bool = False,
    policy: str = "",
    names: tuple[str, ...] = (),
) -> Stage:
    """One authority has signed for two services that have nothing to do with each other (or for `one`).

    `policy`: as public authorities state one. `names`: the names in the certificates, where not the services' own.
    """

    def stage(house: House) -> Look:
        gateway = CertificateAuthority(now(), title=title, organisation=organisation)
        hosts = (HOST,) if one else (HOST, STRANGER)
        serve_pages(house, *(Page(gateway.leaf(*(names or (host,)), policy=policy), host) for host in hosts))
        name_all(house, *hosts, at=at)
        look = declared if listed else usual
        return look(house, gateway if trusted else private_authority(), hosts=hosts)

    return stage


def added_to_all_lists(**gateway: object) -> Stage:
    """The same, where the gateway's root was added to the public list too, as people do for programs of Python."""

    def stage(house: House) -> Look:
        look = signed_for_both(trusted=True, **gateway)(house)  # type: ignore[arg-type]
        path = look.environment["SSL_CERT_FILE"]
        package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {path!r}\n"})
        return replace(look, environment={**look.environment, "PYTHONPATH": f"{package}:{REPOSITORY}"})

    return stage


def key_store(*trusted: CertificateAuthority) -> bytes:
    """What Java programs are delivered with: the roots of these authorities."""
    kept = [pkcs12.PKCS12Certificate(one.root.certificate, None) for one in trusted]
    return pkcs12.serialize_java_truststore(kept, BestAvailableEncryption(b"changeit"))


def java(*, knows: bool, system: bool = True) -> Stage:
    """A private authority that Java's key store holds or not, and the `system`'s own store too or not."""

    def stage(house: House) -> Look:
        authority, other = private_authority(), private_authority("Else")
        serve_pages(house, Page(authority.leaf(HOST)))
        name_all(house, HOST)
        folder = house.errand("java", {"cacerts": key_store(authority if knows else other)})
        look = usual(house, authority if system else other)
        told = {"JAVA_TOOL_OPTIONS": f"-Xmx64m -Djavax.net.ssl.trustStore={folder / 'cacerts'}"}
        return Look(look.endpoints, environment={**look.environment, **told})

    return stage


def branches(*, keys: bool) -> Stage:
    """Two services whose certificates two authorities signed: both of one root, or unrelated and for one and the same key."""

    def stage(house: House) -> Look:
        first = CertificateAuthority(now(), title="Gateway East")
        second = CertificateAuthority(now(), title="Gateway West", root=None if keys else first.root)
        leaf = first.leaf(HOST)
        other = second.leaf(STRANGER, key=leaf.key if keys else None)
        if not keys:
            leaf, other = (one.presenting(*one.chain, first.root.certificate) for one in (leaf, other))
        serve_pages(house, Page(leaf, HOST), Page(other, STRANGER))
        name_all(house, HOST, STRANGER)
        return usual(house, private_authority(), hosts=(HOST, STRANGER))

    return stage


ISSUER = "tls-issuer-untrusted"
CHAIN = "tls-chain-incomplete"
SELF = "tls-self-signed"
NAME = "tls-name-mismatch"
INSPECTED = "tls-intercepted"
DIFFER = "tls-trust-stores-differ"
RECIPES: tuple[Recipe, ...] = (
    *of(
        ISSUER,
        problem("lab/tls-issuer-untrusted", "The root is one that nobody here trusts.", in_lab(ISSUER)),
        problem(
            "lab/private-root-not-sent",
            "The root is one that nobody here trusts, and is not sent along.",
            in_lab("private-root-not-sent"),
        ),
        problem(
            "lab/root-renewed",
            "The root has a new key under its old name, and this computer trusts the old one.",
            in_lab("root-renewed"),
        ),
        problem(
            "unknown-to-the-system", "A private root on a real web server, which the system's store does not hold.", undeclared
        ),
        problem(
            "alone-and-root-unknown",
            "The certificate comes alone; its issuer can be fetched, and leads to a root that nobody here trusts.",
            alone(published=True, known=False),
        ),
        near_miss(
            "alone-and-nothing-to-fetch",
            "The certificate of a private authority comes alone, and where its issuer should be, nobody is: either cause fits.",
            alone(published=False, known=False),
            CHAIN,
            says=Status.UNKNOWN,
        ),
        ok("declared", "A private authority that the endpoint's trust file holds.", declared_trusts),
        ok(
            "system-trusts",
            "A private authority that the system's store holds, and others do not: a warning of those.",
            system_trusts,
            DIFFER,
        ),
        near_miss("lab/tls-chain-incomplete"),
        near_miss("lab/tls-self-signed"),
    ),
    *of(
        CHAIN,
        problem("lab/tls-chain-incomplete", "The intermediate certificate is not sent.", in_lab(CHAIN)),
        problem(
            "fetched-by-name",
            "A real web server sends its own certificate alone; the issuer is fetched from where it says, by name.",
            alone(published=True),
        ),
        problem(
            "public-and-nothing-to-fetch",
            "A publicly issued certificate comes alone, and where its issuer should be, nobody answers.",
            alone(published=False, policy=PUBLIC_POLICY),
        ),
        problem(
            "fetched-with-a-login",
            "The issuer is fetched through the proxy that wants a login, like all that leaves this network.",
            alone_behind_login,
            needs=(*NGINX, "squid"),
        ),
        ok("lab/healthy"),
        near_miss("lab/private-root-not-sent", says=Status.UNKNOWN),
        problem(
            "lab/chain-incomplete-aia-dead",
            "A private certificate comes alone, and where its issuer should be, nobody is: it fits both causes, and says so.",
            in_lab("chain-incomplete-aia-dead"),
        ),
        near_miss("lab/tls-issuer-untrusted"),
    ),
    *of(
        SELF,
        problem("lab/tls-self-signed", "The certificate signed itself.", in_lab(SELF)),
        ok("lab/healthy"),
        near_miss("declared", "The certificate signed itself, and the endpoint's trust file holds it.", declared_itself),
        near_miss("lab/tls-issuer-untrusted"),
    ),
    *of(
        INSPECTED,
        problem(
            "unrelated-hosts",
            "One private authority has signed for two unrelated services; this client does not trust it.",
            signed_for_both(),
        ),
        problem(
            "unrelated-hosts-declared-otherwise",
            "The same, for endpoints whose trust file holds another authority.",
            signed_for_both(listed=True),
        ),
        problem(
            "unrelated-hosts-trusted",
            "One private authority has signed for two unrelated services, and this client's system trusts it: a warning.",
            signed_for_both(trusted=True),
        ),
        problem(
            "known-product",
            "One service; its issuer bears the name of an inspection product.",
            signed_for_both(title="mitmproxy", one=True),
        ),
        problem(
            "known-product-trusted",
            "One service; its issuer is a known gateway's, which the system trusts: a warning that names who will fail.",
            signed_for_both(title="Zscaler", organisation="Zscaler Inc.", trusted=True, one=True),
        ),
        problem(
            "added-to-the-public-list",
            "Two unrelated services; the root that signed for both was added to the system's list and to the public one.",
            added_to_all_lists(),
        ),
        problem(
            "marks-copied",
            "A known gateway copies the public policy of the certificate that it replaces.",
            signed_for_both(title="Cisco Umbrella", organisation="Cisco", one=True, policy=PUBLIC_POLICY),
        ),
        problem(
            "virus-scanner",
            "A virus scanner on the computer signs; the system trusts it.",
            signed_for_both(title="Avast Web/Mail Shield", organisation="Avast Web/Mail Shield", trusted=True),
        ),
        problem(
            "two-branches-of-one-root",
            "Two intermediates of one private root have signed for one service each, as gateways of one company do.",
            branches(keys=False),
        ),
        problem(
            "one-key-for-all",
            "Two private authorities, and one and the same key for two unrelated services.",
            branches(keys=True),
        ),
        near_miss(
            "appliance-of-a-vendor",
            "A gateway's own certificate, for its serial number, answers at the service's address: it made none for the service.",
            signed_for_both(title="support", organisation="Fortinet", one=True, names=("FGT60E0000000000",)),
            NAME,
        ),
        near_miss(
            "false-friend",
            "A company whose name sounds like a product's has signed for one service with its own authority.",
            signed_for_both(title="Taiboss and Norton Border Check Point", organisation="Barracuda Diving, Palo Alto", one=True),
            ISSUER,
            says=Status.UNKNOWN,
        ),
        ok(
            "own-hosts",
            "A company's authority has signed for two services at inside addresses; only the system's store holds it.",
            signed_for_both(title="Company", trusted=True, at=PRIVATE[0]),
            DIFFER,
        ),
        near_miss(
            "declared",
            "One private authority has signed for two unrelated services, and their trust file holds it.",
            signed_for_both(trusted=True, listed=True),
        ),
        near_miss(
            "one-host-only",
            "One private authority that nobody trusts has signed for one service.",
            signed_for_both(one=True),
            ISSUER,
            says=Status.UNKNOWN,
        ),
    ),
    *of(
        DIFFER,
        problem(
            "java-knows-it-not", "The system's store holds the private root, and Java's key store does not.", java(knows=False)
        ),
        problem("java-alone-knows-it", "Java's key store alone holds the private root.", java(knows=True, system=False)),
        ok(
            "java-neither",
            "Neither the system's store nor Java's key store holds the private root.",
            java(knows=False, system=False),
            ISSUER,
        ),
    ),
)
