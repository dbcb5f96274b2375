"""The trust stores on this computer differ about the service's certificate.

*What it means*

Each program asks a trust store whether to trust a certificate. Some ask the system's (curl, Go, .NET), some one that they
bring along (Node.js, and Python's requests and httpx with the drivers built on them). Java has its own, and some read a file
that an environment variable names. Here one list accepts the service's chain, and another does not.

*Why it matters*

It works in one program and fails in another on the same computer: in the browser and not in Python, in curl and not in Java. The
finding says which list accepts, which does not, and who uses which.

*What to do*

Have the programs that fail use the list that works, or add the authority's root to the list that they use. A company's own root
belongs into the system's store, and into the file or the key store of each program that brings its own.

*How it is told apart*

The chain that was presented is held against each list; nothing is sent for it. A table says of each program which list it
asks, and what that says; lists that come with a driver cannot be looked at. Where diag's own list accepts it, it is a
warning. Endpoints whose authority is declared in the endpoint list are left out. `machine-trust-file-broken` is a file that
cannot be used at all. `tls-intercepted` is an authority that signs for unrelated services, and explains this one.
"""

from collections.abc import Iterable

from diag.knowledge.asked_for import trusts_as_set
from diag.knowledge.public_roots import accepts_as_public
from diag.knowledge.trust_stores import TOKENS, ClientOpinions, Opinion, Program, Says, Store, lists_of, programs
from diag.model.answer import Trust
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.chain import presented

PUBLIC_ROOT = "public"
"""The form where the root is a public one, so that a list that does not hold it lacks something."""


def judge(view: EndpointView) -> Finding:
    """Return whether one list accepts the chain and another does not."""
    lists = lists_of(view)
    if lists is None:
        return unknown(Because.NOT_REACHED)
    opinions, seen = lists.opinions, lists.session.observation
    if not any(opinion.store is not Store.SYSTEM for opinion in opinions):
        return unknown(Because.NOT_LOOKED, seen)
    known = [opinion.seen for opinion in opinions]
    accepting = tuple(opinion.store.value for opinion in opinions if opinion.accepts)
    refusing = tuple(opinion.store.value for opinion in opinions if not opinion.accepts)
    if not (accepting and refusing):
        return ok(seen, *known)
    say = problem if lists.session.answer.verify_errors else warning
    clients = lists.clients
    rows = ClientOpinions.of(clients)
    return say(
        seen,
        *known,
        about=_issuer(view),
        host=view.endpoint.host,
        issuer=_issuer(view),
        accepting=accepting,
        accepted_for=programs(clients, Says.YES) or None,
        refusing=refusing,
        refused_for=programs(clients, Says.NO) or None,
        clients=rows.clients,
        stores=rows.stores,
        accepts=rows.accepts,
        form=PUBLIC_ROOT if _is_public(view, opinions) else None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same chain, held against every list that is known here; nothing is sent for it."""
    lists = lists_of(view)
    return lists.wanted if lists else ()


def _is_public(view: EndpointView, opinions: Iterable[Opinion]) -> bool:
    """Whether a list that accepts the chain leads it to a root that is known to be a public one."""
    chain = presented(view.session.answer) if view.session else None
    said = [opinion.seen.answer for opinion in opinions if isinstance(opinion.seen.answer, Trust)]
    return chain is not None and any(trust.root and accepts_as_public(trust, chain) for trust in said)


def _issuer(view: EndpointView) -> str:
    chain = presented(view.session.answer) if view.session else None
    return chain.issuer if chain else ""


CHECK = EndpointCheck(
    id="tls-trust-stores-differ",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://wiki.mozilla.org/CA",
    do=(HowTo.TRUST_ROOT,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null",
            "the system's verdict (Verify return code), to compare with that of curl --cacert FILE",
        ),
        ShellLine("curl.exe -sv {to_url}", "what the trust store of Windows says", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=trusts_as_set,
    judge=judge,
    questions=questions,
    explains=("tls-issuer-untrusted",),
    rivals=(),
    tokens={
        **TOKENS,
        "accepting": Store,
        "refusing": Store,
        "accepted_for": Program,
        "refused_for": Program,
    },
    about_chain=True,
    sentences=Sentences(
        title="The trust stores on this computer differ about {host}",
        seen="The chain of {host} ends at {issuer}. Accepted by: {accepting}. Refused by: {refusing}.",
        means=(
            "Whether a program connects depends on its trust store.",
            When("accepted_for", (), "It works in {accepted_for}."),
            When("refused_for", (), "It fails in {refused_for}."),
        ),
        remedy=(
            "Ask your security team whether {issuer} should sign for {host}. If nobody knows it, trust it nowhere.",
            "If it should, add its root certificate to {refusing}, or make the programs that fail use {accepting}.",
        ),
    ),
    forms=(
        (
            PUBLIC_ROOT,
            Sentences(
                title="A trust store on this computer lacks the public certificate authority of {host}",
                seen="The chain of {host} leads to a public certificate authority ({issuer}). Accepted by: {accepting}."
                " Refused by: {refusing}.",
                means=(
                    "Whether a program connects depends on its trust store.",
                    When("accepted_for", (), "It works in {accepted_for}."),
                    When("refused_for", (), "It fails in {refused_for}."),
                    "A file that a variable names replaces the trust store that the program comes with.",
                ),
                remedy=(
                    "Add the public certificate authorities to {refusing}. What is in it, such as your company's own, can stay.",
                    "Or make the programs that fail use {accepting}: remove the setting, or update the program.",
                ),
            ),
        ),
    ),
)
