"""Which program asks which list: the variables that decide, and what no list was asked for."""

import pytest

from diag.knowledge.trust_stores import Client, ClientOpinions, Says, lists_of, programs
from diag.model.answer import Trust, VerifyError
from diag.model.machine import System, TrustSettings, TrustVariable
from diag.model.question import Verify
from tests.checks.authorities import INTERMEDIATE, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS

GAP = ((20, 0), (21, 0))
REFUSED = Trust((VerifyError(20, 0),))
LINUX = System("Linux", "6", "x86_64", "3.12", "", "")


def told(
    *variables: str, system: bool = True, public: bool = True, java: bool | None = None, on: System = LINUX, **files: bool
) -> dict[str, Client]:
    """The table where the lists say so; `files` are the variables' own, which say yes where nothing is told of them."""
    errors = () if system else GAP
    settings = TrustSettings(
        tuple(TrustVariable(name, f"/{name}", 1) for name in (*variables, *files)), java="/cacerts" if java is not None else ""
    )
    scene = Notes().machine(on, settings).lookup(ADDRESS).connect().handshake((leaf(), INTERMEDIATE), *errors)
    question = scene.handshake_question
    scene.also(Verify(presented=question, trust="certifi"), Trust() if public else REFUSED)
    if java is not None:
        scene.also(Verify(presented=question, trust="/cacerts"), Trust() if java else REFUSED)
    for name in (*variables, *files):
        scene.also(Verify(presented=question, trust=f"/{name}"), Trust() if files.get(name, True) else REFUSED)
    lists = lists_of(scene.case)
    assert lists
    return {client.program.value: client for client in lists.clients}


def says(table: dict[str, Client], *programs: str) -> list[str]:
    return [table[program].says.value for program in programs]


def test_without_settings_each_program_asks_its_own() -> None:
    table = told(system=True, public=False)
    assert says(table, "curl", "go", "dotnet", "python_ssl") == ["yes"] * 4
    assert says(table, "python_requests", "python_httpx", "node") == ["no"] * 3
    assert says(table, "java", "drivers_with_lists") == ["not_looked_at"] * 2


@pytest.mark.parametrize(
    ("variable", "changed"),
    [
        ("REQUESTS_CA_BUNDLE", {"python_requests"}),
        ("CURL_CA_BUNDLE", {"python_requests", "curl"}),
        ("NODE_EXTRA_CA_CERTS", {"node"}),
        ("AWS_CA_BUNDLE", {"aws"}),
        ("DENO_CERT", {"deno"}),
    ],
)
def test_a_variable_decides_for_its_programs(variable: str, changed: set[str]) -> None:
    table = told(variable, system=False, public=False)
    assert {name for name, client in table.items() if client.says is Says.YES} == changed
    assert all(variable in (table[name].store, table[name].added) for name in changed)


def test_of_two_variables_requests_heeds_its_own() -> None:
    table = told(system=False, public=False, REQUESTS_CA_BUNDLE=True, CURL_CA_BUNDLE=False)
    assert says(table, "python_requests", "curl") == ["yes", "no"]


def test_an_addition_adds_and_a_replacement_replaces() -> None:
    table = told(system=False, public=True, NODE_EXTRA_CA_CERTS=False, REQUESTS_CA_BUNDLE=False)
    assert says(table, "node", "python_requests") == ["yes", "no"]


def test_httpx_heeds_openssl_s_variables_where_requests_does_not() -> None:
    table = told("SSL_CERT_FILE", system=True, public=False)
    assert says(table, "python_httpx", "python_requests") == ["yes", "no"]


@pytest.mark.parametrize(("java", "word"), [(True, "yes"), (False, "no"), (None, "not_looked_at")])
def test_java_asks_its_key_store(java: bool | None, word: str) -> None:
    assert says(told(java=java), "java") == [word]


@pytest.mark.parametrize("system", ["Windows", "Darwin"])
def test_elsewhere_the_system_s_programs_do_not_heed_openssl_s_variables(system: str) -> None:
    on = System(system, "", "", "3.12", "", "")
    assert says(told("SSL_CERT_FILE", on=on), "curl", "go", "dotnet") == ["not_looked_at"] * 3
    assert says(told(on=on), "curl", "go", "dotnet") == ["yes"] * 3


def test_a_table_has_three_columns_of_one_length() -> None:
    clients = tuple(told().values())
    table = ClientOpinions.of(clients)
    assert len(table.clients) == len(table.stores) == len(table.accepts) == len(clients)
    assert set(programs(clients, Says.YES)) < set(table.clients)
