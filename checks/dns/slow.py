"""Looking up the name takes long.

*What it means*

The system needed more than a second for the name's address. Either a resolver that was asked directly needed as long. Or the
resolvers are quick and the system waited for a reply that never came: one of its questions was lost, and the next one
answered. Or it asked for the name below a search domain first, and nobody answered for that.
Or the lookup had no end in time at all, while every resolver answered at once.

*Why it matters*

Every first connection to this host is that much later. Programs with short time-outs give up.

*What to do*

The DNS team can see in the resolver's log what it waits for: a forwarding target that is far away or half dead, for one. Where
questions are lost, look at the way to the resolver: a wireless link, a VPN, or a firewall that is short of room. Some devices
drop the second of two questions from one port, as glibc sends them. The option `single-request-reopen` of resolv.conf shows it.

*How it is told apart*

Where a dead first resolver is the reason, dns-first-resolver-dead says so; where questions of one type alone are lost,
dns-record-type-unanswered. Where the resolvers answer quickly and the system alone is slow by another time than its own wait for
a reply, nothing is said here. Where it had no end, a source of the system other than DNS may hang. That is left open, unless
nsswitch.conf names no other.
"""

from enum import StrEnum

from diag.knowledge.heard_promptly import PROMPT
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    answers_by_resolver,
    looked_up,
    looks_up,
    resolved,
    seen_of,
    server_text,
    settled,
)
from diag.knowledge.resolver_settings import SLACK, wait_for_reply
from diag.knowledge.search_list import unanswered_below
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_LONG = 1.0
"""Seconds."""
_SIMPLE = frozenset({"files", "dns", "myhostname"})
"""Sources of nsswitch.conf besides which nothing is asked."""


class Wait(StrEnum):
    """What a lookup waits for."""

    FOR_RESOLVER = "for_resolver"
    """A resolver takes its time."""
    FOR_LOST_PACKET = "for_lost_packet"
    """The resolvers are quicker by far, and the system waited as long as it waits for one that does not answer."""
    FOR_SEARCH_DOMAIN = "for_search_domain"
    """The same, and the resolver does not answer for the name below a search domain, which is asked for first."""


def judge(view: EndpointView) -> Finding:
    if not resolved(view):
        return _without_end(view) or settled(view) or unknown(Because.UNDECIDED, *looked_up(view))
    heard = [voice for voice in answers_by_resolver(view) if voice.said is DnsOutcome.ADDRESSES]
    waits = [(max(seen.took for seen in voice.seen), voice) for voice in heard]
    own = view.lookup.observation.took if view.lookup else None
    cites = (*looked_up(view), *seen_of(heard))
    if own is not None and own <= _LONG:
        return ok(*cites)
    if not waits:
        return unknown(Because.UNDECIDED, *cites)
    longest, slow = max(waits, key=lambda wait: wait[0])
    quick = min(wait for wait, _ in waits) <= _LONG or (own is not None and longest <= own / 2)
    dead = any(voice.said is DnsOutcome.NOTHING for voice in answers_by_resolver(view))
    if quick and (dead or own is None or own < SLACK * wait_for_reply(view)):
        return ok(*cites) if own is None else unknown(Because.UNDECIDED, *cites)
    below = unanswered_below(view) if quick else None
    return warning(
        *cites,
        *(below.seen if below else ()),
        about=server_text(slow.server),
        confidence=Confidence.POSSIBLE if quick and not below else Confidence.LIKELY,
        rules_out={"passing-load": below.seen} if below else {},
        name=view.dialled_host,
        seconds=round(longest if own is None else own, 1),
        resolver=server_text(slow.server),
        waited=round(longest, 3),
        wait=Wait.FOR_SEARCH_DOMAIN if below else Wait.FOR_LOST_PACKET if quick else Wait.FOR_RESOLVER,
        domain=below.domain if below else None,
    )


def _without_end(view: EndpointView) -> Finding | None:
    """What is said where the system's lookup had no end in time, and each resolver gave addresses at once; None elsewhere."""
    lookup, heard = view.lookup, answers_by_resolver(view)
    if lookup is None or lookup.answer.failure != Failure.TIMED_OUT or not heard:
        return None
    if any(voice.said is not DnsOutcome.ADDRESSES for voice in heard):
        return None
    took = max(seen.took for voice in heard for seen in voice.seen)
    if took >= PROMPT:
        return None
    below, settings = unanswered_below(view), view.machine.resolvers
    by_dns_alone = settings is not None and _SIMPLE.issuperset(settings.answer.sources or ("?",))
    return problem(
        *looked_up(view),
        *seen_of(heard),
        *(below.seen if below else ()),
        about=server_text(heard[0].server),
        confidence=Confidence.LIKELY if below else Confidence.POSSIBLE,
        rules_out={
            "passing-load": below.seen if below else (),
            "another-source": (settings.observation,) if settings and by_dns_alone else (),
        },
        name=view.dialled_host,
        seconds=round(lookup.observation.took, 1),
        resolver=server_text(heard[0].server),
        waited=round(took, 3),
        domain=below.domain if below else None,
        form=WITHOUT_END,
    )


WITHOUT_END = "without_end"
"""The form where the system's lookup had no end in time."""
_BELOW = "Ask your DNS team why {resolver} does not answer for names below {domain}."
_WITHOUT_END = Sentences(
    title="Looking up {name} takes more than {seconds} s",
    seen=(
        "The lookup of {name} was not over after {seconds} s. The resolver {resolver}, asked directly, took {waited} s.",
        When("domain", (), "The name that got no answer: {name}.{domain}."),
    ),
    means="Programs wait that long before every first connection to this host, or report that they cannot find it.",
    remedy=(
        When("domain", (), _BELOW),
        "Add the option single-request-reopen to /etc/resolv.conf (Kubernetes: dnsConfig of the pod), and test again. If that"
        " ends it, something drops the second of two questions.",
        "Ask the team that runs {resolver}, and your network team, which device that is.",
    ),
)
CHECK = EndpointCheck(
    id="dns-slow",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1035#section-7.1",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("time getent ahosts {name}", "a long time in the line real"),
        ShellLine("Measure-Command { Resolve-DnsName {name} -Server {resolver} }", "a long TotalSeconds", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(
        Rival(
            "passing-load",
            owner=Owner.NETWORK,
            words="the resolver, or the network path to it, was busy at that moment",
            decided_by="the same lookup at another time",
        ),
        Rival(
            "search-list",
            owner=Owner.MACHINE,
            whose=True,
            where="domain",
            words="the search list of this computer asks for names that nobody needs",
            decided_by="whether any program here uses names below {domain}",
        ),
        Rival(
            "another-source",
            owner=Owner.MACHINE,
            where="form",
            among=(WITHOUT_END,),
            words="another source of the system's lookups does not answer, such as sssd or multicast DNS",
            decided_by="getent -s dns ahosts {name} beside getent ahosts {name}, on this computer",
        ),
    ),
    tokens={"wait": Wait},
    alike=("wait", "form"),
    forms=((WITHOUT_END, _WITHOUT_END),),
    sentences=Sentences(
        title="Looking up {name} takes {seconds} s",
        seen=(
            "The lookup of {name} took {seconds} s. The resolver {resolver}, asked directly, took {waited} s. What it waited"
            " for: {wait}.",
            When("domain", (), "The name that got no answer: {name}.{domain}."),
        ),
        means="Every first connection to this host is delayed that long, and programs with a short time-out fail.",
        remedy=(
            When(
                "wait",
                (Wait.FOR_RESOLVER,),
                "Give your DNS team the name {name} and the resolver {resolver}, and ask what the resolver waits for.",
            ),
            When(
                "wait",
                (Wait.FOR_LOST_PACKET,),
                "Ask your DNS team whether {resolver} drops questions, and your network team whether packets are lost.",
            ),
            When(
                "wait",
                (Wait.FOR_SEARCH_DOMAIN,),
                _BELOW,
            ),
            When(
                "wait",
                (Wait.FOR_SEARCH_DOMAIN,),
                "Until then, lower ndots in resolv.conf (Kubernetes: dnsConfig of the pod), or write the name as {name}. with a"
                " dot.",
            ),
        ),
    ),
)
