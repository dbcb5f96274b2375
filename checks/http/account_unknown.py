"""The service knows no account with that name.

*What it means*

Providers give each customer a name below a common domain, and have every such name lead to the same servers, whether there is a
customer of that name or not. The one that was given here is answered exactly as one that nobody has.

*Why it matters*

Network, proxy and TLS all work, which makes the error look like a fault of the service. Usually a letter of the account's name
is wrong, a region is missing in it, or the account was renamed or closed.

*What to do*

Compare the name with the one in the service's own console or in the mail by which you were invited, letter by letter, with the
region. Correct it in the program that connects.

*How it is told apart*

Where the service's profile names the code or status by which it says so, that is enough. So is the page of a server that many
sites share (Heroku, Fastly and others), where it says that none of them has this name. Else it is asked only where the list
says which statuses this endpoint should answer with and it answered 403 or 404 instead. Then a made-up name of the same domain
is looked up and asked for at the same address. The cause is named only if that name resolves and gets the very same answer. A
wrong path in the list leaves the same evidence (`http-status-unexpected`), so it is never more than possible.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.fetching import look_up
from diag.knowledge.response_author import Author, SeenReply, author, confidence_in, field, speaks_https
from diag.knowledge.response_codes import Front, own_code, own_meaning, refusal, unserved_by
from diag.model.address import Authority, literal
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.expression import expression
from diag.model.fingerprint import Denial
from diag.model.how_to import Shell, ShellLine
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

_STATUSES = frozenset({403, 404})


class ShownBy(StrEnum):
    """What shows that nobody has the name."""

    OWN_CODE = "own_code"
    MADE_UP_NAME = "made_up_name"


NO_SUCH_ACCOUNT = "diag-no-such-name"
"""The first label of the made-up name."""
_PASSING = expression(rb"[0-9A-Fa-f-]{8,}|[0-9]{2}:[0-9]{2}:[0-9]{2}")
"""Identifiers and times, which differ in answers that are alike."""


def judge(view: EndpointView) -> Finding:
    """Return whether a made-up name gets the very same answer."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    told = refusal(view, seen.answer, Denial.ACCOUNT)
    front = unserved_by(seen.answer)
    if front and author(view, seen) in (Author.SERVICE, Author.EDGE):
        return _unserved(view, seen, front)
    if told and author(view, seen) is Author.SERVICE:
        return _found(view, Confidence.LIKELY, seen, shown_by=ShownBy.OWN_CODE)
    if not _is_refused(view, seen):
        return ok(seen.observation)
    other = next((one for one in view.exchanges if not view.on_walk(one) and _is_sibling(view, one)), None)
    if other is None or not other.answer.status:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if not _alike(seen, other):
        return ok(seen.observation, other.observation)
    return _found(view, Confidence.POSSIBLE, seen, other, shown_by=ShownBy.MADE_UP_NAME)


def _found(view: EndpointView, confidence: Confidence, *answers: SeenReply, shown_by: ShownBy) -> Finding:
    return problem(
        *(one.observation for one in answers),
        about=view.endpoint.host,
        confidence=confidence,
        host=view.endpoint.host,
        domain=_domain(view.endpoint.host),
        status=answers[0].answer.status,
        shown_by=shown_by.value,
        code=own_code(view, answers[0].answer) if shown_by is ShownBy.OWN_CODE else None,
        meaning=own_meaning(view, answers[0].answer) if shown_by is ShownBy.OWN_CODE else None,
    )


def _unserved(view: EndpointView, seen: SeenReply, front: Front) -> Finding:
    """A server that many sites share says that none of them has this name."""
    return problem(
        seen.observation,
        about=view.endpoint.host,
        confidence=confidence_in(view, seen),
        host=view.endpoint.host,
        status=seen.answer.status,
        front=front,
        form=UNSERVED,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the made-up name's addresses, and, if it has any, the same request in its name at the same address."""
    seen = view.exchange
    if seen is None or not _is_refused(view, seen) or author(view, seen) is not Author.SERVICE:
        return
    name = f"{NO_SUCH_ACCOUNT}.{_domain(view.endpoint.host)}"
    found = look_up(view.evidence, name)
    yield from found.wanted
    if found.told and isinstance(seen.question.over, Handshake):
        over = replace(seen.question.over, server_name=name)
        yield replace(seen.question, over=over, authority=Authority(name, view.endpoint.port))


def _is_refused(view: EndpointView, seen: SeenReply) -> bool:
    """Whether the service turned down what the list says it should not, under a name that others could share."""
    expected = view.endpoint.expects.status
    shared = literal(view.endpoint.host) is None and view.endpoint.host.count(".") > 1
    return seen.answer.status in _STATUSES and bool(expected) and seen.answer.status not in expected and shared


def _domain(host: str) -> str:
    return host.partition(".")[2]


def _is_sibling(view: EndpointView, one: SeenReply) -> bool:
    """Whether a request was for another name right below the same domain."""
    host = one.question.authority.host
    return host != view.endpoint.host and _domain(host) == _domain(view.endpoint.host)


def _alike(one: SeenReply, other: SeenReply) -> bool:
    """Whether two answers differ in nothing but the name, identifiers and times."""
    same_form = field(one.answer.headers, "content-type") == field(other.answer.headers, "content-type")
    return one.answer.status == other.answer.status and same_form and _text(one) == _text(other)


def _text(seen: SeenReply) -> bytes:
    host = seen.question.authority.host
    named = (host, host.partition(".")[0])
    body = seen.answer.body
    for name in named:
        body = body.replace(name.encode(), b"")
    return _PASSING.sub(b"", body)


UNSERVED = "unserved"
"""The form where a server that many sites share has none of this name."""
_UNSERVED = Sentences(
    owner=Owner.SERVICE,
    title="{front}, where {host} leads, has no site of that name",
    seen="{host} answered with status {status}, and the page by which {front} says that it does not know the name.",
    means="The network path works. The name is not set up at {front}, was removed there, or has a letter wrong.",
    remedy=(
        "Compare {host} with what the provider of the service gave you.",
        "If you run {host}, add the name to the app or site at {front}, or correct where its DNS record leads.",
        "If you do not, tell its provider that {front} does not know {host}.",
    ),
)
CHECK = EndpointCheck(
    id="http-account-unknown",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5",
    see=(
        ShellLine("curl -sv {to_url}", "the status and the code of the answer"),
        ShellLine("curl.exe -sv {to_url}", "the status and the code of the answer", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_https,
    judge=judge,
    questions=questions,
    explains=("http-status-unexpected", "http-server-error"),
    rivals=(
        Rival(
            "wrong-path",
            where="shown_by",
            decided_by="the name in the service's own console",
            words="the account exists, and the path in the endpoint list is wrong",
        ),
        Rival(
            "letter-wrong",
            owner=Owner.MACHINE,
            whose=True,
            where="front",
            decided_by="the name as the provider of the service gave it",
            words="the name is written wrong in the program that connects",
        ),
    ),
    tokens={"shown_by": ShownBy, "front": Front},
    forms=((UNSERVED, _UNSERVED),),
    sentences=Sentences(
        title="The service knows no account with the name {host}",
        seen=(
            "{host} answered with status {status}.",
            "What shows that nobody has this name: {shown_by}.",
            "The code in the answer: {code} ({meaning}).",
        ),
        means="Every name below {domain} leads to the service, but no account has this name.",
        remedy=(
            "Compare {host} letter by letter with the name in the service's own console, including the region.",
            "Correct the name in the program that connects. If it is right, ask the provider whether the account was moved or"
            " closed.",
        ),
    ),
)
