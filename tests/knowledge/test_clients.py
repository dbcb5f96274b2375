"""How programs would go to an endpoint, by their data files and what is set: pure functions, no packet."""

import pytest

from diag.knowledge.clients.manner import manners
from diag.knowledge.clients.shelf import KnownClient, compared_clients, find_client
from diag.knowledge.clients.way import way_of
from diag.model.endpoint import parse_endpoint
from diag.model.machine import ExceptionList, Proxies, ProxySetting, ProxyVariable, TrustSettings, TrustVariable
from diag.model.route import ProgramWay, ProxyAddress, Route, RouteReason, SettingPlace

ONE, TWO = ProxyAddress("one.test", 3128), ProxyAddress("two.test", 3128)


def client(name: str) -> KnownClient:
    found = find_client(name)
    assert found is not None
    return found


def route(name: str, url: str, found: Proxies) -> tuple[RouteReason, ProxyAddress | None, str]:
    way = way_of(client(name).rules.proxy, parse_endpoint(url), found)
    return way.why, way.proxy, way.source


def variables(**named: ProxyAddress) -> tuple[ProxyVariable, ...]:
    return tuple(ProxyVariable(name, proxy) for name, proxy in named.items())


@pytest.mark.parametrize(
    ("name", "url", "taken"),
    [
        ("curl", "https://a.test", "https_proxy"),
        ("go", "https://a.test", "HTTPS_PROXY"),
        ("curl", "http://a.test", ""),
        ("requests", "http://a.test", "HTTP_PROXY"),
        ("aiohttp", "https://a.test", ""),
        ("node", "https://a.test", ""),
        ("java", "https://a.test", ""),
        ("axios", "https://a.test", "https_proxy"),
    ],
)
def test_each_program_takes_its_own_variable(name: str, url: str, taken: str) -> None:
    found = Proxies(variables(https_proxy=ONE, HTTPS_PROXY=TWO, HTTP_PROXY=TWO))
    why, _, source = route(name, url, found)
    assert (source, why) == (taken, RouteReason.VARIABLE if taken else RouteReason.NOTHING_SET)


def test_node_reads_variables_where_it_is_told_to() -> None:
    found = Proxies(variables(HTTPS_PROXY=ONE), switches=("NODE_USE_ENV_PROXY",))
    assert route("node", "https://a.test", found) == (RouteReason.VARIABLE, ONE, "HTTPS_PROXY")


def test_java_reads_its_properties_and_their_exceptions() -> None:
    properties = variables(**{"https.proxyHost": ONE})
    found = Proxies(variables(HTTPS_PROXY=TWO), properties=properties)
    assert route("java", "https://a.test", found) == (RouteReason.VARIABLE, ONE, "https.proxyHost")
    exempt = Proxies(properties=properties, property_lists=(ExceptionList("http.nonProxyHosts", ("*.test",)),))
    assert route("java", "https://a.test", exempt) == (RouteReason.BYPASSED, None, "http.nonProxyHosts")
    assert route("java", "https://a.example", exempt)[0] is RouteReason.VARIABLE


@pytest.mark.parametrize(
    ("name", "entry", "why"),
    [
        ("curl", "*.b.test", RouteReason.VARIABLE),
        ("go", "*.b.test", RouteReason.BYPASSED),
        ("dotnet", ".b.test", RouteReason.BYPASSED),
        ("dotnet", "b.test", RouteReason.VARIABLE),
        ("dotnet", "A.b.test", RouteReason.BYPASSED),
        ("snowflake-odbc", "b.test", RouteReason.BYPASSED),
    ],
)
def test_each_program_reads_the_exceptions_in_its_way(name: str, entry: str, why: RouteReason) -> None:
    lists = (ExceptionList("NO_PROXY", (entry,)),)
    found = Proxies(variables(https_proxy=ONE), lists=lists)
    assert route(name, "https://a.b.test", found)[0] is why


def test_settings_of_the_system_count_for_those_who_obey_them() -> None:
    found = Proxies(settings=(ProxySetting(SettingPlace.WINDOWS_USER, https=ONE),))
    assert route("requests", "https://a.test", found)[0] is RouteReason.SETTING
    assert route("curl", "https://a.test", found)[0] is RouteReason.NOTHING_SET
    set_as_well = Proxies(variables(HTTP_PROXY=TWO), settings=found.settings)
    assert route("requests", "https://a.test", set_as_well)[0] is RouteReason.NOTHING_SET


def ways(subject: str, trust: TrustSettings, chosen: Route | None = None) -> dict[str, ProgramWay]:
    known = manners(
        client(subject),
        compared_clients(),
        parse_endpoint("https://a.test"),
        chosen or Route(RouteReason.NOTHING_SET),
        Proxies(),
        trust,
    )
    return {way.program: way for way in known}


def test_each_program_asks_its_own_list() -> None:
    trust = TrustSettings(
        (TrustVariable("REQUESTS_CA_BUNDLE", "/r.pem", 1), TrustVariable("NODE_EXTRA_CA_CERTS", "/n.pem", 1)), java="/cacerts"
    )
    known = ways("snowflake-python", trust)
    assert next(iter(known)) == "Snowflake's Python connector"
    assert known["Snowflake's Python connector"].trust == known["Python requests"].trust == "/r.pem"
    assert known["curl"].trust == known["Python urllib"].trust == "system"
    assert known["Java"].trust == "/cacerts"
    assert (known["Node"].trust, known["Node"].added) == ("certifi", "/n.pem")
    assert known["Python httpx"].trust == "certifi"


def test_a_file_that_cannot_be_read_names_no_list() -> None:
    trust = TrustSettings((TrustVariable("REQUESTS_CA_BUNDLE", "/r.pem", 0, "missing"),))
    assert ways("requests", trust)["Python requests"].trust == "certifi"


def test_an_option_sends_all_programs_the_same_way() -> None:
    chosen = Route(RouteReason.OPTION, ONE, "--proxy")
    assert {way.route.proxy for way in ways("java", TrustSettings(), chosen).values()} == {ONE}
