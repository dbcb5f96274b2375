"""Only the proxy finds the name, and brings the client there; this computer cannot find it by itself. That is no fault.

*What it means*

Behind a proxy it is the proxy that looks names up. In many networks only the proxy can find names of the internet, and the
resolvers of the computers inside know inside names alone. So it is here: the service was reached through the proxy, and this
computer's own lookup of the name came to nothing.

*Why it matters*

Nothing is wrong, as long as programs use the proxy. One that is not told of it looks the name up by itself and reports an unknown
host, which looks like a fault of DNS and is none.

*What to do*

Give the proxy to the program that reports an unknown host. Only where a program has to go direct does the name have to be found
from here; then ask the DNS team.

*How it is told apart*

The name is looked up here only where some program is likely to go direct. That is so if the proxy was named to diag and is set
nowhere on this computer, or if programs read the exceptions (NO_PROXY) differently. Where every program here is told of the
proxy the question does not arise, and nothing is asked. A proxy that cannot find the name either is
proxy-cannot-resolve-target; a SOCKS proxy that wants an address from this computer is proxy-lookup-here.
"""

from collections.abc import Iterable
from enum import StrEnum

from checks.proxy.bypass_misread import HANDED_ON
from diag.knowledge.fetching import Resolution, look_up
from diag.knowledge.no_proxy import NoProxyReading
from diag.knowledge.resolver_answers import NAMED_BY_USER
from diag.knowledge.response_author import gateway_reason
from diag.model.address import is_own_name, literal
from diag.model.answer import SystemLookup
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Proxies
from diag.model.question import Question
from diag.model.route import RouteReason
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning

MOST_HOSTS = 3
"""How many names are looked up: one that is not found says it, and a run may have hundreds."""


class Untold(StrEnum):
    """Whom nobody has told of the proxy."""

    EVERYBODY = "everybody_untold"
    """Every program that is not told of it by itself: it is set nowhere on this computer."""


def _is_left(view: EndpointView) -> bool:
    """Whether the proxy itself found the service by its name, and reached it."""
    host = view.endpoint.host
    if view.proxy is None or not view.proxy.finds_names or literal(host) is not None or is_own_name(host):
        return False
    if view.tunnel:
        return not view.tunnel.answer.failure
    return view.arrived and view.exchange is not None and not gateway_reason(view.exchange.answer)


def _going_direct(view: EndpointView) -> tuple[str, ...]:
    """The programs that go direct to this endpoint while diag goes through the proxy, in words; empty: none that is known of."""
    route, seen = view.route, view.machine.proxies
    if route is None:
        return ()
    if route.why is RouteReason.OPTION:
        return () if seen is None or _names_one(seen.answer) else (Untold.EVERYBODY,)
    return tuple(one.client for one in route.readings if one.reading == NoProxyReading.DIRECT and one.client not in HANDED_ON)


def _names_one(proxies: Proxies) -> bool:
    """Whether a proxy is set anywhere on this machine."""
    by_setting = any(one.http or one.https or one.socks or one.script for one in proxies.settings)
    return by_setting or any(variable.proxy for variable in proxies.variables)


def _doubtful(run_view: RunView) -> list[EndpointView]:
    """Endpoints that were reached through the proxy, and that some program here would try to find by itself; one a name."""
    resolvers = run_view.machine.resolvers
    if resolvers and resolvers.answer.source == NAMED_BY_USER:
        return []
    by_name = {view.endpoint.host: view for view in reversed(run_view.cases) if _is_left(view) and _going_direct(view)}
    return [by_name[host] for host in reversed(by_name)][:MOST_HOSTS]


def _applies(run_view: RunView) -> bool:
    return bool(_doubtful(run_view))


def questions(run_view: RunView) -> Iterable[Question]:
    return [question for view in _doubtful(run_view) for question in look_up(run_view.evidence, view.endpoint.written).wanted]


def judge(run_view: RunView) -> Finding:
    looked = [(view, look_up(run_view.evidence, view.endpoint.written)) for view in _doubtful(run_view)]
    lost = [(view, found) for view, found in looked if not found.told and _ended(found)]
    cites = [observation for _, found in looked for observation in found.seen]
    if not lost:
        told = any(found.told for _, found in looked)
        return ok(*cites) if told else unknown(Because.NO_ANSWER if cites else Because.NOT_LOOKED, *cites)
    return warning(
        *cites,
        *(seen.observation for view, _ in lost for seen in (view.tunnel or view.exchange,) if seen),
        about=", ".join(dict.fromkeys(str(view.proxy) for view, _ in lost)),
        confidence=Confidence.CERTAIN if all(found.absent for _, found in lost) else Confidence.LIKELY,
        names=tuple(view.endpoint.host for view, _ in lost),
        proxy=tuple(dict.fromkeys(str(view.proxy) for view, _ in lost)),
        ending=tuple(dict.fromkeys(word for _, found in lost for word in _ended(found))),
        direct=tuple(dict.fromkeys(client for view, _ in lost for client in _going_direct(view))),
    )


def _ended(found: Resolution) -> tuple[str, ...]:
    """How a lookup ended that found nothing; empty where it was not answered, or for want of something here."""
    answers = (seen.answer for seen in found.seen if isinstance(seen.answer, SystemLookup))
    words = (answer.failure for answer in answers if answer.failure != Failure.DESCRIPTORS_EXHAUSTED)
    return tuple(dict.fromkeys(word for word in words if word))


CHECK = RunCheck(
    id="dns-left-to-proxy",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("getent ahosts {names}", "no line: this computer does not know the name"),
        ShellLine("Resolve-DnsName {names}", "DNS name does not exist", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=_applies,
    questions=questions,
    rivals=(),
    tokens={"direct": Untold, "ending": Failure},
    sentences=Sentences(
        title="Only the proxy {proxy} can look up {names}: no fault, as long as programs use the proxy",
        seen="This computer cannot look up {names}: {ending}. The proxy {proxy} found it and connected. These programs would"
        " go direct: {direct}.",
        means="With a proxy, the proxy looks names up. A program without the proxy reports an unknown host, and DNS is not at"
        " fault.",
        remedy=(
            "If your programs use the proxy {proxy}, there is nothing to do.",
            "If a program reports an unknown host, set the proxy for it: HTTPS_PROXY and https_proxy for most,"
            " -Dhttps.proxyHost and -Dhttps.proxyPort for Java.",
            "If a program has to go direct, ask your DNS team to make {names} known to this computer.",
        ),
    ),
)
