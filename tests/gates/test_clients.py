"""Each program's data file keeps to its form, and names only what the rest of the house knows."""

import msgspec.toml
import pytest

from diag.knowledge.clients.dialects import DIALECTS
from diag.knowledge.clients.rules import ClientRules
from diag.knowledge.clients.shelf import all_clients, client_names, compared_clients, find_client, read_client
from diag.knowledge.trust_stores import Store
from diag.probe.machine.java_options import PROXY_HOSTS, SWITCH
from diag.probe.machine.proxies import SWITCHES
from diag.probe.machine.trust import FILE_VARIABLES, FOLDER_VARIABLE
from diag.probe.proxy_value import VARIABLES

FEWEST = 13


def test_the_shelf_holds_the_common_programs() -> None:
    assert len(client_names()) >= FEWEST
    wanted = {"curl", "requests", "httpx", "urllib", "aiohttp", "node", "axios", "go", "java", "dotnet"}
    assert wanted | {"snowflake-python", "snowflake-jdbc", "snowflake-odbc"} <= set(client_names())
    assert compared_clients()[0].name == "curl"


@pytest.mark.parametrize("name", client_names())
def test_a_program_names_what_is_known(name: str) -> None:
    rules = read_client(name).rules
    proxy, trust = rules.proxy, rules.trust
    assert {*proxy.https, *proxy.http, *proxy.other} <= {*VARIABLES, *PROXY_HOSTS}
    assert proxy.exceptions in ("", *DIALECTS)
    assert proxy.switch in ("", SWITCH, *SWITCHES)
    assert {*trust.variables, *trust.adds} <= {*FILE_VARIABLES, FOLDER_VARIABLE}
    words = {store.value for store in Store}
    assert {*trust.variables, *trust.adds} <= words | {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def test_a_name_means_one_program() -> None:
    words = [word for one in all_clients() for word in (one.name, one.rules.title.lower(), *one.rules.aliases)]
    twice = {word for word in words if words.count(word) > 1}
    assert twice <= {one.name for one in all_clients() if one.rules.title.lower() == one.name}
    assert all(word == word.lower() for one in all_clients() for word in one.rules.aliases)


def test_a_program_is_found_by_any_of_its_names() -> None:
    for word in ("requests", "Python Requests", "python-requests", " REQUESTS "):
        found = find_client(word)
        assert found is not None
        assert found.name == "requests"
    assert find_client("no such program") is None


def test_a_field_that_is_not_known_is_refused() -> None:
    text = '[proxy]\n[trust]\nstore = "system"\n[tls]\nlibrary = "x"\n'
    assert msgspec.toml.decode(f'title = "X"\n{text}', type=ClientRules).title == "X"
    for spoilt in (f'title = "X"\ncolour = 1\n{text}', text, f'title = "X"\n{text}lowest = 1\n'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.toml.decode(spoilt, type=ClientRules)
