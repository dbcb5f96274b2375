"""Client and server have no version of TLS in common.

*What it means*

TLS comes in versions. diag offers the ones in use today (1.2 and 1.3), and the server refused them, or chose one that diag's
TLS library does not support. Or something drops the first message as soon as it offers TLS 1.3: only TLS 1.2, offered alone,
gets an answer.

*Why it matters*

No TLS connection is possible. Servers that know only TLS 1.0 or 1.1 are out of date and open to known attacks; most clients
have given these versions up.

*What to do*

The server has to support TLS 1.2 or later. The finding lists which versions the server did accept when each was offered alone.
Going back to an old version on the client is at most a stopgap. Where TLS 1.3 is dropped, the network team has to update whatever
inspects TLS on the path; until then, programs that offer TLS 1.2 alone work.

*How it is told apart*

The word for it is the alert `protocol_version`, from either side. Each version is then offered alone, which shows what the
server speaks. Sides that share a version and no cipher fail with another alert. That TLS 1.3 is dropped is said only where
nothing else that was changed brought an answer: no other name, no smaller message, no smaller packets.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.handshake_experiments import ENDED_OR_SILENT, answered, died, names, seen_of, sizes
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

OFFERED = ("TLSv1.2", "TLSv1.3")
"""What this client offers by itself."""
OLD = ("TLSv1", "TLSv1.1")
_WORD = "protocol_version"
DROPPED = "dropped"
"""The form where what offers TLS 1.3 gets no answer, and what offers TLS 1.2 alone does."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the handshake ended over the version."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if died(seen.answer, how=ENDED_OR_SILENT) and (found := _dropped(view, seen)):
        return found
    if not _over_version(seen.answer):
        spoke = seen.answer.finished or seen.answer.chain or seen.answer.failure.startswith("alert:")
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    alone = {version: view.asked(question) for version, question in _each(seen.question).items()}
    accepted = tuple(version for version, one in alone.items() if one and _finished(one))
    return problem(
        seen.observation,
        *(one for one in alone.values() if one and isinstance(one.answer, Session)),
        about=str(view.endpoint.authority),
        rules_out={} if set(accepted) & set(OFFERED) else {"answered-on-the-way": (seen.observation,)},
        endpoint=str(view.endpoint.authority),
        offered=seen.question.versions or OFFERED,
        accepted_versions=accepted or None,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return each version, offered alone; of a handshake that died without a word, TLS 1.2 alone."""
    seen = view.session
    if seen is None:
        return ()
    if view.proxy is None and died(seen.answer, how=ENDED_OR_SILENT):
        return (_each(seen.question)["TLSv1.2"],)
    return _each(seen.question).values() if _over_version(seen.answer) else ()


def _dropped(view: EndpointView, seen: Answered[Handshake, Session]) -> Finding | None:
    """Whether only what leaves TLS 1.3 out is answered; None: it is not, or another change brings an answer as well.

    Every other change was tried, by the checks of names and sizes.
    """
    alone = view.asked(_each(seen.question)["TLSv1.2"])
    others = seen_of(view, (*names(seen.question), *sizes(seen.question)))
    if alone is None or not answered(alone) or not others or any(answered(other) for other in others):
        return None
    return problem(
        seen.observation,
        alone,
        *others,
        about=str(view.endpoint.authority),
        owner=Owner.NETWORK,
        confidence=Confidence.LIKELY,
        form=DROPPED,
        endpoint=str(view.endpoint.authority),
        ending=str(seen.answer.failure),
        tries=1 + len(others),
    )


def _each(question: Handshake) -> dict[str, Handshake]:
    """One handshake a version; the old ones need the old ciphers, too."""
    return {
        version: replace(question, versions=(version,), ciphers="wide" if version in OLD else "default")
        for version in (*OLD, *OFFERED)
    }


def _over_version(answer: Session) -> bool:
    return not answer.finished and (
        answer.failure == f"alert:{_WORD}" or (bool(answer.failure) and any(alert.name == _WORD for alert in answer.alerts))
    )


def _finished(seen: Observation) -> bool:
    return isinstance(seen.answer, Session) and seen.answer.finished


_DROPPED = Sentences(
    title="TLS 1.3 to {endpoint} is dropped",
    seen=(
        "What offers TLS 1.3 got no answer ({ending}; attempts: {tries}). TLS 1.2 offered alone did.",
        *HANDSHAKE_AT,
    ),
    means="A firewall or filter on the path, or a server that is out of date, drops clients that offer TLS 1.3.",
    remedy=(
        "Ask the network team which device inspects TLS on the path to {endpoint}, and to update it.",
        "If there is none, report to the service's provider that a ClientHello with TLS 1.3 gets no answer.",
        "Until then, set TLS 1.2 as the highest version in the program that fails.",
    ),
)
CHECK = EndpointCheck(
    id="tls-version-rejected",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8996",
    do=(HowTo.SERVER_TLS,),
    see=(
        ShellLine(
            "openssl s_client -connect {endpoint} </dev/null", "an alert such as protocol version, or unsupported protocol"
        ),
        ShellLine("curl.exe -sv {to_url}", "an error in the TLS handshake", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "answered-on-the-way",
            owner=Owner.NETWORK,
            where="form",
            among=(None,),
            decided_by="the same test from another network",
            words="something in between ends TLS and answers itself",
        ),
        Rival(
            "dropped-by-the-service",
            owner=Owner.SERVICE,
            where="form",
            among=(DROPPED,),
            decided_by="the same test from another network",
            words="the service, or a device in front of it, drops what offers TLS 1.3",
        ),
    ),
    explains=("tls-handshake-silent", "tls-handshake-cut"),
    tokens={"ending": Failure},
    alike=("form", "accepted_versions"),
    forms=((DROPPED, _DROPPED),),
    measures=("tries",),
    sentences=Sentences(
        title="{endpoint} and diag have no TLS version in common",
        seen=(
            "diag offered {offered}, and the handshake failed because of the version.",
            "Tested one by one, {endpoint} accepted {accepted_versions}.",
            *HANDSHAKE_AT,
        ),
        means="The server supports only versions that are no longer in use, or refuses the current ones.",
        remedy=(
            "If you run {endpoint}, switch on TLS 1.2 or, better, 1.3.",
            "If {offered} should work there, ask the network team whether something in between ends TLS.",
        ),
    ),
)
