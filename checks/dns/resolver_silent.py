"""No resolver of this computer answers for the name.

*What it means*

A resolver is the server that turns names into addresses. Every resolver that is configured here was asked by itself, and none
sent a reply.

*Why it matters*

Without a resolver no program here can find any service by name.

*What to do*

Look at how the questions ended. Silence: ask the DNS team whether the resolvers run, and the network team whether port 53 is open
to them, over UDP and TCP. A port that is closed: the resolver's program is not running there. A message by a router or a
firewall: its owner knows why. No machine with that address in this computer's own network: the setting is of another network, or
that machine is off. An address of a VPN that is down: connect the VPN, or take the address out of the settings. Replies over TCP,
and none over UDP: have port 53 opened for UDP as well. The resolver of a cloud: it answers inside that cloud's networks alone. In
any case, check that these are the resolvers of the present network. After a change of network or the end of a VPN, old ones stay
behind.

*How it is told apart*

A resolver that answers with an error is not silent: dns-server-failure, dns-query-refused. But where it is this computer's own
(systemd-resolved, say) and those to which it hands questions on are silent, these are meant. Where this computer's own rules let
no question out, it is machine-local-firewall. Settings that name this computer itself, where nobody listens, are
machine-resolver-settings-unusable. An address that only a VPN's own interface reaches (100.100.100.100 of Tailscale) is told by
the interfaces. Where that VPN is up, or may be, it is a resolver like others. A gateway that does not answer is
network-gateway-dead. Where this computer has no network at all, machine-offline is the cause and this its consequence. Where
connections go out and nothing ever comes back, it is network-no-egress: a comparison host (`--control`, best by its address)
decides. Where the same resolver answers for other names of the run, the finding says so. Lost packets can look like silence:
every question is sent several times, and later once more, over UDP and TCP. If that is answered, questions are lost
(network-packet-loss). They are ruled out only where somebody else on the network answered at once in the same run.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.clouds import Cloud, resolver_of
from diag.knowledge.connect_outcomes import ConnectOutcome, heard_from, is_outside, seen_in
from diag.knowledge.heard_promptly import heard_promptly
from diag.knowledge.resolver_answers import (
    ASKED_AGAIN,
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_upstream,
    asks_resolvers,
    looked_up,
    named,
    not_this,
    outcome_of_reply,
    seen_of,
    settled,
)
from diag.knowledge.shared_rivals import SETTINGS_OUT_OF_DATE
from diag.knowledge.unanswered import NoReply, endings_met
from diag.knowledge.vpn_resolvers import Vpn, left_by_vpn
from diag.model.address import is_own
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Lookup, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, problem, unknown


class Quiet(StrEnum):
    """Why no reply came."""

    HELD_BACK = "held_back"
    """This computer let no question out."""
    NO_WAY = "no_way"
    """It knows no way there, or has one that refuses."""
    NO_NEIGHBOUR = "no_neighbour"
    """It asked for the next machine on the way, and none answered."""
    REJECTED = "rejected"
    """Another than the resolver said that it cannot, or may not, be reached."""
    PORT_CLOSED = "port_closed"
    """The resolver's machine said that no program takes questions there."""
    LEFT_BEHIND = "left_behind"
    """Only the interface of a VPN leads there, and that VPN is down."""
    UDP_LOST = "udp_lost"
    """It answers over TCP, and never over UDP."""
    SILENT = "silent"


_BY_OUTCOME = {
    Quiet.HELD_BACK: ConnectOutcome.HELD_BACK,
    Quiet.NO_WAY: ConnectOutcome.NO_WAY,
    Quiet.NO_NEIGHBOUR: ConnectOutcome.NO_NEIGHBOUR,
    Quiet.REJECTED: ConnectOutcome.REJECTED,
    Quiet.PORT_CLOSED: ConnectOutcome.REFUSED,
}
"""In this order: what is nearest to this computer first."""
_OWNERS = {
    Quiet.HELD_BACK: Owner.MACHINE,
    Quiet.NO_WAY: Owner.MACHINE,
    Quiet.NO_NEIGHBOUR: Owner.NETWORK,
    Quiet.REJECTED: Owner.NETWORK,
    Quiet.PORT_CLOSED: Owner.DNS,
    Quiet.LEFT_BEHIND: Owner.MACHINE,
    Quiet.UDP_LOST: Owner.NETWORK,
    Quiet.SILENT: Owner.DNS,
}
"""Who can fix it, most likely."""
_ENOUGH = 3
"""How many answers of others are cited."""


def _silent(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """The resolvers that did not reply, where the name was not resolved and none of them did; empty otherwise.

    This machine's own is at a loss where nobody replies to it: then those behind it are meant, where they are known.
    """
    if settled(view):
        return ()
    heard, behind = answers_by_resolver(view), answers_upstream(view)
    if behind and _all_say(heard, DnsOutcome.NOTHING, DnsOutcome.SERVER_FAILURE) and _all_say(behind, DnsOutcome.NOTHING):
        return behind
    return heard if _all_say(heard, DnsOutcome.NOTHING) else ()


def _all_say(heard: Iterable[ResolverAnswer], *words: DnsOutcome) -> bool:
    return all(voice.said in words for voice in heard)


def questions(view: EndpointView) -> Iterable[Question]:
    for voice in _silent(view):
        yield Lookup(view.dialled_host, voice.server, "A", "tcp")
        yield Lookup(view.dialled_host, voice.server, "A", attempt=ASKED_AGAIN)


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    silent = _silent(view)
    if not silent:
        return not_this(view)
    again = [seen for seen in view.replies if seen.question.attempt == ASKED_AGAIN and not view.on_walk(seen)]
    if any(seen.answer.message for seen in again):
        return unknown(Because.UNDECIDED, *seen_of(silent), *(seen.observation for seen in again))
    over_tcp = [seen for seen in view.replies if seen.question.transport == "tcp" and not view.on_walk(seen)]
    answered = [seen for seen in over_tcp if outcome_of_reply(seen.answer) is not DnsOutcome.NOTHING]
    away = heard_from(view.control_dials) is False and all(is_outside(voice.server.host) for voice in silent)
    why = _why(view, [reply for voice in silent for reply in voice.replies], over_tcp)
    why = Quiet.UDP_LOST if why is Quiet.SILENT and answered else why
    left = left_by_vpn(view, (voice.server.host for voice in silent)) if why not in (Quiet.HELD_BACK, Quiet.UDP_LOST) else None
    why = Quiet.LEFT_BEHIND if left else why
    inside = not all(is_outside(voice.server.host) for voice in silent)
    told = seen_of(silent) if why is not Quiet.SILENT or all(is_own(voice.server.host) for voice in silent) else ()
    heard = heard_promptly(view)[:_ENOUGH]
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        *seen_of(silent),
        *(seen.observation for seen in (*over_tcp, *again)),
        *seen_in(view.control_dials),
        *heard,
        *((left.interfaces,) if left else ()),
        about=", ".join(named(silent)),
        confidence=Confidence.POSSIBLE if away else Confidence.CERTAIN,
        owner=_OWNERS[why],
        rules_out={
            "lost-packets": told or heard,
            "network-no-egress": () if away else told or heard or (seen_of(silent) if inside else ()),
        },
        resolvers=named(silent),
        name=view.dialled_host,
        quiet=why,
        vpn=left.vpn if left else None,
        cloud=resolver_of(voice.server.host for voice in silent),
        speakers=_speakers(view, silent) or None,
        tcp_answers=bool(answered) if over_tcp else None,
        for_others=True if _answer_for_others(view, silent) else None,
        controls_heard=heard_from(view.control_dials),
    )


def _why(view: EndpointView, replies: Iterable[NoReply], over_tcp: Iterable[NoReply]) -> Quiet:
    """Who or what ended the questions: the first author, where there is one. What others say over TCP alone counts as well; that
    the port is closed to TCP says nothing of UDP.
    """
    met = endings_met(view, replies) | (endings_met(view, over_tcp) - {ConnectOutcome.REFUSED})
    return next((quiet for quiet, outcome in _BY_OUTCOME.items() if outcome in met), Quiet.SILENT)


def _speakers(view: EndpointView, silent: Iterable[ResolverAnswer]) -> tuple[str, ...]:
    """Who said no in their place, each once."""
    servers = {voice.server for voice in silent}
    messages = (seen.answer.icmp for seen in view.replies if seen.question.server in servers and seen.answer.icmp)
    return tuple(dict.fromkeys(icmp.sender for icmp in messages if icmp.sender))


def _answer_for_others(view: EndpointView, silent: Iterable[ResolverAnswer]) -> bool:
    """Whether one of these resolvers answered for another name of this run."""
    servers = {voice.server for voice in silent}
    return any(
        isinstance(seen.question, Lookup)
        and isinstance(seen.answer, DnsReply)
        and bool(seen.answer.message)
        and seen.question.server in servers
        and seen.question.name != view.dialled_host
        for seen in view.evidence.observations
    )


CHECK = EndpointCheck(
    id="dns-resolver-silent",
    owner=Owner.DNS,
    by_rule=True,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc7766",
    do=(
        HowTo.RESOLVERS,
        HowTo.RUN_RESOLVER,
    ),
    see=(
        ShellLine("dig +tries=1 +time=3 @{resolvers} {name}", "no reply (timed out, or connection refused)"),
        ShellLine(
            "Resolve-DnsName {name} -Server {resolvers}", "the operation returned because the time-out expired", Shell.POWERSHELL
        ),
    ),
    judge=judge,
    applies=asks_resolvers,
    questions=questions,
    explains=("dns-server-failure",),
    rivals=(
        Rival(
            "dropped-on-the-way",
            owner=Owner.NETWORK,
            whose=True,
            where="quiet",
            among=(Quiet.SILENT,),
            words="a device on the network path drops the questions",
            decided_by="the same question, asked on {resolvers} itself",
        ),
        Rival(
            "udp-not-served",
            owner=Owner.DNS,
            whose=True,
            where="quiet",
            among=(Quiet.UDP_LOST,),
            words="the resolver itself does not answer over UDP",
            decided_by="the same question, asked on {resolvers} itself",
        ),
        replace(
            SETTINGS_OUT_OF_DATE,
            whose=True,
            where="quiet",
            among=(Quiet.NO_NEIGHBOUR, Quiet.REJECTED, Quiet.PORT_CLOSED, Quiet.SILENT),
        ),
        Rival(
            "lost-packets",
            owner=Owner.NETWORK,
            words="the questions, or the replies, were lost on the network at that moment",
            decided_by="the same questions at another time",
        ),
        Rival("network-no-egress", decided_by="a connection to any outside address that answers"),
    ),
    tokens={"quiet": Quiet, "vpn": Vpn, "cloud": Cloud},
    alike=("quiet",),
    sentences=Sentences(
        title="No resolver answers for {name}: {resolvers}",
        seen=(
            "diag asked {resolvers} directly. Result: {quiet}.",
            "The rejection came from {speakers}.",
            "{resolvers} {resolvers:is an address|are addresses} of {vpn}, and no network interface of {vpn} is up.",
            When("tcp_answers", (False,), "Over TCP, no reply came either."),
            When("tcp_answers", (True,), "Over TCP, replies came."),
            When("for_others", (True,), "For other names, replies came."),
            When("controls_heard", (True,), "The comparison host answered."),
            When("controls_heard", (False,), "The comparison host did not answer either."),
        ),
        means="This computer cannot turn the name into an address. If this happens with all names, it can reach no service at"
        " all.",
        remedy=(
            When(
                "cloud",
                (),
                "{resolvers} {resolvers:is the resolver|are resolvers} of {cloud}, and {resolvers:answers|answer} only inside its"
                " networks. Elsewhere, ask a resolver in that network that forwards questions.",
            ),
            When("quiet", (Quiet.HELD_BACK,), "Check the outgoing rules of this computer for port 53 to {resolvers}."),
            "Connect {vpn}, or remove {resolvers} from the resolver settings of this computer.",
            When("quiet", (Quiet.NO_WAY,), "Check the routes of this computer: none of them leads to {resolvers}."),
            When(
                "quiet",
                (Quiet.NO_NEIGHBOUR,),
                "Ask your network team to check that {resolvers}, or the router on the path to"
                " {resolvers:it|them}, is switched on.",
            ),
            When(
                "quiet",
                (Quiet.REJECTED,),
                "Ask your network team why {speakers} {speakers:rejects|reject} questions to {resolvers}, port 53.",
            ),
            When(
                "quiet",
                (Quiet.UDP_LOST,),
                "Ask your network team to open port 53 over UDP, as well as TCP, from this computer to {resolvers}.",
            ),
            When(
                "quiet", (Quiet.PORT_CLOSED,), "Ask your DNS team to start the resolver on {resolvers}: no program listens there."
            ),
            When(
                "quiet",
                (Quiet.SILENT,),
                "Ask your DNS team to check that {resolvers} {resolvers:runs|run} and {resolvers:accepts|accept} questions from"
                " this computer.",
            ),
            When(
                "quiet",
                (Quiet.SILENT,),
                "Ask your network team to check that port 53 is open to {resolvers}, over UDP and TCP.",
            ),
            "Check that {resolvers} {resolvers:belongs|belong} to the present network: a VPN or an earlier network may have"
            " left {resolvers:it|them} behind.",
        ),
    ),
)
