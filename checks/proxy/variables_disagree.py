"""Two proxy settings that should say the same say different things, so that programs go different ways.

*What it means*

A proxy can be set in several places: in variables in small and in capital letters, for `http` and for `https` targets, and in the
settings of the system. Some programs read only the one, some prefer the other. Here two places name different proxies, or the one
that the failing program may read names none.

*Why it matters*

The proxy that one program uses is not the one that another uses, and what works in one place (often: in the browser) fails in the
other.

*What to do*

Set `https_proxy` and `HTTPS_PROXY` to the same value, and to the proxy of the system's settings where there is one; `http_proxy`
and `HTTP_PROXY` likewise, and the one for `https` where the services are `https`.

*How it is told apart*

Only the settings are compared, and a variable in one spelling alone is no disagreement. That the system's settings alone name a
proxy is one only where a service is not reached without it. Whether a proxy would help where there is none is `proxy-required`.
"""

from collections.abc import Iterable, Iterator

from diag.knowledge.fetching import dial
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint import ExpectedRoute, Network
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.machine import Proxies, ProxyVariable
from diag.model.question import Question
from diag.model.route import PLACES, ProxyAddress, RouteReason
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, unknown, warning

PAIRS = (("https_proxy", "HTTPS_PROXY"), ("http_proxy", "HTTP_PROXY"), ("all_proxy", "ALL_PROXY"))
FOR_TLS = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
READERS = ("https", "tls")
"""The schemes whose clients read these variables; those of databases and mail do not."""


def judge(run_view: RunView) -> Finding:
    """Whether two places differ, or the one that these endpoints need is the only one that is missing."""
    seen = run_view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    by_name = {variable.name: variable for variable in seen.answer.variables if variable.proxy}
    for small, capital in PAIRS:
        if small in by_name and capital in by_name and _value(by_name[small]) != _value(by_name[capital]):
            return warning(
                seen.observation,
                about=small,
                one=small,
                other=capital,
                one_says=_value(by_name[small]),
                other_says=_value(by_name[capital]),
            )
    plain = next((name for name in PAIRS[1] if name in by_name), "")
    tls = any(view.endpoint.scheme in READERS for view in run_view.cases)
    if plain and tls and _only_plain(seen.answer):
        return warning(
            seen.observation,
            about="https_proxy",
            one=plain,
            other="HTTPS_PROXY",
            one_says=_value(by_name[plain]),
            other_says="nothing",
        )
    named = list(_named(seen.answer)) if tls else []
    for other, differs in named[1:]:
        one, says = named[0]
        if says.authority != differs.authority:
            return warning(
                seen.observation, about=other, one=one, other=other, one_says=_address(says), other_says=_address(differs)
            )
    sample = _sample(run_view)
    if sample is not None:
        return _only_here(run_view, sample)
    return ok(seen.observation) if seen.answer.variables or named else not_applicable()


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
        one=sample.route.decided_by,
        other="HTTPS_PROXY",
        one_says=_address(sample.proxy),
        other_says=f"nothing, and without a proxy {sample.endpoint.authority} is not reached",
    )


def questions(run_view: RunView) -> Iterable[Question]:
    """Where only the system's settings name the proxy: one of the services, dialled without it."""
    sample = _sample(run_view)
    if sample is not None and run_view.evidence.run.limits.straight:
        yield from dial(run_view.evidence, sample.endpoint.authority).wanted


def _sample(run_view: RunView) -> EndpointView | None:
    """The first service that is reached through the proxy of the system's settings, and that its list lets go direct."""
    return next((view for view in run_view.cases if _goes_by_setting(view) and view.arrived), None)


def _goes_by_setting(view: EndpointView) -> bool:
    expects = view.endpoint.expects
    allowed = expects.network is not Network.PRIVATE and expects.proxy is not ExpectedRoute.PROXIED
    return allowed and view.route is not None and view.route.why is RouteReason.SETTING and view.endpoint.speaks_tls


def _named(proxies: Proxies) -> Iterator[tuple[str, ProxyAddress]]:
    """The proxies for TLS by the places that name them: the variable that decides, then the system's own."""
    by_name = {variable.name: variable.proxy for variable in proxies.variables if variable.proxy}
    deciding = next((name for name in FOR_TLS if name in by_name), "")
    if deciding:
        yield deciding, by_name[deciding]
    for setting in proxies.settings:
        proxy = setting.proxy_for("https")
        if proxy:
            yield PLACES.get(setting.source, setting.source), proxy


def _value(variable: ProxyVariable) -> str:
    return _address(variable.proxy) if variable.proxy else "nothing"


def _address(proxy: ProxyAddress) -> str:
    return f"{proxy.scheme}://{proxy}"


def _only_plain(proxies: Proxies) -> bool:
    """Whether the variables that are set hold for plain HTTP alone."""
    names = {variable.name for variable in proxies.variables if variable.proxy or not variable.readable}
    return bool(names) and names.isdisjoint(FOR_TLS)


CHECK = RunCheck(
    id="proxy-variables-disagree",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=judge,
    questions=questions,
    sentences=Sentences(
        title="The proxy settings do not agree: {one} and {other}",
        seen="What {one} says: {one_says}. What {other} says: {other_says}.",
        means="Programs differ in which of them they read, so they do not all go the same way.",
        remedy=(
            "Find out which proxy is the right one here, and set {one} and {other} both to it.",
            "If no proxy is needed, take both away.",
        ),
    ),
)
