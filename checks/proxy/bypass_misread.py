"""The exceptions of the proxy setting (NO_PROXY) are read in different ways by different programs.

*What it means*

NO_PROXY says what goes past the proxy. No standard says how it is written, and each family of programs has its own rules: about
stars and dots at the beginning, ports, address ranges, white space. For this service they do not come to the same result, or none
of them understands the entry that seems to name it.

*Why it matters*

One program on this computer goes direct and another through the proxy, to the same service. Where only one of these ways works,
one program fails and the other does not.

*What to do*

Name the service in NO_PROXY by its plain host name, without star, dot, scheme or port, separated by commas only. All programs
understand that.

*How it is told apart*

The rules of curl, of Python's urllib, requests and httpx, of Go, of Java (as `http.nonProxyHosts`) and of Node are applied to the
exceptions that were found. Where the exceptions name nothing like this service, nothing is said.
"""

from diag.knowledge.no_proxy import NoProxyReading
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

HANDED_ON = frozenset({"Java"})
"""Clients that do not read the variable by themselves: what they would make of it is told, and is no disagreement."""


def judge(view: EndpointView) -> Finding:
    """Whether clients disagree about the exceptions for this endpoint, or none takes what seems to be meant."""
    route, seen = view.route, view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    if route is None or not route.readings:
        return not_applicable()
    direct = tuple(one.client for one in route.readings if one.reading == NoProxyReading.DIRECT)
    fail = tuple(one.client for one in route.readings if one.reading == NoProxyReading.FAILS)
    other = tuple(one.client for one in route.readings if one.client not in (*direct, *fail))
    readers = {one.reading for one in route.readings if one.client not in HANDED_ON}
    if len(readers) == 1 and NoProxyReading.FAILS not in readers and (NoProxyReading.DIRECT in readers or not route.seems_exempt):
        return ok(seen.observation)
    failed = bool(view.dials) and not view.arrived
    say = problem if failed else warning
    return say(
        seen.observation,
        *((dial.observation for dial in view.dials) if failed else ()),
        about=f"{seen.answer.exceptions_from} for {view.endpoint.host}",
        confidence=Confidence.POSSIBLE if failed else Confidence.CERTAIN,
        host=view.endpoint.host,
        variable=seen.answer.exceptions_from,
        direct=direct or ("none",),
        proxied=other or ("none",),
        fail=fail or ("none",),
        walked="through the proxy" if view.proxy else "direct",
    )


CHECK = EndpointCheck(
    id="proxy-bypass-misread",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=judge,
    sentences=Sentences(
        title="Programs disagree whether {variable} lets {host} go past the proxy",
        seen="By the exceptions in {variable}, these go direct: {direct}. These go through the proxy: {proxied}."
        " These fail over them: {fail}. diag went {walked}.",
        means="The exceptions are written in a way that not all programs understand, so they do not all go the same way.",
        remedy=(
            "If {host} should go past the proxy, add it to {variable} just like this: {host}",
            "If it should not, take what resembles it out of {variable}.",
            "Separate entries by commas, without spaces, stars, ports or https://.",
        ),
    ),
)
