"""The network wants a login, or consent, before it lets anything through.

*What it means*

Networks of hotels, trains and guest rooms answer every web request themselves and send people to a page of theirs (a captive
portal), until they have signed in there. Here services that have nothing to do with each other were answered in that way.

*Why it matters*

Until somebody signs in, no program gets through: it meets redirects, pages or certificates that are not the service's.

*What to do*

Open a browser on this computer, go to any page, and sign in or accept the terms. On a server, ask the network team to exempt this
computer from the login.

*How it is told apart*

A status of its own says so (511), or two services of different owners send visitors on to one and the same other host. Inside an
encrypted connection with the right and trusted certificate nobody on the way can write, so such answers are not counted; nor are
those that bear a mark of the service, or came through a proxy, whose own pages look alike. One service alone that redirects is
`http-redirected-elsewhere`; a host that is known for pages of web filters is `http-block-page`.
"""

from collections import defaultdict

from diag.knowledge.answered_by_service import BLOCK_HOSTS, REDIRECTS, site_of, target_of
from diag.knowledge.response_author import bears_mark
from diag.model.answer import HttpReply
from diag.model.case import Case, Whole
from diag.model.check import RunCheck, Sentences
from diag.model.observation import Observation
from diag.model.question import Exchange
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Seen

LOGIN_WANTED = 511
"""Network authentication required (RFC 6585, section 6)."""
NOT_SAID = "not said"
MOST_HOSTS = 8

Answered = tuple[Case, Seen[Exchange, HttpReply]]


def judge(whole: Whole) -> Finding:
    """Whether unrelated services were answered by one network that wants a login."""
    seen = [(case, case.exchange) for case in whole.cases if case.exchange and case.exchange.answer.status]
    if not seen:
        return unknown(Because.NOT_REACHED)
    open_to_others = [(case, answer) for case, answer in seen if _may_be_the_networks(case, answer.answer)]
    said = [(case, answer) for case, answer in open_to_others if answer.answer.status == LOGIN_WANTED]
    if said:
        return _found(said, NOT_SAID, Confidence.CERTAIN)
    portal, sent = _sent_on(open_to_others, {site_of(case.endpoint.host) for case in whole.cases})
    if sent:
        return _found(sent, portal, Confidence.LIKELY)
    return ok(*(answer.observation for _, answer in seen))


def _may_be_the_networks(case: Case, reply: HttpReply) -> bool:
    """Whether somebody on the way may have written the answer: nobody can inside TLS that is what it should be."""
    return case.proxy is None and (case.session is None or not case.session_accepted) and not bears_mark(case, reply)


def _sent_on(answers: list[Answered], own: set[str]) -> tuple[str, list[Answered]]:
    """The foreign host to which services of more than one owner were sent, with their answers; empty: there is none."""
    by_target: defaultdict[str, list[Answered]] = defaultdict(list)
    for case, answer in answers:
        target = target_of(answer.answer) if answer.answer.status in REDIRECTS else ""
        if target and site_of(target) not in own and target not in BLOCK_HOSTS:
            by_target[target].append((case, answer))
    shared = [(target, sent) for target, sent in by_target.items() if len({site_of(case.endpoint.host) for case, _ in sent}) > 1]
    return max(shared, key=lambda one: len(one[1]), default=("", []))


def _found(answers: list[Answered], portal: str, confidence: Confidence) -> Finding:
    seen: list[Observation] = [answer.observation for _, answer in answers]
    return problem(
        *seen,
        about=portal,
        confidence=confidence,
        hits=tuple(str(case.endpoint) for case, _ in answers),
        hosts=tuple(dict.fromkeys(case.endpoint.host for case, _ in answers))[:MOST_HOSTS],
        portal=portal,
        statuses=tuple(dict.fromkeys(str(answer.answer.status) for _, answer in answers)),
    )


CHECK = RunCheck(
    id="http-captive-portal",
    owner=Owner.NETWORK,
    article=__doc__ or "",
    judge=judge,
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
        title="This network wants a login before it lets anything through",
        seen="Requests to {hosts} were all answered alike (status {statuses}). Where they were sent on to: {portal}.",
        means="The network answers in the place of every service until somebody has signed in at its own page.",
        remedy=(
            "Open a browser on this computer, go to any page, and sign in or accept the terms of the network.",
            "Where nobody can sign in, such as on a server, ask the network team to exempt this computer.",
        ),
    ),
)
