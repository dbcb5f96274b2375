"""The proxy that is set does not accept a connection.

*What it means*

This computer sends its traffic to a proxy, a machine that makes connections on its behalf. None of the proxy's addresses
accepted a connection: each refused it, was reported out of reach, or stayed silent until the time was up.

*Why it matters*

Everything that goes through this proxy fails, whatever the service. The service itself was never asked.

*What to do*

Check that the proxy's name and port are still the right ones; proxies move, and old settings stay. If they are right, the
network team has to look at the proxy, or at a firewall between this computer and the proxy. On a laptop, check whether the
proxy can only be reached from the office or with the VPN.

*How it is told apart*

The proxy's name was resolved, so this is not `proxy-name-not-found`. Nothing that the proxy might say was heard, so no rule and
no login of its own is the cause. A proxy that accepts connections and then stays silent, or ends them without a word, is asked
once more, for a name that nobody has. A proxy that works answers that at once, and then only this target is the matter
(`proxy-cannot-reach-target`). Where
a proxy script names further routes, and one of them is open, it is a warning. Browsers use that one after a wait; other
programs may not. Failures that this computer makes itself (its own firewall, no free port) do not count.
"""

from collections.abc import Iterable

from diag.knowledge.fetching import dial
from diag.knowledge.proxy_replies import easy_target, is_silent, meets_proxies, opened_by, says_nothing, set_by
from diag.model.address import is_own
from diag.model.answer import TunnelReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question, Tunnel, dialled
from diag.model.route import ProxyAddress
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.view import Answered

OUTSIDE = frozenset(
    {Failure.TIMED_OUT, Failure.REFUSED, Failure.RESET, Failure.CUT, Failure.UNREACHABLE, Failure.NO_ROUTE, Failure.PROHIBITED}
)
"""Failures that come from the network or from the proxy, and not from this computer."""


def judge(view: EndpointView) -> Finding:
    """Return whether every address of the proxy failed, or of one that the script names before it."""
    for proxy in view.route.passed_over if view.route else ():
        return _passed_over(view, proxy)
    good = [seen.observation for seen in view.dials if not seen.answer.failure]
    if good:
        return _speaks(view, good[0])
    failed = [seen for seen in view.dials if seen.answer.failure in OUTSIDE]
    if not failed:
        return unknown(Because.UNDECIDED, *(seen.observation for seen in view.dials))
    here = view.proxy is not None and is_own(view.proxy.host)
    return problem(
        *(seen.observation for seen in failed),
        about=str(view.proxy),
        form=_HERE if here else None,
        owner=Owner.MACHINE if here else None,
        proxy=str(view.proxy),
        addresses=tuple(dict.fromkeys(str(seen.question.address) for seen in failed)),
        ending=tuple(dict.fromkeys(str(seen.answer.failure) for seen in failed)),
        usual_port=True if view.proxy and (view.proxy.scheme, view.proxy.port) == ("http", _OF_CURL) else None,
        set_by=set_by(view),
    )


def _passed_over(view: EndpointView, proxy: ProxyAddress) -> Finding:
    """A proxy that costs time with every new connection, and no more than that."""
    failed = [seen for seen in dial(view.evidence, proxy.authority, every=True).dials if seen.answer.failure in OUTSIDE]
    if not failed:
        return unknown(Because.UNDECIDED, *(seen.observation for seen in view.dials))
    return warning(
        *(seen.observation for seen in failed),
        about=str(proxy),
        form=PASSED_OVER,
        proxy=str(proxy),
        addresses=tuple(dict.fromkeys(str(seen.question.address) for seen in failed)),
        ending=tuple(dict.fromkeys(str(seen.answer.failure) for seen in failed)),
        set_by=set_by(view),
    )


def _speaks(view: EndpointView, connected: Observation) -> Finding:
    """Whether what accepted the connection says anything at all."""
    tunnel = view.tunnel
    if tunnel is None or not says_nothing(tunnel.answer) or any(opened_by(view)):
        return ok(connected)
    other = view.asked(easy_target(tunnel.question))
    if other is None or not isinstance(other.answer, TunnelReply):
        return unknown(Because.NOT_LOOKED, connected, tunnel.observation)
    if not says_nothing(other.answer):
        return ok(connected, other)
    if not (is_silent(tunnel.answer) and is_silent(other.answer)):
        return _hangs_up(view, connected, tunnel, other)
    return problem(
        connected,
        tunnel.observation,
        other,
        about=str(view.proxy),
        confidence=Confidence.LIKELY,
        form=_SILENT,
        proxy=str(view.proxy),
        addresses=(str(dialled(tunnel.question.over)),),
        set_by=set_by(view),
    )


def _hangs_up(view: EndpointView, connected: Observation, tunnel: Answered[Tunnel, TunnelReply], other: Observation) -> Finding:
    """It ends every connection without a word: as one does that allows only some addresses, or speaks another way."""
    return problem(
        connected,
        tunnel.observation,
        other,
        about=str(view.proxy),
        confidence=Confidence.LIKELY,
        form=_HANGS_UP,
        proxy=str(view.proxy),
        ending=(str(tunnel.answer.failure),),
        set_by=set_by(view),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield, of a proxy that says nothing, a target that it can answer at once."""
    if view.tunnel and says_nothing(view.tunnel.answer):
        yield easy_target(view.tunnel.question)


_OF_CURL = 1080
"""The port that curl dials where a proxy's setting names none."""
_SILENT = "silent"
WHERE_IT_IS_SILENT = Sentences(
    title="The proxy {proxy} accepts connections but answers nothing",
    seen="A connection to {addresses} succeeded. The proxy then answered no request in time.",
    means="This computer has to use that proxy (set by {set_by}), so every connection through it fails.",
    remedy=(
        "Ask the team that runs {proxy} whether it is up: it accepts connections but answers nothing.",
        "Check that {proxy} is still the right proxy and the right port for this place. It was set by {set_by}.",
    ),
)
_HANGS_UP = "hangs_up"
WHERE_IT_HANGS_UP = Sentences(
    title="The proxy {proxy} accepts connections and ends them without an answer",
    seen="The proxy accepted the connection, and ended it when diag asked for a connection, whatever the target: {ending}.",
    means="Proxies do that to computers that they do not allow, or when a program speaks to them in the wrong way.",
    remedy=(
        "Ask the team that runs {proxy} whether it allows this computer, and whether it wants http, https or socks.",
        "Check that {proxy} is still the right proxy and the right port for this place. It was set by {set_by}.",
    ),
)
_HERE = "here"
WHERE_IT_SHOULD_RUN_HERE = Sentences(
    title="The proxy {proxy} on this computer is not running",
    seen="The proxy did not answer at {addresses}: {ending}.",
    means="That is an address of this computer itself. A program here should take the connections (Cntlm, Px, one of a VPN),"
    " and does not run. Inside a container, that address means the container.",
    remedy=(
        "Start the program on this computer that is the proxy {proxy}.",
        "If there is none any more, remove the setting ({set_by}), and run diag again.",
    ),
)
PASSED_OVER = "passed_over"
WHERE_ANOTHER_WORKS = Sentences(
    title="The proxy {proxy}, the first one in the proxy script, cannot be reached",
    seen="The proxy did not answer at {addresses}: {ending}. diag took the next route that the script names.",
    means="Browsers wait, then take the script's next route. A program that reads only the first one fails.",
    remedy=(
        "Tell the team that runs {proxy} these addresses and failures. They have to restore the proxy, or remove it from"
        " the script.",
        "Until then, new connections take longer here.",
    ),
)
CHECK = EndpointCheck(
    id="proxy-unreachable",
    owner=Owner.PROXY,
    by_rule=True,
    by_place=True,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293",
    do=(
        HowTo.SET_PROXY,
        HowTo.NETWORK_FIREWALL,
    ),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{proxy}/", "a time-out, Connection refused, or no answer"),
        ShellLine("curl.exe -sv --connect-timeout 5 http://{proxy}/", "a time-out, or no answer", Shell.POWERSHELL),
    ),
    needs=Stage.CONNECT,
    applies=meets_proxies,
    judge=judge,
    questions=questions,
    explains=("network-connection-filtered", "network-connection-rejected", "network-connection-refused"),
    forms=(
        (_SILENT, WHERE_IT_IS_SILENT),
        (_HANGS_UP, WHERE_IT_HANGS_UP),
        (_HERE, WHERE_IT_SHOULD_RUN_HERE),
        (PASSED_OVER, WHERE_ANOTHER_WORKS),
    ),
    rivals=(
        Rival(
            "blocked-on-the-way",
            owner=Owner.NETWORK,
            whose=True,
            where="form",
            among=(None, _SILENT, _HANGS_UP),
            decided_by="the same from another computer on this network",
            words="a firewall in between keeps this computer from the proxy",
        ),
        Rival(
            "wrong-proxy",
            owner=Owner.MACHINE,
            whose=True,
            where="form",
            among=(None, _SILENT, _HANGS_UP),
            decided_by="whether {proxy} is the proxy for this place",
            words="the setting names a proxy that is not for this computer, or not for this place",
        ),
    ),
    alike=("form", "ending"),
    sentences=Sentences(
        title="The proxy {proxy} cannot be reached",
        seen="The proxy did not answer at {addresses}: {ending}.",
        means="This computer has to use that proxy (set by {set_by}), so every connection through it fails.",
        remedy=(
            "Ask the team that runs {proxy} whether it is up. If it is, ask the network team whether a firewall blocks this"
            " computer from {addresses}.",
            "Check that {proxy} is still the right proxy for this place. It was set by {set_by}.",
            When(
                "usual_port",
                (True,),
                "Check that the setting names the port. Without one, curl takes 1080, and many other programs take 80.",
            ),
            "If this computer should go without a proxy here, remove the setting and run diag again.",
        ),
    ),
)
