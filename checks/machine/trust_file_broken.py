"""A setting names a file with certificates to trust, and that file is missing, empty or unreadable.

*What it means*

Environment variables such as SSL_CERT_FILE or REQUESTS_CA_BUNDLE tell programs on this computer which authorities to trust. One
of them names a file or folder that cannot be used.

*Why it matters*

Programs that heed the variable trust nobody then, and refuse every secure connection; or they fail at once because they cannot
open the file. Programs that do not heed it work.

*What to do*

Correct the path, restore the file, or remove the variable.

*How it is told apart*

Each variable's file is opened and read. That is certain; which programs heed which variable differs: SSL_CERT_FILE and
SSL_CERT_DIR decide for OpenSSL and Python, REQUESTS_CA_BUNDLE for Python's requests, CURL_CA_BUNDLE for curl, and
NODE_EXTRA_CA_CERTS for Node.js, which only warns. Endpoints count as hit where diag's own handshake, which heeds the first two,
found no authority for a chain that a list of public authorities accepts. Where none is hit, it is a warning.
"""

from collections.abc import Iterable

from diag.model.answer import Trust
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.machine import TrustVariable
from diag.model.question import Question, Verify
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})
"""OpenSSL's X509_V_ERR numbers for a chain that leads to no authority of the store."""
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
    return isinstance(said, Trust) and not said.failure and not said.verify_errors


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
        variables=tuple(variable.name for variable in broken),
        paths=tuple(variable.path for variable in broken),
        states=tuple(dict.fromkeys(variable.state for variable in broken)),
        refused=len(hit),
    )


CHECK = RunCheck(
    id="machine-trust-file-broken",
    owner=Owner.MACHINE,
    about_chain=True,
    article=__doc__,
    judge=judge,
    questions=questions,
    explains=("tls-issuer-untrusted", "tls-trust-stores-differ", "machine-trust-store-outdated"),
    sentences=Sentences(
        title="The trust file that {variables} names cannot be used: {states}",
        seen="{variables} names {paths}; what was found there: {states}. Public certificates refused here: {refused}.",
        means="Programs that heed {variables} trust nobody, and refuse every secure connection or fail to start.",
        remedy=(
            "Correct {variables} so that it names an existing file of certificates in PEM form, or restore {paths}.",
            "If nobody needs it, remove {variables} from the environment, and start the program anew.",
        ),
    ),
)
