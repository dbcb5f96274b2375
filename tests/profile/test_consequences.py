"""Which endpoint is broken means what, in the user's words."""

import pytest

from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint, Expectations
from diag.model.endpoint_view import Stage
from diag.profile.consequences import consequences
from diag.profile.profile import Profile
from diag.profile.registry import builtin
from diag.profile.roles import Role

OK, PROBLEM, UNKNOWN, WARNING = Outcome.OK, Outcome.PROBLEM, Outcome.UNKNOWN, Outcome.WARNING
SNOWFLAKE = builtin("snowflake")
LOGIN, STAGE = "SNOWFLAKE_DEPLOYMENT", "STAGE"
CANNOT_LOAD = next(role.without for role in SNOWFLAKE.roles if role.name == STAGE)
CANNOT_LOG_IN = next(role.without for role in SNOWFLAKE.roles if role.name == LOGIN)
CANNOT_REPORT = next(role.without for role in SNOWFLAKE.roles if role.name == "OUT_OF_BAND_TELEMETRY")


def told(*fared: tuple[str, Outcome], profile: Profile = SNOWFLAKE, because: bool = False) -> tuple[str, ...]:
    """The consequences where endpoints of these roles fare like this; `because`: open ones have a cause all the same."""
    states = []
    for number, (role, status) in enumerate(fared):
        endpoint = Endpoint(f"h{number}.example.com", 443, role=role)
        caused = status in (PROBLEM, WARNING) or (because and status is UNKNOWN)
        states.append(EndpointState(endpoint, status, Stage.CONNECT, status in (OK, WARNING), ("a-cause",) if caused else ()))
    return consequences(Diagnosis(PROBLEM, (), tuple(states), ()), profile)


def test_logging_in_works_and_loading_files_will_not() -> None:
    said = told((LOGIN, OK), (STAGE, PROBLEM))
    assert said == ("Logging in works; loading and unloading files will not.", CANNOT_LOAD)


def test_one_of_several_is_named_and_counted() -> None:
    (first, second) = told((LOGIN, OK), *((STAGE, PROBLEM if number == 3 else OK) for number in range(60)))
    assert second == f"Wherever a blocked one is needed: {CANNOT_LOAD}"
    assert first == (
        "Logging in works; loading and unloading files (as far as it needs https://h4.example.com:443, 1 of 60) will not."
    )


def test_many_of_several_are_counted() -> None:
    (first, *_) = told((LOGIN, OK), *((STAGE, PROBLEM if number else OK) for number in range(60)))
    assert "h2.example.com:443, https://h3.example.com:443, https://h4.example.com:443 and 56 more, 59 of 60) will not" in first


def test_where_nothing_works_nothing_is_said_to_work() -> None:
    said = told((LOGIN, PROBLEM), (STAGE, PROBLEM))
    assert said == (
        "Logging in and loading and unloading files will not work.",
        CANNOT_LOG_IN,
        CANNOT_LOAD,
    )


def test_the_two_names_of_an_account_serve_one_end() -> None:
    (first, _) = told((LOGIN, PROBLEM), ("SNOWFLAKE_DEPLOYMENT_REGIONLESS", OK))
    assert first == "Logging in (as far as it needs https://h0.example.com:443, 1 of 2) will not work."


def test_what_is_not_needed_is_said_to_be_not_needed() -> None:
    said = told((LOGIN, OK), (STAGE, OK), ("OUT_OF_BAND_TELEMETRY", UNKNOWN), because=True)
    assert said == (
        "Logging in and loading and unloading files work; what fails is not needed for that.",
        "Not needed for the rest, and not working: reporting the drivers' own troubles to the provider.",
        CANNOT_REPORT,
    )


def test_what_is_open_is_said_to_be_open() -> None:
    assert told((LOGIN, OK), (STAGE, UNKNOWN)) == ("Whether loading and unloading files works could not be decided.",)


def test_one_endpoint_with_two_roles_counts_for_both() -> None:
    (first, *_) = told((f"{LOGIN} {STAGE}", PROBLEM))
    assert first == "Logging in and loading and unloading files will not work."


def test_a_role_that_nobody_knows_is_told_by_its_name() -> None:
    assert told((LOGIN, OK), ("NEW_THING", PROBLEM)) == (
        "Logging in works; what needs NEW_THING will not.",
    )  # fmt: skip


def test_words_of_a_diag_toml_overrule_the_profile() -> None:
    profile = SNOWFLAKE.beside((Role(STAGE, "the nightly load", "Reports stay empty."),))
    assert told((LOGIN, OK), (STAGE, PROBLEM), profile=profile) == (
        "Logging in works; the nightly load will not.",
        "Reports stay empty.",
    )


@pytest.mark.parametrize(
    "fared",
    [(), ((LOGIN, OK), (STAGE, OK)), ((LOGIN, WARNING),), (("", PROBLEM),)],
    ids=["nothing", "all well", "a warning", "no role"],
)
def test_silence_where_nothing_follows(fared: tuple[tuple[str, Outcome], ...]) -> None:
    assert told(*fared) == ()


def test_nothing_of_a_list_steers() -> None:
    endpoint = Endpoint("a.example.com", 443, role="x\x1b[2J\u202e", expects=Expectations())
    state = EndpointState(endpoint, PROBLEM, Stage.CONNECT, False, ("a-cause",))
    (said,) = consequences(Diagnosis(PROBLEM, (), (state,), ()), builtin("https"))
    assert said.isprintable()
