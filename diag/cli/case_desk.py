"""Where a bundle goes if nobody says: to the case system of ./diag.toml, or else of the profile that the bundle was made with.

A bundle gives the profile's name alone, which counts where such a profile is known here: no address is ever taken from a bundle.
"""

from diag.cli.endpoints import USUAL_CONFIG, brought_profiles
from diag.cli.errors import WrongUse
from diag.language import retold
from diag.profile.config import read_config
from diag.profile.errors import UnusableFile
from diag.profile.registry import BUILTIN, find_profile
from diag.profile.support import CaseDesk, CaseSystem


def usual_destination(profile: str, case: str) -> tuple[str, str]:
    """Return what --to and --case would have to say; both empty where no case system is known. Raises WrongUse."""
    try:
        desk = _desk(profile)
    except UnusableFile as error:
        raise WrongUse(retold(error)) from None
    if desk is None or desk.system is CaseSystem.UPLOAD:
        return "", ""
    place = f"{desk.system}:{desk.url}"
    if desk.project and desk.system is CaseSystem.JIRA and case.isdigit():
        case = f"{desk.project}-{case}"
    if desk.project and desk.system is CaseSystem.SERVICENOW:
        place = f"{place.rstrip('/')}/{desk.project}"
    return place, case


def _desk(profile: str) -> CaseDesk | None:
    if USUAL_CONFIG.is_file():
        config = read_config(USUAL_CONFIG)
        if config.desk is not None:
            return config.desk
        profile = config.profile or profile
    packages = brought_profiles()
    return find_profile(profile, packages).desk if profile in (*BUILTIN, *packages) else None
