"""The service answers with a status that is not among those expected of it.

*What it means*

The list of endpoints says which statuses this one should answer with. It answered, and with another.

*Why it matters*

The way to the service works. The server may not be the right one: another application, an old version, a path that moved, or a
service that treats this computer differently.

*What to do*

Check that the path in the list is right, and that the expectation is. If both are, ask the service's provider about this
status.

*How it is told apart*

Where the list names statuses, the service's own answer is held against them. Where it names none, most answers count as well.
These are any success or redirection, and the refusals by which a healthy service meets a request without a login (400, 401,
403, 404, 405). Any other status, a refusal whose text says why, and a redirect that leads back to itself are told as a
warning, since diag cannot judge them, whoever wrote them. Errors of the service itself (5xx) and "too many requests" (429) are
causes of their own.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import (
    BY_THE_PROXY,
    NETWORK_LOGIN,
    ON_THE_WAY,
    REDIRECTS,
    Author,
    SeenReply,
    author,
    confidence_in,
    excluded,
    field,
    said_by_service,
    speaks_http,
)
from diag.knowledge.response_codes import Telling, object_store, own_code, own_meaning, telling, words_of
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_PLAIN = frozenset({400, 401, 403, 404, 405})
"""How a service that is well answers a request without a login, at a path that it may not have."""
ANONYMOUS = 409
"""How an object store that is well says that it serves nobody without credentials."""
NOT_JUDGED = "not_judged"
"""The form where the list expects nothing in particular, and the answer is one that diag cannot judge."""


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the status is outside what the list expects; or, where it expects nothing, one that is not plainly well."""
    expected = view.endpoint.expects.status
    if not expected:
        return _unasked(view)
    seen = said_by_service(view, lambda one: one.answer.status not in expected)
    if isinstance(seen, Finding):
        return seen
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        status=seen.answer.status,
        expected=tuple(str(one) for one in expected),
        code=own_code(view, seen.answer),
        meaning=own_meaning(view, seen.answer),
    )


def _unasked(view: EndpointView) -> Finding:
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if not answer.status or answer.status in NETWORK_LOGIN:
        return unknown(Because.UNDECIDED, seen.observation)
    said = telling(answer)
    in_circles = _leads_back(view, seen)
    well = answer.status in _PLAIN or (answer.status == ANONYMOUS and bool(object_store(answer)))
    if said is None and (well or (answer.status < 400 and not in_circles)):
        return ok(seen.observation)
    wrote = author(view, seen)
    on_path = Owner.PROXY if view.proxy else Owner.NETWORK
    return warning(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if wrote is Author.SERVICE else Confidence.POSSIBLE,
        owner=on_path if wrote is Author.PROXY else None,
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        status=answer.status,
        by_proxy=wrote is Author.PROXY or None,
        telling=said.value if said else None,
        in_circles=in_circles or None,
        words=words_of(answer) or None,
        form=NOT_JUDGED,
    )


def _leads_back(view: EndpointView, seen: SeenReply) -> bool:
    """Whether a redirect leads to the very address that was asked for."""
    if seen.answer.status not in REDIRECTS:
        return False
    endpoint = view.endpoint
    asked = {f"{endpoint.scheme}://{endpoint.host}{endpoint.path}", f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}"}
    target = field(seen.answer.headers, "location")
    return target in {one.lower() for one in asked} or target == endpoint.path.lower()


_NOT_JUDGED = Sentences(
    title="{endpoint} answers with status {status}, which diag cannot judge",
    seen=(
        "The answer to the request for {path} had the status {status}.",
        When("by_proxy", (True,), "A proxy on the network path signed it, not the service."),
        When("telling", (), "Reason it gives: {telling}."),
        When("in_circles", (True,), "It redirects to the very address that was asked for."),
        When("words", (), "Its words: {words}"),
        *ANSWERED_AT,
    ),
    means="The network path works. This answer does not tell whether your program is served.",
    remedy=(
        When("by_proxy", (True,), "Ask the team that runs the proxy on the network path why it answers {endpoint} so."),
        "Ask the provider of {endpoint} whether status {status} is right for a request for {path} without a login.",
        "If it is, add it to the endpoint list (status = [{status}]): diag then expects it.",
    ),
)
CHECK = EndpointCheck(
    id="http-status-unexpected",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15",
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "the status"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "the status", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    rivals=(
        ON_THE_WAY,
        BY_THE_PROXY,
        Rival(
            "proxy-of-the-service",
            owner=Owner.SERVICE,
            where="by_proxy",
            decided_by="the same request from another network",
            words="it is a proxy of the service itself that signed the answer",
        ),
    ),
    tokens={"telling": Telling},
    alike=("status",),
    sentences=Sentences(
        title="{endpoint} answers with status {status} instead of {expected}",
        seen=(
            "{endpoint} answered the request for {path} with status {status}. The endpoint list expects {expected}.",
            "The code in the answer: {code} ({meaning}).",
            *ANSWERED_AT,
        ),
        means="The network path works. The service is not what the list expects, or it treats this computer differently.",
        remedy=(
            "If you run {endpoint}, find out why {path} answers with status {status}.",
            "If you do not, check that {path} is still the right path, and that the list expects the right status.",
        ),
    ),
    forms=((NOT_JUDGED, _NOT_JUDGED),),
)
