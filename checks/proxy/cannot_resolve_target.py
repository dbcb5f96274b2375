"""The proxy takes the request, and cannot find an address for the service's name.

*What it means*

Behind a proxy it is the proxy that looks up the service's name. This one answered that its own lookup failed.

*Why it matters*

The connection fails, even where this computer itself can resolve the name: its lookup is not the one that counts.

*What to do*

Ask the proxy team to look the name up on the proxy itself. If this computer resolves it to a private address, the name belongs
to a private zone that the proxy does not see. Either the proxy's resolver has to forward that zone, or the name has to bypass
the proxy (NO_PROXY). If nobody can resolve it, check that the name is spelt right.

*How it is told apart*

The proxy names the reason itself, in a field of its answer. A SOCKS proxy has no word for it, Squid's word for it in a tunnel
has other meanings, too, and some proxies give none. These are asked once more, by the address that this computer finds. Where
that connects, it was the name that they could not find. The same name is then looked up here: where it is not found either, a
wrong name would look the same, and the finding says so. Other gateway errors are `proxy-cannot-reach-target`.
"""

from collections.abc import Iterable

from diag.knowledge.fetching import Resolution, look_up
from diag.knowledge.proxy_lookup import asked_by_address, found_by_nobody, is_open, opened_by_address
from diag.knowledge.proxy_replies import has_proxy, heard, refusal_of, reply
from diag.knowledge.response_author import gateway_reason
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question, Tunnel
from diag.model.socks import SocksRefusal
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

DNS_REASONS = frozenset({"err_dns_fail", "dns_error", "dns_timeout"})
"""The words for a failed lookup: Squid's, and Proxy-Status' (RFC 9209, sections 2.3.1 and 2.3.2)."""


_NAME_WRONG = "name-wrong"


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy says that its lookup of the service's name failed."""
    seen = reply(view)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    by_address = opened_by_address(view)
    reason = gateway_reason(seen.answer)
    if by_address is None and is_open(view):
        return unknown(Because.NOT_LOOKED, seen.observation)
    if reason not in DNS_REASONS and by_address is None and not found_by_nobody(view):
        return ok(seen.observation) if heard(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    here = look_up(view.evidence, view.endpoint.written)
    return problem(
        seen.observation,
        *here.seen,
        *([by_address] if by_address else []),
        about=str(view.proxy),
        confidence=_confidence(here),
        proxy=str(view.proxy),
        host=view.endpoint.host,
        reason=reason or None,
        by_address=by_address.question.target.host if by_address and isinstance(by_address.question, Tunnel) else None,
        refusal=refusal_of(seen.answer),
        here=here.told or None,
        rules_out={
            _NAME_WRONG: here.seen if here.told else (),
            "proxy-cannot-reach-target": [by_address or seen.observation] if by_address or reason in DNS_REASONS else (),
        },
    )


def _confidence(here: Resolution) -> Confidence:
    """A name that nobody knows may as well be a wrong name."""
    if here.told:
        return Confidence.CERTAIN
    return Confidence.POSSIBLE if here.absent else Confidence.LIKELY


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the name, looked up by this computer itself."""
    seen = reply(view)
    if seen and gateway_reason(seen.answer) in DNS_REASONS:
        yield from look_up(view.evidence, view.endpoint.written).wanted
    yield from asked_by_address(view)


CHECK = EndpointCheck(
    id="proxy-cannot-resolve-target",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9209",
    do=(
        HowTo.ALLOW_IN_PROXY,
        HowTo.NO_PROXY,
    ),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} {to_url}", "an error of the proxy, such as status 502 or 503", unless=("socks_code",)
        ),
        ShellLine(
            "curl.exe -sv -x http://{proxy} {to_url}",
            "an error of the proxy, such as status 502 or 503",
            Shell.POWERSHELL,
            unless=("socks_code",),
        ),
    ),
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            _NAME_WRONG,
            owner=Owner.MACHINE,
            decided_by="whether {host} {host:is|are} spelt right",
            words="the name does not exist",
        ),
        Rival(
            "proxy-cannot-reach-target", decided_by="the same request to the proxy, with an address of {host} instead of the name"
        ),
    ),
    tokens={"refusal": SocksRefusal},
    alike=("refusal", "reason"),
    sentences=Sentences(
        title="The proxy {proxy} cannot find an address for {host}",
        seen=(
            "The proxy answered that its lookup of {host} failed ({reason}).",
            "The proxy did not connect to {host}, but connected to the same service by its address {by_address}.",
            When("refusal", (), "Its answer for {host}: {refusal}."),
            "Addresses that this computer finds: {here}.",
        ),
        means="With a proxy, only the proxy's own lookup counts, and it failed.",
        remedy=(
            "Ask the team that runs {proxy} to look up {host} on the proxy itself, and to fix its resolvers.",
            "Check that {host} {host:is|are} spelt right.",
            When("here", (), "If {here} is a private address, add {host} to the proxy's exceptions (NO_PROXY)."),
        ),
    ),
)
