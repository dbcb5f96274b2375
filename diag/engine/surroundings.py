"""Where this machine stands, as far as that changes what to do about a fault: in a cloud, in a container, behind a VPN."""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.model.check import FAMILIES_ON_THE_WAY
from diag.model.diagnosis import Cause
from diag.model.endpoint_view import RunView
from diag.model.verdict import Facts


def surroundings(run_view: RunView) -> Facts:
    """Return the facts `on_cloud`, `run_inside` and `with_vpn`; each is there only where it is so."""
    system, links = run_view.machine.system, run_view.machine.interfaces
    vpns = tuple(f"{one.name}: {one.vpn}" for one in links.answer.interfaces if one.vpn) if links else ()
    facts: Facts = {}
    if system and system.answer.cloud:
        facts["on_cloud"] = system.answer.cloud
    if system and system.answer.setting:
        facts["run_inside"] = system.answer.setting
    if vpns:
        facts["with_vpn"] = vpns
    return facts


def placed(causes: Iterable[Cause], facts: Facts) -> tuple[Cause, ...]:
    """Return the causes, with those facts beside the own ones of all that are about the way."""
    return tuple(
        replace(cause, facts={**facts, **cause.facts}) if facts and cause.id.partition("-")[0] in FAMILIES_ON_THE_WAY else cause
        for cause in causes
    )
