"""The resolvers answer, and fail to resolve the name (SERVFAIL, or a reply that is no answer).

*What it means*

The resolvers here work, but cannot get an answer for this name. The name servers of its zone do not answer them, refuse, or
send nonsense. Or a forwarding rule points at a server that is down. Where the replies themselves cannot be used, what listens
there is no working resolver.

*Why it matters*

Programs here get no address for this name. They often report it as a temporary failure and try again, for ever.

*What to do*

Give the DNS team the name, the resolvers and the time. They can see in the resolver's log which server failed. Where the zone
is forwarded (a private zone of a cloud network, for one), the forwarder's target is the first suspect.

*How it is told apart*

The same question is asked again with validation switched off. If that brings an answer, the zone's signatures are broken and
the resolver does right to refuse: dns-dnssec-bogus. If it fails as well, this is the cause. So it is where the same
question, asked once more as it was, brings an answer: then it failed for a moment. Where that second question was
not asked or got no reply, the verdict says that both remain possible. Where the resolvers fail in the same run for names of
three unrelated domains or more, and resolve nothing, no zone is to blame: it is the resolvers' own fault.

A reply that is no answer (NOTIMP, FORMERR, another question's id, bytes that are no DNS message, a mere reference to other
servers) is this cause as well. A device on the network path may have sent it in the resolver's place, so it is likely at most.
No reply at all is dns-resolver-silent.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.dnssec import failing, failing_behind, failing_records, later, told_anew, without_validation
from diag.knowledge.extended_errors import ExtendedError, errors_given
from diag.knowledge.failing_for_all import failures_for_all
from diag.knowledge.resolver_answers import (
    LOOKED_UP_AGAIN,
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
)
from diag.knowledge.shared_rivals import SETTINGS_OUT_OF_DATE
from diag.knowledge.unusable_replies import UnusableReply, why_unusable
from diag.model.answer import SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Lookup
from diag.model.verdict import Confidence, Finding, Owner, ok, problem

FOR_A_MOMENT = "for-a-moment"
"""The form where the same lookup works when it is made once more."""
_SOONEST_SILENCE = 1.0
"""Seconds after which a system gives up waiting, at the soonest (resolv.conf(5)): what fails sooner was told so."""
UNUSABLE = "unusable"
"""The form where the replies are no answers."""
FOR_ALL = "for_all"
"""The form where names of several unrelated domains fail, and nothing else is resolved."""


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    failed = failing(view)
    if not failed:
        return _by_system_for_a_moment(view) or _unusable(view) or not_this(view)
    unchecked, again = without_validation(view), later(view)
    if again.answered:
        return _for_a_moment(view, failed, again.seen)
    if unchecked.answered:
        return ok(*seen_of(failed), *unchecked.seen)
    everywhere = failures_for_all(view, failed)
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        *seen_of(failing_behind(view)),
        *unchecked.seen,
        *everywhere,
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if unchecked.failed or everywhere else Confidence.POSSIBLE,
        rules_out={"zone-broken": everywhere, "dns-dnssec-bogus": everywhere},
        form=FOR_ALL if everywhere else None,
        name=view.dialled_host,
        resolvers=named(failed),
        records=failing_records(failed),
        extended_errors=errors_given((*failed, *failing_behind(view))) or None,
        unchecked=unchecked.said,
    )


def _for_a_moment(view: EndpointView, failed: Iterable[ResolverAnswer], again: Iterable[Observation]) -> Finding:
    """The finding where the same lookup, once more, gives an answer; `failed` are the resolvers that said that they fail."""
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        *again,
        about=view.dialled_host,
        confidence=Confidence.LIKELY,
        rules_out={"dns-dnssec-bogus": tuple(again)},
        name=view.dialled_host,
        resolvers=named(answers_by_resolver(view)),
        failing=named(failed) or None,
        by_system=not failed or None,
        form=FOR_A_MOMENT,
    )


def _by_system_for_a_moment(view: EndpointView) -> Finding | None:
    """The same where the system alone was told so, at once, and every resolver gives an address when it is asked; else None."""
    lookup, heard = view.lookup, answers_by_resolver(view)
    again = view.asked(Lookup(view.dialled_name, attempt=LOOKED_UP_AGAIN))
    if lookup is None or lookup.answer.failure != Failure.LOOKUP_FAILED or lookup.observation.took >= _SOONEST_SILENCE:
        return None
    if again is None or not isinstance(again.answer, SystemLookup) or not again.answer.addresses:
        return None
    return _for_a_moment(view, (), [again]) if heard and all(one.said is DnsOutcome.ADDRESSES for one in heard) else None


def _unusable(view: EndpointView) -> Finding | None:
    """The finding where no resolver that replies gives a usable answer to every question; None: one does."""
    spoke = tuple(voice for voice in answers_by_resolver(view) if voice.said is not DnsOutcome.NOTHING)
    if not spoke or not all(why_unusable((voice,)) for voice in spoke):
        return None
    return problem(
        *looked_up(view),
        *seen_of(answers_by_resolver(view)),
        about=view.dialled_host,
        confidence=Confidence.LIKELY,
        rules_out={"dns-dnssec-bogus": seen_of(spoke), "zone-broken": seen_of(spoke)},
        name=view.dialled_host,
        resolvers=named(spoke),
        reply=why_unusable(spoke),
        form=UNUSABLE,
    )


_UNUSABLE = Sentences(
    title="{resolvers} {resolvers:replies|reply}, but not with a usable DNS answer",
    seen="diag asked {resolvers} for {name}. Result: {reply}.",
    means="The program that replies there is not a working resolver, or a device on the path replies in its place. This computer"
    " gets no address.",
    remedy=(
        "Ask your DNS team which program answers on port 53 of {resolvers}, and to repair it.",
        "Ask your network team whether a device on the path answers DNS questions itself.",
        "Check that {resolvers} {resolvers:belongs|belong} to the present network, and {resolvers:is|are} meant to be asked by"
        " computers.",
    ),
)
_MOMENT = Sentences(
    title="Looking up {name} failed for a moment, and works now",
    seen=(
        "{failing} answered SERVFAIL (server failure) for {name}, and gave an answer when asked again.",
        When(
            "by_system",
            (True,),
            "The system's own lookup failed at once. {resolvers} then gave an address, and so did a second lookup.",
        ),
    ),
    means="Programs that look up {name} in such a moment fail. Those that try again work.",
    remedy=(
        "To find out if the fault comes back, run diag with --repeat 10.",
        "If it does, give your DNS team the name {name}, the resolvers {resolvers}, and the times at which it failed.",
    ),
)
_SEEN = (
    "{resolvers} answered SERVFAIL (server failure) for the {records} records of {name}.",
    "{resolvers:Its reason|Their reasons}: {extended_errors}.",
    "Without validation, the result is: {unchecked}.",
)
_FOR_ALL = Sentences(
    title="{resolvers} {resolvers:fails|fail} to resolve any name",
    seen=(*_SEEN, "In this run, {resolvers} resolved no other name either."),
    means="Names of several unrelated domains fail, so the fault is in {resolvers} or behind {resolvers:it|them}, and not in"
    " those domains. The resolver runs, but reaches no other name servers, or is broken itself.",
    remedy=(
        "Give your DNS team the resolvers {resolvers} and the time of this run. Ask whether they reach the servers that they"
        " forward to, and name servers on the internet.",
        "If a resolver is this computer itself (such as 127.0.0.53), restart it: systemctl restart systemd-resolved.",
    ),
)
CHECK = EndpointCheck(
    id="dns-server-failure",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8914",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "status: SERVFAIL"),
        ShellLine("Resolve-DnsName {name} -Server {resolvers}", "DNS server failure", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=told_anew,
    rivals=(
        Rival("dns-dnssec-bogus", decided_by="the same question with validation off"),
        Rival(
            "zone-broken",
            owner=Owner.SERVICE,
            decided_by="the same question to a resolver outside this network",
            words="the name servers of the zone itself fail, for every resolver",
        ),
        Rival(
            "answered-on-the-way",
            owner=Owner.NETWORK,
            where="form",
            among=(UNUSABLE,),
            words="a device on the network path replies in place of the resolver",
            decided_by="the same question, asked on {resolvers} itself",
        ),
        replace(SETTINGS_OUT_OF_DATE, where="form", among=(UNUSABLE,)),
    ),
    tokens={"extended_errors": ExtendedError, "unchecked": DnsOutcome, "reply": UnusableReply},
    forms=((UNUSABLE, _UNUSABLE), (FOR_ALL, _FOR_ALL), (FOR_A_MOMENT, _MOMENT)),
    sentences=Sentences(
        title="The resolvers fail to resolve {name}: {resolvers}",
        seen=_SEEN,
        means="The resolvers work, but get no answer for {name:this name|these names} from the name servers of"
        " {name:its zone|their zones}.",
        remedy=(
            "Give your DNS team the name {name}, the resolvers {resolvers}, and the time of this run. The resolvers' logs"
            " show which server failed.",
            "If the name's zone is forwarded, ask them to check that the server it is forwarded to answers.",
            "If a resolver is this computer itself (such as 127.0.0.53), restart it: systemctl restart systemd-resolved.",
            "If other names of the same provider fail as well, ask the provider whether their name servers have a fault.",
        ),
    ),
)
