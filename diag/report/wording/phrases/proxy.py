"""The words of facts that only the family `proxy` uses."""

from collections.abc import Mapping

from diag.model.machine import ProxyFlaw
from diag.report.wording.words import FAILURES, REFUSAL_WORDS, SCRIPT_FLAWS, SETTING_PLACES

PHRASES: dict[str, Mapping[str, str]] = {
    "flaw": {
        ProxyFlaw.LOGIN: "the user name or password holds a character with a special meaning",
        ProxyFlaw.HASH: "the user name or password holds a #, which ends an address",
        ProxyFlaw.SCHEME: "the scheme at its beginning is none that proxies have",
        ProxyFlaw.SPACE: "it contains a space",
        ProxyFlaw.INVISIBLE_END: "it ends with an invisible character, such as a Windows line ending",
        ProxyFlaw.INVISIBLE: "it contains an invisible character",
        ProxyFlaw.QUOTES: "it contains quotation marks, which become part of the value",
        ProxyFlaw.SEVERAL: "it holds several entries, as settings of Windows do (http=...;https=...)",
        ProxyFlaw.BRACKETS: "the IPv6 address has no brackets",
        ProxyFlaw.PORT: "the port is not valid",
        ProxyFlaw.HOST: "the host is not valid",
        ProxyFlaw.TOO_LONG: "it is too long",
        ProxyFlaw.SCRIPT: "it is the address of a proxy script (PAC), and programs take its host for the proxy",
        ProxyFlaw.KEYWORD: "its host is a word such as none or direct, and programs take that for a proxy's name",
    },
    "past_the_proxy": {
        "answers": "the service answers",
        "connects": "a connection to the service succeeds",
        "refuses": "the service refuses the connection as well",
        "fails": "the connection to the service fails as well",
    },
    "socks_step": {"greeting": "method", "login": "login status", "request": "reply"},
    "refusal": REFUSAL_WORDS,
    "schemes": {"no_password": "methods other than a password"},
    "rule_about": {
        "port": "the port (the same name is allowed on another port)",
        "host": "the name (others are allowed on this port)",
        "everything": "everything (other names and ports were refused as well)",
        "size": "the size of the request or answer",
        "rate": "the number of requests",
    },
    "setting": SETTING_PLACES,
    "other_setting": SETTING_PLACES,
    "by_name": {"opens": "it connects", "opens_not": "it does not connect either"},
    "speaks": {"http": "http", "https": "https", "socks5h": "socks5h"},
    "better": {"socks4a": "socks4a", "socks5h": "socks5h"},
    "went": {"direct": "direct", "proxied": "through the proxy"},
    "script_flaw": SCRIPT_FLAWS,
    "script_ending": {**FAILURES, **SCRIPT_FLAWS},
    "unread": {
        "bypassed": "an exception (NO_PROXY) names the service",
        "elsewhere": "it is set in a place that most programs do not read",
    },
}
