"""The lists of authorities on this computer do not agree about the service's certificate.

*What it means*

Each program asks a list of authorities (a trust store) whether to trust a certificate: some ask the system's (curl, Go, .NET),
some one that they bring along (Python's requests and httpx with the drivers built on them, Node.js, Java), some a file that an
environment variable names. Here one list accepts the service's chain, and another does not.

*Why it matters*

It works in one program and fails in another on the same computer: in the browser and not in Python, in curl and not in Java. The
finding says which list accepts, which does not, and who uses which.

*What to do*

Have the programs that fail use the list that works, or add the authority's root to the list that they use. A company's own root
belongs into the system's store, and into the file or the key store of each program that brings its own.

*How it is told apart*

The chain that was presented is held against each list; nothing is sent for it. Where the system's list accepts it, it is a
warning. Endpoints whose authority is declared in the list of endpoints are left out. `machine-trust-file-broken` is a file that
cannot be used at all; `tls-intercepted` is an authority that signs for unrelated services, and explains this one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.tls.gap import PUBLIC_STORE
from diag.model.answer import Trust
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.machine import TrustVariable
from diag.model.observation import Observation
from diag.model.question import Handshake, Question, Verify
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.chain import accepts, presented, untrusted

SYSTEM_USERS = ("curl", "Go", ".NET")
PUBLIC_USERS = ("Python requests and httpx", "Node.js", "Java (a list much like it)")
USERS = {
    "REQUESTS_CA_BUNDLE": "Python requests",
    "CURL_CA_BUNDLE": "curl and Python requests",
    "NODE_EXTRA_CA_CERTS": "Node.js",
    "AWS_CA_BUNDLE": "AWS CLI and SDKs",
    "PIP_CERT": "pip",
    "GIT_SSL_CAINFO": "git",
    "CARGO_HTTP_CAINFO": "cargo",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": "gcloud",
    "DENO_CERT": "Deno",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": "gRPC",
    "HTTPLIB2_CA_CERTS": "Python httplib2",
}
"""Who heeds a variable. SSL_CERT_FILE and SSL_CERT_DIR are not here: they *are* the system's store for diag and for OpenSSL."""
ADDITIONS = frozenset({"NODE_EXTRA_CA_CERTS", "DENO_CERT"})
"""Variables whose file is added to the list that the program brings along."""
READABLE = "ok"


@dataclass(frozen=True)
class Opinion:
    """What one list says of the chain."""

    store: str
    users: str
    accepts: bool
    seen: Observation


def judge(case: Case) -> Finding:
    """Whether one list accepts the chain and another does not."""
    seen = case.session
    if seen is None or presented(seen.answer) is None:
        return unknown(Because.NOT_REACHED)
    own = Opinion("the system's store", ", ".join(SYSTEM_USERS), not untrusted(seen.answer), seen.observation)
    others = list(_opinions(case, seen.question))
    if not others:
        return unknown(Because.NOT_LOOKED, seen.observation)
    known = [opinion.seen for opinion in others]
    if all(opinion.accepts == own.accepts for opinion in others):
        return ok(seen.observation, *known)
    accepting = [opinion for opinion in (own, *others) if opinion.accepts]
    refusing = [opinion for opinion in (own, *others) if not opinion.accepts]
    say = warning if own.accepts else problem
    return say(
        seen.observation,
        *known,
        about=_issuer(case),
        host=case.endpoint.host,
        issuer=_issuer(case),
        accepting=tuple(opinion.store for opinion in accepting),
        accepted_for=tuple(opinion.users for opinion in accepting),
        refusing=tuple(opinion.store for opinion in refusing),
        refused_for=tuple(opinion.users for opinion in refusing),
    )


def questions(case: Case) -> Iterable[Question]:
    """The same chain, held against the public list and against each file that a variable names; nothing is sent for it."""
    seen = case.session
    if seen is None or presented(seen.answer) is None:
        return
    yield Verify(presented=seen.question, trust=PUBLIC_STORE)
    for variable in _variables(case):
        yield Verify(presented=seen.question, trust=variable.path)


def _opinions(case: Case, question: Handshake) -> Iterator[Opinion]:
    """The lists that could be asked, each with its answer."""
    public = _answer(case, Verify(presented=question, trust=PUBLIC_STORE))
    if public:
        yield Opinion("the public list (certifi)", ", ".join(PUBLIC_USERS), _says_yes(public), public)
    for variable in _variables(case):
        told = _answer(case, Verify(presented=question, trust=variable.path))
        if told is None or (variable.name in ADDITIONS and public is None):
            continue
        yes = _says_yes(told) or (variable.name in ADDITIONS and public is not None and _says_yes(public))
        yield Opinion(f"the file of {variable.name}", USERS[variable.name], yes, told)


def _variables(case: Case) -> list[TrustVariable]:
    settings = case.machine.trust
    return [one for one in settings.answer.variables if one.name in USERS and one.state == READABLE] if settings else []


def _answer(case: Case, question: Verify) -> Observation | None:
    seen = case.asked(question)
    return seen if seen and isinstance(seen.answer, Trust) and not seen.answer.failure else None


def _says_yes(seen: Observation) -> bool:
    return isinstance(seen.answer, Trust) and accepts(seen.answer)


def _issuer(case: Case) -> str:
    chain = presented(case.session.answer) if case.session else None
    return chain.issuer if chain else ""


CHECK = EndpointCheck(
    id="tls-trust-stores-differ",
    owner=Owner.MACHINE,
    article=__doc__ or "",
    needs=Stage.HANDSHAKE,
    applies=lambda case: case.endpoint.speaks_tls and not case.endpoint.expects.trust,
    judge=judge,
    questions=questions,
    explains=("tls-issuer-untrusted",),
    sentences=Sentences(
        title="The lists of trusted authorities on this computer do not agree about {host}",
        seen="The chain of {host} ends at {issuer}. It is accepted by {accepting} and refused by {refusing}.",
        means="It works in programs that use the former ({accepted_for}) and fails in those that use the latter ({refused_for}).",
        remedy=(
            "Ask your security team whether {issuer} is meant to sign for {host}; if nobody knows it, trust it nowhere.",
            "If it is, add its root certificate to {refusing}, or have the programs that fail use {accepting}.",
        ),
    ),
)
