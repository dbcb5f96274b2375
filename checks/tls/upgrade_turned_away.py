"""The server speaks its protocol, and reports at once that it does not serve this computer.

*What it means*

Before TLS could begin, the server answered in its own protocol that it does not serve this computer, or not now. MySQL says so
with an error in place of its greeting, mail servers with a number such as 554 or 421, a directory with a notice.

*Why it matters*

No setting of TLS, no certificate and no password was looked at yet. Changing them cannot help.

*What to do*

The number says why. MySQL: 1130, it lets nobody in from this address; 1129, it has blocked this address after too many errors;
1040, it has no room for more connections. Mail: 554, it refuses this address; 421, it is busy, or sees too many connections.
PostgreSQL answers like this while it starts or stops. The team that runs the service can find out from its log which it was.

*How it is told apart*

It is the server's own refusal, in its protocol. A connection that just ends is `tls-upgrade-unanswered` or
`network-connection-cut`; a server that talks, and does not encrypt, is `tls-upgrade-refused`.
"""

from enum import StrEnum

from diag.knowledge.starttls import expected, goes_over, refused_as
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.upgrade import UpgradeRefusal
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


class KeptOut(StrEnum):
    """Why a server turns a connection away, by the number that it gives."""

    FULL = "full"
    """It has no room for more connections."""
    BLOCKED = "blocked"
    """It has blocked this address after too many errors."""
    BUSY = "busy"
    """Not now: it is busy, or sees too many connections."""
    OTHER = "other"
    """A rule about addresses, or what its number does not tell."""


_REASONS = {
    ("mysql", 1040): KeptOut.FULL,
    ("mysql", 1203): KeptOut.FULL,
    ("mysql", 1129): KeptOut.BLOCKED,
    ("smtp", 421): KeptOut.BUSY,
    ("ldap", 51): KeptOut.BUSY,
}
"""MySQL's ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_HOST_IS_BLOCKED; RFC 5321, section 4.2.2; RFC 4511, appendix A."""


def judge(view: EndpointView) -> Finding:
    """Return whether the server said that it does not talk to this client."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not refused_as(seen, UpgradeRefusal.TURNED_AWAY):
        spoke = not seen.answer.failure or seen.answer.refusal
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
        code=seen.answer.code or None,
        kept_out=_REASONS.get((str(expected(view)), seen.answer.code), KeptOut.OTHER),
    )


CHECK = EndpointCheck(
    id="tls-upgrade-turned-away",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5321#section-3.1",
    do=(HowTo.STARTTLS,),
    see=(ShellLine("openssl s_client -starttls {protocol} -connect {endpoint} </dev/null", "an error before TLS begins"),),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    rivals=(),
    tokens={"kept_out": KeptOut},
    alike=("protocol", "kept_out"),
    sentences=Sentences(
        title="{endpoint} rejects this computer before TLS begins",
        seen=(
            "{endpoint} answered in {protocol} that it does not serve this computer.",
            "The code in the answer: {code}.",
            When("kept_out", (KeptOut.FULL, KeptOut.BLOCKED, KeptOut.BUSY), "What it means: {kept_out}."),
        ),
        means="The network path works. The server's rules, or its load, keep this computer out.",
        remedy=(
            When(
                "kept_out",
                (KeptOut.FULL,),
                "If you run {endpoint}, end connections that nobody uses, or raise its limit. Programs that keep many open need a"
                " pool of connections.",
            ),
            When(
                "kept_out",
                (KeptOut.BLOCKED,),
                "If you run {endpoint}, find out what made the errors, and then lift the block (MySQL: FLUSH HOSTS).",
            ),
            When(
                "kept_out",
                (KeptOut.BUSY,),
                "Try again in some minutes. If you run {endpoint}, check its log for its limit of connections from one address.",
            ),
            When(
                "kept_out",
                (KeptOut.OTHER,),
                "If you run {endpoint}, check its log for why it rejected this computer's address, and allow it.",
            ),
            "If you do not, tell its provider your public address and the time.",
            "Also tell them the code in the answer: {code}.",
        ),
    ),
)
