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
    assert said == ("Loading and unloading files does not work.", CANNOT_LOAD, "Logging in works.")


def test_what_answers_by_another_way_than_it_should_is_not_said_to_fail() -> None:
    login, stage = (Endpoint(f"{role.lower()}.example.com", 443, role=role) for role in (LOGIN, STAGE))
    works = EndpointState(login, OK, Stage.EXCHANGE, True)
    public = EndpointState(stage, PROBLEM, Stage.EXCHANGE, True, ("privatelink-partial",), served=True)
    assert consequences(Diagnosis(PROBLEM, (), (works, public), ()), SNOWFLAKE) == ()


def test_one_of_several_is_named_and_counted() -> None:
    (first, second, third) = told((LOGIN, OK), *((STAGE, PROBLEM if number == 3 else OK) for number in range(60)))
    assert first == "Loading and unloading files does not work through h4.example.com; through all others it does."
    assert (second, third) == (CANNOT_LOAD, "Logging in works.")


def test_many_of_several_are_counted() -> None:
    (first, *_) = told((LOGIN, OK), *((STAGE, PROBLEM if number else OK) for number in range(60)))
    assert first == (
        "Loading and unloading files does not work through h2.example.com, h3.example.com, h4.example.com and 56 more;"
        " through h1.example.com it does."
    )


def test_where_nothing_works_nothing_is_said_to_work() -> None:
    said = told((LOGIN, PROBLEM), (STAGE, PROBLEM))
    assert said == (
        "Logging in does not work.",
        CANNOT_LOG_IN,
        "Loading and unloading files does not work.",
        CANNOT_LOAD,
    )


def test_the_two_names_of_an_account_serve_one_end() -> None:
    (first, _) = told((LOGIN, PROBLEM), ("SNOWFLAKE_DEPLOYMENT_REGIONLESS", OK))
    assert first == "Logging in does not work through h0.example.com; through h1.example.com it does."


def test_what_is_not_needed_is_said_to_be_not_needed() -> None:
    said = told((LOGIN, OK), (STAGE, OK), ("OUT_OF_BAND_TELEMETRY", UNKNOWN), because=True)
    assert said == (
        "Reporting the drivers' own troubles to the provider does not work. Nothing else depends on it.",
        CANNOT_REPORT,
        "Logging in and loading and unloading files work.",
    )


def test_what_is_open_is_said_to_be_open() -> None:
    assert told((LOGIN, OK), (STAGE, UNKNOWN)) == (
        "Logging in works.",
        "Whether loading and unloading files works could not be decided.",
    )


def test_one_endpoint_with_two_roles_counts_for_both() -> None:
    said = told((f"{LOGIN} {STAGE}", PROBLEM))
    assert {"Logging in does not work.", "Loading and unloading files does not work."} <= set(said)


def test_a_role_that_nobody_knows_is_told_by_its_hosts() -> None:
    assert told((LOGIN, OK), ("NEW_THING", PROBLEM)) == ("Anything that uses h1.example.com does not work.", "Logging in works.")
    assert told((LOGIN, OK), ("NEW_THING", UNKNOWN)) == (
        "Logging in works.",
        "Whether what needs h1.example.com works could not be decided.",
    )


def test_words_of_a_diag_toml_overrule_the_profile() -> None:
    profile = SNOWFLAKE.beside((Role(STAGE, "the nightly load", "Reports stay empty."),))
    assert told((LOGIN, OK), (STAGE, PROBLEM), profile=profile) == (
        "The nightly load does not work.",
        "Reports stay empty.",
        "Logging in works.",
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
