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
understand that. A name with a dot at its end is another name to all of them but curl and axios. So call the service without
that dot, or name it both ways.

*How it is told apart*

The rules of curl, of Python's urllib, requests and httpx, of Go, of Java (as `http.nonProxyHosts`), of Node and of axios are
applied to the exceptions that were found. Each is applied to the variable that it reads where there are two, and those of
older versions where they differ. Where the exceptions name nothing like this service, nothing is said. An invisible character
among them, such as a Windows line ending, is named in any case. Where the way past the proxy was tried and opens, it is
certain.
"""

from enum import StrEnum

from diag.knowledge.fetching import dial
from diag.knowledge.no_proxy import NoProxyReading
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

HANDED_ON = frozenset({"Java"})
"""Clients that do not read the variable by themselves: what they would make of it is told, and is no disagreement."""
OWN_FAULT = "own-fault"


class Went(StrEnum):
    """Which way diag went."""

    DIRECT = "direct"
    PROXIED = "proxied"


def judge(view: EndpointView) -> Finding:
    """Return whether clients disagree about the exceptions for this endpoint, none takes what seems meant,
    or it cannot be seen.
    """
    route, seen = view.route, view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    if route is None or not route.readings:
        return not_applicable()
    invisible = next((one.name for one in seen.answer.lists if one.invisible), "")
    direct = tuple(one.client for one in route.readings if one.reading == NoProxyReading.DIRECT)
    fail = tuple(one.client for one in route.readings if one.reading == NoProxyReading.FAILS)
    other = tuple(one.client for one in route.readings if one.client not in (*direct, *fail))
    readers = {one.reading for one in route.readings if one.client not in HANDED_ON}
    agreed = len(readers) == 1 and NoProxyReading.FAILS not in readers
    if agreed and (NoProxyReading.DIRECT in readers or not route.seems_exempt) and not invisible:
        return ok(seen.observation)
    variable = invisible or seen.answer.exceptions_from
    failed = bool(view.dials) and not view.arrived and (view.proxy is None or not agreed or route.seems_exempt)
    straight = dial(view.evidence, view.endpoint.authority) if failed and view.proxy else None
    opens = straight is not None and straight.opened is not None
    say = problem if failed else warning
    return say(
        seen.observation,
        *((dial.observation for dial in view.dials) if failed else ()),
        *(straight.seen if straight and opens else ()),
        about=variable if invisible else f"{variable} for {view.endpoint.written}",
        confidence=Confidence.POSSIBLE if failed and not opens else Confidence.CERTAIN,
        form=INVISIBLE if invisible else None,
        host=view.endpoint.written,
        dotless=view.endpoint.host if view.endpoint.absolute else None,
        variable=variable,
        direct=direct or None,
        proxied=other or None,
        fail=fail or None,
        went=Went.PROXIED if view.proxy else Went.DIRECT,
        rules_out={OWN_FAULT: straight.seen if straight and opens else () if failed else [seen.observation]},
    )


INVISIBLE = "invisible"
_WHICH_WAY = (
    "With the exceptions in {variable}, these programs go direct to {host}: {direct}.",
    "These programs use the proxy: {proxied}.",
    "These programs fail because of the exceptions, whatever the host: {fail}.",
    When("went", (), "diag went {went}."),
)
WHERE_NOBODY_SEES_IT = Sentences(
    title="{variable} holds an invisible character",
    seen=("The value of {variable} contains a control character, such as a Windows line ending.", *_WHICH_WAY),
    means="Some programs take it as part of the name before it, which then matches nothing. Others ignore it, so programs"
    " can take different routes.",
    remedy=(
        "Type {variable} again by hand. If a file sets it, save that file with Unix line endings.",
        "Run diag again: all programs should then take the same route.",
    ),
)
CHECK = EndpointCheck(
    id="proxy-bypass-misread",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://about.gitlab.com/blog/we-need-to-talk-no-proxy/",
    do=(HowTo.NO_PROXY,),
    see=(
        ShellLine("env | grep -i no_proxy | cat -A", "spaces, stars, ports or ^M in the list"),
        ShellLine("Get-ChildItem Env:no_proxy", "spaces, stars or ports in the list", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=("proxy-bypass-missing", "privatelink-through-proxy"),
    forms=((INVISIBLE, WHERE_NOBODY_SEES_IT),),
    rivals=(
        Rival(
            OWN_FAULT,
            decided_by="{host}, asked by the other route",
            words="the route that was taken fails for another reason",
        ),
    ),
    tokens={"went": Went},
    alike=("form",),
    sentences=Sentences(
        title="Programs read {variable} differently for {host}: some use the proxy, some do not",
        seen=_WHICH_WAY,
        means="The exceptions are written in a way that not all programs understand.",
        remedy=(
            "Use the address without the dot at the end of its name if the programs allow it: {dotless}",
            "If {host} should go direct, add it to {variable} exactly like this: {host}",
            "If it should use the proxy, remove similar entries from {variable}.",
            "Separate entries by commas. Use no spaces, stars, brackets, ports or https://.",
        ),
    ),
)
