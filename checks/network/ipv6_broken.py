"""Every IPv6 address of the host fails, and IPv4 works.

*What it means*

The name stands for IPv6 and IPv4 addresses. This computer has a way for both, but of the two only IPv4 reaches the host.

*Why it matters*

Many programs try IPv6 first. Those that try both at once notice nothing; the others wait until they give up, every time, and
then go on over IPv4: it is slow, and it works.

*What to do*

Ask the network team to fix IPv6 on this network, or to switch it off: half of it is worse than none. If IPv6 works towards
other hosts, the host's own IPv6 addresses are at fault, and its provider is to be told. If this computer has a default route for
IPv6 and no address for it, the computer is to be given one, or the route is to go.

*How it is told apart*

A computer without any way for IPv6 skips those addresses at once; nothing is wrong with that, and nothing is said, unless the
host has no others: network-no-common-family. Where IPv4 addresses are dead as well, it is network-address-dead. Whether other
hosts of the run were reached over IPv6 is said: if one was, this host's own IPv6 is the likely culprit, else that of this
network. A connect over IPv6 to another host decides. The address that a connect left with is looked at first. One that is good
for its own link alone (fe80::/10) never gets an answer through a router: that is this computer's own setting, whatever else is
broken. An internal one (fc00::/7) gets answers from the internet only where a gateway translates it.
This computer's own name (localhost) stands for both families by rule, and a program may listen on one of them: nothing is said.
"""

from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, family_of, hosts_of, outcomes_of, seen_in
from diag.knowledge.own_endpoint import is_here
from diag.knowledge.routing import covering
from diag.knowledge.shared_rivals import NO_PREFIX_ANNOUNCED, REFUSED_BY_THIS_COMPUTER
from diag.model.answer import Connection
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect
from diag.model.verdict import Because, Finding, Owner, ok, unknown, warning

_DEAD = frozenset(
    {
        ConnectOutcome.SILENCE,
        ConnectOutcome.REJECTED,
        ConnectOutcome.NO_NEIGHBOUR,
        ConnectOutcome.NO_SOURCE,
        ConnectOutcome.REFUSED,
    }
)
_INTERNAL, _GLOBAL = "fc00::/7", "2000::/3"
"""Addresses that no router of the internet carries (RFC 4193), and those that are given out (RFC 4291, section 2.4)."""


class SixHere(StrEnum):
    """What kind of IPv6 address this computer has, where that alone keeps answers away."""

    LINK_LOCAL = "link_local"
    """Good for its own link alone."""
    INTERNAL = "internal"
    """Good for the own network alone, unless a gateway translates it."""


def judge(view: EndpointView) -> Finding:
    pairs = outcomes_of(view)
    if not pairs:
        return unknown(Because.NO_ANSWER)
    six = [(dial, word) for dial, word in pairs if family_of(dial.question.address.host) == 6]
    four = [(dial, word) for dial, word in pairs if family_of(dial.question.address.host) == 4]
    works = any(word is ConnectOutcome.ACCEPTED for _, word in four)
    if (
        not six
        or is_here(view)
        or not works
        or not all(word in _DEAD for _, word in six)
        or not all(word is ConnectOutcome.ACCEPTED for _, word in four)
    ):
        return ok(*seen_in(view.dials))
    dead = tuple(dial for dial, _ in six)
    if all(word is ConnectOutcome.NO_SOURCE for _, word in six):
        return _without_address(view, dead, tuple(dial for dial, _ in four))
    elsewhere = _works_elsewhere(view)
    internal = not elsewhere and all(map(_is_internal, dead))
    return warning(
        *seen_in(dead),
        *seen_in(dial for dial, _ in four),
        about=",".join(sorted(hosts_of(dead))) if elsewhere else "IPv6",
        owner=Owner.SERVICE if elsewhere else None,
        rules_out={"host-ipv6" if elsewhere else "network-ipv6": seen_in(dead)},
        host=view.dialled_host,
        dead=hosts_of(dead),
        alive=hosts_of(dial for dial, _ in four),
        outcomes=tuple(dict.fromkeys(word.value for _, word in six)),
        elsewhere=elsewhere,
        six_here=SixHere.INTERNAL if internal else None,
    )


def _without_address(view: EndpointView, dead: tuple[Dial, ...], four: tuple[Dial, ...]) -> Finding:
    """What can be said where every packet left with an address that no router carries an answer to: neither the network nor the
    host could have answered.
    """
    return warning(
        *seen_in(dead),
        *seen_in(four),
        about="IPv6 of this computer",
        owner=Owner.MACHINE,
        rules_out={"host-ipv6": seen_in(dead), "network-ipv6": seen_in(dead)},
        host=view.dialled_host,
        dead=hosts_of(dead),
        alive=hosts_of(four),
        outcomes=(ConnectOutcome.NO_SOURCE.value,),
        six_here=SixHere.LINK_LOCAL,
        form=SixHere.LINK_LOCAL,
    )


def _is_internal(dial: Dial) -> bool:
    """Whether it left with an internal address for one of the internet."""
    return covering(_INTERNAL, dial.answer.source) > 0 and covering(_GLOBAL, dial.question.address.host) > 0


def _works_elsewhere(view: EndpointView) -> bool:
    """Whether another connection of this run was made over IPv6."""
    return any(
        isinstance(seen.question, Connect)
        and isinstance(seen.answer, Connection)
        and seen.question.address.family == 6
        and not seen.answer.failure
        for seen in view.evidence.observations
    )


_WITHOUT_ADDRESS = Sentences(
    title="This computer has an IPv6 route and no IPv6 address that {host} could answer to",
    seen=(
        "Connections to the IPv6 {dead:address|addresses} {dead} failed. They left this computer with an address (fe80::) that is"
        " good only on its own link.",
        "Connections to the IPv4 {alive:address|addresses} {alive} succeeded.",
    ),
    means="No router carries an answer to such an address. Programs that try IPv6 first wait until it fails, and then use IPv4.",
    remedy=(
        "Give this computer an IPv6 address for its network (automatically or by hand), or remove its default route for IPv6.",
        "If it should get its address automatically, ask your network team whether the router announces a prefix for addresses,"
        " or whether DHCPv6 answers.",
        "Until then, set programs to prefer IPv4 if they allow it.",
    ),
)
CHECK = EndpointCheck(
    id="network-ipv6-broken",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8305",
    do=(HowTo.IPV6,),
    see=(
        ShellLine("curl -sv -6 --noproxy '*' --connect-timeout 5 http://{host}:{to_port}/", "a time-out or an error over IPv6"),
        ShellLine("Test-NetConnection {dead} -Port {to_port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    explains=("network-gateway-dead",),
    tokens={"outcomes": ConnectOutcome, "six_here": SixHere},
    rivals=(
        Rival(
            "host-ipv6",
            owner=Owner.SERVICE,
            decided_by="a connection over IPv6 to another host that is known to have it (--control)",
            words="the IPv6 side of this one host is broken",
        ),
        Rival(
            "network-ipv6",
            owner=Owner.NETWORK,
            decided_by="the same connection over IPv6 from another network",
            words="IPv6 of this network is broken",
        ),
        Rival(
            "internal-address-preferred",
            owner=Owner.MACHINE,
            whose=True,
            where="six_here",
            among=(SixHere.INTERNAL,),
            decided_by="whether other computers on this network have a usable IPv6 address",
            words="this computer has only an internal IPv6 address, and prefers it all the same",
        ),
        replace(NO_PREFIX_ANNOUNCED, where="six_here", among=(SixHere.LINK_LOCAL,)),
        replace(REFUSED_BY_THIS_COMPUTER, whose=True, where="outcomes", among=((ConnectOutcome.REFUSED.value,),)),
    ),
    alike=("outcomes", "six_here"),
    forms=((SixHere.LINK_LOCAL, _WITHOUT_ADDRESS),),
    sentences=Sentences(
        title="IPv6 does not reach {host}, but IPv4 does",
        seen=(
            "Connections to the IPv6 {dead:address|addresses} {dead} failed ({outcomes}).",
            "Connections to the IPv4 {alive:address|addresses} {alive} succeeded.",
            When("elsewhere", (True,), "Another host was reached over IPv6."),
            When("elsewhere", (False,), "No other host was reached over IPv6."),
            When(
                "six_here",
                (SixHere.INTERNAL,),
                "This computer's own IPv6 address is an internal one (fc00::/7): the internet answers it only where a gateway"
                " translates it.",
            ),
        ),
        means="Programs that try IPv6 first wait until it times out, before they use IPv4.",
        remedy=(
            When("elsewhere", (False,), "Ask your network team to fix IPv6 here, or to switch it off."),
            When(
                "six_here",
                (SixHere.INTERNAL,),
                "In a container or virtual machine, give its network an IPv6 prefix of the internet, or switch IPv6 off there.",
            ),
            When(
                "elsewhere",
                (True,),
                "Tell the provider that {dead} of {host} cannot be reached over IPv6, while other hosts can.",
            ),
            "Until then, set programs to prefer IPv4 if they allow it.",
        ),
    ),
)
