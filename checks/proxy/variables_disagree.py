"""Two proxy settings that should say the same say different things, so that programs go different ways.

*What it means*

Proxy variables exist in small and in capital letters, and for `http` and for `https` targets. Some programs read only the one,
some prefer the other. Here they name different proxies, or only the one for `http` is set although the services are `https`.

*Why it matters*

The proxy that one program uses is not the one that another uses, and what works in one place fails in the other.

*What to do*

Set `https_proxy` and `HTTPS_PROXY` to the same value, `http_proxy` and `HTTP_PROXY` likewise, and the one for `https` where the
services are `https`.

*How it is told apart*

Only the settings are compared, and a variable in one spelling alone is no disagreement. Whether a
proxy would help where there is none is `proxy-required`.
"""

from diag.model.case import Whole
from diag.model.check import RunCheck, Sentences
from diag.model.machine import Proxies, ProxyVariable
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, unknown, warning

PAIRS = (("https_proxy", "HTTPS_PROXY"), ("http_proxy", "HTTP_PROXY"), ("all_proxy", "ALL_PROXY"))
FOR_TLS = frozenset({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
READERS = ("https", "tls")
"""The schemes whose clients read these variables; those of databases and mail do not."""


def judge(whole: Whole) -> Finding:
    """Whether two spellings differ, or the variable that these endpoints need is the only one that is missing."""
    seen = whole.machine.proxies
    if seen is None:
        return unknown(Because.NOT_LOOKED)
    if not seen.answer.variables:
        return not_applicable()
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
    if plain and _only_plain(seen.answer) and any(case.endpoint.scheme in READERS for case in whole.cases):
        return warning(
            seen.observation,
            about="https_proxy",
            one=plain,
            other="HTTPS_PROXY",
            one_says=_value(by_name[plain]),
            other_says="nothing",
        )
    return ok(seen.observation)


def _value(variable: ProxyVariable) -> str:
    return f"{variable.proxy.scheme}://{variable.proxy}" if variable.proxy else "nothing"


def _only_plain(proxies: Proxies) -> bool:
    """Whether the variables that are set hold for plain HTTP alone."""
    names = {variable.name for variable in proxies.variables if variable.proxy or not variable.readable}
    return bool(names) and not names & FOR_TLS


CHECK = RunCheck(
    id="proxy-variables-disagree",
    owner=Owner.MACHINE,
    article=__doc__ or "",
    judge=judge,
    sentences=Sentences(
        title="The proxy settings {one} and {other} do not agree",
        seen="{one} says {one_says}; {other} says {other_says}.",
        means="Programs differ in which of them they read, so they do not all go the same way.",
        remedy=(
            "Find out which proxy is the right one here, and set {one} and {other} both to it.",
            "If no proxy is needed, take both away.",
        ),
    ),
)
