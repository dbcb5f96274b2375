"""The server uses a key exchange that is too weak for current programs.

*What it means*

For each connection client and server agree on a fresh key. The server does this with numbers that are too small, or broken (a
Diffie-Hellman group of 1024 bits or less). The cipher itself may be a good one.

*Why it matters*

Clients in use today end the connection ("dh key too small"). Older ones go on, with a key that can be found with effort.

*What to do*

The server has to use a group of 2048 bits or more, or ECDHE (elliptic curves), which is better and faster. Lowering the
security level of the client is at most a stopgap.

*How it is told apart*

It was this client that ended the handshake, after the server's first words, so they had a cipher in common. The same handshake
comes about at the lowest security level, and not where only a server without secure renegotiation is allowed (`tls-legacy-
renegotiation`). Where the server ended it, it is `tls-no-shared-cipher`; a certificate whose key is too short is `tls-key-too-
weak`.
"""

from collections.abc import Iterable

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.ended_handshake import ended_handshake, finished, variants, went_on
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether this client ended the handshake, and goes on with it at the lowest security level alone."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    ended = ended_handshake(view)
    if ended is None or not ended.by_us:
        return ok(seen.observation) if ended or went_on(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    if ended.legacy is None or ended.wide is None:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if finished(ended.legacy):
        return ok(seen.observation, ended.legacy)
    session = finished(ended.wide)
    if session is None and not seen.answer.chain:
        return unknown(Because.UNDECIDED, seen.observation, *ended.tried)  # keys are agreed on after the certificates
    endpoint = str(view.endpoint.authority)
    return problem(
        seen.observation,
        *ended.tried,
        about=endpoint,
        confidence=Confidence.CERTAIN if session else Confidence.POSSIBLE,
        rules_out={"broken-handshake": (ended.wide,) if session else ()},
        endpoint=endpoint,
        cipher=session.cipher if session else None,
        version=session.version if session else None,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same handshake with more leniency."""
    return variants(view.session.question) if view.session and ended_handshake(view) else ()


CHECK = EndpointCheck(
    id="tls-weak-key-exchange",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc7919",
    do=(HowTo.SERVER_TLS,),
    see=(ShellLine("openssl s_client -connect {endpoint} </dev/null", "dh key too small"),),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "broken-handshake",
            decided_by="the same handshake with another program, such as openssl s_client",
            words="the server breaks the rules of TLS in some other way",
        ),
    ),
    sentences=Sentences(
        title="{endpoint} uses a key exchange that is too weak for current programs",
        seen=(
            "diag's TLS library ended the handshake with {endpoint} after the server's first message.",
            "Only at the lowest security level did it succeed ({version}, {cipher}).",
            *HANDSHAKE_AT,
        ),
        means="The cipher is fine. The Diffie-Hellman group that the server uses for the key exchange is too weak.",
        remedy=(
            "If you run {endpoint}, switch on ECDHE, or use a Diffie-Hellman group of 2048 bits or more. The cipher can stay.",
            "If you do not, report to its provider that its key exchange is too weak for current programs.",
        ),
    ),
)
