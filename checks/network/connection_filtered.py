"""Nothing comes back: the host does not answer on that port, neither yes nor no.

*What it means*

This computer asked every address of the host to connect. No answer came within the time, not even a refusal. A computer that
is switched on and not protected answers at once, so something swallows the packets, or their answers: most often a firewall.
A host that is down, or an address that nobody uses, looks the same; so does a rule of this computer's own firewall that says
nothing.

*Why it matters*

Programs wait for a long time before they give up, and then report a time-out.

*What to do*

Ask the firewall team whether outgoing connections to these addresses and this port are allowed from this computer. In a cloud
network, look at the security group, the network rules and the route table of the subnet, both ways.

*How it is told apart*

The same addresses are tried on the host's other usual port. If that answers, yes or no, the host is alive and the port is
filtered. If it is silent as well, the whole host is filtered, down or without a way back, and diag cannot tell these apart from
here: a look from another network decides. That goes for an address in this computer's own network too, at which nobody is
found. Where the system can (Linux), the way is followed hop by hop, to say after whom the silence begins; many routers never
say that they are on the way, so the culprit may stand further on. Where this computer's gateway is what nobody finds, it is
network-gateway-dead; where every target of the run, and a host that is known to be good (`--control`), is met with silence,
network-no-egress.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import (
    ConnectOutcome,
    Dial,
    beside,
    hosts_of,
    is_direct,
    other_port,
    outcome_of,
    outcomes_of,
    seconds_of,
    seen_beside,
    seen_in,
    word_for,
    words_for_controls,
)
from diag.model.answer import Path
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.question import Question, Trace
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

QUIET = frozenset({ConnectOutcome.SILENCE, ConnectOutcome.NO_NEIGHBOUR})
"""Where nobody answers. In its own network this computer tells itself, after some seconds, that nobody is there."""
MOST_HOPS = 5
"""Hops that are named: the first, and the last before the silence."""


def _silent(view: EndpointView) -> tuple[Dial, ...]:
    """The walk's connects, where nothing came back to any of them; empty otherwise."""
    pairs = outcomes_of(view)
    return tuple(dial for dial, _ in pairs) if all(word in QUIET for _, word in pairs) else ()


def questions(view: EndpointView) -> Iterable[Question]:
    silent = _silent(view)
    return [*beside(view, silent), *(Trace(dial.question.address) for dial in silent[:1])]


def judge(view: EndpointView) -> Finding:
    silent = _silent(view)
    if not silent:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    others = seen_beside(view, silent)
    way = next((seen for seen in view.traces if seen.question.address == silent[0].question.address), None)
    alive = any(outcome_of(dial, None) in (ConnectOutcome.ACCEPTED, ConnectOutcome.REFUSED) for dial in others)
    return problem(
        *seen_in(silent),
        *seen_in(others),
        *seen_in(view.control_dials),
        *((way.observation,) if way else ()),
        about=",".join(sorted(hosts_of(silent))),
        confidence=Confidence.CERTAIN if alive else Confidence.LIKELY,
        host=view.endpoint.host,
        port=view.endpoint.port,
        addresses=hosts_of(silent),
        seconds=seconds_of(silent),
        other_port=other_port(view.endpoint.port),
        beside=word_for(others),
        controls=words_for_controls(view.control_dials),
        path=_path(way.answer) if way else "not followed",
        filtered="the port" if alive else "the whole host, or it is down" if others else "the port or the whole host",
        neighbour="" if alive else "the host is down",
        decided_by="" if alive else "the same connect from another network",
    )


def _path(way: Path) -> str:
    """The way as far as it is known, and how it ends, in words."""
    if way.arrived:
        return f"the host answered after all, {way.arrived} hops away"
    if not way.hops:
        return "nothing answers, not even the first hop"
    hops = [f"{hop.sender} (hop {hop.limit})" for hop in way.hops]
    shown = hops if len(hops) <= MOST_HOPS else [hops[0], "\u2026", *hops[2 - MOST_HOPS :]]
    return " \u2192 ".join(["this computer", *shown, "nothing answers from there on"])


CHECK = EndpointCheck(
    id="network-connection-filtered",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    asks_for="connections are swallowed on the way",
    at_wrong_address=True,
    article=__doc__,
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    sentences=Sentences(
        title="Nothing comes back from {host} on port {port}",
        seen="Each of {addresses} was silent for {seconds} s on port {port}. On port {other_port}: {beside}."
        " The way there: {path}. Hosts known to be good: {controls}.",
        means="Something on the way, most often a firewall, swallows the packets or their answers. Filtered is {filtered}.",
        remedy=(
            "Ask your firewall team whether this computer may connect to {addresses} on port {port}, and whether the answers"
            " may come back.",
            "Look at the outgoing rules of this computer's own firewall as well.",
            "In a cloud network, look at the security group, the network rules and the route table of this computer's subnet.",
            "If both are open, try from another network: silence there as well means that the host is down.",
        ),
    ),
)
