"""A web application firewall in front of the service blocked the request.

*What it means*

Many services stand behind a content network with a web application firewall. It inspects requests and drops those that seem to
come from a robot, from a blocked address or country, or too often. It answered here, not the service.

*Why it matters*

The way there works. The service's own logs hold nothing of it, and the same request may pass from elsewhere or another program.

*What to do*

Tell the service's provider the time, your public address, and the identifier in the answer (the finding names it); they can see
which rule it was. If other people share your address (a company's proxy, a VPN), their traffic may be what is blocked.

*How it is told apart*

Content networks pass on the service's own refusals as well, with the same marks, and those do not count. Three things count: a
field by which a firewall says that it stepped in, the page of a known product, an answer that the content network signed. An
answer without the mark that, by its profile, every answer of the service has, counts as well. For the latter two alone it is a
warning, since the firewall may have taken diag itself for a robot. Where the endpoint list expects other statuses here, it is a
problem.
"""

from enum import StrEnum

from diag.knowledge.known_pages import Filter, Guard, filter_page, guard_page, is_sealed
from diag.knowledge.response_author import Author, SeenReply, author, confidence_in, field, lacks_mark, less_sure, speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_DENIALS = frozenset({403, 429})
"""What an edge writes by itself as a denial; 503 is also how it says that it got no answer."""


_Product = StrEnum("_Product", {word.name: word.value for words in (Guard, Filter) for word in words})  # type: ignore[misc]
"""Every product whose refusals are known, as a word."""
SIGNS_ALL = ("cloudflare", "ddos-guard")
"""How the Server field begins where a content network puts its name on what it passes on, too."""
BALANCER = "awselb/"
"""AWS' load balancer: it writes 403 by itself only where its guard says so."""
INCIDENT_HEADERS = ("cf-ray", "x-amz-cf-id", "x-amzn-requestid", "x-iinfo", "x-sucuri-id", "x-azure-ref", "x-reference-error")


def judge(view: EndpointView) -> Finding:
    """Return whether a guard wrote the refusal."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if not answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    expected = view.endpoint.expects.status
    if answer.status in expected and answer.status >= 400:
        return ok(seen.observation)
    guard = _guard(view, answer)
    if guard:
        return _found(view, seen, guard)
    if answer.status not in _DENIALS:
        return ok(seen.observation)
    wrote = author(view, seen)
    if wrote in (Author.PROXY, Author.UNKNOWN):
        return unknown(Because.UNDECIDED, seen.observation, status=answer.status)
    by_edge = wrote is Author.EDGE or _unmarked(view, answer)
    return _found(view, seen, None) if by_edge else ok(seen.observation)


def _found(view: EndpointView, seen: SeenReply, guard: Guard | Filter | None) -> Finding:
    answer = seen.answer
    say = problem if guard or view.endpoint.expects.status else warning
    return say(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=less_sure(Confidence.LIKELY if guard else Confidence.POSSIBLE, confidence_in(view, seen)),
        rules_out={"service-refuses": (seen.observation,)} if guard else {},
        endpoint=str(view.endpoint.authority),
        status=answer.status,
        guard=guard,
        writer=field(answer.headers, "server") or None,
        identifier=next((said for name in INCIDENT_HEADERS if (said := field(answer.headers, name))), None),
    )


def _guard(view: EndpointView, answer: HttpReply) -> Guard | Filter | None:
    """The product whose refusal this is. A gateway's counts where nobody on the way from here can have written."""
    if answer.status == 403 and field(answer.headers, "server").startswith(BALANCER):
        return Guard.AWS_WAF
    return guard_page(answer) or (filter_page(answer) if is_sealed(view) else None)


def _unmarked(view: EndpointView, answer: HttpReply) -> bool:
    """Whether an edge that signs all that it passes on handed out what lacks the mark that every answer of the service has."""
    return field(answer.headers, "server").startswith(SIGNS_ALL) and lacks_mark(view, answer)


CHECK = EndpointCheck(
    id="http-waf-blocked",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "the status, and the product in the Server header"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "the status, and the product in the Server header", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected", "http-rate-limited", "http-server-error", "http-redirected-elsewhere"),
    rivals=(
        Rival(
            "service-refuses",
            decided_by="the log of that firewall, by the reference number",
            words="the service itself refuses, and the firewall in front of it passes the answer on",
        ),
        Rival(
            "taken-for-a-robot",
            decided_by="the same request by the program that fails",
            words="the firewall takes diag for a robot, and lets your program through",
        ),
    ),
    tokens={"guard": _Product},
    alike=("guard",),
    sentences=Sentences(
        title="A web application firewall in front of {endpoint} blocks the request",
        seen=(
            "{endpoint} answered with status {status}, and the firewall in front of the service wrote that answer.",
            "The product is {guard}.",
            "It signs as {writer}.",
            "The reference number of the answer: {identifier}.",
        ),
        means="The network path works. The service's own protection rejects these requests, or the address they come from.",
        remedy=(
            "Tell the service's provider the time of this run and your public address: their log shows the rule.",
            "Also give them the reference number {identifier}.",
            "If others share your public address (a company's proxy, a VPN), ask the network team whether others are blocked"
            " too.",
        ),
    ),
)
