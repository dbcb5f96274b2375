"""The system's proxy script (PAC) names a proxy that reaches the service, but this run does not read it and goes direct.

*What it means*

On this computer a script is set that says which proxy to take. Browsers obey it. Most command-line tools and libraries do not:
they go direct unless they are told of a proxy in another way. Direct, the service is not reached here; through the proxy that the
script names, it is.

*Why it matters*

It works in the browser and not in the program, and so it looks as if the program or the service were broken.

*What to do*

Name the proxy where the failing program looks for it: `HTTPS_PROXY` and `https_proxy` for most. The script may name other proxies
for other hosts, and another one tomorrow: if the program has a setting for a script, that is better.

*How it is told apart*

The script is fetched and run only because the direct way failed, and the proxy that it names was asked for the service and opened
the way. Where the script itself says that the service is reached direct, where its proxy does not open the way, and where the
direct way works, this is not found.
"""

from collections.abc import Iterable

from diag.knowledge.pac import leaves_script_aside, pac_progress, set_in, shown
from diag.knowledge.unused_proxy import opened_through, wanted_of, was_asked
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.route import ProxyAddress
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, problem, unknown

_MOST = 2
"""How many of the proxies that a script names for one service are tried."""


def judge(view: EndpointView) -> Finding:
    """Return whether the script's proxy opens the way that this client does not find."""
    walked = [seen.observation for seen in (*view.dials, *([view.lookup] if view.lookup else ()))]
    if not walked:
        return unknown(Because.NOT_REACHED)
    if view.connected:
        return ok(*walked)
    course = pac_progress(view)
    if course is None or course.wanted:
        return unknown(Because.NOT_LOOKED, *walked)
    if course.absent:
        return not_applicable()
    if course.steered is None or course.steered.answer.failure:
        return unknown(Because.UNDECIDED, *walked)
    proxies = named_by_script(view)
    if not proxies:
        return ok(*walked, course.steered.observation)
    for proxy in proxies:
        for observation in opened_through(view, proxy):
            return problem(
                *walked,
                course.steered.observation,
                observation,
                about=shown(course),
                script=shown(course),
                set_in=set_in(view),
                proxy=f"{proxy.scheme}://{proxy}",
                target=str(view.endpoint.authority),
            )
    asked = all(was_asked(view, proxy) for proxy in proxies)
    return unknown(Because.UNDECIDED if asked else Because.NOT_LOOKED, *walked, course.steered.observation)


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the way to the proxies that the script names, and the service asked for there."""
    for proxy in named_by_script(view):
        yield from wanted_of(view, proxy)


def named_by_script(view: EndpointView) -> tuple[ProxyAddress, ...]:
    """Return the proxies that the script names for the service, up to where it allows to go direct."""
    course = pac_progress(view)
    if view.connected or course is None or course.steered is None:
        return ()
    proxies: list[ProxyAddress] = []
    for way in course.steered.answer.ways:
        if way.proxy is None:
            break
        proxies.append(way.proxy)
    return tuple(dict.fromkeys(proxies))[:_MOST]


CHECK = EndpointCheck(
    id="proxy-pac-ignored",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file",
    do=(
        HowTo.SET_PROXY,
        HowTo.PROXY_SCRIPT,
    ),
    see=(
        ShellLine("curl -sv -x {proxy} {to_url}", "an answer of the service"),
        ShellLine("curl.exe -sv -x {proxy} {to_url}", "an answer of the service", Shell.POWERSHELL),
    ),
    applies=leaves_script_aside,
    judge=judge,
    questions=questions,
    rivals=(),
    explains=(
        "proxy-required",
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
    sentences=Sentences(
        title="{target} needs the proxy that the proxy script names; this run did not use the script",
        seen="A direct connection to {target} failed. The proxy script {script} (set in {set_in}) names {proxy}, and through"
        " it the connection succeeded.",
        means="Browsers use that script. Programs that go direct are blocked by the network.",
        remedy=(
            "Set HTTPS_PROXY and https_proxy to {proxy} for the program that fails, or make it use the script {script}.",
            "Run diag again. With --pac, it shows the route that the script gives for every endpoint.",
        ),
    ),
)
