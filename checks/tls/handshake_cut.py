"""The server accepts the connection and closes it during the TLS handshake.

*What it means*

The connection succeeded. diag sent its first message of TLS, and the other side closed or reset the connection instead of
answering, whatever name was asked for.

*Why it matters*

Clients report a bare "connection reset" or "unexpected end". No certificate and no setting was looked at yet.

*What to do*

See the service's status page. If you run the server, check its log at that moment. Look for a load balancer without a healthy
server, a server that expects another protocol on this port, or a rule that drops this computer's address.

*How it is told apart*

The handshake is tried again without a name and with another: where one of these is answered, it is `tls-sni-filtered`. Another
connection is left idle for a second: where that is cut as well, TLS is not what is cut, and nothing is said against the
service. Where the system shows that the first message never arrived, something on the way has cut, and nothing is said against
the service. Behind a proxy it is `proxy-tunnel-cut`. An alert that says nothing of certificates, versions or ciphers counts as
well, behind a proxy too: some services answer so to addresses that are not on their list.
"""

from collections.abc import Iterable

from diag.knowledge.dead_handshake import death
from diag.knowledge.each_address import HANDSHAKE_AT, address_of, asked_at_each_address, at_each_address
from diag.knowledge.handshake_experiments import ENDED, died, names
from diag.knowledge.own_endpoint import NEAR_END, is_here, owner_here
from diag.model.answer import HoldEnd, Session
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Handshake, Hold, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, problem, unknown
from diag.model.view import Answered

ALERT = "alert"
"""The form where an alert ended it."""
_SAYS_LITTLE = frozenset(
    {"internal_error", "access_denied", "decode_error", "unexpected_message", "user_canceled", "close_notify"}
)
"""Alerts that no other check reads (RFC 8446, section 6.2)."""
_A_MOMENT = 1.0
"""Seconds in which a healthy server waits for the client to begin."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the server ended the handshake without a word, whatever the name; or with one that explains nothing."""
    if view.session and _alert(view.session.answer):
        return _alerted(view, view.session)
    found = death(view, how=ENDED, variants=names, half_way=True)
    if isinstance(found, Finding):
        return found
    seen, others, answer = found.seen, found.others, found.seen.answer
    idle = view.asked(_idle(seen.question))
    if idle and isinstance(idle.answer, HoldEnd) and idle.answer.failure and idle.answer.lived < _A_MOMENT:
        return unknown(Because.UNDECIDED, seen.observation, idle)
    sure = bool(answer.bytes_received) or bool(others)
    return problem(
        seen.observation,
        *others,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
        owner=owner_here(view),
        rules_out={"on-the-way": (seen.observation,)} if is_here(view) else {},
        endpoint=str(view.endpoint.authority),
        at=address_of(view) or None,
        ending=str(answer.failure),
        received=answer.bytes_received,
        here=is_here(view) or None,
    )


def _alert(answer: Session) -> str:
    """The alert that ended it before the server had shown anything of itself; empty: none, or one that another check reads."""
    name = answer.failure.removeprefix("alert:")
    return name if name in _SAYS_LITTLE and not (answer.finished or answer.stage or answer.certificate_requested) else ""


def _applies(view: EndpointView) -> bool:
    """What ends without a word behind a proxy is proxy-tunnel-cut; an alert is the server's wherever it comes from."""
    return view.endpoint.speaks_tls and (view.proxy is None or (view.session is not None and bool(_alert(view.session.answer))))


def _alerted(view: EndpointView, seen: Answered[Handshake, Session]) -> Finding:
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        at=address_of(view) or None,
        alert=_alert(seen.answer),
        form=ALERT,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same address, without a name and with another; and whether a connection lives there on which nothing is sent."""
    seen = view.session
    return (*names(seen.question), _idle(seen.question)) if seen and died(seen.answer, how=ENDED) else ()


def _idle(question: Handshake) -> Hold:
    return Hold(question.over, _A_MOMENT)


_ALERTED = Sentences(
    title="{endpoint} ends TLS handshakes with an alert",
    seen=("{endpoint} ended the TLS handshake with the alert {alert}, before it had shown a certificate.", *HANDSHAKE_AT),
    means="The server takes connections, but no TLS with this computer. Some services (MongoDB Atlas, for one) do that to"
    " addresses that are not on their list.",
    remedy=(
        "If you have an account there with a list of allowed addresses, check that the address of this network is on it.",
        "If it is, or there is none, report to the provider of {endpoint} that TLS handshakes end with the alert {alert}.",
    ),
)
CHECK = EndpointCheck(
    id="tls-handshake-cut",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-6.1",
    do=(HowTo.SERVER_TLS,),
    see=(
        ShellLine("openssl s_client -connect {endpoint} </dev/null", "no peer certificate available"),
        ShellLine("curl.exe -sv {to_url}", "an error in the TLS handshake", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=_applies,
    judge=judge,
    questions=questions,
    rivals=(
        Rival("network-packet-loss", decided_by="whether packets of the connection were lost"),
        Rival(
            "refused-by-rule",
            owner=Owner.CLOUD,
            whose=True,
            where="form",
            among=(ALERT,),
            decided_by="the rules of the service for who may connect",
            words="the service is set to admit other networks or accounts alone",
        ),
        Rival(
            "on-the-way",
            owner=Owner.NETWORK,
            decided_by="the same test from another network",
            words="a filter in between ends the connection",
        ),
    ),
    alike=("ending", "alert"),
    forms=((ALERT, _ALERTED),),
    measures=("received",),
    sentences=Sentences(
        title="{endpoint} closes connections during the TLS handshake",
        seen=(
            "{endpoint} accepted the connection and ended it during the TLS handshake ({ending}). It had sent {received} bytes.",
            *HANDSHAKE_AT,
        ),
        means="The server, or a device in front of it, does not complete TLS connections at the moment.",
        remedy=(
            NEAR_END,
            "Compare the port with the documentation of the service: a server that expects no TLS there ends connections"
            " like this, too.",
            "If you run {endpoint}, check its log, and that of the load balancer in front of it, for who ended the connection.",
            "If you do not, check its provider's status page and try again. If it lasts, report that {endpoint} closes"
            " connections during the TLS handshake.",
        ),
    ),
)
