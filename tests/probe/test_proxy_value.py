"""Values of proxy variables, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.address import Authority
from diag.model.machine import ProxyFlaw
from diag.model.route import ProxyAddress
from diag.probe.machine.settings.value import proxy_at, proxy_named
from diag.probe.proxy_value import flaw, logins_from, mistaken, read_proxy, scheme_of


def revealed(value: str) -> tuple[str, str] | None:
    seen = read_proxy(value)
    assert seen is not None
    login = seen[1]
    return None if login is None else (login.user.reveal(), login.password.reveal())


@pytest.mark.parametrize(
    ("value", "host", "port", "scheme"),
    [
        ("http://proxy.corp.test:3128", "proxy.corp.test", 3128, "http"),
        ("http://proxy.corp.test:3128/", "proxy.corp.test", 3128, "http"),
        ("http://proxy.corp.test:3128/a?b#c", "proxy.corp.test", 3128, "http"),
        ("proxy.corp.test:3128", "proxy.corp.test", 3128, "http"),
        ("proxy", "proxy", 1080, "http"),
        ("http://proxy", "proxy", 1080, "http"),
        ("http://proxy:", "proxy", 1080, "http"),
        ("https://proxy", "proxy", 443, "https"),
        ("https://proxy:8443", "proxy", 8443, "https"),
        ("socks5h://proxy", "proxy", 1080, "socks5h"),
        ("HTTP://PROXY.Corp.Test.:3128", "proxy.corp.test", 3128, "http"),
        ("http://10.1.2.3:3128", "10.1.2.3", 3128, "http"),
        ("http://[FD00::0:1]:3128", "fd00::1", 3128, "http"),
        ("[::1]", "::1", 1080, "http"),
        ("http://[fe80::1%25eth0]:3128", "fe80::1%eth0", 3128, "http"),
        ("http://[fe80::1%eth0]:3128", "fe80::1%eth0", 3128, "http"),
        ("http://my_proxy:3128", "my_proxy", 3128, "http"),
        ("http://bücher.test:3128", "xn--bcher-kva.test", 3128, "http"),
        ("http://@proxy:3128", "proxy", 3128, "http"),
        ("http://:@proxy:3128", "proxy", 3128, "http"),
    ],
)
def test_a_proxy_without_a_login(value: str, host: str, port: int, scheme: str) -> None:
    assert read_proxy(value) == (ProxyAddress(host, port, scheme), None)


@pytest.mark.parametrize(
    ("value", "user", "password"),
    [
        ("http://user:word@proxy:3128", "user", "word"),
        ("user:word@proxy:3128", "user", "word"),
        ("http://user@proxy:3128", "user", ""),
        ("http://:word@proxy:3128", "", "word"),
        ("http://CORP%5Cuser:p%40ss%23%2F%3A@proxy:3128", "CORP\\user", "p@ss#/:"),
        ("http://CORP\\user:word@proxy:3128", "CORP\\user", "word"),
        ("http://user:a:b@proxy:3128", "user", "a:b"),
        ("http://user:100%@proxy:3128", "user", "100%"),
        ("http://user:a%zzb@proxy:3128", "user", "a%zzb"),
        ("http://user:gr%C3%BC%C3%9Fe@proxy:3128", "user", "grüße"),
        ("http://user:grüße@proxy:3128", "user", "grüße"),
        ("http://user:a%0D%0Ab@proxy:3128", "user", "a\r\nb"),
    ],
)
def test_a_login_is_decoded_and_kept_apart(value: str, user: str, password: str) -> None:
    seen = read_proxy(value)
    assert seen is not None
    assert seen[0] == ProxyAddress("proxy", 3128, "http", login=True)
    assert revealed(value) == (user, password)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        " http://proxy:3128",
        "http://proxy:3128 ",
        "http://proxy:3128\n",
        "http://user:a b@proxy:3128",
        "http://user:a@b@proxy:3128",
        "http://user:a#b@proxy:3128",
        "http://user:a/b@proxy:3128",
        "http://user:a?b@proxy:3128",
        "user:1234/b@proxy:3128",
        "http://http://user:word@proxy:3128",
        "http:/proxy:3128",
        "http:/user:word@proxy:3128",
        "//proxy:3128",
        "http://",
        "http:///path",
        "ftp://proxy:3128",
        "secret://proxy:3128",
        "http://proxy:0",
        "http://proxy:65536",
        "http://proxy:http",
        "http://proxy:３１２８",
        "http://proxy:3128:3128",
        "::1",
        "http://fe80::1:3128",
        "http://[::1",
        "http://[::1]3128",
        "http://[10.1.2.3]:3128",
        "http://[proxy]:3128",
        "http://[fe80::1%25eth 0]",
        '"http://proxy:3128"',
        "http://proxy,other:3128",
        "http://pro%78y:3128",
        "http://" + "a" * 64 + ":3128",
        "http://" + "a." * 127 + "test:3128",
        "http://user:%00@proxy:3128",
        "http://user:%ff@proxy:3128",
        "http://user:\udcff@proxy:3128",
        "http://proxy\u202e:3128",
        "a" * 5_000,
    ],
)
def test_what_clients_would_not_agree_on_is_unreadable(value: str) -> None:
    assert read_proxy(value) is None


@given(st.text(max_size=40), st.sampled_from(["", "http://", "http://user:", "user@", "["]))
def test_any_text_is_read_or_not(text: str, before: str) -> None:
    seen = read_proxy(before + text)
    assert seen is None or (seen[0].host and 0 < seen[0].port < 65_536)


@given(st.text("abcXYZ019%@:/#? ü", min_size=4, max_size=20), st.text("abcXYZ019%@:/#? ü", min_size=4, max_size=20))
def test_no_part_of_a_login_stands_in_the_address(user: str, password: str) -> None:
    seen = read_proxy(f"http://{user}:{password}@proxy.test:3128")
    assert seen is None or seen[0] == ProxyAddress("proxy.test", 3128, "http", login=True)


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("http://proxy", "http"),
        ("SOCKS5://proxy", "socks5"),
        ("proxy:3128", ""),
        ("word://proxy", ""),
        ("https:/proxy", ""),
        ("", ""),
    ],
)
def test_the_scheme_is_given_where_it_is_one_of_a_proxy(value: str, scheme: str) -> None:
    assert scheme_of(value) == scheme


def test_logins_are_found_by_their_proxy() -> None:
    environment = {
        "HTTPS_PROXY": "http://second:b@one.test:3128",
        "https_proxy": "http://first:a@one.test:3128",
        "http_proxy": "http://one.test:3128",
        "ALL_PROXY": "socks5://third:c@two.test:1080",
        "all_proxy": "http://bro@ken@three.test",
        "OTHER_PROXY": "http://never:d@four.test:3128",
    }
    logins = logins_from(environment)
    assert {str(proxy): login.user.reveal() for proxy, login in logins.items()} == {
        "one.test:3128": "first",
        "two.test:1080": "third",
    }


def test_the_option_goes_before_the_variables() -> None:
    logins = logins_from({"https_proxy": "http://first:a@one.test:3128"}, "http://option:o@one.test:3128")
    assert logins[Authority("one.test", 3128)].password.reveal() == "o"
    assert logins_from({}, "http://one.test:3128") == {}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("", ""),
        ("http://proxy:3128", ""),
        ("http://user:a@b@proxy:3128", "login"),
        ("http://user:a#b@proxy:3128", "hash"),
        ("http://user:a/b@proxy:3128", "login"),
        ("user:1234/b@proxy:3128", "login"),
        ("http://user:a b@proxy:3128", "login"),
        ("http://user:%ff@proxy:3128", "login"),
        ("ftp://proxy:3128", "scheme"),
        ("http:/proxy:3128", "scheme"),
        (" http://proxy:3128", "space"),
        ("http://proxy:3128\n", "invisible_end"),
        ("http://proxy:3128\r", "invisible_end"),
        ("http://proxy:3128\xa0", "invisible_end"),
        ("http://pro\u200bxy:3128", "invisible"),
        ("\ufeffhttp://proxy:3128", "invisible"),
        ('"http://proxy:3128"', "quotes"),
        ("http=proxy:3128;https=proxy:3128", "several"),
        ("'http://proxy:3128", "quotes"),
        ("\u201chttp://proxy:3128\u201d", "quotes"),
        ("http://proxy :3128", "space"),
        ("http://fe80::1:3128", "brackets"),
        ("http://proxy:http", "port"),
        ("http://proxy:65536", "port"),
        ("http://pro%78y:3128", "host"),
        ("a" * 5_000, "too_long"),
    ],
)
def test_what_makes_it_unreadable_is_a_word(value: str, word: str) -> None:
    assert flaw(value) == word


@given(st.text(max_size=40), st.sampled_from(["", "http://", "http://user:", "user@", "["]))
def test_every_unreadable_value_has_a_flaw(text: str, before: str) -> None:
    value = before + text
    assert bool(flaw(value)) == (bool(value) and read_proxy(value) is None)
    assert flaw(value) in ("", *ProxyFlaw)


def test_what_names_no_scheme_is_spoken_to_in_http() -> None:
    assert proxy_named("proxy.corp.test:3128") == ProxyAddress("proxy.corp.test", 3128, "http")
    assert proxy_named("socks5://proxy.corp.test:1080") == ProxyAddress("proxy.corp.test", 1080, "socks5")
    assert proxy_at("proxy.corp.test", 0, "https") == proxy_named("https://proxy.corp.test")
    assert proxy_at("2001:db8::1", 3128) == ProxyAddress("2001:db8::1", 3128, "http")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("none", ProxyFlaw.KEYWORD),
        ("DIRECT", ProxyFlaw.KEYWORD),
        ("http://off:3128", ProxyFlaw.KEYWORD),
        ("http://http://proxy.test:3128", ProxyFlaw.KEYWORD),
        ("http://wpad.test/proxy.pac", ProxyFlaw.SCRIPT),
        ("http://wpad.test:8080/wpad.dat?site=7", ProxyFlaw.SCRIPT),
        ("http://proxy.test:3128", ""),
        ("http://none.test:3128/", ""),
        ("http://proxy.pac:3128", ""),
        ("http://user:pass.pac@proxy.test:3128", ""),
        ("'none'", ""),
        ("", ""),
    ],
)
def test_what_can_be_read_may_be_meant_as_something_else(value: str, word: str) -> None:
    assert mistaken(value) == word
