"""Something drops the first message of TLS because it is large.

*What it means*

The first message of TLS has grown: with the key exchange that withstands quantum computers it no longer fits into one packet.
Here the usual, larger message was met with silence or a cut, and a small one was answered.

*Why it matters*

Old firewalls, load balancers and filters read only the first packet and drop what does not fit. Clients that were updated fail
then, while old ones go on working, and it looks as if the update had broken them.

*What to do*

Ask the network team, or the team that runs the server, to update the firewall, load balancer or filter that inspects TLS.
Until then, turning off the new key exchange in the client (X25519MLKEM768) makes its message small again.

*How it is told apart*

The same address, the same name, nothing changed but the size of the message. The large message was tried again in small packets
as well, which failed too: were it the size of packets, that would have helped (`network-mtu-blackhole`). Where another name is
answered, it is `tls-sni-filtered`.

Behind a proxy the packets beyond it are the proxy's own, and nobody here sets their size. A small message that is answered
through the same tunnel tells that size matters beyond the proxy. Whether large packets are lost there, or a filter drops large
messages, stays open. Where small segments to the proxy help, it is the way to the proxy (`network-mtu-blackhole`).
"""

from collections.abc import Iterable

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.handshake_experiments import (
    ENDED_OR_SILENT,
    answered,
    died,
    in_small_packets,
    names,
    seen_of,
    sizes,
    tunnel_in_small_segments,
    with_small_hello,
)
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether a small first message is answered where the usual one is not, in packets of whatever size."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not died(seen.answer, how=ENDED_OR_SILENT):
        return ok(seen.observation)
    small = view.asked(with_small_hello(seen.question))
    if small is None or not isinstance(small.answer, Session) or small.answer.stage:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if not answered(small):
        return ok(seen.observation, small)
    if view.proxy:
        return _beyond(view, seen, small)
    in_packets = seen_of(view, _in_small_packets(view, seen.question))
    large = [*seen_of(view, names(seen.question)), *in_packets]
    if any(answered(other) for other in large):
        return ok(seen.observation, small, *large)
    if not in_packets or small.answer.hello_bytes >= seen.answer.hello_bytes:
        return unknown(Because.UNDECIDED, seen.observation, small)
    return problem(
        seen.observation,
        small,
        *large,
        about=str(view.endpoint.authority),
        confidence=Confidence.CERTAIN if len(large) > 1 else Confidence.LIKELY,
        rules_out={"network-mtu-blackhole": tuple(in_packets)},
        endpoint=str(view.endpoint.authority),
        large=seen.answer.hello_bytes,
        small=small.answer.hello_bytes,
        ending=str(seen.answer.failure),
        tries=1 + len(large),
    )


def _beyond(view: EndpointView, seen: Answered[Handshake, Session], small: Observation) -> Finding:
    """What is said where the two went through one tunnel."""
    nameless = seen_of(view, names(seen.question)[:1])
    if helped := tunnel_in_small_segments(view):
        return ok(seen.observation, small, helped)
    if any(answered(other) for other in nameless):
        return ok(seen.observation, small, *nameless)
    size = small.answer.hello_bytes if isinstance(small.answer, Session) else 0
    if size >= seen.answer.hello_bytes:
        return unknown(Because.UNDECIDED, seen.observation, small)
    return problem(
        seen.observation,
        small,
        *nameless,
        about=str(view.endpoint.authority),
        owner=Owner.PROXY,
        confidence=Confidence.LIKELY,
        form=BEYOND,
        endpoint=str(view.endpoint.authority),
        proxy=str(view.proxy),
        large=seen.answer.hello_bytes,
        small=size,
        ending=str(seen.answer.failure),
        tries=1 + len(nameless),
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return a small message; the usual one in small packets; and with other names, should it be the name."""
    seen = view.session
    if seen is None or not died(seen.answer, how=ENDED_OR_SILENT):
        return ()
    if view.proxy:
        return () if tunnel_in_small_segments(view) else (with_small_hello(seen.question), *names(seen.question)[:1])
    return (*sizes(seen.question), *names(seen.question), *_in_small_packets(view, seen.question))


def _in_small_packets(view: EndpointView, question: Handshake) -> tuple[Handshake, ...]:
    other = in_small_packets(view, question)
    return (other,) if other else ()


BEYOND = "beyond_the_proxy"
"""The form where they went through a tunnel, so that what drops them lies at the proxy or beyond it."""
_BEYOND = Sentences(
    title="Large first TLS messages to {endpoint} are lost at the proxy {proxy}, or beyond it",
    seen="Through the proxy, a first TLS message of {large} bytes got no answer ({ending}; attempts: {tries}). One of {small}"
    " bytes did.",
    means="Either large packets are lost on the path from the proxy to the service (MTU). Or the proxy, or a filter beyond it,"
    " drops messages that do not fit into one packet.",
    remedy=(
        "Ask the team that runs {proxy} to test large packets from the proxy to {endpoint} (MTU), and whether it inspects TLS.",
        "If nothing is found, report to the service's provider that a TLS ClientHello of {large} bytes gets no answer.",
        "Until then, switch off the new key exchange (X25519MLKEM768) in the program that fails.",
    ),
)
CHECK = EndpointCheck(
    id="tls-large-hello-dropped",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://tldr.fail/",
    do=(HowTo.MTU,),
    see=(
        ShellLine(
            "openssl s_client -connect {endpoint} -groups X25519MLKEM768 </dev/null", "no answer, with OpenSSL 3.5 or later"
        ),
    ),
    needs=Stage.HANDSHAKE,
    applies=lambda view: view.endpoint.speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival("network-mtu-blackhole", where="form", among=(None,), decided_by="the same message in small packets"),
        Rival(
            "hole-beyond-the-proxy",
            owner=Owner.NETWORK,
            where="form",
            among=(BEYOND,),
            decided_by="large packets (ping with DF set) from the computer that the proxy runs on",
            words="large packets are lost on the path from the proxy to the service",
        ),
        Rival(
            "dropped-by-the-service",
            owner=Owner.SERVICE,
            whose=True,
            decided_by="the same test from another network",
            words="a load balancer of the service drops them",
        ),
    ),
    explains=("tls-handshake-silent", "tls-handshake-cut", "proxy-tunnel-cut"),
    forms=((BEYOND, _BEYOND),),
    alike=("form",),
    measures=("large", "small", "tries"),
    sentences=Sentences(
        title="Large first TLS messages to {endpoint} are dropped",
        seen=(
            "A first TLS message of {large} bytes got no answer ({ending}; attempts: {tries}). One of {small} bytes did.",
            *HANDSHAKE_AT,
        ),
        means="A firewall, filter or load balancer accepts only messages that fit into one packet.",
        remedy=(
            "Ask the network team which device inspects TLS on the path to {endpoint}, and to update it.",
            "If there is none, report to the service's provider that a TLS ClientHello of {large} bytes gets no answer.",
            "Until then, switch off the new key exchange (X25519MLKEM768) in the program that fails.",
        ),
    ),
)
