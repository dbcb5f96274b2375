"""A web filter answered instead of the service, and blocked the request.

*What it means*

A firewall or web filter that handles web traffic unasked (a transparent proxy, an inspecting gateway) took the request. It did
not pass it on, and wrote an answer of its own.

*Why it matters*

The service was never asked. Its status page, its logs and its support know nothing of it.

*What to do*

Ask the network team to allow the service in their web filter. The filter's page usually names the category or rule it went by.

*How it is told apart*

Products sign what they write in fields of their own. The pages of known products count as well, whatever their status. So does
a redirect to a host that is known for such pages. Inside an encrypted connection it counts only where the certificate is not a
public authority's, since nobody else could have written there. Where the service's profile names a mark that every answer of
the service has, a refusal without it may have been written elsewhere. It is named, too, as no more than possible. What a proxy
that is set for diag refuses in the clear is `proxy-refuses-target`; a firewall in front of the service itself is
`http-waf-blocked`.
"""

from diag.knowledge.known_pages import Filter, filter_page, guard_page, is_sealed
from diag.knowledge.response_author import (
    GATEWAY_STATUSES,
    NETWORK_LOGIN,
    Author,
    SeenReply,
    author,
    field,
    gateway_reason,
    lacks_mark,
    speaks_http,
    target_of,
)
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_DENIED = frozenset({"err_access_denied", "http_request_denied"})


def judge(view: EndpointView) -> Finding:
    """Return whether something on the way wrote a refusal."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if not answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    known = filter_page(answer)
    if known and guard_page(answer) is None and not is_sealed(view):
        return _found(view, seen, known)
    if not _refusal(answer):
        return ok(seen.observation)
    wrote = author(view, seen)
    if wrote is Author.UNKNOWN and lacks_mark(view, answer) and _unhindered(view):
        return _unsigned(view, seen)
    return _found(view, seen, None) if wrote is Author.PROXY else ok(seen.observation)


def _found(view: EndpointView, seen: SeenReply, known: Filter | None) -> Finding:
    answer = seen.answer
    writer = target_of(answer) or _writer(answer)
    return problem(
        seen.observation,
        about=(known and known.value) or writer or str(view.endpoint.authority),
        confidence=Confidence.CERTAIN,
        owner=Owner.PROXY if view.proxy else None,
        rules_out={"service-refuses": (seen.observation,)} if gateway_reason(answer) in _DENIED or known else {},
        endpoint=str(view.endpoint.authority),
        status=answer.status,
        web_filter=known,
        writer=writer or None,
    )


def _applies(view: EndpointView) -> bool:
    """What a proxy that is set refuses in the clear is `proxy-refuses-target`, unless its page passes for an answer."""
    if not speaks_http(view) or view.proxy is None or view.endpoint.speaks_tls:
        return speaks_http(view)
    return view.exchange is not None and view.exchange.answer.status < 400 and filter_page(view.exchange.answer) is not None


def _unhindered(view: EndpointView) -> bool:
    """Whether nothing but the author of the answer is open: nobody asked for a proxy, and a certificate was accepted."""
    return view.proxy is None and (view.session is None or view.session_accepted)


def _unsigned(view: EndpointView, seen: SeenReply) -> Finding:
    """A refusal that nobody signed, and without the mark that every answer of the service has: it may be anybody's."""
    answer, expected = seen.answer, view.endpoint.expects.status
    if answer.status in expected:
        return ok(seen.observation)
    say = problem if expected else warning
    return say(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.POSSIBLE,
        endpoint=str(view.endpoint.authority),
        status=answer.status,
        writer=_writer(answer) or None,
    )


def _refusal(answer: HttpReply) -> bool:
    """Whether the answer denies something, and does not just report trouble on the way."""
    if answer.status < 400 or answer.status in NETWORK_LOGIN:
        return False
    return answer.status not in GATEWAY_STATUSES or gateway_reason(answer) in _DENIED


def _writer(answer: HttpReply) -> str:
    """Who signed the answer, by its own field."""
    return next((said for name in ("server", "proxy-agent", "via") if (said := field(answer.headers, name))), "")


CHECK = EndpointCheck(
    id="http-block-page",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
    do=(
        HowTo.NETWORK_FIREWALL,
        HowTo.TLS_INSPECTION,
    ),
    see=(
        ShellLine("curl -sv {to_url}", "the page of the filter"),
        ShellLine("curl.exe -sv {to_url}", "the page of the filter", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=_applies,
    judge=judge,
    explains=("http-status-unexpected", "http-redirected-elsewhere", "http-server-error"),
    rivals=(
        Rival(
            "service-refuses",
            owner=Owner.SERVICE,
            decided_by="the same request from another network",
            words="{endpoint} itself, or a device in front of it, wrote the refusal",
        ),
    ),
    tokens={"web_filter": Filter},
    sentences=Sentences(
        title="A web filter blocks {endpoint}",
        seen=(
            "The answer to the request for {endpoint} (status {status}) was not written by the service.",
            "It is the page of {web_filter}.",
            "The answer is signed by {writer}.",
        ),
        means="The request did not reach the service: a web filter or firewall blocked it.",
        remedy=(
            "Ask the network team to allow {endpoint} in their web filter.",
            "Tell them that the filter signs as {writer}.",
            "Open the address in a browser on this computer: the block page usually names the category or the rule.",
        ),
    ),
)
