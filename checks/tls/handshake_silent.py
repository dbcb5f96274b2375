"""The server accepts the connection but does not answer the TLS handshake.

*What it means*

The connection succeeded. diag sent its first message of TLS, and not a byte came back in time, whatever name was asked for and
however small the message was.

*Why it matters*

Clients hang until their own time is up. No certificate and no setting was looked at yet.

*What to do*

See the service's status page. If you run the server, check whether it is overloaded or hangs. Check whether it expects another
protocol on this port (some wait for the client to speak first).

*How it is told apart*

The handshake is tried again without a name, with another name, with a small first message, and in small packets. Where any of
these is answered, the server is awake and the cause is a filter or the size of packets on the way. Where the system shows that
the first message never arrived, nothing is said against the service. Behind a proxy it is `proxy-tunnel-cut`.
"""

from collections.abc import Iterable

from diag.knowledge.dead_handshake import death
from diag.knowledge.each_address import HANDSHAKE_AT, address_of, asked_at_each_address, at_each_address
from diag.knowledge.handshake_experiments import died, names, sizes
from diag.knowledge.own_endpoint import NEAR_END, is_here, owner_here
from diag.knowledge.untrusted_chain import speaks_tls_directly
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Handshake, Question
from diag.model.verdict import Confidence, Finding, Owner, problem

_SILENCE = frozenset({Failure.TIMED_OUT})


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the server took in the first message and said nothing, whatever was changed about it."""
    found = death(view, how=_SILENCE, variants=_variants)
    if isinstance(found, Finding):
        return found
    seen, others = found.seen, found.others
    every = len(others) == len(_variants(seen.question))
    return problem(
        seen.observation,
        *others,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if every else Confidence.POSSIBLE,
        owner=owner_here(view),
        rules_out={"on-the-way": (seen.observation,)} if is_here(view) else {},
        endpoint=str(view.endpoint.authority),
        at=address_of(view) or None,
        seconds=round(seen.observation.took, 1),
        tries=1 + len(others),
        here=is_here(view) or None,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same with other names and other sizes."""
    seen = view.session
    return _variants(seen.question) if seen and died(seen.answer, how=_SILENCE) else ()


def _variants(question: Handshake) -> tuple[Handshake, ...]:
    return (*names(question), *sizes(question))


CHECK = EndpointCheck(
    id="tls-handshake-silent",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-4",
    do=(HowTo.SERVER_TLS,),
    see=(
        ShellLine("curl -sv --noproxy '*' --max-time 10 {to_url}", "a time-out after Connected to"),
        ShellLine("curl.exe -sv --max-time 10 {to_url}", "a time-out after Connected to", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls_directly,
    judge=judge,
    questions=questions,
    rivals=(
        Rival("network-packet-loss", decided_by="whether packets of the connection were lost"),
        Rival(
            "on-the-way",
            owner=Owner.NETWORK,
            decided_by="the same test from another network",
            words="a filter in between drops what the client sends",
        ),
    ),
    measures=("tries",),
    sentences=Sentences(
        title="{endpoint} accepts connections but does not answer the TLS handshake",
        seen=(
            "{endpoint} accepted the connection. No reply to the first TLS message came in {seconds} s. Attempts: {tries}.",
            *HANDSHAKE_AT,
        ),
        means="A server listens there but does not answer: it hangs, or it does not speak TLS on this port.",
        remedy=(
            NEAR_END,
            "If you run {endpoint}, check whether the server hangs or is overloaded, and whether it speaks TLS on this port.",
            "If you do not, compare port and scheme with its documentation. If they are right, report that"
            " {endpoint} {endpoint:does|do} not answer the TLS handshake.",
        ),
    ),
)
