"""The words of facts that only the family `proxy` uses."""

from diag.model.machine import ProxyFlaw
from diag.report.wording.words import FAILURES, REFUSAL_WORDS, SCRIPT_FLAWS, SETTING_PLACES

PHRASES: dict[str, dict[str, str]] = {
    "flaw": {
        ProxyFlaw.LOGIN: "a character in the login that has a meaning of its own in an address",
        ProxyFlaw.HASH: "a # in the login: an address ends there",
        ProxyFlaw.SCHEME: "its beginning: no proxy is spoken to like that",
        ProxyFlaw.SPACE: "a space",
        ProxyFlaw.INVISIBLE_END: "an invisible character at its end (as a Windows line ending leaves it)",
        ProxyFlaw.INVISIBLE: "an invisible character in it",
        ProxyFlaw.QUOTES: "quotation marks, which belong to the value here",
        ProxyFlaw.BRACKETS: "an IPv6 address without brackets",
        ProxyFlaw.PORT: "the port",
        ProxyFlaw.HOST: "the host",
        ProxyFlaw.TOO_LONG: "its length",
    },
    "past_the_proxy": {
        "answers": "the service answers",
        "connects": "a connection to the service comes about",
        "refuses": "the service refuses the connection, too",
        "fails": "no connection to the service comes about either",
    },
    "socks_step": {"greeting": "method", "login": "login status", "request": "reply"},
    "refusal": REFUSAL_WORDS,
    "schemes": {"no_password": "other than a password"},
    "rule_about": {
        "port": "the port: the same name is let through on another one",
        "host": "the name: others are let through on this port",
        "everything": "everything: other names and ports were refused as well",
        "size": "the size of what is sent or fetched",
        "rate": "how often something is asked",
    },
    "setting": SETTING_PLACES,
    "other_setting": SETTING_PLACES,
    "by_name": {"opens": "it opens the way", "opens_not": "it does not open it either"},
    "speaks": {"http": "http", "https": "https", "socks5h": "socks5h"},
    "better": {"socks4a": "socks4a", "socks5h": "socks5h"},
    "went": {"direct": "direct", "proxied": "through the proxy"},
    "script_flaw": SCRIPT_FLAWS,
    "script_ending": {**FAILURES, **SCRIPT_FLAWS},
    "unread": {"bypassed": "an exception (NO_PROXY) names the service", "elsewhere": "it is set where this client does not look"},
}
