"""What to do besides where this machine stands in a cloud, in a container or behind a VPN: one table, for all causes.

The facts are `diag.engine.surroundings`'. Nothing is said for a cause to which they make no difference: a check says of itself
whether they do (`by_rule`, `by_place`).
"""

from collections.abc import Iterable

from diag.language import PhraseTable, said, translated
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


def in_this_place(check: AnyCheck, cause: Cause, steps: Iterable[Text]) -> tuple[Text, ...]:
    """Return the steps of a cause, as templates, with those that the place adds: the cloud's rules come first, the rest last."""
    first: list[Text] = []
    last: list[Text] = []
    cloud = cause.facts.get("on_cloud")
    if cloud and check.by_rule:
        rules = CLOUD_RULES.get(str(cloud)) or CLOUD_RULES[""]
        first.append(said("This computer runs on {cloud}. First check {rules}.", cloud=clean(str(cloud), 80), rules=rules))
    if check.by_place:
        last += [besides_vpn()] if cause.facts.get("with_vpn") else []
        last += [_INSIDE[place] for place in _INSIDE if place == cause.facts.get("run_inside")]
    return (*first, *steps, *last)
