"""The way that a client goes, as a table."""

import pytest
from msgspec.structs import replace

from diag.engine.route import LIST, OPTION, choose_route
from diag.model.endpoint import Endpoint, Expectations, ExpectedRoute, Network, parse_endpoint
from diag.model.machine import Proxies, ProxySetting, ProxyVariable
from diag.model.route import ProxyAddress, Route, RouteReason, SettingPlace

OURS = ProxyAddress("proxy.corp.test", 3128)
OTHER = ProxyAddress("other.corp.test", 8080, login=True)
DIRECT = Route(RouteReason.NOTHING_SET)


def through(name: str, proxy: ProxyAddress | None = OURS) -> Route:
    return Route(RouteReason.VARIABLE, proxy, name)


def proxies(*names: str, exceptions: tuple[str, ...] = ()) -> Proxies:
    """OURS in the first of the named variables, OTHER in the rest."""
    variables = tuple(ProxyVariable(name, OTHER if at else OURS) for at, name in enumerate(names))
    return Proxies(variables, exceptions, "NO_PROXY" if exceptions else "")


@pytest.mark.parametrize(
    ("url", "names", "route"),
    [
        ("https://a.test", (), DIRECT),
        ("https://a.test", ("https_proxy",), through("https_proxy")),
        ("https://a.test", ("HTTPS_PROXY",), through("HTTPS_PROXY")),
        ("https://a.test", ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"), through("https_proxy")),
        ("https://a.test", ("HTTPS_PROXY", "all_proxy"), through("HTTPS_PROXY")),
        ("https://a.test", ("all_proxy", "ALL_PROXY"), through("all_proxy")),
        ("https://a.test", ("ALL_PROXY",), through("ALL_PROXY")),
        ("https://a.test", ("http_proxy", "HTTP_PROXY"), DIRECT),
        ("http://a.test", ("http_proxy",), through("http_proxy")),
        ("http://a.test", ("HTTP_PROXY",), DIRECT),
        ("http://a.test", ("all_proxy", "HTTP_PROXY"), through("all_proxy")),
        ("http://a.test", ("https_proxy",), DIRECT),
        ("tls://a.test", ("https_proxy",), through("https_proxy")),
        ("tcp://a.test:5432", ("https_proxy", "http_proxy"), DIRECT),
        ("tcp://a.test:5432", ("ALL_PROXY",), through("ALL_PROXY")),
    ],
)
def test_the_variable_that_decides(url: str, names: tuple[str, ...], route: Route) -> None:
    assert choose_route(parse_endpoint(url), proxies(*names)) == route


def test_nothing_is_known_of_the_machine() -> None:
    assert choose_route(parse_endpoint("a.test"), None) == DIRECT


def test_an_empty_variable_is_not_set() -> None:
    found = Proxies((ProxyVariable("https_proxy"), ProxyVariable("HTTPS_PROXY", OURS)))
    assert choose_route(parse_endpoint("a.test"), found) == through("HTTPS_PROXY")


def plain(route: Route) -> Route:
    """The way and its reason, without what other clients make of the exceptions."""
    return replace(route, readings=(), seems_exempt=False)


def test_an_unreadable_variable_decides_and_names_no_proxy() -> None:
    found = Proxies((ProxyVariable("https_proxy", readable=False), ProxyVariable("HTTPS_PROXY", OURS)), ("b.test",), "no_proxy")
    assert plain(choose_route(parse_endpoint("a.test"), found)) == through("https_proxy", None)
    assert plain(choose_route(parse_endpoint("b.test"), found)) == Route(RouteReason.BYPASSED, source="no_proxy")


def test_the_option_goes_before_variables_and_exceptions() -> None:
    found = proxies("https_proxy", exceptions=("a.test",))
    assert choose_route(parse_endpoint("a.test"), found, OTHER) == Route(RouteReason.OPTION, OTHER, OPTION)
    assert choose_route(parse_endpoint("a.test"), None, OTHER) == Route(RouteReason.OPTION, OTHER, OPTION)


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.8.9.10", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_reached_directly(host: str) -> None:
    endpoint = parse_endpoint(f"https://{host}:8443")
    assert choose_route(endpoint, proxies("https_proxy")) == Route(RouteReason.OWN_MACHINE)
    assert choose_route(endpoint, proxies("https_proxy"), OTHER).why is RouteReason.OPTION


@pytest.mark.parametrize("host", ["notlocalhost", "localhost.test", "128.0.0.1", "[::2]", "0.0.0.0"])
def test_any_other_machine_is_not_this_one(host: str) -> None:
    assert choose_route(parse_endpoint(f"https://{host}"), proxies("https_proxy")) == through("https_proxy")


@pytest.mark.parametrize(
    ("expects", "why"),
    [
        (Expectations(), RouteReason.VARIABLE),
        (Expectations(proxy=ExpectedRoute.DIRECT), RouteReason.EXPECTED),
        (Expectations(proxy=ExpectedRoute.PROXIED), RouteReason.VARIABLE),
        (Expectations(network=Network.PRIVATE), RouteReason.VARIABLE),
        (Expectations(network=Network.PRIVATE, proxy=ExpectedRoute.DIRECT), RouteReason.EXPECTED),
    ],
)
def test_only_an_expected_direct_way_forces_one(expects: Expectations, why: RouteReason) -> None:
    endpoint = Endpoint("a.test", 443, expects=expects)
    assert choose_route(endpoint, proxies("https_proxy")).why is why
    assert choose_route(endpoint, None, OURS).why is (RouteReason.EXPECTED if why is RouteReason.EXPECTED else RouteReason.OPTION)


def test_an_exception_counts_only_against_a_proxy() -> None:
    endpoint = parse_endpoint("http://a.test")
    assert choose_route(endpoint, proxies("https_proxy", exceptions=("a.test",))) == DIRECT
    exempt = choose_route(endpoint, proxies("http_proxy", exceptions=("a.test",)))
    assert plain(exempt) == Route(RouteReason.BYPASSED, source="NO_PROXY")
    assert exempt.seems_exempt
    assert {one.reading for one in exempt.readings} == {"direct"}
    other = choose_route(endpoint, proxies("http_proxy", exceptions=("b.test",)))
    assert plain(other) == through("http_proxy")
    assert not other.seems_exempt
    assert {one.reading for one in other.readings} == {"proxied"}


def setting(source: str = "windows_user", **more: object) -> ProxySetting:
    return ProxySetting(source, **({"https": OURS, "http": OTHER} | more))  # type: ignore[arg-type]


def by_setting(url: str, *settings: ProxySetting, variables: tuple[ProxyVariable, ...] = ()) -> Route:
    return choose_route(parse_endpoint(url), Proxies(variables, settings=settings))


@pytest.mark.parametrize(
    ("source", "obeyed"), [(one, one in ("windows_user", "windows_policy", "macos")) for one in SettingPlace]
)
def test_settings_that_programs_obey_decide_where_no_variable_is_set(source: str, obeyed: bool) -> None:
    found = setting(source)
    assert by_setting("https://a.test", found) == (Route(RouteReason.SETTING, OURS, source) if obeyed else DIRECT)
    assert by_setting("http://a.test", found) == (Route(RouteReason.SETTING, OTHER, source) if obeyed else DIRECT)
    assert by_setting("tls://a.test", found).proxy == (OURS if obeyed else None)
    assert by_setting("tcp://a.test:5432", found) == DIRECT


def test_any_variable_hides_the_settings() -> None:
    for variable in (ProxyVariable("HTTP_PROXY", OTHER), ProxyVariable("HTTP_PROXY", readable=False)):
        assert by_setting("https://a.test", setting(), variables=(variable,)) == DIRECT
    assert by_setting("https://a.test", setting(), variables=(ProxyVariable("https_proxy"),)).why is RouteReason.SETTING
    assert by_setting("https://a.test", setting(), variables=(ProxyVariable("https_proxy", OTHER),)).proxy == OTHER


def test_a_policy_goes_before_the_user_even_where_it_names_no_proxy() -> None:
    assert by_setting("https://a.test", ProxySetting("windows_policy"), setting()) == DIRECT
    assert by_setting("https://a.test", ProxySetting("windows_policy", https=OTHER), setting()).proxy == OTHER


def test_a_socks_proxy_is_for_what_has_no_other() -> None:
    socks = ProxyAddress("socks.test", 1080, "socks5h")
    assert by_setting("https://a.test", ProxySetting("macos", http=OTHER, socks=socks)).proxy == socks
    assert by_setting("http://a.test", ProxySetting("macos", http=OTHER, socks=socks)).proxy == OTHER


def test_exceptions_of_a_setting_are_read_as_its_system_reads_them() -> None:
    exempt = setting(exceptions=("*.corp.test",), plain_names_direct=True)
    bypassed = Route(RouteReason.BYPASSED, None, "windows_user")
    assert by_setting("https://a.corp.test", exempt) == bypassed
    assert by_setting("https://intranet", exempt) == bypassed
    assert by_setting("https://a.test", exempt).proxy == OURS
    assert by_setting("https://[2001:db8::1]", exempt).proxy == OURS
    assert by_setting("https://intranet", setting()).proxy == OURS


def test_option_and_expectation_go_before_settings() -> None:
    found = Proxies(settings=(setting(),))
    assert choose_route(parse_endpoint("a.test"), found, OTHER).why is RouteReason.OPTION
    assert (
        choose_route(Endpoint("a.test", 443, expects=Expectations(proxy=ExpectedRoute.DIRECT)), found).why is RouteReason.EXPECTED
    )
    assert choose_route(parse_endpoint("localhost"), found).why is RouteReason.OWN_MACHINE


def test_what_decided_is_said_in_words() -> None:
    assert Route(RouteReason.SETTING, OURS, "windows_user").decided_by == "windows_user"
    assert through("https_proxy").decided_by == "https_proxy"
    assert DIRECT.decided_by == "nothing_set"


def test_the_endpoint_list_s_proxy_goes_before_variables_and_settings_and_after_the_command_line() -> None:
    listed = Route(RouteReason.EXPECTED, OURS, LIST)
    for found in (None, proxies("https_proxy", exceptions=("a.test",)), Proxies(settings=(setting(https=OTHER),))):
        assert choose_route(parse_endpoint("a.test"), found, listed=OURS) == listed
        assert choose_route(parse_endpoint("a.test"), found, OTHER, listed=OURS).proxy == OTHER
    script = Route(RouteReason.SCRIPT)
    assert choose_route(parse_endpoint("a.test"), None, script=script, listed=OURS) == script
    assert choose_route(parse_endpoint("localhost"), None, listed=OURS).why is RouteReason.OWN_MACHINE
    direct = Endpoint("a.test", 443, expects=Expectations(proxy=ExpectedRoute.DIRECT))
    assert choose_route(direct, None, listed=OURS) == Route(RouteReason.EXPECTED)
