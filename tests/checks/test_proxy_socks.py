"""The proxy family over what SOCKS proxies say: the same causes, read from other words."""

from collections.abc import Callable

import pytest

from checks.proxy import (
    bypass_missing,
    cannot_reach_target,
    cannot_resolve_target,
    login_rejected,
    login_required,
    login_scheme_unsupported,
    lookup_here,
    not_a_proxy,
    refuses_target,
    scheme_wrong,
)
from diag.model.address import Address, Authority
from diag.model.answer import SystemLookup, TunnelReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Lookup, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, PROXY_IP
from tests.checks.verdicts import asks, judged

PROXY = "proxy.corp.test:1080"
WAY = Connect(Address(PROXY_IP, 1080))
BY_ADDRESS = Tunnel(WAY, Authority("proxy.corp.test", 1080), Authority(ADDRESS, 443), protocol="socks5")
BY_NAME = BY_ADDRESS.to(Authority(HOST, 443))
OPEN = TunnelReply(step="request")
UNREACHABLE = TunnelReply("tunnel_refused", step="request", code=4, refusal="host_unreachable")


def behind(scheme: str = "socks5h", *, login: bool = False, url: str = f"https://{HOST}") -> Notes:
    return Notes(url, proxy=PROXY, proxy_scheme=scheme, login=login).lookup(PROXY_IP).connect()


def nameless(*addresses: str, by_address: TunnelReply | None = None) -> Notes:
    """A proxy that fails with the word that also stands for a missing name; and what was asked after that."""
    scene = behind().socks("host_unreachable", code=4).also(Lookup(HOST), SystemLookup(addresses, "" if addresses else "no_data"))
    return scene.also(BY_ADDRESS, by_address) if by_address else scene


def not_found_here(by_name: TunnelReply | None = None, scheme: str = "socks5") -> Notes:
    scene = behind(scheme)
    scene.look_for_target(failure="name_not_found")
    return scene.also(BY_NAME, by_name) if by_name else scene


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (
        login_required.CHECK,
        "SOCKS: wants one",
        lambda: behind().socks("login_required", step="greeting", code=255),
        Status.PROBLEM,
    ),
    (login_required.CHECK, "SOCKS: opens", lambda: behind().socks(), Status.OK),
    (login_required.CHECK, "SOCKS: refuses by rule", lambda: behind().socks("forbidden", code=2), Status.OK),
    (login_required.CHECK, "SOCKS: one is set", lambda: behind(login=True).socks("login_rejected", step="login"), Status.OK),
    (
        login_rejected.CHECK,
        "SOCKS: rejected",
        lambda: behind(login=True).socks("login_rejected", step="login", code=1),
        Status.PROBLEM,
    ),
    (login_rejected.CHECK, "SOCKS: hung up", lambda: behind(login=True).socks(failure="cut", step="login"), Status.PROBLEM),
    (login_rejected.CHECK, "SOCKS: cut later", lambda: behind(login=True).socks(failure="cut"), Status.UNKNOWN),
    (login_rejected.CHECK, "SOCKS: opens", lambda: behind(login=True).socks(), Status.OK),
    (login_rejected.CHECK, "SOCKS: none was sent", lambda: behind().socks("login_required"), Status.NOT_APPLICABLE),
    (
        login_scheme_unsupported.CHECK,
        "SOCKS: no password",
        lambda: behind(login=True).socks("login_kind", step="greeting", code=255),
        Status.PROBLEM,
    ),
    (login_scheme_unsupported.CHECK, "SOCKS: any login", lambda: behind().socks("login_required"), Status.OK),
    (refuses_target.CHECK, "SOCKS: by rule", lambda: behind().socks("forbidden", code=2), Status.PROBLEM),
    (refuses_target.CHECK, "SOCKS: no reason", lambda: behind().socks("failed", code=1), Status.OK),
    (refuses_target.CHECK, "SOCKS: opens", lambda: behind().socks().handshake(), Status.OK),
    (cannot_resolve_target.CHECK, "SOCKS: opens by address", lambda: nameless(ADDRESS, by_address=OPEN), Status.PROBLEM),
    (cannot_resolve_target.CHECK, "SOCKS: not by address", lambda: nameless(ADDRESS, by_address=UNREACHABLE), Status.OK),
    (cannot_resolve_target.CHECK, "SOCKS: address not asked for", lambda: nameless(ADDRESS), Status.UNKNOWN),
    (cannot_resolve_target.CHECK, "SOCKS: refused behind", lambda: behind().socks("connection_refused", code=5), Status.OK),
    (cannot_reach_target.CHECK, "SOCKS: refused behind", lambda: behind().socks("connection_refused", code=5), Status.PROBLEM),
    (cannot_reach_target.CHECK, "SOCKS: no way", lambda: behind().socks("network_unreachable", code=3), Status.PROBLEM),
    (cannot_reach_target.CHECK, "SOCKS: not by address", lambda: nameless(ADDRESS, by_address=UNREACHABLE), Status.PROBLEM),
    (cannot_reach_target.CHECK, "SOCKS: by address", lambda: nameless(ADDRESS, by_address=OPEN), Status.OK),
    (cannot_reach_target.CHECK, "SOCKS: by rule", lambda: behind().socks("forbidden", code=2), Status.OK),
    (
        not_a_proxy.CHECK,
        "SOCKS: a mail server",
        lambda: behind().socks(failure="malformed", step="greeting", first_bytes=b"220 mail"),
        Status.PROBLEM,
    ),
    (
        scheme_wrong.CHECK,
        "SOCKS: speaks HTTP",
        lambda: behind().socks(failure="malformed", step="greeting", first_bytes=b"HTTP/1.1 400 Bad"),
        Status.PROBLEM,
    ),
    (scheme_wrong.CHECK, "SOCKS: cut", lambda: behind().socks(failure="cut", step="greeting"), Status.UNKNOWN),
    (scheme_wrong.CHECK, "SOCKS: cut later", lambda: behind().socks(failure="cut", step="request"), Status.UNKNOWN),
    (scheme_wrong.CHECK, "SOCKS: cut at the login", lambda: behind().socks(failure="cut", step="login"), Status.OK),
    (scheme_wrong.CHECK, "SOCKS: opens", lambda: behind().socks(), Status.OK),
    (lookup_here.CHECK, "the proxy finds it", lambda: not_found_here(OPEN), Status.PROBLEM),
    (lookup_here.CHECK, "nobody finds it", lambda: not_found_here(UNREACHABLE), Status.PROBLEM),
    (lookup_here.CHECK, "found here", lambda: behind("socks5").look_for_target(ADDRESS).socks(target=ADDRESS), Status.OK),
    (lookup_here.CHECK, "left to the proxy", lambda: behind().socks(), Status.NOT_APPLICABLE),
    (lookup_here.CHECK, "no lookup was made", lambda: behind("socks5"), Status.UNKNOWN),
    (
        bypass_missing.CHECK,
        "SOCKS: a login is missing",
        lambda: behind().socks("login_required", step="greeting"),
        Status.OK,
    ),
]


@pytest.mark.parametrize(("check", "name", "scene", "status"), CASES, ids=lambda value: value if isinstance(value, str) else None)
def test_what_is_said(check: AnyCheck, name: str, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_a_missing_name_is_asked_for_by_address() -> None:
    scene = behind().socks("host_unreachable", code=4)
    assert Lookup(HOST) in asks(cannot_resolve_target.CHECK, scene)
    assert BY_ADDRESS in asks(cannot_resolve_target.CHECK, nameless(ADDRESS))
    assert asks(cannot_resolve_target.CHECK, behind().socks("connection_refused")) == []


def test_a_name_that_is_not_found_here_is_left_to_the_proxy() -> None:
    assert asks(lookup_here.CHECK, not_found_here()) == [BY_NAME]
    sure, open_case = judged(lookup_here.CHECK, not_found_here(OPEN)), judged(lookup_here.CHECK, not_found_here(UNREACHABLE))
    assert (sure.confidence, sure.facts["better"]) == (Confidence.CERTAIN, "socks5h")
    assert open_case.confidence is Confidence.POSSIBLE


def test_the_lookup_of_the_target_is_not_taken_for_that_of_the_proxy() -> None:
    case = not_found_here().case
    assert case.lookup
    assert case.lookup.question.name == "proxy.corp.test"
    assert case.target_lookup
    assert case.target_lookup.question.name == HOST
    assert case.reached.name == "TUNNEL"


@pytest.mark.parametrize(("scheme", "better"), [("socks4", "socks4a"), ("socks5", "socks5h")])
def test_the_scheme_that_leaves_names_to_the_proxy_is_named(scheme: str, better: str) -> None:
    facts = judged(lookup_here.CHECK, not_found_here(scheme=scheme)).facts
    assert (facts["scheme"], facts["better"]) == (scheme, better)
