"""What was seen of a proxy script, read once for the checks about it."""

from diag.knowledge.pac import Course, script_of, setting_of, steer
from diag.model.case import Case
from diag.model.route import PLACES
from diag.model.view import remembered


@remembered
def course_of(case: Case) -> Course | None:
    """How asking the script went that matters for this endpoint; None: none does."""
    matters = script_of(case)
    return None if matters is None else steer(case.evidence, matters[0], case.endpoint)


def is_obeyed(case: Case) -> bool:
    """Whether this client goes as the script says."""
    matters = script_of(case)
    return matters is not None and matters[1]


def set_in(case: Case) -> str:
    """Where the script is set: the option, or the place in the system's settings."""
    setting = setting_of(case)
    if setting is not None:
        return PLACES.get(setting.source, setting.source)
    return case.route.decided_by if case.route else ""


def shown(course: Course | None) -> str:
    """The script's address, as a reader knows it; empty: there is none."""
    return str(course.address) if course and course.address else ""


def has_script(case: Case) -> bool:
    """Whether there is a script that matters for this endpoint."""
    return course_of(case) is not None
