"""Large packets are lost on the network path to the host, without an error message.

*What it means*

Networks carry packets up to a certain size. Somewhere on the network path the limit is lower, as it is inside a VPN, and the
message that should tell both ends is dropped (a "black hole"). Small packets, such as those that open a connection, pass;
large ones vanish.

*Why it matters*

Connections open, and then hang: in the TLS handshake, or as soon as an answer is long.

*What to do*

Ask the network team to allow ICMP "fragmentation needed" and "packet too big", or to limit the segment size (MSS clamping) on
the VPN or tunnel. Lowering the MTU of this computer's interface helps at once.

*How it is told apart*

The same handshake is tried again at the same address: with small segments, over IPv4 also with the smallest that every network
carries, with tiny ones, and once as before. Only where small ones go through and the last hangs again is this the cause.
Where the host has addresses of both families, the finding says whether the other one works: the two often go different ways.
Through a proxy, the segments are those between this computer and the proxy, and only tiny ones are tried: each try costs the
proxy a tunnel, and perhaps a login. A hello that is dropped for its size alone, whatever
the segments, is tls-large-hello-dropped; a server that keeps silent whatever is sent is tls-handshake-silent.
"""

from collections.abc import Iterable
from functools import partial

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import is_direct
from diag.model.address import Address
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Handshake, Question, Tunnel, carried_by, carrier
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

SMALL = 1100
"""Bytes of a segment that every network with IPv6 carries: with its headers it stays under IPv6's least, 1280 (RFC 8200, 5)."""
LEAST_SEGMENT = 500
"""The same for IPv4, whose least is 576 (RFC 791, 3.1)."""
TINY = 200
"""Less than any network may fall short of: a link that loses even smaller ones than it has to carry is broken, and shows by this.
Only where these get lost as well, it is not the size.
"""


def _is_hung(view: EndpointView) -> bool:
    """Whether the handshake stopped without an end."""
    session = view.session
    return session is not None and not session.answer.stage and session.answer.failure == Failure.TIMED_OUT


def _again(view: EndpointView, mss: int) -> Handshake | None:
    """The walk's handshake over another connection to the same address: with small segments, or (0) just as before."""
    session, over = view.session, _dialled(view)
    if session is None or over is None:
        return None
    if mss:
        return _over(session.question, replace(over, mss=mss))
    source = next((dial.answer.source for dial in view.dials if dial.question == over), "")
    return _over(session.question, replace(over, source=source)) if source else None


def _dialled(view: EndpointView) -> Connect | None:
    """The connection of the walk's handshake: to the server, or to the proxy that it goes through. None: there is none, or a
    TLS session with the proxy lies between.
    """
    way = carrier(view.session.question) if view.session else None
    dialled = way.over if isinstance(way, Tunnel) else way
    return dialled if isinstance(dialled, Connect) else None


def _over(question: Handshake, dialled: Connect) -> Handshake:
    way = carrier(question)
    return carried_by(question, replace(way, over=dialled) if isinstance(way, Tunnel) else dialled)


def questions(view: EndpointView) -> Iterable[Question]:
    if not _is_hung(view):
        return []
    return [question for question in (*(_again(view, size) for size in _sizes(view)), _again(view, 0)) if question]


def _sizes(view: EndpointView) -> tuple[int, ...]:
    """The segments to try, the larger first: down to less than what every network of that family carries. Through a proxy, the
    least alone, which pass wherever larger ones do.
    """
    if view.proxy is not None:
        return (TINY,)
    over = _dialled(view)
    return (SMALL, LEAST_SEGMENT, TINY) if over is not None and over.address.family == 4 else (SMALL, TINY)


def _seen(view: EndpointView, mss: int) -> Observation | None:
    question = _again(view, mss)
    return view.asked(question) if question else None


def _answered(observation: Observation | None) -> bool:
    return observation is not None and isinstance(observation.answer, Session) and not observation.answer.failure


def _hung(observation: Observation | None) -> bool:
    answer = observation.answer if observation else None
    return isinstance(answer, Session) and not answer.stage and answer.failure == Failure.TIMED_OUT


def _as_large_passed(view: EndpointView) -> bool:
    """Whether a handshake with the same address that sends as much, such as one by another name, was finished."""
    own = view.session
    return own is not None and any(
        seen.answer.finished and carrier(seen.question) == carrier(own.question) and seen.question.hello == own.question.hello
        for seen in view.sessions
    )


def _took_all(session: Session) -> bool:
    """Whether the other side acknowledged all that was sent, as far as the kernel tells: then nothing of it was lost."""
    return session.tcp is not None and not session.tcp.unacked


def _over_the_other_family(view: EndpointView) -> dict[str, Answered[Handshake, Session]]:
    """The same handshake with addresses of the other family, where it was finished."""
    over = _dialled(view)
    ours = over.address.family if over and view.proxy is None else 0
    each = {Address(host, 0): seen for host, seen in view.sessions_by_address.items()} if ours else {}
    return {one.host: seen for one, seen in each.items() if one.family != ours and seen.answer.finished}


def judge(view: EndpointView) -> Finding:
    session = view.session
    if session is None:
        return unknown(Because.NOT_REACHED)
    if not _is_hung(view):
        return ok(session.observation)
    tried = {size: seen for size in _sizes(view) if (seen := _seen(view, size)) is not None and seen.fault is None}
    size = next((size for size, seen in tried.items() if _answered(seen)), 0)
    if not size:
        excluded = min(tried, default=SMALL) <= LEAST_SEGMENT or (tried and _took_all(session.answer)) or _as_large_passed(view)
        return (ok if excluded else partial(unknown, Because.UNDECIDED))(session.observation, *tried.values())
    small, before = tried[size], _seen(view, 0)
    if before is not None and before.fault:
        before = None
    if before is not None and not _hung(before):
        return unknown(Because.UNDECIDED, session.observation, small, before)
    over = _dialled(view)
    address = over.address.host if over else view.endpoint.host
    cites = (session.observation, small, before) if before else (session.observation, small)
    others = _over_the_other_family(view)
    return problem(
        *cites,
        *(seen.observation for seen in others.values()),
        about=address,
        rules_out={"comes-and-goes": [before] if before else ()},
        form=TO_THE_PROXY if view.proxy else None,
        host=view.endpoint.host,
        proxy=str(view.proxy) if view.proxy else None,
        address=address,
        over_six=":" in address or None,
        four_works=(":" in address and bool(others)) or None,
        six_works=(":" not in address and bool(others)) or None,
        works=tuple(others) or None,
        seconds=round(session.observation.took, 1),
        size=size,
        small_took=round(small.took, 3),
        repeated=before is not None or None,
    )


TO_THE_PROXY = "to_the_proxy"
"""The form where the packets are lost between this computer and the proxy."""
_LARGE_LOST = "Connections open and then hang: large packets are dropped, and so is the message that should report it."
_MTU_REMEDY = (
    "Ask your network team to allow the ICMP messages 'fragmentation needed' and 'packet too big'. Or to clamp the"
    " segment size (MSS) on the VPN or tunnel.",
    "To test it on this computer, lower the MTU of the network interface or VPN in use to 1280.",
)
_TO_THE_PROXY = Sentences(
    title="Large packets to or from the proxy {proxy} are lost on the network path",
    seen=(
        "The TLS handshake with {host} through the proxy hung for {seconds} s. With segments of {size} bytes to and from the"
        " proxy it took {small_took} s.",
        When("repeated", (True,), "A second attempt with full size hung again."),
    ),
    means=_LARGE_LOST,
    remedy=_MTU_REMEDY,
)
CHECK = EndpointCheck(
    id="network-mtu-blackhole",
    owner=Owner.NETWORK,
    by_place=True,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8201",
    do=(HowTo.MTU,),
    see=(
        ShellLine(
            "ping -M do -s 1472 -c 3 {address}; ping -M do -s 1000 -c 3 {address}",
            "replies to the small packets alone",
            unless=("over_six",),
        ),
        ShellLine("ping -M do -s 1452 -c 3 {address}; ping -M do -s 1200 -c 3 {address}", "replies to the small packets alone"),
        ShellLine(
            "ping -f -l 1472 {address}", "no reply, or Packet needs to be fragmented", Shell.POWERSHELL, unless=("over_six",)
        ),
        ShellLine("ping -l 1452 {address}", "no reply", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=lambda view: is_direct(view) or (view.proxy is not None and _is_hung(view)),
    questions=questions,
    rivals=(
        Rival(
            "comes-and-goes",
            decided_by="the same test a few times over (--repeat)",
            words="a fault that comes and goes, whatever the size",
        ),
    ),
    explains=("tls-handshake-silent", "tls-large-hello-dropped"),
    forms=((TO_THE_PROXY, _TO_THE_PROXY),),
    measures=("size",),
    sentences=Sentences(
        title="Large packets to or from {host} are lost on the network path",
        seen=(
            "The TLS handshake with {address} hung for {seconds} s. With segments of {size} bytes it took {small_took} s.",
            When("repeated", (True,), "A second attempt with full size hung again."),
            When("four_works", (True,), "Over IPv4, the same handshake succeeded: {works}."),
            When("six_works", (True,), "Over IPv6, the same handshake succeeded: {works}."),
        ),
        means=_LARGE_LOST,
        remedy=(
            *_MTU_REMEDY,
            When("four_works", (True,), "Until then, programs that can be limited to IPv4 work (curl -4)."),
            When("six_works", (True,), "Until then, programs that can be limited to IPv6 work (curl -6)."),
        ),
    ),
)
