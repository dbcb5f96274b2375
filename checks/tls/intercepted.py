"""A TLS inspection decrypts the connections and replaces the services' certificates with its own.

*What it means*

Companies inspect encrypted traffic to find malware. A firewall or proxy ends the connection, makes a new certificate for each
service on the fly, and opens a second connection to the service. The certificates seen here were made in that way.

*Why it matters*

Only programs that trust the proxy's own root accept these certificates. The browser usually does, because the company has put
the root into the system; programs with lists of their own (Java, Node, Python, many drivers) do not, and fail. Some services
refuse to work over such a connection at all.

*What to do*

Ask the network team to exempt the service's names from inspection; that is what most providers recommend. Where that is not
possible, add the proxy's root certificate to the trust store of every program that fails.

*How it is told apart*

The certificate authority's name is that of a known inspection product. Or one and the same private authority, or one and the
same key, stands behind services that have nothing to do with each other. What a public root signed does not count (told by the
root's key, since people add their company's root to any list). Nor does what bears log receipts or a public policy and no
product's name. Nor do certificates for other names than the host's (an appliance's own), authorities that the endpoint list
declares, private addresses, and endpoints expected to be private. Where this client trusts the authority, nothing fails here
and it is a warning: it names the programs whose lists do not know it. Virus scanners and tools of developers do the same on
the computer itself.
"""

from collections import defaultdict
from functools import cached_property

from msgspec import Struct

from diag.knowledge.domains import registrable_domain
from diag.knowledge.public_roots import accepts_as_public
from diag.knowledge.tls_inspectors import Kind, Product, ProductWord, product_of
from diag.knowledge.trust_stores import TOKENS, ClientOpinions, Program, Says, Store, lists_of, programs
from diag.model.address import IpAddress, is_own_name, is_private, literal
from diag.model.answer import Session, Trust
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint import Network
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Handshake
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.view import Answered
from diag.model.wire.certificate import covers
from diag.model.wire.chain import Chain, presented, untrusted

_MOST_HOSTS = 8
_SILENT, LOCAL = "silent", "local"
"""Forms: this client trusts it; it is a program of this computer. The usual one: this client refuses it."""


class Signed(Struct, frozen=True, dict=True):
    """A host, and a certificate for it that no public authority has signed."""

    view: EndpointView
    session: Answered[Handshake, Session]
    chain: Chain

    @cached_property
    def product(self) -> Product | None:
        """The product that the issuers' names give away; None: none."""
        return product_of(title for certificate in self.chain.path for title in certificate.issuer_titles)

    @property
    def signers(self) -> set[str]:
        """By what hosts can be one signer's: who signed the certificate, where the chain ends, and the key that it is for."""
        return {f"issuer {self.chain.leaf.issuer}", f"root {self.chain.top.issuer}", f"key {self.chain.leaf.key_fingerprint}"}

    @property
    def site(self) -> str:
        """The part of the name that one owner has registered."""
        return registrable_domain(self.view.endpoint.host)

    @property
    def made_for_it(self) -> bool:
        """Whether the certificate is for this very host, as a gateway makes them; an appliance's own is for another name."""
        return covers(self.chain.leaf, self.view.endpoint.host)

    @property
    def inside(self) -> bool:
        """Whether the host may be one of the company's own: a device, or a service for which its own authority signs."""
        endpoint = self.view.endpoint
        if literal(endpoint.host) is not None or endpoint.expects.network is Network.PRIVATE:
            return True
        return any(is_private(ip) for ip in self._dialled)

    @property
    def here(self) -> bool:
        """Whether the host is this computer, where developers have authorities of their own, which they trust."""
        if untrusted(self.session.answer):
            return False
        return is_own_name(self.view.endpoint.host) or any(ip.is_loopback for ip in self._dialled)

    @property
    def _dialled(self) -> list[IpAddress]:
        """The host's addresses; empty where a proxy keeps them."""
        return [] if self.view.proxy else [ip for text in self.view.addresses if (ip := literal(text)) is not None]


def judge(run_view: RunView) -> Finding:
    """Return whether one authority that is not public stands between this client and services that are not its own."""
    met = [(view.session, chain) for view in run_view.cases if view.session and (chain := presented(view.session.answer))]
    if not met:
        return unknown(Because.NOT_REACHED)
    signed = _signed_privately(run_view)
    if not signed:
        return ok(*(session.observation for session, _ in met))
    outside = [one for one in signed if one.made_for_it and not one.inside]
    named = [one for one in outside if one.product]
    if named:
        return _found([one for one in named if one.product == named[0].product], Confidence.CERTAIN)
    strangers = _same_issuer([one for one in outside if not one.here])
    if strangers:
        return _found(strangers, Confidence.LIKELY)
    if all(one.inside or one.here or not one.made_for_it for one in signed):
        return ok(*(session.observation for session, _ in met))
    return unknown(Because.UNDECIDED, *(one.session.observation for one in signed))


def _signed_privately(run_view: RunView) -> list[Signed]:
    """The hosts whose certificates no public authority has signed, which did not sign themselves, and are not as declared."""
    found = []
    for view in run_view.cases:
        chain = presented(view.session.answer) if view.session else None
        if view.session is None or chain is None or chain.leaf.self_signed:
            continue
        one = Signed(view, view.session, chain)
        declared = bool(view.endpoint.expects.trust) and not untrusted(view.session.answer)
        public = _signed_by_public(view, chain)
        # A gateway may copy the marks of the certificate that it replaces, but not the place in a public list.
        looks_public = chain.looks_public and not (one.product and public is False)
        if not (declared or looks_public or public):
            found.append(one)
    return found


def _signed_by_public(view: EndpointView, chain: Chain) -> bool | None:
    """Whether a public root is at the chain's end, by the list of public authorities; None: that was not asked."""
    lists = lists_of(view)
    said = next((opinion.seen.answer for opinion in lists.opinions if opinion.store is Store.CERTIFI), None) if lists else None
    return accepts_as_public(said, chain) if isinstance(said, Trust) else None


def _same_issuer(signed: list[Signed]) -> list[Signed]:
    """The largest group that one authority signed for, or that one key serves, over more than one site; empty: there is none."""
    groups: defaultdict[str, list[Signed]] = defaultdict(list)
    for one in signed:
        for signer in sorted(one.signers):
            groups[signer].append(one)
    unrelated = [group for group in groups.values() if len({one.site for one in group}) > 1]
    return max(unrelated, key=len, default=[])


def _found(signed: list[Signed], confidence: Confidence) -> Finding:
    refused = [one for one in signed if untrusted(one.session.answer)]
    hit = refused or signed
    first = hit[0]
    leaf, product = first.chain.leaf, first.product
    lists = lists_of(first.view)
    clients = lists.clients if lists else ()
    rows = ClientOpinions.of(clients)
    say = problem if refused else warning
    seen: list[Observation] = [one.session.observation for one in hit]
    opinions = [opinion.seen for opinion in lists.opinions] if lists else []
    return say(
        *seen,
        *opinions,
        about=leaf.issuer,
        confidence=confidence,
        rules_out={"one-owner": seen} if product else {},
        hits=tuple(str(one.view.endpoint) for one in hit),
        issuer=leaf.issuer_common_name or leaf.issuer,
        product=product.word if product else None,
        place=product.kind.value if product else None,
        hosts=tuple(dict.fromkeys(one.view.endpoint.host for one in hit))[:_MOST_HOSTS],
        fails_for=programs(clients, Says.NO) or None,
        clients=rows.clients,
        stores=rows.stores,
        accepts=rows.accepts,
        form=LOCAL if product and product.kind is not Kind.NETWORK else None if refused else _SILENT,
    )


_EXEMPT = "Ask the security team to exempt {hosts} from TLS inspection."
_ADD = (
    "If that is not possible, get the root certificate of {issuer} from them, and add it to the trust store of each"
    " program that fails."
)
_FAILS = When("fails_for", (), "Programs that do not trust it and refuse the connection: {fails_for}.")
_SIGNED = "{issuer}, which is not a public certificate authority, signed {hosts:the certificate|the certificates} for {hosts}."
_PRODUCT = "By its name, this is {product}."
ON_THIS_COMPUTER = Sentences(
    title="{product} on this computer inspects TLS connections",
    seen=(_SIGNED, _PRODUCT),
    means=("{product}, {place}, decrypts TLS connections and replaces the services' certificates with its own.", _FAILS),
    remedy=(
        "In {product}, switch TLS inspection off, or exempt {hosts}. If nobody uses the program any more, stop it.",
        "If that is not possible, add the root certificate of {issuer} to the trust store of each program that fails.",
    ),
    owner=Owner.MACHINE,
)
UNNOTICED = Sentences(
    title="{issuer} inspects TLS connections, and this computer trusts it",
    seen=(_SIGNED, _PRODUCT, "The trust store that diag uses holds it."),
    means=("Nothing fails here. A proxy or firewall still decrypts the connections.", _FAILS),
    remedy=(_EXEMPT, _ADD),
)
CHECK = RunCheck(
    id="tls-intercepted",
    owner=Owner.SECURITY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-9.3",
    do=(
        HowTo.TLS_INSPECTION,
        HowTo.TRUST_ROOT,
    ),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {to_host} </dev/null",
            "the inspecting authority as issuer (i:) in the chain",
        ),
        ShellLine("curl.exe -sv {to_url}", "an error about the certificate's issuer", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=("tls-issuer-untrusted", "tls-chain-incomplete", "tls-trust-stores-differ", "tls-key-too-weak"),
    rivals=(
        Rival(
            "one-owner",
            decided_by="what the certificate of each of these hosts is from another network",
            words="the hosts belong to one owner, whose private certificate authority signs for all of them",
        ),
    ),
    tokens={**TOKENS, "fails_for": Program, "product": ProductWord, "place": Kind},
    about_chain=True,
    alike=("product", "form"),
    sentences=Sentences(
        title="{issuer} inspects TLS connections, and this computer does not trust it",
        seen=(_SIGNED, _PRODUCT, "The trust store that diag uses does not hold it."),
        means=(
            "A proxy or firewall decrypts the connections and replaces the services' certificates with its own. Programs that"
            " do not trust it refuse the connection.",
            _FAILS,
        ),
        remedy=(_EXEMPT, _ADD),
    ),
    forms=((_SILENT, UNNOTICED), (LOCAL, ON_THIS_COMPUTER)),
)
