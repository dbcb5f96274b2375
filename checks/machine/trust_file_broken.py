"""A setting names certificates to trust that cannot be used.

*What it means*

Environment variables such as SSL_CERT_FILE or REQUESTS_CA_BUNDLE tell programs on this computer which authorities to trust.
One of them names a file or folder that is missing, empty or unreadable. Or its form is not the one that programs read: a
certificate in binary form, or a folder whose files are not named by their hashes.

*Why it matters*

What a program does then depends on the variable. Those that name the one list to be used leave a program without any
authority, or keep it from starting. SSL_CERT_DIR is read in addition to the system's file, so only the certificates that the
folder should add are missing. With SSL_CERT_FILE it depends on whether the system also has a folder of its own. Node.js merely
warns about NODE_EXTRA_CA_CERTS, and goes on without the additional authorities. Programs that do not heed the variable work.

*What to do*

Correct the path, restore the file, bring it into the form that is read, or remove the variable.

*How it is told apart*

Each variable's file is opened and read, which is certain. Endpoints count as hit where diag's own handshake, which heeds
SSL_CERT_FILE and SSL_CERT_DIR, found no authority for a chain that a list of public authorities accepts. Where none is hit, it is
a warning.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.public_roots import accepts_as_public
from diag.model.answer import Trust
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, ShellLine
from diag.model.machine import TrustVariable
from diag.model.question import Question, Verify
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.chain import presented

UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})
"""OpenSSL's X509_V_ERR numbers for a chain that leads to no authority of the store."""


class TrustState(StrEnum):
    """What is found where a variable points (`diag.model.machine.TrustVariable`)."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_HASHED = "not_hashed"
    DER = "der"
    UNPARSABLE = "unparsable"


class Heed(StrEnum):
    """What programs make of a variable that cannot be used."""

    ALONE = "alone"
    """It names the only list: without it nobody is trusted, or the program does not start."""
    BESIDES = "besides"
    """It is read besides the file of the system."""
    FOLDER_LEFT = "folder_left"
    """The system's folder of certificates is read besides, where it has one that is hashed."""
    WARNED = "warned"
    """Node.js warns, and goes on."""


_HEED = {"SSL_CERT_FILE": Heed.FOLDER_LEFT, "SSL_CERT_DIR": Heed.BESIDES, "NODE_EXTRA_CA_CERTS": Heed.WARNED}
_PUBLIC_STORE = "certifi"
"""A list of the public authorities that comes with diag, and that no variable changes."""


def _suffering(run_view: RunView) -> list[EndpointView]:
    """The endpoints whose chain led to no authority of the system's store."""
    return [
        view
        for view in run_view.cases
        if view.session and view.session.question.trust == "system"
        if any(error.code in UNKNOWN_ISSUER for error in view.session.answer.verify_errors)
    ]


def _broken(run_view: RunView) -> list[TrustVariable]:
    settings = run_view.machine.trust
    return [variable for variable in settings.answer.variables if variable.state != "ok"] if settings else []


def _second_opinion(view: EndpointView) -> Verify | None:
    return Verify(presented=view.session.question, trust=_PUBLIC_STORE) if view.session else None


def questions(run_view: RunView) -> Iterable[Question]:
    return [question for view in _suffering(run_view) if (question := _second_opinion(view))] if _broken(run_view) else []


def _is_public(view: EndpointView) -> bool:
    """Whether the public authorities accept a chain that the system's store does not."""
    question = _second_opinion(view)
    seen = view.asked(question) if question else None
    said = seen.answer if seen else None
    chain = presented(view.session.answer) if view.session else None
    return isinstance(said, Trust) and chain is not None and accepts_as_public(said, chain)


def judge(run_view: RunView) -> Finding:
    settings = run_view.machine.trust
    if settings is None:
        return unknown(Because.NOT_LOOKED)
    broken = _broken(run_view)
    if not broken:
        return ok(settings.observation)
    hit = [view for view in _suffering(run_view) if _is_public(view)]
    opinions = [seen for view in hit if (question := _second_opinion(view)) and (seen := view.asked(question))]
    say = problem if hit else warning
    return say(
        settings.observation,
        *(view.session.observation for view in hit if view.session),
        *opinions,
        about=", ".join(variable.name for variable in broken),
        hits=[str(view.endpoint) for view in hit],
        confidence=Confidence.LIKELY if hit else Confidence.CERTAIN,
        rules_out={"system-list-lacks-it": () if hit else [settings.observation]},
        variables=tuple(variable.name for variable in broken),
        paths=tuple(dict.fromkeys(variable.path for variable in broken)),
        states=tuple(dict.fromkeys(_known(variable.state) for variable in broken)),
        heed=tuple(dict.fromkeys(_HEED.get(variable.name, Heed.ALONE) for variable in broken)),
        refused=len(hit) or None,
        unhashed=_paths(broken, TrustState.NOT_HASHED),
        binary=_paths(broken, TrustState.DER),
        lost=_paths(broken, TrustState.MISSING, TrustState.UNREADABLE, TrustState.EMPTY, TrustState.UNPARSABLE),
    )


def _known(state: str) -> TrustState:
    return TrustState(state) if state in set(TrustState) else TrustState.UNPARSABLE


def _paths(broken: list[TrustVariable], *states: TrustState) -> tuple[str, ...] | None:
    """The paths in one of these states, each once; None: there is none."""
    return tuple(dict.fromkeys(variable.path for variable in broken if _known(variable.state) in states)) or None


CHECK = RunCheck(
    id="machine-trust-file-broken",
    owner=Owner.MACHINE,
    about_chain=True,
    article=__doc__,
    reference="https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/",
    do=(HowTo.TRUST_ROOT,),
    see=(ShellLine("openssl storeutl -noout -certs {paths}", "Total found: 0, or an error"),),
    judge=judge,
    questions=questions,
    explains=("tls-issuer-untrusted", "tls-trust-stores-differ", "machine-trust-store-outdated"),
    rivals=(
        Rival(
            "system-list-lacks-it",
            words="the system's own trust store lacks the certificate authority as well",
            decided_by="the same handshake without {variables} in the environment",
        ),
    ),
    tokens={"states": TrustState, "heed": Heed},
    alike=("states", "variables"),
    sentences=Sentences(
        title="{variables} {variables:names|name} certificates that cannot be used: {states}",
        seen=(
            "{variables} {variables:points|point} to {paths}: {states}.",
            "diag tested it with the certificates of {refused}: programs that read this setting refuse them.",
        ),
        means="Programs that read {variables} behave like this: {heed}.",
        remedy=(
            "Give the files in {unhashed} the names that programs look for: openssl rehash {unhashed}",
            "Convert {binary} to text form (PEM): openssl x509 -inform der -in {binary} -out ca.pem. Then name that file"
            " instead.",
            "Correct {variables}, so that it names existing certificates in PEM form, or restore {lost}.",
            "If nobody needs {variables}, remove it from the environment, and restart the program.",
        ),
    ),
)
