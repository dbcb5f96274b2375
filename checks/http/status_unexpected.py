"""The service answers with a status that is not among those expected of it.

*What it means*

The list of endpoints says which statuses this one should answer with. It answered, and with another.

*Why it matters*

The way to the service works. What answers may not be what was meant: another application, an old version, a path that moved, or
a service that treats this client differently from others.

*What to do*

See whether the path in the list is right and whether the expectation is. If both are, ask the service's provider about this
status.

*How it is told apart*

It is asked of endpoints only for which the list names statuses. An answer that a proxy or a content network wrote is not the
service's. Errors of the server (5xx) and "too many requests" (429) are causes of their own.
"""

from diag.knowledge.response_author import confidence_in, said_by_service, speaks_http
from diag.knowledge.response_codes import own_code
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.verdict import Finding, Owner, problem


def judge(view: EndpointView) -> Finding:
    """Whether the service's own status is outside what the list expects."""
    expected = view.endpoint.expects.status
    seen = said_by_service(view, lambda one: one.answer.status not in expected)
    if isinstance(seen, Finding):
        return seen
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        status=seen.answer.status,
        expected=tuple(str(one) for one in expected),
        code=own_code(view, seen.answer),
    )


CHECK = EndpointCheck(
    id="http-status-unexpected",
    owner=Owner.SERVICE,
    article=__doc__,
    needs=Stage.EXCHANGE,
    applies=lambda view: speaks_http(view) and bool(view.endpoint.expects.status),
    judge=judge,
    sentences=Sentences(
        title="{endpoint} answers with status {status}, and not with one of {expected}",
        seen="The request for {path} reached {endpoint}; it answered with status {status}. Expected: {expected}."
        " Code of its own: {code}.",
        means="The way there works. What answers is not what the list expects, or treats this client differently.",
        remedy=(
            "See whether {path} is still the right path at {endpoint}, and whether the list expects the right status.",
            "If both are right, ask the service's provider what status {status} means there.",
        ),
    ),
)
