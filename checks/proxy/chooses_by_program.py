"""The proxy lets programs through by the name that they give themselves, and refuses others.

*What it means*

Each program tells the proxy its name (the `User-Agent` field). Asked for the service in diag's own name the proxy refused; asked
for the very same in the name of curl, it opened the way.

*Why it matters*

It works in one program and not in another on the same computer, with the same settings. An administrator who tries it with a
browser, or with curl, finds nothing wrong, and the service cannot change anything about it.

*What to do*

Ask the proxy team which programs its rules name, and to allow the one that fails here. Best by the service's name, whatever
the program calls itself.

*How it is told apart*

One more request, to the same proxy for the same target with the same login, and nothing changed but the name. It is asked only
where a proxy that speaks HTTP refused by rule (403). Where that is refused as well, the rule is about something else:
`proxy-refuses-target`.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.proxy_replies import REFUSALS, has_proxy, reply, status_of
from diag.knowledge.response_author import signed_by_proxy
from diag.model.answer import HttpReply, TunnelReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Exchange, Question, Tunnel
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

ANOTHER_NAME = "curl/8"
"""A name that such rules usually know."""


def judge(view: EndpointView) -> Finding:
    """Return whether a proxy that refuses diag lets curl through to the same target."""
    seen = reply(view)
    if seen is None:
        return unknown(Because.NOT_REACHED)
    question = _renamed(view)
    if question is None:
        return ok(seen.observation)
    other = view.asked(question)
    if other is None or other.answer is None:
        return unknown(Because.NOT_LOOKED, seen.observation)
    if not _let_through(other):
        return ok(seen.observation, other)
    return problem(
        seen.observation,
        other,
        about=str(view.proxy),
        proxy=str(view.proxy),
        target=str(view.endpoint.authority),
        status=status_of(seen.answer),
        program=ANOTHER_NAME,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same request in another program's name, once."""
    question = _renamed(view)
    return () if question is None else (question,)


def _renamed(view: EndpointView) -> Tunnel | Exchange | None:
    """The refused request under the other name; None: it was not refused by rule, or not by an HTTP proxy."""
    seen = reply(view)
    if seen is None or seen.answer.status not in REFUSALS:
        return None
    if isinstance(seen.answer, HttpReply) and not signed_by_proxy(seen.answer.headers):
        return None
    return replace(seen.question, agent=ANOTHER_NAME)


def _let_through(seen: Observation) -> bool:
    match seen.answer:
        case TunnelReply(failure=failure):
            return not failure
        case HttpReply(status=status, headers=headers):
            return bool(status) and not signed_by_proxy(headers)
        case _:
            return False


CHECK = EndpointCheck(
    id="proxy-chooses-by-program",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5",
    do=(HowTo.ALLOW_IN_PROXY,),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} --proxy-header User-Agent:{program} {to_url}", "an answer with this name of a program"
        ),
        ShellLine("curl.exe -sv -x http://{proxy} {to_url}", "an answer with another name of a program", Shell.POWERSHELL),
    ),
    needs=Stage.CONNECT,
    applies=lambda view: has_proxy(view) and not (view.proxy and view.proxy.is_socks),
    judge=judge,
    questions=questions,
    explains=("proxy-refuses-target",),
    rivals=(
        Rival(
            "rule-changed",
            decided_by="the same two requests once more",
            words="the proxy's rule, or the server behind its name, changed in between",
        ),
    ),
    sentences=Sentences(
        title="The proxy {proxy} allows {target} for some programs, and refuses it for others",
        seen="The proxy answered diag's request for {target} with status {status}. It allowed the same request in the name of"
        " {program}.",
        means="A rule of the proxy depends on the name that a program gives (User-Agent). It blocks diag, and perhaps your"
        " program.",
        remedy=(
            "Ask the team that runs {proxy} to allow {target} for every program, or to add your program's User-Agent to the"
            " rule.",
            "Find your program's User-Agent in its settings or in the proxy's log. A test with curl or a browser proves"
            " nothing for it.",
        ),
    ),
)
