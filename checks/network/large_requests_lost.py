"""Small requests are answered, and a large one gets stuck or is ended on its way.

*What it means*

You asked for a large request to be sent (`--upload`). The same place answered a small one at once. Of the large one a part went
out, and then nothing more could be sent, or the connection was ended without an answer.

*Why it matters*

Logins, queries and tests work, so everything seems to be in order; uploads of files and large statements hang or fail, often at
about the same size.

*What to do*

Check each device that limits or inspects requests in between. A proxy, a web application firewall or a data-loss filter may
hold a request back until it has all of it. A VPN may send packets that are too large. Give its keeper the size at which it
stopped, and the time.

*How it is told apart*

Both requests go the same way, one after the other. A server that refuses for the size says so (413): that is an answer, and no
loss. While bytes still go when the time is over, the way is only slow (`network-throughput-low`). Where no full packet gets
through at all, the TLS handshake or the small answer suffers as well (`network-mtu-blackhole`). Who ended the request cannot be
seen from here, so the service itself stays possible.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.asked_for import uploads
from diag.model.answer import Transferred
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.question import Question, Transfer
from diag.model.run import UPLOAD_SIZE
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

STUCK_FOR = 0.5
"""The part of the time in which nothing could be sent from which on a request is stuck."""
STUCK_AT_LEAST = 3.0
"""Seconds of it, at the least."""


class HowLost(StrEnum):
    """How a large request ended."""

    STUCK = "stuck"
    CUT = "cut"
    UNANSWERED = "unanswered"


def judge(view: EndpointView) -> Finding:
    """Return whether a large request is lost where a small one is answered."""
    small, question = view.exchange, _upload(view)
    if small is None or question is None or not small.answer.status:
        return unknown(Because.NOT_REACHED)
    large = view.asked(question)
    if large is None or not isinstance(large.answer, Transferred):
        return unknown(Because.NOT_LOOKED, small.observation)
    if large.answer.stage or not large.answer.sent:
        return unknown(Because.UNDECIDED, small.observation, large)
    how = _lost(large.answer, question.seconds)
    if how is None:
        return ok(small.observation, large)
    return problem(
        small.observation,
        large,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY,
        target=str(view.endpoint.authority),
        method=question.method,
        how_lost=how.value,
        sent=_arrived(large.answer),
        seconds=round(large.answer.seconds, 1),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the large request, where the small one was answered."""
    question = _upload(view)
    if question is not None and view.exchange and view.exchange.answer.status:
        yield question


def _upload(view: EndpointView) -> Transfer | None:
    small, seconds = view.exchange, view.evidence.run.trials.upload
    if small is None:
        return None
    asked = small.question
    return Transfer(asked.over, asked.authority, asked.target, seconds, UPLOAD_SIZE, view.endpoint.expects.upload)


def _lost(answer: Transferred, seconds: float) -> HowLost | None:
    """How it was lost; None: it was answered, or bytes still went."""
    if answer.status:
        return None
    if answer.failure in (Failure.RESET, Failure.CUT):
        return HowLost.CUT
    if answer.failure:
        return HowLost.UNANSWERED if answer.failure == Failure.TIMED_OUT else None
    return HowLost.STUCK if answer.longest_pause >= max(STUCK_AT_LEAST, STUCK_FOR * seconds) else None


def _arrived(answer: Transferred) -> int:
    """Kilobytes that the other side took, as far as the kernel tells; else those that were handed to it."""
    return (answer.tcp.bytes_acked if answer.tcp and answer.tcp.bytes_acked else answer.sent) // 1000


CHECK = EndpointCheck(
    id="network-large-requests-lost",
    owner=Owner.NETWORK,
    article=__doc__,
    applies=uploads,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "limit-of-the-service",
            owner=Owner.SERVICE,
            decided_by="the same upload from another network",
            words="the service itself, or its gateway, ends requests that are too large for it without a word",
        ),
        Rival(
            "limit-of-the-proxy",
            owner=Owner.PROXY,
            decided_by="the same upload without the proxy",
            words="the proxy ends requests that are too large for it without a word",
        ),
    ),
    tokens={"how_lost": HowLost},
    measures=("sent",),
    sentences=Sentences(
        title="Large requests to {target} do not get through, and small ones do",
        seen="{target} answered a small request. Of a large one ({method}) it took {sent} kB in {seconds} s: {how_lost}.",
        means="Something between this computer and the service passes small requests and loses large ones.",
        remedy=(
            "Look at what inspects or limits requests to {target} (proxy, web application firewall, filter, VPN), at about"
            " {sent} kB.",
            "Try the same from another network. If it fails there too, ask the provider of {target} for its limit.",
        ),
    ),
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
    see_not="a large request may change what lies at its target: diag run --upload sends one where you say that it may",
)
