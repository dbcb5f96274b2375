"""Certificates of authorities that are not public: whose they are, and what is left of them where their names may not stay.

A public authority's certificate names whom everybody may know. One of a company's own authority names its people, its folders and
its hosts, and its bytes cannot be changed without breaking its signature; so it is described instead (`Described`).
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from msgspec.structs import replace

from diag.bundle.untrusted_text import is_certificate
from diag.knowledge.meant_elsewhere import mark_in
from diag.knowledge.tls_inspectors import product_of
from diag.model.answer import HttpReply, Session
from diag.model.run import Evidence
from diag.model.wire.certificate import describe, is_described, read_certificate, signed_by
from diag.model.wire.chain import PUBLIC_POLICIES, presented
from diag.model.wire.facts import Certificate
from diag.model.wire.unreadable import guarded_as

RECORD_HEAD = 5
"""Bytes (RFC 8446, section 5.1)."""
TITLES = ("CN", "O", "OU")
"""What an authority calls itself (`Certificate.issuer_titles`)."""
ANY_POLICY = "2.5.29.32.0"
_COUNTRY = 2
"""Letters of a country's code, which names nobody."""
Name = Callable[[str], str]
"""What becomes of one name."""


def private_certificates(evidence: Evidence) -> frozenset[bytes]:
    """Return the DER certificates of the evidence that no public authority has signed, and the bytes that pass for one and are
    none.

    Where an answer about revocation stands beside them, certificates stay whole: it is signed over their names.
    """
    public: set[bytes] = set()
    others: set[bytes] = set()
    for observation in evidence.observations:
        match observation.answer:
            case Session() as session:
                chain = presented(session)
                stays = session.staple or (chain is not None and chain.looks_public)
                (public if stays else others).update(session.chain)
            case HttpReply(body=body) if is_certificate(body):
                others.add(body)
    if evidence.run.limits.revocation:
        return frozenset()
    others -= public
    while above := {der for der in others if any(signed_by(child, der) for child in public)}:
        public |= above
        others -= above
    return frozenset(others)


def without_first_bytes(session: Session) -> Session:
    """Return a handshake with nothing of what came first but the head of its record,
    since the certificate stands soon behind it.
    """
    return replace(session, first_bytes=session.first_bytes[:RECORD_HEAD])


class Describer:
    """Describes certificates, names replaced by `host` (names and addresses of hosts), `path` (of a URL) and `word` (others).

    `ders` are all certificates of the evidence, and `whole` those of them that stay: what they call a subject or an issuer is
    still said there, and stays in the others too. Whose issuer bears which name is judged.
    """

    def __init__(self, ders: Iterable[bytes], *, whole: Container[bytes] = (), host: Name, word: Name, path: Name) -> None:
        self._host = host
        self._word = word
        self._path = path
        self._by_subject: dict[str, list[tuple[bytes, str]]] = defaultdict(list)
        self._said: set[str] = set()
        for der in sorted(ders):
            read = read_certificate(der)
            if isinstance(read, Certificate):
                self._by_subject[read.subject].append((der, read.fingerprint))
                if der in whole:
                    self._said |= {read.subject, read.issuer}

    def described(self, ders: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Return what stands for each of these certificates; what is none becomes empty of names."""
        return {der: self._one(der) for der in sorted(ders)}

    @guarded_as(b"(removed)")
    def _one(self, der: bytes) -> bytes:
        read = read_certificate(der)
        if not isinstance(read, Certificate):
            return b"(removed)"
        if is_described(der):
            return der
        loaded = x509.load_der_x509_certificate(der)
        subject, issuer = self._name(loaded.subject, read.subject), self._name(loaded.issuer, read.issuer)
        signers = tuple(mark for above, mark in self._by_subject[read.issuer] if signed_by(der, above))
        certificate = replace(
            read,
            subject=self._in_one(subject, read.subject),
            common_name=next((value for key, value in subject if key == "CN"), ""),
            issuer=self._in_one(issuer, read.issuer),
            issuer_titles=tuple(value for title in TITLES for key, value in reversed(issuer) if key == title),
            issuer_common_name=next((value for key, value in issuer if key == "CN"), ""),
            names=tuple(map(self._host, read.names)),
            addresses=tuple(map(self._host, read.addresses)),
            issuer_urls=tuple(map(self._url, read.issuer_urls)),
            ocsp_urls=tuple(map(self._url, read.ocsp_urls)),
            crl_urls=tuple(map(self._url, read.crl_urls)),
            policies=tuple(policy for policy in read.policies if policy.startswith(PUBLIC_POLICIES) or policy == ANY_POLICY),
        )
        return describe(certificate, signers)

    def _name(self, name: x509.Name, text: str) -> list[tuple[str, str]]:
        """The parts of a name that is `text` in one, the last first, as RFC 4514 writes them."""
        rename = str if text in self._said else self._part
        return [(part.rfc4514_attribute_name, rename(str(part.value))) for part in reversed(list(name))]

    def _in_one(self, parts: Iterable[tuple[str, str]], text: str) -> str:
        return text if text in self._said else ", ".join(f"{key}={value}" for key, value in parts)

    def _part(self, value: str) -> str:
        product = product_of((value,))
        if product is not None:
            return product.words_in(value)
        if mark := mark_in(value):
            return f"{mark} {self._word(value.removeprefix(mark))}"
        if len(value) <= _COUNTRY:
            return value
        return self._host(value) if "." in value and " " not in value and "@" not in value else self._word(value)

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return self._word(url)
        if parts.scheme.lower() != "http" or not host:
            return self._word(url)
        moved = self._host(host)
        place = (f"[{moved}]" if ":" in moved else moved) + (f":{port}" if port is not None else "")
        return f"http://{place}{self._path(urlunsplit(('', '', parts.path, parts.query, '')))}"
