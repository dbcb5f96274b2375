"""A proxy setting that no client can read, or that clients read in different ways.

*What it means*

An environment variable should name a proxy, such as `http://proxy.example.com:3128`, and its value cannot be read as one. Often a
password in it holds a character that has a meaning of its own in an address.

*Why it matters*

Programs then fail with odd messages, go to a host that is a piece of a password, or go without the proxy. Which of these happens
depends on the program.

*What to do*

Write the value anew. In a login write `@` as `%40`, `:` as `%3A`, `/` as `%2F`, `#` as `%23` and `?` as `%3F`. An IPv6 address
has to stand in brackets. No white space, no quotes.

*How it is told apart*

The value itself is read, nothing is asked of the network; diag never shows it, since it may hold a password. A proxy that can be
read and not be found is `proxy-name-not-found`.
"""

from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.route import PLACES, RouteReason
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning


def judge(view: EndpointView) -> Finding:
    """Whether a variable or a setting is there and cannot be read; whether it is the one that decides here."""
    seen = view.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    flaws = {variable.name: variable.flaw for variable in seen.answer.variables if not variable.readable}
    flaws |= {PLACES.get(setting.source, setting.source): "" for setting in seen.answer.settings if not setting.readable}
    if not flaws:
        return ok(seen.observation)
    decides = view.route is not None and view.route.why is RouteReason.VARIABLE and view.route.proxy is None
    at_fault = view.route.source if view.route and view.route.source in flaws else next(iter(flaws))
    say = problem if decides else warning
    return say(
        seen.observation,
        about=at_fault,
        confidence=Confidence.LIKELY,
        variable=at_fault,
        flaw=flaws[at_fault] or "unknown",
        also=tuple(flaws),
    )


CHECK = EndpointCheck(
    id="proxy-address-malformed",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=judge,
    sentences=Sentences(
        title="The proxy setting {variable} cannot be read",
        seen="The value of {variable} is no proxy's address. The part at fault: {flaw}. Settings that cannot be read: {also}.",
        means="Programs fail over it, or read something else into it, each in its own way.",
        remedy=(
            "Write {variable} anew, in the form http://proxy.example.com:3128, without quotes and spaces.",
            "In a login, write @ as %40, : as %3A, / as %2F, # as %23 and ? as %3F.",
            "Run diag again: it then says which way it goes.",
        ),
    ),
)
