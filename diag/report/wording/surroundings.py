"""What to do besides where this machine stands in a cloud, in a container or behind a VPN, or looks for a private address from
outside: one table, for all causes.

The facts are `diag.engine.surroundings`'. Nothing is said for a cause to which they make no difference: a check says of itself
whether they do (`by_rule`, `by_place`).
"""

from collections.abc import Iterable

from diag.language import PhraseTable, said, translated
from diag.model.address import is_own, is_private, literal
from diag.model.check import AnyCheck, Text
from diag.model.diagnosis import Cause
from diag.model.text import clean

CLOUD_RULES = PhraseTable(
    "cloud_rules",
    {
        "AWS": "the security groups and network ACLs of this machine and its subnet, and the subnet's route table",
        "Azure": "the network security groups (NSG) of this machine and its subnet, Azure Firewall, and the subnet's route table",
        "Google Cloud": "the firewall rules and routes of this machine's VPC network, and its Cloud NAT",
        "Oracle Cloud": "the security lists and network security groups of this machine's subnet, and its route table",
        "": "the security group or firewall rules of this machine, and the routes of its network",
    },
)
"""What decides in a cloud who may talk to whom."""
_INSIDE = PhraseTable(
    "inside",
    {
        "container": "diag ran inside a container. Run it on the host as well, to see on which side the fault is.",
        "wsl": "diag ran inside the Windows Subsystem for Linux. Run it on Windows as well, to see on which side the fault is.",
    },
)


def besides_vpn() -> str:
    """Return what to do where a VPN is up, as a template over the facts."""
    return translated(
        "A VPN is up on this computer ({with_vpn}). Test without it, and ask the team that runs it which names and networks"
        " belong to it."
    )


_WHERE = ("addresses", "address", "at")
"""The facts that hold the addresses at which a cause was seen."""


def _private_of(cause: Cause) -> str:
    """The first private address at which a cause was seen; empty: there is none."""
    told = [cause.facts.get(name) for name in _WHERE]
    each = [text for one in told for text in (one if isinstance(one, tuple) else (one,)) if isinstance(text, str)]
    ips = [(text, literal(text)) for text in each if not is_own(text)]
    return next((text for text, ip in ips if ip is not None and is_private(ip)), "")


def in_this_place(check: AnyCheck, cause: Cause, steps: Iterable[Text]) -> tuple[Text, ...]:
    """Return the steps of a cause, as templates, with those that the place adds: the cloud's rules come first, the rest last."""
    first: list[Text] = []
    last: list[Text] = []
    cloud = cause.facts.get("on_cloud")
    if cloud and check.by_rule:
        rules = CLOUD_RULES.get(str(cloud)) or CLOUD_RULES[""]
        first.append(said("This computer runs on {cloud}. First check {rules}.", cloud=clean(str(cloud), 80), rules=rules))
    private = _private_of(cause) if check.at_wrong_address and not (cloud or cause.facts.get("with_vpn")) else ""
    if private:
        last.append(
            said(
                "{address} is a private address: it answers only inside the network it belongs to. If that is not the network of"
                " this computer, connect to it (VPN) and test again.",
                address=clean(private, 80),
            )
        )
    if check.by_place:
        last += [besides_vpn()] if cause.facts.get("with_vpn") else []
        last += [_INSIDE[place] for place in _INSIDE if place == cause.facts.get("run_inside")]
    return (*first, *steps, *last)
