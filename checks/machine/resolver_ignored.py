"""A resolver of this computer is never asked, because it comes after the third.

*What it means*

The C library, which looks names up for most programs, asks three resolvers at most. The settings name more, and one of those that
are left out knows the name that the first three deny. Such a line is often added by a VPN client at the end of the list.

*Why it matters*

The setting looks right, and has no effect: names that only the last resolver knows cannot be found here.

*What to do*

Move the resolver that knows the name among the first three, or take out one that is not needed. All resolvers of the list have
to know the same names, as the first answer counts. If one of them knows only some names, use it for these alone
(systemd-resolved and dnsmasq can do that).

*How it is told apart*

The resolvers that are left out are asked the same question. It is this cause only if one of them has an address for the name,
and none of those that programs ask has. For an endpoint that should be private, only a private address counts. Where none of
them knows the name either, dns-name-not-found and its neighbours say what is amiss.
"""

from collections.abc import Iterable

from diag.knowledge.private_names import expected_private, is_inside, read
from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_of,
    asks_as_set,
    looked_up,
    named,
    plain_questions,
    resolved,
    seen_of,
)
from diag.model.address import Address
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def _left_out(view: EndpointView) -> tuple[Address, ...]:
    """The resolvers that come too late, where those that are asked have nothing that serves."""
    configured = view.machine.resolvers
    return configured.answer.beyond if configured and not _served(view) else ()


def _served(view: EndpointView) -> bool:
    """Whether the resolvers that are asked have given what is needed."""
    if not resolved(view):
        return False
    given = read(view.lookup.answer.addresses) if view.lookup else ()
    return not expected_private(view) or any(is_inside(ip) for ip in given)


def _serves(view: EndpointView, voice: ResolverAnswer) -> bool:
    given = read(voice.addresses)
    return voice.said is DnsOutcome.ADDRESSES and (not expected_private(view) or any(is_inside(ip) for ip in given))


def questions(view: EndpointView) -> Iterable[Question]:
    return plain_questions(view, _left_out(view))


def judge(view: EndpointView) -> Finding:
    configured, heard = view.machine.resolvers, answers_by_resolver(view)
    if configured is None or resolved(view) is None:
        return unknown(Because.NOT_LOOKED)
    cites = (configured.observation, *looked_up(view), *seen_of(heard))
    left_out = _left_out(view)
    if not left_out:
        return ok(*cites)
    late = answers_of(view, left_out)
    serving = tuple(voice for voice in late if _serves(view, voice))
    if not late:
        return unknown(Because.NO_ANSWER, *cites)
    if not serving or any(_serves(view, voice) for voice in heard):
        return ok(*cites, *seen_of(late)) if _all_spoke(late) else unknown(Because.UNDECIDED, *cites, *seen_of(late))
    return problem(
        *cites,
        *seen_of(late),
        about=", ".join(named(serving)),
        name=view.dialled_host,
        ignored=named(serving),
        asked=tuple(dict.fromkeys(named(heard))) or None,
        resolved=tuple(dict.fromkeys(address for voice in serving for address in voice.addresses)),
    )


def _all_spoke(late: Iterable[ResolverAnswer]) -> bool:
    return all(voice.said not in (DnsOutcome.NOTHING, DnsOutcome.NOT_ASKED) for voice in late)


CHECK = EndpointCheck(
    id="machine-resolver-ignored",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    do=(HowTo.RESOLVERS,),
    see=(ShellLine("dig +short @{ignored} {name}; getent ahosts {name}", "an address from dig, and none from getent"),),
    judge=judge,
    applies=asks_as_set,
    questions=questions,
    explains=(
        "dns-name-not-found",
        "dns-no-address",
        "dns-alias-dangling",
        "dns-resolver-silent",
        "dns-server-failure",
        "dns-query-refused",
        "dns-first-resolver-dead",
        "proxy-name-not-found",
        "privatelink-name-missing",
        "privatelink-resolves-public",
    ),
    rivals=(),
    sentences=Sentences(
        title="This computer never asks the resolver {ignored}, which knows {name}",
        seen=(
            "/etc/resolv.conf names {ignored} after {asked}.",
            "{ignored} gave {resolved} for {name}. The resolvers before it did not.",
        ),
        means="Most programs ask only the first three resolvers of the list.",
        remedy=(
            "Move {ignored} among the first three resolvers. If a VPN client or DHCP writes the list, change it there.",
            "If it knows only one domain, use it for that domain alone (systemd-resolved: resolvectl domain; dnsmasq:"
            " server=/DOMAIN/ADDRESS).",
        ),
    ),
)
