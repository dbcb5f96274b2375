"""Something on the way accepts every connection, in the name of whoever is called.

*What it means*

Two addresses that belong to nobody (they are set aside for documentation) accepted a connection from this computer. So
something on the way accepts connections itself, for every address: a transparent proxy, a firewall that looks into connections,
or the sign-in page of a guest network.

*Why it matters*

That a connection opens proves nothing then: the service may never have been asked. Whatever answers, or fails to, may be that
thing and not the service.

*What to do*

On a guest network, sign in with a browser first. Elsewhere ask the network team what stands between this computer and the
outside, and whether it lets the service through.

*How it is told apart*

The two addresses are asked only where the service's public address accepted a connection and nothing good came of it, and never
with `--no-canary`. On a healthy network nobody answers for them. A firewall that accepts and cuts for one host alone is
network-connection-cut. Where the service did answer a greeting by another name, or with a certificate of its own, the thing lets
connections pass, and only a warning is given.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import Dial, is_direct, is_outside, seen_in
from diag.model.address import Address
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.question import Connect, Question, dialled
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

MADE_UP = {4: ("192.0.2.1", "203.0.113.1"), 6: ("2001:db8::1", "2001:db8:ffff::1")}
"""Addresses of two documentation blocks (RFC 5737) or of the one there is (RFC 3849): nobody has them."""
PATIENCE = 2.0
"""Seconds for one of them; what accepts for others is near, and does so at once."""


def _accepted(case: Case) -> tuple[Address, ...]:
    """The public addresses that accepted, where the connection came to nothing good; empty otherwise."""
    return () if case.arrived else tuple(address for address in case.connected if is_outside(address.host))


def _canaries(case: Case) -> tuple[Connect, ...]:
    accepted = _accepted(case)
    if not accepted:
        return ()
    return tuple(Connect(Address(host, accepted[0].port), within=PATIENCE) for host in MADE_UP[accepted[0].family])


def _questions(case: Case) -> Iterable[Question]:
    spoken = (Stage.UPGRADE, Stage.HANDSHAKE, Stage.EXCHANGE)
    return _canaries(case) if any(map(case.has, spoken)) else ()


def _heard_itself(case: Case) -> bool:
    """Whether any handshake with one of these addresses brought certificates: then somebody behind was asked."""
    accepted = set(_accepted(case))
    return any(seen.answer.chain for seen in case.sessions if dialled(seen.question) in accepted)


def _judge(case: Case) -> Finding:
    if case.arrived or not _accepted(case):
        return ok(*seen_in(case.dials)) if case.arrived and case.dials else unknown(Because.NOT_LOOKED)
    canaries = _canaries(case)
    answers: list[Dial] = [seen for seen in case.connections if seen.question in canaries]
    silent = [seen for seen in answers if seen.answer.failure]
    if silent:
        return ok(*seen_in(silent))
    if len(answers) < len(canaries):
        return unknown(Because.NOT_LOOKED, *seen_in(case.dials))
    say = warning if _heard_itself(case) else problem
    return say(
        *seen_in(case.dials),
        *seen_in(answers),
        about="the way out",
        confidence=Confidence.LIKELY,
        host=case.endpoint.host,
        addresses=tuple(address.host for address in _accepted(case)),
        nobodys=tuple(seen.question.address.host for seen in answers),
        port=answers[0].question.address.port,
        milliseconds=round(max(seen.observation.took for seen in answers) * 1000, 1),
        neighbour="the service itself, behind something that accepts for it",
        decided_by="the same look from another network",
    )


CHECK = EndpointCheck(
    id="network-transparent-proxy",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=_judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=_questions,
    explains=(
        "network-connection-cut",
        "tls-upgrade-unanswered",
        "tls-upgrade-misunderstood",
        "tls-handshake-cut",
        "tls-handshake-silent",
        "tls-plaintext-answer",
        "http-no-answer",
        "http-answer-malformed",
    ),
    sentences=Sentences(
        title="Something on the way accepts every connection in the name of others",
        seen="{nobodys}, which belong to nobody, accepted connections on port {port} within {milliseconds} ms, as did"
        " {addresses}; no good answer of {host} came through.",
        means="That a connection opens proves nothing here: a transparent proxy, firewall or sign-in page answers for everybody.",
        remedy=(
            "On a guest network (hotel, train, visitor's wireless), open a browser and sign in, then run diag again.",
            "Elsewhere, ask your network team what accepts connections in the name of others, and have it let {host} through.",
            "If they know of nothing, take the same look from another network and compare.",
        ),
    ),
)
