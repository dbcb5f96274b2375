"""Recipes of the family tls: whether certificates are revoked, asked of real responders, real web servers, and those between."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec.structs import replace

from diag.lab.authority import CertificateAuthority, IssuedCertificate, Published, Validity, issue, pem
from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.services import HOST, OPEN, PROXY, PUBLIC_POLICY, Page, declared, name_all, now, serve_pages
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

PLACE = "status.house.test"
RESPONDER = Published(ocsp=f"http://{PLACE}/")
LIST = Published(crl=f"http://{PLACE}/leaves.crl")
DAY = timedelta(days=1)
HTML = "default_type text/html;"


def served(
    house: House,
    authority: CertificateAuthority,
    leaf: IssuedCertificate,
    *,
    plain: str = "",
    files: dict[str, bytes] | None = None,
    terms: str = "",
) -> Look:
    """A service with this certificate, the place that it names beside it, and a look that asks there."""
    serve_pages(house, Page(leaf, terms=terms), plain=plain, files=files)
    name_all(house, HOST, PLACE)
    return declared(house, authority, revocation=True)


def at_the_place(words: str) -> str:
    """A server of nginx that answers in the clear at the place."""
    return f"server {{ listen 80; server_name {PLACE}; root .; {words} }}"


def place_says(words: str, published: Published = RESPONDER) -> Stage:
    """Whatever is asked at the place, nginx answers by these words."""

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        return served(house, authority, authority.leaf(HOST, published=published), plain=at_the_place(words))

    return stage


def index_line(leaf: IssuedCertificate, revoked: datetime | None) -> str:
    """A line of OpenSSL's book of certificates (openssl-ca(1)): state, end, revocation, number, file, subject."""
    written = "%y%m%d%H%M%SZ"
    certificate = leaf.certificate
    when = f"{revoked.strftime(written)},keyCompromise" if revoked else ""
    return "\t".join(
        (
            "R" if revoked else "V",
            certificate.not_valid_after_utc.strftime(written),
            when,
            f"{certificate.serial_number:X}".zfill(40),
            "unknown",
            f"/CN={HOST}",
        )
    )


def responder(*, revoked: bool = False, known: bool = True, appointed: bool = False, policy: str = "") -> Stage:
    """A real responder, of OpenSSL, that signs as the issuer or as one that the issuer `appointed`.

    `policy`: as public authorities state one.
    """

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        leaf = authority.leaf(HOST, published=RESPONDER, policy=policy)
        issuer = authority.intermediate
        signer = issuer
        if appointed:
            days = Validity.around(now(), after=30 * DAY)
            signing = (ExtendedKeyUsageOID.OCSP_SIGNING,)
            signer = issue("House Responder", issuer=issuer, validity=days, names=(PLACE,), purposes=signing)
        line = index_line(leaf, now() - DAY if revoked else None) if known else ""
        folder = house.errand(
            "responder",
            {
                "index": f"{line}\n" if line else "",
                "issuer.pem": pem(issuer.certificate),
                "signer.pem": pem(signer.certificate),
                "signer.key": signer.key_pem(),
            },
        )
        files = {"-index": "index", "-CA": "issuer.pem", "-rsigner": "signer.pem", "-rkey": "signer.key"}
        options = [word for option, file in files.items() for word in (option, str(folder / file))]
        house.serve(["openssl", "ocsp", "-port", "80", "-ndays", "3", *options], port=80)
        return served(house, authority, leaf)

    return stage


def status(
    authority: CertificateAuthority,
    leaf: IssuedCertificate,
    *,
    begins: timedelta = -DAY,
    ends: timedelta = 6 * DAY,
    signer: CertificateAuthority | None = None,
) -> bytes:
    """An OCSP response that says of this certificate that it is revoked; it holds between two moments from now on."""
    issuer, signing = authority.intermediate, (signer or authority).intermediate
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),
        cert_status=ocsp.OCSPCertStatus.REVOKED,
        this_update=now() + begins,
        next_update=now() + ends,
        revocation_time=now() - 30 * DAY,
        revocation_reason=x509.ReasonFlags.key_compromise,
    )
    made = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signing.certificate).sign(signing.key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)


def kept_answer(**terms: object) -> Stage:
    """A web server hands out one and the same OCSP response, made beforehand, to whoever asks."""

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        leaf = authority.leaf(HOST, published=RESPONDER)
        signer = CertificateAuthority(now(), title="House") if terms.pop("forged", False) else None
        body = status(authority, leaf, signer=signer, **terms)  # type: ignore[arg-type]
        words = "default_type application/ocsp-response; location / { try_files /response.der =404; }"
        return served(house, authority, leaf, plain=at_the_place(words), files={"response.der": body})

    return stage


def stapled(**terms: timedelta) -> Stage:
    """A real web server hands out such a response itself."""

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        leaf = authority.leaf(HOST)
        words = "ssl_stapling on; ssl_stapling_file staple.der;"
        return served(house, authority, leaf, files={"staple.der": status(authority, leaf, **terms)}, terms=words)

    return stage


def listing(*, revoked: bool = False, others: int = 0, ends: timedelta = 6 * DAY) -> Stage:
    """A web server keeps a list of revoked certificates: this one or not, and so many others."""

    def stage(house: House) -> Look:
        authority = CertificateAuthority(now(), title="House")
        leaf = authority.leaf(HOST, published=LIST)
        issuer = authority.intermediate
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(now() - 8 * DAY).next_update(now() + ends)
        numbers = [*([leaf.certificate.serial_number] if revoked else []), *(x509.random_serial_number() for _ in range(others))]
        for number in numbers:
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now() - 30 * DAY).build()
            builder = builder.add_revoked_certificate(entry)
        made = builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
        return served(
            house, authority, leaf, plain=at_the_place("default_type application/pkix-crl;"), files={"leaves.crl": made}
        )

    return stage


def proxied(rules: str, *ports: int, **environment: str) -> Stage:
    """A real responder behind a real proxy that has these rules; nothing gets out directly, or nothing to these ports."""

    def stage(house: House) -> Look:
        look = responder()(house)
        house.squid(rules)
        for port in ports or (80, 443):
            house.drop(to=PUBLIC[0], port=port)
        return Look(look.endpoints, trust=look.trust, revocation=True, environment=environment)

    return stage


def silent(house: House, policy: str = "") -> Look:
    """The place is behind a firewall that swallows what goes to port 80."""
    look = responder(policy=policy)(house)
    house.drop(to=PUBLIC[0], port=80)
    return look


def silent_to_drivers(*, policy: str = "") -> Stage:
    """The same, where nobody asks for it, and the service's own programs are known to ask."""
    return lambda house: replace(silent(house, policy), revocation=False, profile="snowflake")


DENIED = f"http_port 3128\nacl place dstdomain {PLACE}\nhttp_access deny place\nhttp_access allow all\n"
REVOKED = "tls-certificate-revoked"
UNREACHABLE = "tls-revocation-unreachable"
RECIPES: tuple[Recipe, ...] = (
    *of(
        REVOKED,
        problem("openssl-revoked", "A responder of OpenSSL says that it is revoked.", responder(revoked=True)),
        problem(
            "openssl-revoked-appointed",
            "A responder of OpenSSL, which the issuer appointed, says that it is revoked.",
            responder(revoked=True, appointed=True),
        ),
        problem("listed", "It is on the list that a web server keeps.", listing(revoked=True)),
        problem("stapled-by-nginx", "A real web server hands out that it is revoked.", stapled()),
        ok("openssl-good", "A responder of OpenSSL says that it is good.", responder()),
        ok("openssl-good-appointed", "A responder that the issuer appointed says that it is good.", responder(appointed=True)),
        ok("not-listed", "Thirty others are on the list.", listing(others=30)),
        near_miss(
            "openssl-unknown",
            "A responder of OpenSSL does not know the certificate.",
            responder(known=False),
            says=Status.UNKNOWN,
        ),
        near_miss(
            "forged",
            "A namesake of the authority's, with another key, says that it is revoked.",
            kept_answer(forged=True),
            says=Status.UNKNOWN,
        ),
        near_miss(
            "out-of-date",
            "That it is revoked was said for the week before last.",
            kept_answer(begins=-14 * DAY, ends=-7 * DAY),
            UNREACHABLE,
            says=Status.UNKNOWN,
        ),
        near_miss(
            "from-the-future",
            "That it is revoked is said for the week after next.",
            kept_answer(begins=7 * DAY, ends=14 * DAY),
            UNREACHABLE,
            says=Status.UNKNOWN,
        ),
        near_miss(
            "stapled-out-of-date",
            "A real web server hands out what was said for the week before last.",
            stapled(begins=-14 * DAY, ends=-7 * DAY),
            says=Status.UNKNOWN,
        ),
        near_miss(
            "list-out-of-date",
            "It is on a list that ended two days ago.",
            listing(revoked=True, ends=-2 * DAY),
            UNREACHABLE,
            says=Status.UNKNOWN,
        ),
    ),
    *of(
        UNREACHABLE,
        problem("page", "A captive page comes in place of the status.", place_says(f'{HTML} return 200 "<html>Sign in</html>";')),
        problem("portal", "The network redirects to its portal.", place_says("return 302 http://portal.example.test/login;")),
        problem(
            "page-for-list",
            "A page that calls itself nothing in particular comes in place of the list.",
            place_says('default_type application/octet-stream; return 200 "\\n<!doctype html>";', LIST),
        ),
        problem("words", "Some words come in place of the status.", place_says('return 200 "not here";')),
        problem("login-wanted", "The network answers with status 511.", place_says('return 511 "sign in";')),
        problem("silent", "A firewall swallows what goes to the responder.", silent),
        problem(
            "silent-to-drivers",
            "A firewall swallows what goes to the responder, which the service's own programs ask.",
            silent_to_drivers(policy=PUBLIC_POLICY),
        ),
        near_miss(
            "silent-to-drivers-and-private",
            "The same, of a company's own authority, which nobody asked about.",
            silent_to_drivers(),
            says=Status.UNKNOWN,
        ),
        problem(
            "denied-by-the-proxy-alone",
            "The proxy denies the responder, which answers directly.",
            proxied(DENIED, 443, HTTPS_PROXY=PROXY, http_proxy=PROXY),
        ),
        problem(
            "denied-by-the-proxy",
            "The proxy, which is set for both schemes, denies the responder.",
            proxied(DENIED, HTTPS_PROXY=PROXY, http_proxy=PROXY),
        ),
        problem(
            "proxy-for-https-alone",
            "The proxy would let it through, and is set for https alone: what goes in the clear goes straight, into silence.",
            proxied(OPEN, HTTPS_PROXY=PROXY),
        ),
        ok("tls-certificate-revoked/openssl-good"),
        ok("not-found", "A bare path is answered with 404.", place_says("return 404;")),
        ok("not-allowed", "The responder allows no GET.", place_says("return 405;")),
        ok(
            "by-the-proxy",
            "The proxy, which is set for both schemes, passes the question on.",
            proxied(OPEN, HTTPS_PROXY=PROXY, http_proxy=PROXY),
        ),
        ok("huge-list", "The list has six thousand entries, more than is read.", listing(others=6000)),
        near_miss(
            "proxy-for-https-alone-and-not-needed",
            "The proxy is set for https alone, and the responder answers without it.",
            proxied(OPEN, 443, HTTPS_PROXY=PROXY),
        ),
        near_miss(
            "about-to-end",
            "That it is revoked was said for one more hour, which still holds.",
            kept_answer(ends=timedelta(hours=1)),
            "tls-certificate-revoked",
        ),
        near_miss("own-error", "The responder has an error of its own.", place_says("return 503;")),
        near_miss("own-redirection", "The place redirects to itself.", place_says("return 301 /status$request_uri;")),
        near_miss("tls-certificate-revoked/openssl-unknown"),
    ),
)
