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
from diag.model.case import Case, Whole
from diag.model.check import RunCheck, Sentences
from diag.model.machine import TrustVariable
from diag.model.question import Question, Verify
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})
"""OpenSSL's X509_V_ERR numbers for a chain that leads to no authority of the store."""
PUBLIC_STORE = "certifi"
"""A list of the public authorities that comes with diag, and that no variable changes."""


def _suffering(whole: Whole) -> list[Case]:
    """The endpoints whose chain led to no authority of the system's store."""
    return [
        case
        for case in whole.cases
        if case.session and case.session.question.trust == "system"
        if any(error.code in UNKNOWN_ISSUER for error in case.session.answer.verify_errors)
    ]


def _broken(whole: Whole) -> list[TrustVariable]:
    settings = whole.machine.trust
    return [variable for variable in settings.answer.variables if variable.state != "ok"] if settings else []


def _second_opinion(case: Case) -> Verify | None:
    return Verify(presented=case.session.question, trust=PUBLIC_STORE) if case.session else None


def _questions(whole: Whole) -> Iterable[Question]:
    return [question for case in _suffering(whole) if (question := _second_opinion(case))] if _broken(whole) else []


def _is_public(case: Case) -> bool:
    """Whether the public authorities accept a chain that the system's store does not."""
    question = _second_opinion(case)
    seen = case.asked(question) if question else None
    said = seen.answer if seen else None
    return isinstance(said, Trust) and not said.failure and not said.verify_errors


def _judge(whole: Whole) -> Finding:
    settings = whole.machine.trust
    if settings is None:
        return unknown(Because.NOT_LOOKED)
    broken = _broken(whole)
    if not broken:
        return ok(settings.observation)
    hit = [case for case in _suffering(whole) if _is_public(case)]
    opinions = [seen for case in hit if (question := _second_opinion(case)) and (seen := case.asked(question))]
    say = problem if hit else warning
    return say(
        settings.observation,
        *(case.session.observation for case in hit if case.session),
        *opinions,
        about=", ".join(variable.name for variable in broken),
        hits=[str(case.endpoint) for case in hit],
        confidence=Confidence.LIKELY if hit else Confidence.CERTAIN,
        variables=tuple(variable.name for variable in broken),
        paths=tuple(variable.path for variable in broken),
        states=tuple(dict.fromkeys(variable.state for variable in broken)),
        refused=len(hit),
    )


CHECK = RunCheck(
    id="machine-trust-file-broken",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=_judge,
    questions=_questions,
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
