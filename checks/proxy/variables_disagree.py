"""Two proxy settings differ, so programs take different routes.

*What it means*

A proxy can be set in several places: in variables in small and in capital letters, for `http` and for `https` targets, and in the
settings of the system. Some programs read only the one, some prefer the other. Here two places name different proxies, or the one
that the failing program may read names none.

*Why it matters*

The proxy that one program uses is not the one that another uses, and what works in one place (often: in the browser) fails in the
other.

*What to do*

Set `https_proxy` and `HTTPS_PROXY` to the same value, and to the proxy of the system's settings if there is one. Do the same
with `http_proxy` and `HTTP_PROXY`. Where the services are `https`, those for `https` count.

*How it is told apart*

The settings are compared, and a variable in one spelling alone is no disagreement. Where the proxy in use does not reach a
service, the other one is asked for it. If that one reaches it, the wrong one of two settings decides, and the failures of the
first one are the consequence. That the system's settings alone name a proxy is a disagreement only where a service is not
reached without it. Whether a proxy would help where there is none is `proxy-required`.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from diag.knowledge.fetching import dial
from diag.knowledge.unused_proxy import opened_through, wanted_of
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint import ExpectedRoute, Network
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Proxies, ProxyVariable
from diag.model.observation import Observation
from diag.model.question import Question
from diag.model.route import OF_PROGRAMS, ProxyAddress, RouteReason
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, problem, unknown, warning

PAIRS = (("https_proxy", "HTTPS_PROXY"), ("http_proxy", "HTTP_PROXY"), ("all_proxy", "ALL_PROXY"))
_VARIABLES = ("", *(name for pair in PAIRS for name in pair))
FOR_TLS = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
READERS = ("https", "tls")
"""The schemes whose clients read these variables; those of databases and mail do not."""
_MOST = 20
"""How many services that fail by one proxy are asked for at the other."""


class Disagreement(Struct, frozen=True):
    """Two places, and the proxies that they name; no second one: none is set for TLS."""

    place: str
    """The one that decides for this client: a variable, or a word of `SettingPlace`."""
    proxy: ProxyAddress
    other_place: str = ""
    other: ProxyAddress | None = None


def judge(run_view: RunView) -> Finding:
    """Return whether two places differ, or the one that these endpoints need is the only one that is missing."""
    seen = run_view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    tls = any(view.endpoint.scheme in READERS for view in run_view.cases)
    found = next(_disagreements(seen.answer, tls=tls), None)
    if found is not None:
        better = [(view, by) for view in _stopped(run_view, found) for by in _opened(view, found)]
        return _wrong_one_decides(seen.observation, found, better) if better else _told(seen.observation, found)
    sample = _sample(run_view)
    if sample is not None:
        return _only_here(run_view, sample)
    return ok(seen.observation) if seen.answer.variables or (tls and any(_named(seen.answer))) else not_applicable()


def _disagreements(proxies: Proxies, *, tls: bool) -> Iterator[Disagreement]:
    """What differs, in the order in which it would be mended."""
    by_name = {variable.name: variable.proxy for variable in proxies.variables if variable.proxy}
    for small, capital in PAIRS:
        if small in by_name and capital in by_name and _address(by_name[small]) != _address(by_name[capital]):
            yield Disagreement(small, by_name[small], capital, by_name[capital])
    plain = next((name for name in PAIRS[1] if name in by_name), "")
    if plain and tls and _only_plain(proxies.variables):
        yield Disagreement(plain, by_name[plain])
    named = list(_named(proxies)) if tls else []
    for place, proxy in named[1:]:
        if proxy.authority != named[0][1].authority:
            yield Disagreement(*named[0], place, proxy)


def _stopped(run_view: RunView, found: Disagreement) -> list[EndpointView]:
    """The services that this client does not reach by the first of the two proxies."""
    return [view for view in run_view.cases if view.proxy == found.proxy and view.stopped and not view.arrived][:_MOST]


def _opened(view: EndpointView, found: Disagreement) -> list[Observation]:
    """How the other proxy opened the way; empty: it did not, or was not asked."""
    return list(opened_through(view, found.other))[:1] if found.other else []


def _wrong_one_decides(read: Observation, found: Disagreement, better: list[tuple[EndpointView, Observation]]) -> Finding:
    assert found.other
    return problem(
        read,
        *(by for _, by in better),
        about=found.place,
        hits=tuple(str(view.endpoint) for view, _ in better),
        form=OTHER_WORKS,
        setting=found.place,
        says=_address(found.proxy),
        other_setting=found.other_place,
        other_says=_address(found.other),
    )


def _told(read: Observation, found: Disagreement) -> Finding:
    return warning(
        read,
        about=found.place if found.other_place in _VARIABLES else found.other_place,
        form=None if found.other else ONE_ONLY,
        setting=found.place,
        says=_address(found.proxy),
        other_setting=found.other_place or None,
        other_says=_address(found.other) if found.other else None,
    )


def _only_here(run_view: RunView, sample: EndpointView) -> Finding:
    """Whether the service is not reached without the proxy that the system's settings alone name."""
    straight = dial(run_view.evidence, sample.endpoint.authority)
    seen = run_view.machine.proxies
    assert seen is not None
    assert sample.route is not None
    assert sample.proxy is not None
    if straight.opened:
        return ok(seen.observation, straight.opened.observation)
    if straight.wanted or not (straight.dials or straight.host.absent):
        return unknown(Because.NOT_LOOKED)
    return warning(
        seen.observation,
        *straight.seen,
        about=sample.route.source,
        form=ONE_ONLY,
        setting=sample.route.source,
        says=_address(sample.proxy),
        target=str(sample.endpoint.authority),
    )


def questions(run_view: RunView) -> Iterable[Question]:
    """Yield the services that fail, asked for at the other proxy; where the system's settings alone name one,
    a service without it.
    """
    seen = run_view.machine.proxies
    tls = any(view.endpoint.scheme in READERS for view in run_view.cases)
    found = next(_disagreements(seen.answer, tls=tls), None) if seen else None
    if found is not None and found.other:
        for view in _stopped(run_view, found):
            yield from wanted_of(view, found.other)
    sample = _sample(run_view)
    if found is None and sample is not None and run_view.evidence.run.limits.straight:
        yield from dial(run_view.evidence, sample.endpoint.authority).wanted


def _sample(run_view: RunView) -> EndpointView | None:
    """The first service that is reached through the proxy of the system's settings, and that its list lets go direct."""
    return next((view for view in run_view.cases if _goes_by_setting(view) and view.arrived), None)


def _goes_by_setting(view: EndpointView) -> bool:
    expects = view.endpoint.expects
    allowed = expects.network is not Network.PRIVATE and expects.proxy is not ExpectedRoute.PROXIED
    return allowed and view.route is not None and view.route.why is RouteReason.SETTING and view.endpoint.speaks_tls


def _named(proxies: Proxies) -> Iterator[tuple[str, ProxyAddress]]:
    """The proxies for TLS by the places that name them for many programs: the variable that decides, then the system's own."""
    by_name = {variable.name: variable.proxy for variable in proxies.variables if variable.proxy}
    deciding = next((name for name in FOR_TLS if name in by_name), "")
    if deciding:
        yield deciding, by_name[deciding]
    for setting in proxies.settings:
        proxy = setting.proxy_for("https") if setting.source not in OF_PROGRAMS else None
        if proxy:
            yield setting.source, proxy


def _address(proxy: ProxyAddress) -> str:
    return f"{proxy.scheme}://{proxy}"


def _only_plain(variables: Iterable[ProxyVariable]) -> bool:
    """Whether the variables that are set hold for plain HTTP alone."""
    names = {variable.name for variable in variables if variable.proxy or not variable.readable}
    return bool(names) and names.isdisjoint(FOR_TLS)


ONE_ONLY = "one_only"
WHERE_ONE_NAMES_NONE = Sentences(
    title="A proxy is set by {setting}, but not by HTTPS_PROXY",
    seen=("Set by {setting}: {says}. HTTPS_PROXY is not set.", "Without a proxy, {target} cannot be reached."),
    means="Programs that read only HTTPS_PROXY go without the proxy.",
    remedy=(
        "Set HTTPS_PROXY and https_proxy to {says} as well, if that is the right proxy here.",
        "If no proxy is needed, remove the setting.",
    ),
)
OTHER_WORKS = "other_works"
WHERE_THE_OTHER_WORKS = Sentences(
    title="Two proxy settings differ, and the one in use does not work: {setting}",
    seen="Set by {setting}: {says}, which does not connect. Set by {other_setting}: {other_says}, which connects.",
    means="Programs that read {setting} fail. Programs that read {other_setting} work.",
    remedy=(
        "Set {setting} to {other_says} as well, or remove it.",
        "Run diag again: the route should then be through {other_says}.",
    ),
)
CHECK = RunCheck(
    id="proxy-variables-disagree",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://curl.se/docs/manpage.html#ENVIRONMENT",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("env | grep -i _proxy", "settings that differ"),
        ShellLine("Get-ChildItem Env:*_proxy; netsh winhttp show proxy", "settings that differ", Shell.POWERSHELL),
    ),
    judge=judge,
    questions=questions,
    explains=(
        "proxy-unreachable",
        "proxy-name-not-found",
        "proxy-scheme-wrong",
        "proxy-not-a-proxy",
        "proxy-login-required",
        "proxy-login-rejected",
        "proxy-login-scheme-unsupported",
        "proxy-refuses-target",
        "proxy-chooses-by-program",
        "proxy-cannot-resolve-target",
        "proxy-cannot-reach-target",
        "proxy-tunnel-cut",
        "proxy-bypass-missing",
    ),
    forms=((ONE_ONLY, WHERE_ONE_NAMES_NONE), (OTHER_WORKS, WHERE_THE_OTHER_WORKS)),
    rivals=(),
    alike=("form",),
    sentences=Sentences(
        title="Two proxy settings differ: {setting} and {other_setting}",
        seen="Set by {setting}: {says}. Set by {other_setting}: {other_says}.",
        means="Programs read different settings, so they take different routes.",
        remedy=(
            "Find out which proxy is right here, and set both {setting} and {other_setting} to it.",
            "If no proxy is needed, remove both.",
        ),
    ),
)
