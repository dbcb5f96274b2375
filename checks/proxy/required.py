"""The service needs a proxy that is set elsewhere on this computer.

*What it means*

The run goes direct, and the network does not allow it: its connections get no reply or a refusal, or it finds no address. On
the same computer a proxy is set in a place that this run does not read for this service, and through it the service is
reached. Such places are another variable, `HTTP_PROXY` in capitals for plain HTTP, the settings of the system or the desktop,
`/etc/environment`, and git's or Docker's own.

*Why it matters*

The network is built so that everything goes through that proxy. Programs that do not know of it fail, whatever the service.

*What to do*

Set the proxy where the failing program looks for it: `HTTPS_PROXY` and `https_proxy` for most, `http_proxy` for
plain HTTP. If an exception (NO_PROXY) keeps
the service away from the proxy, take it out.

*How it is told apart*

The service was not reached directly. The proxy that was found connected to it when it was asked, or for plain HTTP passed on
an answer that is not its own. Where it does not, other causes stand: a filter (`network-connection-filtered`), or no way out
at all (`network-no-egress`).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from checks.proxy.pac_ignored import named_by_script
from diag.knowledge.pac import goes_direct, pac_progress, shown
from diag.knowledge.unused_proxy import opened_through, wanted_of, was_asked
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.route import ProxyAddress, RouteReason
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, problem, unknown

_MOST = 2
"""How many proxies are tried."""


class Unread(StrEnum):
    """Why this client does not take the proxy that is there."""

    BYPASSED = "bypassed"
    ELSEWHERE = "elsewhere"


def judge(view: EndpointView) -> Finding:
    """Return whether a proxy that this client does not use opens the way that it does not find."""
    walked = [seen.observation for seen in (*view.dials, *([view.lookup] if view.lookup else ()))]
    if not walked:
        return unknown(Because.NOT_REACHED)
    if view.connected:
        return ok(*walked)
    found = list(_elsewhere(view))
    if not found:
        return not_applicable()
    unasked = False
    for name, proxy in found:
        for observation in opened_through(view, proxy):
            return problem(
                *walked,
                observation,
                about=str(proxy),
                proxy=f"{proxy.scheme}://{proxy}",
                target=str(view.endpoint.authority),
                scheme=view.endpoint.scheme,
                set_in=name or None,
                script=None if name else shown(pac_progress(view)),
                unread=Unread.BYPASSED if view.route and view.route.why is RouteReason.BYPASSED else Unread.ELSEWHERE,
            )
        unasked = unasked or not was_asked(view, proxy)
    return unknown(Because.NOT_LOOKED if unasked else Because.UNDECIDED, *walked)


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the way to each proxy that was found, and the service asked for there."""
    if view.connected or not (view.dials or view.lookup):
        return
    for _, proxy in _elsewhere(view):
        yield from wanted_of(view, proxy)


def _elsewhere(view: EndpointView) -> Iterator[tuple[str, ProxyAddress]]:
    """The proxies that are set on this machine, each once, by the variable or setting that names it; empty: a script does."""
    seen = view.machine.proxies
    named: dict[ProxyAddress, str] = {}
    for variable in seen.answer.variables if seen else ():
        if variable.proxy:
            named.setdefault(variable.proxy, variable.name)
    for setting in seen.answer.settings if seen else ():
        proxy = setting.proxy_for(view.endpoint.scheme)
        if proxy:
            named.setdefault(proxy, setting.source)
    for proxy in named_by_script(view):
        named.setdefault(proxy, "")
    return ((name, proxy) for proxy, name in list(named.items())[:_MOST])


CHECK = EndpointCheck(
    id="proxy-required",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://curl.se/docs/manpage.html#ENVIRONMENT",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("curl -sv -x {proxy} {to_url}", "an answer of the service"),
        ShellLine("curl.exe -sv -x {proxy} {to_url}", "an answer of the service", Shell.POWERSHELL),
    ),
    applies=goes_direct,
    judge=judge,
    questions=questions,
    rivals=(),
    tokens={"unread": Unread},
    explains=(
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-refused",
        "network-no-egress",
        "dns-name-not-found",
        "dns-no-address",
        "dns-server-failure",
        "dns-query-refused",
        "dns-resolver-silent",
        "proxy-variables-disagree",
        "proxy-bypass-misread",
    ),
    alike=("unread",),
    sentences=Sentences(
        title="{target} needs the proxy {proxy}, and programs here go direct",
        seen=(
            "A direct connection to {target} failed. Through the proxy {proxy}, set in {set_in}, the connection succeeded.",
            "A direct connection to {target} failed. Through the proxy {proxy}, named by the proxy script {script}, the"
            " connection succeeded.",
        ),
        means="The network allows connections only through that proxy, and this run did not use it: {unread}.",
        remedy=(
            When("unread", (Unread.BYPASSED,), "Remove {target}, and entries that cover it, from NO_PROXY."),
            When(
                "scheme",
                ("http",),
                "Set http_proxy, in small letters, to {proxy} for the program that fails. For plain HTTP, most programs do not"
                " read HTTP_PROXY, and none reads HTTPS_PROXY.",
            ),
            When(
                "scheme",
                ("https", "tls"),
                "Set HTTPS_PROXY and https_proxy to {proxy} for the program that fails (with a login, if it needs one).",
            ),
            When("scheme", ("tcp",), "Set ALL_PROXY and all_proxy to {proxy} for the program that fails, if it reads them."),
            "Run diag again: the route should then be through the proxy.",
        ),
    ),
)
