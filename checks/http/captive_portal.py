"""The network wants you to sign in before it allows any connection.

*What it means*

Networks of hotels, trains and guest rooms answer every web request themselves and send people to a page of theirs (a captive
portal), until they have signed in there. Here services that have nothing to do with each other were answered in that way.

*Why it matters*

Until somebody signs in, no program gets through: it meets redirects, pages or certificates that are not the service's.

*What to do*

Open a browser on this computer, go to any page, and sign in or accept the terms. On a server, ask the network team to exempt
this computer from the login.

*How it is told apart*

A status of its own says so (511), or two services of different owners send visitors on to one and the same other host. Where a
service's own port gives no connection, its host is asked on port 80: there one service is enough. Inside a TLS connection with
the right and trusted certificate nobody else can write, so such answers are not counted. Nor are those that bear a mark of the
service, or came through a proxy, whose own pages look alike. One service alone that redirects is `http-redirected-elsewhere`; a
host that is known for pages of web filters is `http-block-page`.
"""

from collections import defaultdict
from collections.abc import Iterable

from diag.knowledge.domains import registrable_domain, same_owner
from diag.knowledge.known_pages import filter_page
from diag.knowledge.response_author import REDIRECTS, bears_mark, target_of
from diag.model.address import Address, Authority
from diag.model.answer import HttpReply
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_LOGIN_WANTED = 511
"""Network authentication required (RFC 6585, section 6)."""
_PLAIN = 80
_MOST_HOSTS = 8
NETWORK_LOGIN_PAGE = "network login"
"""What a cause is about where no portal is named."""

SeenAnswer = tuple[EndpointView, Answered[Exchange, HttpReply]]


def judge(run_view: RunView) -> Finding:
    """Return whether unrelated services were answered by one network that wants a login."""
    seen = _answers(run_view)
    if not seen:
        return unknown(Because.NOT_REACHED)
    open_to_others = [(view, answer) for view, answer in seen if _may_be_the_networks(view, answer.answer)]
    said = [(view, answer) for view, answer in open_to_others if answer.answer.status == _LOGIN_WANTED]
    if said:
        return _found(said, "", Confidence.CERTAIN)
    own = [view.endpoint.host for view in run_view.cases]
    portal, sent = _sent_on(open_to_others, own)
    if sent:
        return _found(sent, portal, Confidence.LIKELY)
    portal, sent = _sent_on([(view, answer) for view, answer in seen if view.exchange is None], own, at_least=1)
    return _found(sent, portal, Confidence.LIKELY) if sent else ok(*(answer.observation for _, answer in seen))


def questions(run_view: RunView) -> Iterable[Question]:
    """Return what answers in the clear at the hosts whose own port gave no connection: networks let nothing else through."""
    return [request for view in run_view.cases if (request := _in_the_clear(view)) is not None]


def _in_the_clear(view: EndpointView) -> Exchange | None:
    """A plain request to the first address of a host of which none accepted; None: one did, or a proxy is on the way."""
    if view.proxy or not view.addresses or view.connected or view.endpoint.port == _PLAIN:
        return None
    return Exchange(Connect(Address(view.addresses[0], _PLAIN)), Authority(view.endpoint.host, _PLAIN))


def _answers(run_view: RunView) -> list[SeenAnswer]:
    """What answered on each walk; or in the clear, where nothing did."""
    known = {seen.question: seen for seen in run_view.exchanges}
    beside = [(view, known.get(request)) for view in run_view.cases if (request := _in_the_clear(view))]
    walked = [(view, view.exchange) for view in run_view.cases]
    return [(view, seen) for view, seen in (*walked, *beside) if seen and seen.answer.status]


def _may_be_the_networks(view: EndpointView, reply: HttpReply) -> bool:
    """Whether somebody on the way may have written the answer: nobody can inside TLS that is what it should be."""
    return view.proxy is None and (view.session is None or not view.session_accepted) and not bears_mark(view, reply)


def _sent_on(answers: list[SeenAnswer], own: list[str], at_least: int = 2) -> tuple[str, list[SeenAnswer]]:
    """The foreign host to which services of so many owners were sent, with their answers; empty: there is none."""
    by_target: defaultdict[str, list[SeenAnswer]] = defaultdict(list)
    for view, answer in answers:
        target = target_of(answer.answer) if answer.answer.status in REDIRECTS else ""
        if target and filter_page(answer.answer) is None and not any(same_owner(target, host) for host in own):
            by_target[target].append((view, answer))
    shared = [
        (target, sent)
        for target, sent in by_target.items()
        if len({registrable_domain(view.endpoint.host) for view, _ in sent}) >= at_least
    ]
    return max(shared, key=lambda one: len(one[1]), default=("", []))


def _found(answers: list[SeenAnswer], portal: str, confidence: Confidence) -> Finding:
    seen: list[Observation] = [answer.observation for _, answer in answers]
    return problem(
        *seen,
        about=portal or NETWORK_LOGIN_PAGE,
        confidence=confidence,
        rules_out={"services-moved": seen, "filtered-by-name": seen} if confidence is Confidence.CERTAIN else {},
        hits=tuple(str(view.endpoint) for view, _ in answers),
        hosts=tuple(dict.fromkeys(view.endpoint.host for view, _ in answers))[:_MOST_HOSTS],
        portal=portal or None,
        in_the_clear=True if any(view.exchange is None for view, _ in answers) else None,
        statuses=tuple(dict.fromkeys(str(answer.answer.status) for _, answer in answers)),
    )


CHECK = RunCheck(
    id="http-captive-portal",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8952",
    do=(HowTo.CONNECT,),
    see=(
        ShellLine("curl -sv -o /dev/null http://{hosts}/", "a redirect to the sign-in page"),
        ShellLine("curl.exe -sv -o NUL http://{hosts}/", "a redirect to the sign-in page", Shell.POWERSHELL),
    ),
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "services-moved",
            decided_by="the same requests from another network",
            words="the services themselves redirect visitors to {portal}",
        ),
        Rival(
            "filtered-by-name",
            owner=Owner.DNS,
            decided_by="the addresses of {hosts}, as a resolver outside this network gives them",
            words="a DNS filter blocks these names, and gives the address of its own page",
        ),
    ),
    explains=(
        "tls-intercepted",
        "tls-name-mismatch",
        "tls-self-signed",
        "tls-issuer-untrusted",
        "tls-chain-incomplete",
        "network-transparent-proxy",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-refused",
        "network-no-egress",
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
            When("in_the_clear", (True,), "It came on port 80; the port of the service itself gave no connection."),
        ),
        means="The network answers instead of every service until somebody signs in on its own page.",
        remedy=(
            "Open a browser on this computer, go to any page, and sign in or accept the terms of the network.",
            "If nobody can sign in, such as on a server, ask the network team to exempt this computer.",
            "If no sign-in page appears, ask your DNS team whether a filter blocks {hosts}.",
        ),
    ),
)
