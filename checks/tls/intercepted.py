"""An inspecting proxy opens the encrypted connections and closes them again with certificates of its own.

*What it means*

Companies read along in encrypted traffic to find malware: a firewall or proxy ends the connection, makes a new certificate for
each service on the fly, and opens a second connection to the service. The certificates seen here were made in that way.

*Why it matters*

Only programs that trust the proxy's own root accept these certificates. The browser usually does, because the company has put
the root into the system; programs with lists of their own (Java, Node, Python, many drivers) do not, and fail. Some services
refuse to work over such a connection at all.

*What to do*

Ask the network team to exempt the service's names from inspection; that is what most providers recommend. Where that is not
possible, add the proxy's root certificate to the trust store of every program that fails.

*How it is told apart*

The authority's name is that of a known inspection product; or one and the same private authority has signed for services that
have nothing to do with each other. Certificates with log receipts or a public policy do not count, nor do authorities that the
endpoint list declares, inside addresses, and endpoints expected to be private. Where this client trusts the authority, it is a
warning.
"""

from collections import defaultdict
from dataclasses import dataclass

from diag.model.address import IpAddress, is_own_name, is_private, literal
from diag.model.answer import Session
from diag.model.case import Case, Whole
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint import Network
from diag.model.inspection import product_in
from diag.model.observation import Observation
from diag.model.question import Handshake
from diag.model.sight import Seen
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.chain import Chain, presented, untrusted

MOST_HOSTS = 8
NONE_KNOWN = "none known"


@dataclass(frozen=True)
class Signed:
    """A host, and a certificate for it that no public authority has signed."""

    case: Case
    session: Seen[Handshake, Session]
    chain: Chain

    @property
    def product(self) -> str:
        """The inspection product that the issuers' names give away; empty: none."""
        return product_in(" ".join(certificate.issuer for certificate in self.chain.path))

    @property
    def site(self) -> str:
        """The part of the name that one owner has. Two labels: too short for some, which only makes hosts look more related."""
        return ".".join(self.case.endpoint.host.split(".")[-2:])

    @property
    def inside(self) -> bool:
        """Whether the host may be one of the company's own: a device, or a service for which its own authority signs."""
        endpoint = self.case.endpoint
        if literal(endpoint.host) is not None or endpoint.expects.network is Network.PRIVATE:
            return True
        return any(is_private(ip) for ip in self._dialled)

    @property
    def here(self) -> bool:
        """Whether the host is this computer, where developers have authorities of their own, which they trust."""
        if untrusted(self.session.answer):
            return False
        return is_own_name(self.case.endpoint.host) or any(ip.is_loopback for ip in self._dialled)

    @property
    def _dialled(self) -> list[IpAddress]:
        """The host's addresses; empty where a proxy keeps them."""
        return [] if self.case.proxy else [ip for text in self.case.addresses if (ip := literal(text)) is not None]


def judge(whole: Whole) -> Finding:
    """Whether one authority that is not public stands between this client and services that are not its own."""
    met = [(case.session, chain) for case in whole.cases if case.session and (chain := presented(case.session.answer))]
    if not met:
        return unknown(Because.NOT_REACHED)
    signed = _signed_privately(whole)
    if not signed:
        return ok(*(session.observation for session, _ in met))
    outside = [one for one in signed if not one.inside]
    product = [one for one in outside if one.product]
    if product:
        return _found([one for one in product if one.product == product[0].product], Confidence.CERTAIN)
    strangers = _same_issuer([one for one in outside if not one.here])
    if strangers:
        return _found(strangers, Confidence.LIKELY)
    if all(one.inside or one.here for one in signed):
        return ok(*(session.observation for session, _ in met))
    return unknown(Because.UNDECIDED, *(one.session.observation for one in signed))


def _signed_privately(whole: Whole) -> list[Signed]:
    """The hosts whose certificates bear no public authority's mark, are not self-signed, and are not as declared."""
    found = []
    for case in whole.cases:
        chain = presented(case.session.answer) if case.session else None
        declared = bool(case.endpoint.expects.trust) and case.session is not None and not untrusted(case.session.answer)
        if case.session and chain and not (chain.looks_public or chain.leaf.self_signed or declared):
            found.append(Signed(case, case.session, chain))
    return found


def _same_issuer(signed: list[Signed]) -> list[Signed]:
    """The largest group that one authority signed for, over more than one site; empty: there is none."""
    groups: defaultdict[str, list[Signed]] = defaultdict(list)
    for one in signed:
        groups[one.chain.leaf.issuer].append(one)
    unrelated = [group for group in groups.values() if len({one.site for one in group}) > 1]
    return max(unrelated, key=len, default=[])


def _found(signed: list[Signed], confidence: Confidence) -> Finding:
    refused = [one for one in signed if untrusted(one.session.answer)]
    hit = refused or signed
    leaf = hit[0].chain.leaf
    say = problem if refused else warning
    seen: list[Observation] = [one.session.observation for one in hit]
    return say(
        *seen,
        about=leaf.issuer,
        confidence=confidence,
        hits=tuple(str(one.case.endpoint) for one in hit),
        issuer=leaf.issuer_common_name or leaf.issuer,
        product=hit[0].product or NONE_KNOWN,
        hosts=tuple(dict.fromkeys(one.case.endpoint.host for one in hit))[:MOST_HOSTS],
        trusted="no" if refused else "yes",
    )


CHECK = RunCheck(
    id="tls-intercepted",
    owner=Owner.NETWORK,
    article=__doc__ or "",
    judge=judge,
    explains=("tls-issuer-untrusted", "tls-chain-incomplete", "tls-trust-stores-differ", "tls-key-too-weak"),
    sentences=Sentences(
        title="{issuer} opens the encrypted connections on their way",
        seen="The certificates for {hosts} were signed by {issuer}, which is no public authority. Inspection product: {product}."
        " Trusted by this client: {trusted}.",
        means="A proxy or firewall reads along and puts certificates of its own in place of the services'. Programs that do not"
        " trust it refuse the connection.",
        remedy=(
            "Ask the network team to exempt {hosts} from TLS inspection.",
            "Where that is not possible, add the root certificate of {issuer}, as the network team hands it out, to the trust"
            " store of every program that fails.",
        ),
    ),
)
