"""A proxy setting is not valid, or programs read it in different ways.

*What it means*

An environment variable should name a proxy, such as `http://proxy.example.com:3128`, and its value cannot be read as one.
Often the password holds a character with a special meaning in an address. Or a file that set it has Windows line endings, so
that an invisible character ends the value.

*Why it matters*

Programs then fail with odd messages, go to a host that is a piece of a password, or go without the proxy. Which of these happens
depends on the program.

*What to do*

Write the value anew. In a login write `@` as `%40`, `:` as `%3A`, `/` as `%2F`, `#` as `%23` and `?` as `%3F`. An IPv6 address
has to stand in brackets. No white space, no quotes, nothing after the port.

*How it is told apart*

The value itself is read, nothing is asked of the network; diag never shows it, since it may hold a password. Where it is the
setting that decides, what the direct way suffers is its consequence: this computer is told to take a proxy. A value that can be
read, and is a word such as `none` or the address of a proxy script, is at fault only where the way through it fails. Any other
proxy that can be read and not be found is `proxy-name-not-found`.
"""

from diag.knowledge.proxy_replies import WEB_SERVER
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import ProxyFlaw
from diag.model.route import RouteReason
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_READ_BY_NOBODY = frozenset({ProxyFlaw.INVISIBLE_END, ProxyFlaw.INVISIBLE, ProxyFlaw.QUOTES, ProxyFlaw.SPACE, ProxyFlaw.SCHEME})
"""What no client takes for an address; about the others clients differ."""


def judge(view: EndpointView) -> Finding:
    """Return whether a variable or a setting is there and cannot be read; whether it is the one that decides here."""
    seen = view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    flaws = {variable.name: variable.flaw for variable in seen.answer.variables if not variable.readable}
    flaws |= {setting.source: "" for setting in seen.answer.settings if not setting.readable}
    if view.route and (meant := _mistaken(view)):
        return problem(
            seen.observation,
            about=view.route.source,
            confidence=Confidence.LIKELY,
            set_in=view.route.source,
            flaw=meant,
            also=tuple(flaws) or None,
        )
    if not flaws:
        return ok(seen.observation)
    decides = view.route is not None and view.route.why is RouteReason.VARIABLE and view.route.proxy is None
    at_fault = view.route.source if view.route and view.route.source in flaws else next(iter(flaws))
    say = problem if decides else warning
    return say(
        seen.observation,
        about=at_fault,
        confidence=Confidence.CERTAIN if flaws[at_fault] in _READ_BY_NOBODY else Confidence.LIKELY,
        set_in=at_fault,
        flaw=flaws[at_fault] or None,
        also=tuple(flaws) if len(flaws) > 1 else None,
    )


def _mistaken(view: EndpointView) -> str:
    """What the variable that decides is likely meant as, where nothing at its address acts as a proxy; empty: as a proxy."""
    seen, route = view.machine.proxies, view.route
    if seen is None or route is None or route.proxy is None or view.exchange or not _lacks_proxy(view):
        return ""
    return next((variable.mistaken for variable in seen.answer.variables if variable.name == route.source), "")


def _lacks_proxy(view: EndpointView) -> bool:
    """Whether nothing was found at the proxy's address, or what answers a request for a connection as no proxy does."""
    if view.tunnel is None:
        return bool(view.dials or view.lookup)
    answer = view.tunnel.answer
    return bool(answer.failure) and not answer.refusal and answer.status in {0, *WEB_SERVER}


CHECK = EndpointCheck(
    id="proxy-address-malformed",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://curl.se/docs/manpage.html#ENVIRONMENT",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("env | grep -i _proxy | cat -A", "the invalid character, such as ^M before the $"),
        ShellLine("Get-ChildItem Env:*_proxy", "the invalid character", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=(
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-refused",
        "network-no-egress",
        "machine-offline",
        "dns-name-not-found",
        "dns-no-address",
        "dns-server-failure",
        "dns-query-refused",
        "dns-resolver-silent",
        "proxy-name-not-found",
        "proxy-unreachable",
        "proxy-not-a-proxy",
        "proxy-required",
        "proxy-variables-disagree",
        "proxy-bypass-misread",
    ),
    rivals=(),
    tokens={"flaw": ProxyFlaw},
    alike=("flaw",),
    sentences=Sentences(
        title="The proxy setting {set_in} is not valid",
        seen=(
            "The value of {set_in} is not the address of a proxy.",
            "The invalid part: {flaw}.",
            "Other settings that are not valid: {also}.",
        ),
        means="Some programs fail because of it. Others read it in different ways.",
        remedy=(
            When(
                "flaw",
                (ProxyFlaw.INVISIBLE_END, ProxyFlaw.INVISIBLE),
                "Type {set_in} again by hand. If a file sets it, save that file with Unix line endings.",
            ),
            When(
                "flaw",
                (ProxyFlaw.SCRIPT,),
                "Programs that read {set_in} do not run scripts. Set it to the host and port of the proxy that the script names.",
            ),
            When(
                "flaw",
                (ProxyFlaw.KEYWORD,),
                "If programs should go without a proxy, remove {set_in}. No word in it means that.",
            ),
            "Write {set_in} in the form http://proxy.example.com:3128, with nothing around it and nothing after the port.",
            When(
                "flaw",
                (ProxyFlaw.LOGIN, ProxyFlaw.HASH),
                "In the user name and password, write @ as %40, : as %3A, / as %2F, # as %23 and ? as %3F.",
            ),
            "Run diag again: it then shows which proxy it uses.",
        ),
    ),
)
