"""Unencrypted data was inserted where TLS should begin.

*What it means*

When a server agrees to go over to TLS, it has to be silent until the client begins. Here more bytes came together with its
agreement, unencrypted. A device on the network path can insert bytes there; if a program reads them later, it takes them for
the encrypted words of the server.

*Why it matters*

It is a known attack (command injection), and careful programs end the connection when they see it, as diag did. A faulty
middlebox or server can do it by mistake.

*What to do*

Do not log in on this way until it is cleared up. Ask the network team what inspects this protocol, and the team that runs the
server whether it is up to date. The bundle holds the beginning of what was sent.

*How it is told apart*

The bytes stood behind the server's agreement before this client had said a word of TLS. Where they come later, in place of the
server's answer in TLS, it is `tls-plaintext-answer`.
"""

from diag.knowledge.starttls import expected, goes_over, refused_as
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.upgrade import UpgradeRefusal
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether something followed the agreement in the clear."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not refused_as(seen, UpgradeRefusal.SURPLUS):
        spoke = not seen.answer.failure or seen.answer.refusal
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
    )


CHECK = EndpointCheck(
    id="tls-upgrade-injected",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9051#section-7.1",
    do=(HowTo.STARTTLS,),
    see=(
        ShellLine(
            "openssl s_client -starttls {protocol} -connect {endpoint} </dev/null", "an error right after the server agreed"
        ),
    ),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    rivals=(
        Rival(
            "faulty-server",
            owner=Owner.SERVICE,
            decided_by="the same session from another network",
            words="the server itself is faulty, and continues unencrypted after it agreed",
        ),
    ),
    alike=("protocol",),
    sentences=Sentences(
        title="Unencrypted data was inserted where TLS with {endpoint} should begin",
        seen="{endpoint} agreed in {protocol} to start TLS, but more unencrypted data followed at once.",
        means="Something in between, or a faulty server, inserts data that a program could take for the server's own.",
        remedy=(
            "Ask your network team what inspects {protocol}, and the team that runs {endpoint} whether the server is up to date.",
            "Do not log in to {endpoint} from this network until this is explained.",
        ),
    ),
)
