"""The network wants a login, or consent, before it lets anything through.

*What it means*

Networks of hotels, trains and guest rooms answer every web request themselves and send people to a page of theirs (a captive
portal), until they have signed in there. Here services that have nothing to do with each other were answered in that way.

*Why it matters*

Until somebody signs in, no program gets through: it meets redirects, pages or certificates that are not the service's.

*What to do*

Open a browser on this computer, go to any page, and sign in or accept the terms. On a server, ask the network team to exempt
this computer from the login.

*How it is told apart*

A status of its own says so (511), or two services of different owners send visitors on to one and the same other host. Inside
a TLS connection with the right and trusted certificate nobody else can write, so such answers are not counted. Nor are those
that bear a mark of the service, or came through a proxy, whose own pages look alike. One service alone that redirects is
`http-redirected-elsewhere`; a host that is known for pages of web filters is `http-block-page`.
"""

from collections import defaultdict

from diag.knowledge.domains import registrable_domain, same_owner
from diag.knowledge.known_pages import filter_page
from diag.knowledge.response_author import REDIRECTS, bears_mark, target_of
from diag.model.answer import HttpReply
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import Exchange
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_LOGIN_WANTED = 511
"""Network authentication required (RFC 6585, section 6)."""
_MOST_HOSTS = 8
NETWORK_LOGIN_PAGE = "network login"
"""What a cause is about where no portal is named."""

SeenAnswer = tuple[EndpointView, Answered[Exchange, HttpReply]]


def judge(run_view: RunView) -> Finding:
    """Whether unrelated services were answered by one network that wants a login."""
    seen = [(view, view.exchange) for view in run_view.cases if view.exchange and view.exchange.answer.status]
    if not seen:
        return unknown(Because.NOT_REACHED)
    open_to_others = [(view, answer) for view, answer in seen if _may_be_the_networks(view, answer.answer)]
    said = [(view, answer) for view, answer in open_to_others if answer.answer.status == _LOGIN_WANTED]
    if said:
        return _found(said, "", Confidence.CERTAIN)
    portal, sent = _sent_on(open_to_others, [view.endpoint.host for view in run_view.cases])
    if sent:
        return _found(sent, portal, Confidence.LIKELY)
    return ok(*(answer.observation for _, answer in seen))


def _may_be_the_networks(view: EndpointView, reply: HttpReply) -> bool:
    """Whether somebody on the way may have written the answer: nobody can inside TLS that is what it should be."""
    return view.proxy is None and (view.session is None or not view.session_accepted) and not bears_mark(view, reply)


def _sent_on(answers: list[SeenAnswer], own: list[str]) -> tuple[str, list[SeenAnswer]]:
    """The foreign host to which services of more than one owner were sent, with their answers; empty: there is none."""
    by_target: defaultdict[str, list[SeenAnswer]] = defaultdict(list)
    for view, answer in answers:
        target = target_of(answer.answer) if answer.answer.status in REDIRECTS else ""
        if target and filter_page(answer.answer) is None and not any(same_owner(target, host) for host in own):
            by_target[target].append((view, answer))
    shared = [
        (target, sent)
        for target, sent in by_target.items()
        if len({registrable_domain(view.endpoint.host) for view, _ in sent}) > 1
    ]
    return max(shared, key=lambda one: len(one[1]), default=("", []))


def _found(answers: list[SeenAnswer], portal: str, confidence: Confidence) -> Finding:
    seen: list[Observation] = [answer.observation for _, answer in answers]
    return problem(
        *seen,
        about=portal or NETWORK_LOGIN_PAGE,
        confidence=confidence,
        rules_out={"services-moved": seen} if confidence is Confidence.CERTAIN else {},
        hits=tuple(str(view.endpoint) for view, _ in answers),
        hosts=tuple(dict.fromkeys(view.endpoint.host for view, _ in answers))[:_MOST_HOSTS],
        portal=portal or None,
        statuses=tuple(dict.fromkeys(str(answer.answer.status) for _, answer in answers)),
    )


CHECK = RunCheck(
    id="http-captive-portal",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=judge,
    rivals=(
        Rival(
            "services-moved",
            decided_by="the same requests from another network",
            words="the services themselves redirect visitors to {portal}",
        ),
    ),
    explains=(
        "tls-intercepted",
        "tls-name-mismatch",
        "tls-self-signed",
        "tls-issuer-untrusted",
        "tls-chain-incomplete",
        "network-transparent-proxy",
        "http-block-page",
        "http-redirected-elsewhere",
        "http-status-unexpected",
        "proxy-pac-broken",
        "proxy-pac-unreachable",
    ),
    sentences=Sentences(
        title="This network wants you to sign in before it allows any connection",
        seen=(
            "{hosts:A request|Requests} to {hosts} got an answer of the network instead (status {statuses}).",
            "The answer redirects to {portal}.",
        ),
        means="The network answers instead of every service until somebody signs in on its own page.",
        remedy=(
            "Open a browser on this computer, go to any page, and sign in or accept the terms of the network.",
            "If nobody can sign in, such as on a server, ask the network team to exempt this computer.",
        ),
    ),
)
