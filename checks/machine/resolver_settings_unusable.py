"""The settings of this computer name no usable resolver.

*What it means*

On Linux the file /etc/resolv.conf says which resolvers programs ask for names. Here it names none that they can use. It may be
empty or missing, or hold an invalid line (a mistyped keyword, a port, a name, two addresses, Windows line endings). Or it
names this computer itself, where no resolver runs. Programs then ask this computer, and nobody answers.

*Why it matters*

No program here can turn a name into an address, whatever the network and its DNS servers do.

*What to do*

Write one line for each resolver, at the beginning of the line: `nameserver`, a blank, an address, and nothing else. A container
gets the file of its host: the address 127.0.0.53 in it means the host's own resolver, which a container does not reach. Give the
container resolvers of its own (`--dns`, for Docker), or have the host hand out /run/systemd/resolve/resolv.conf.

*How it is told apart*

The file is read as the C library reads it, and its lines are kept as evidence. Where a line that is not understood names a
resolver, that one is asked as well: if it knows the name, the line is all that is wrong. A resolver elsewhere that does not
answer is dns-resolver-silent. A resolver that is well written and comes too late in the file is machine-resolver-ignored.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    answers_of,
    hosts_lines,
    is_named_by_user,
    looked_up,
    looks_up,
    named,
    plain_questions,
    seen_of,
    settled,
)
from diag.knowledge.resolver_settings import LineFlaw
from diag.knowledge.unanswered import nobody_listens
from diag.model.address import Address
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, ShellLine
from diag.model.machine import MisreadLine, Resolvers
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
"""Where systemd-resolved listens, on the machine that it runs on and nowhere else."""
DEFAULT = "default"
"""The source of the resolver that is asked where the file names none."""


class SettingsFault(StrEnum):
    """What is wrong with the settings."""

    NO_RESOLVER = "no_resolver"
    """No line names one."""
    MISREAD = "misread"
    """A line that was to name one is not understood."""
    NOBODY_LISTENS = "nobody_listens"
    """This computer itself is named, and no resolver runs there."""
    STUB_OF_HOST = "stub_of_host"
    """The same in a container, with the address of its host's own resolver."""


def _applies(view: EndpointView) -> bool:
    return looks_up(view) and not is_named_by_user(view) and not hosts_lines(view)


def _meant(settings: Resolvers) -> tuple[Address, ...]:
    """The resolvers that lines name which are not understood."""
    written = (server for line in settings.misread for server in line.meant)
    return tuple(dict.fromkeys(server for server in written if server not in settings.servers))


def _is_default(view: EndpointView, settings: Resolvers) -> bool:
    """Whether programs ask this computer itself for want of a line that names another."""
    return settings.source == DEFAULT and settings.asked_for(view.dialled_host) == settings.servers


def questions(view: EndpointView) -> Iterable[Question]:
    configured = view.machine.resolvers
    return plain_questions(view, _meant(configured.answer)) if configured and not settled(view) else ()


def _fault(view: EndpointView, settings: Resolvers, heard: tuple[ResolverAnswer, ...], knowing: bool) -> SettingsFault | None:
    if _is_default(view, settings) and all(voice.said is DnsOutcome.NOTHING for voice in heard):
        return SettingsFault.MISREAD if settings.misread else SettingsFault.NO_RESOLVER
    if knowing:
        return SettingsFault.MISREAD
    if not nobody_listens(heard):
        return None
    system = view.machine.system
    inside = system is not None and system.answer.setting == "container"
    return SettingsFault.STUB_OF_HOST if inside and _are_stubs(heard) else SettingsFault.NOBODY_LISTENS


def _are_stubs(heard: Iterable[ResolverAnswer]) -> bool:
    return all(voice.server.host in _STUBS for voice in heard)


def judge(view: EndpointView) -> Finding:
    configured = view.machine.resolvers
    if configured is None:
        return unknown(Because.NOT_LOOKED)
    if finding := settled(view):
        return finding
    settings, heard = configured.answer, answers_by_resolver(view)
    meant = answers_of(view, _meant(settings))
    knowing = tuple(voice for voice in meant if voice.said is DnsOutcome.ADDRESSES)
    cites = (configured.observation, *looked_up(view), *seen_of(heard), *seen_of(meant))
    fault = _fault(view, settings, heard, bool(knowing))
    if fault is None:
        return ok(*cites) if heard and not settings.misread else unknown(Because.UNDECIDED, *cites)
    misread = _about_resolvers(settings) if fault is SettingsFault.MISREAD else ()
    return problem(
        *cites,
        about="resolv.conf",
        name=view.dialled_host,
        fault=fault,
        lines=tuple(str(line.number) for line in misread) or None,
        texts=tuple(line.text for line in misread) or None,
        flaws=tuple(dict.fromkeys(_flaw(line) for line in misread)) or None,
        asked=named(heard) or None,
        knowing=named(knowing) or None,
    )


def _about_resolvers(settings: Resolvers) -> tuple[MisreadLine, ...]:
    """The misread lines that name resolvers; all, where none is seen to."""
    return tuple(line for line in settings.misread if line.meant) or settings.misread


def _flaw(line: MisreadLine) -> LineFlaw:
    return LineFlaw(line.flaw) if line.flaw in set(LineFlaw) else LineFlaw.KEYWORD


CHECK = EndpointCheck(
    id="machine-resolver-settings-unusable",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    do=(HowTo.RESOLVERS,),
    see=(ShellLine("cat -A /etc/resolv.conf; getent ahosts {name}", "the invalid line, and no address"),),
    judge=judge,
    applies=_applies,
    questions=questions,
    explains=(
        "dns-resolver-silent",
        "dns-name-not-found",
        "dns-no-address",
        "dns-alias-dangling",
        "dns-server-failure",
        "dns-query-refused",
        "dns-first-resolver-dead",
        "machine-resolver-ignored",
        "machine-lookup-differs",
        "proxy-name-not-found",
        "privatelink-name-missing",
    ),
    rivals=(),
    tokens={"fault": SettingsFault, "flaws": LineFlaw},
    alike=("fault",),
    sentences=Sentences(
        title="This computer has no usable resolver in its settings: {fault}",
        seen=(
            "Line {lines} of /etc/resolv.conf: {texts}.",
            "What is wrong with it: {flaws}.",
            "Programs here ask {asked} for {name}, and get no address.",
            "diag also asked {knowing}, which that line seems to mean. It knows {name}.",
        ),
        means="Programs on this computer cannot turn names into addresses, even if the network and its resolvers work.",
        remedy=(
            When(
                "fault",
                (SettingsFault.MISREAD,),
                "Correct line {lines} of /etc/resolv.conf, or the program that writes that file. Each line is: nameserver, a"
                " space, one address.",
            ),
            When(
                "flaws",
                ((LineFlaw.LINE_END.value,),),
                "Save the file with Linux line endings (sed -i 's/\\r$//' /etc/resolv.conf). Windows line endings become part of"
                " the address.",
            ),
            When(
                "fault",
                (SettingsFault.NO_RESOLVER,),
                "Name the resolvers of this network in /etc/resolv.conf, one line each: nameserver ADDRESS.",
            ),
            When(
                "fault",
                (SettingsFault.NOBODY_LISTENS,),
                "Start the resolver that should run on this computer (systemd-resolved, dnsmasq, a VPN's or filter's agent). Or"
                " name the network's resolvers in /etc/resolv.conf.",
            ),
            When(
                "fault",
                (SettingsFault.STUB_OF_HOST,),
                "A container cannot reach {asked}, the resolver of its host. Give the container another one (docker run --dns"
                " ADDRESS).",
            ),
            When(
                "fault",
                (SettingsFault.STUB_OF_HOST,),
                "Or point the host's container engine at /run/systemd/resolve/resolv.conf, which names the resolvers behind its"
                " own.",
            ),
        ),
    ),
)
