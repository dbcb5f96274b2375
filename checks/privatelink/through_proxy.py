"""An endpoint that should be private is sent through a proxy, and fails there.

*What it means*

This endpoint is meant to be reached over a private link, straight from here. The proxy settings send it to a proxy instead,
which knows neither the private name nor a route to it.

*Why it matters*

The private link works and is not used. The proxy looks for the name on the open internet, finds nothing or the public address,
and the service refuses what comes from there.

*What to do*

Add the name to the exceptions of the proxy setting (NO_PROXY), in every place where a proxy is set for the program that fails.

*How it is told apart*

The name is looked up here, and the private address that it leads to is dialled without the proxy. Only if that connects, and
the way through the proxy does not go through, is the setting at fault. Over plain HTTP the proxy's own error is no way through;
nor is an answer by which the service refuses the network that the proxy's request came from.
"""

from collections.abc import Iterable

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.fetching import DirectConnect, dial
from diag.knowledge.private_names import embedded, expected_private, is_outside, read
from diag.knowledge.proxy_replies import set_by
from diag.knowledge.response_author import Author, author
from diag.knowledge.response_codes import refuses_network
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import ExpectedRoute
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the private address connects straight where the proxy's way fails."""
    walked = [seen.observation for seen in (view.exchange, view.session, view.tunnel, *view.dials) if seen]
    if not walked:
        return unknown(Because.NOT_REACHED)
    if _is_brought(view):
        return ok(walked[0])
    straight = dial(view.evidence, view.endpoint.authority)
    if not straight.opened or not _is_inside(straight):
        return unknown(Because.UNDECIDED if straight.seen else Because.NOT_LOOKED, walked[0], *straight.seen)
    return problem(
        walked[0],
        *straight.seen,
        about=str(view.proxy),
        host=view.endpoint.host,
        proxy=str(view.proxy),
        address=str(straight.opened.question.address),
        cloud=cloud_of(view),
        set_by=set_by(view),
    )


def _is_brought(view: EndpointView) -> bool:
    """Whether the proxy brought this client to the service, and the service takes what comes from there."""
    seen = view.exchange
    if not view.arrived or seen is None or not seen.answer.status:
        return view.arrived
    wrote = author(view, seen)
    if wrote is Author.SERVICE:
        return not refuses_network(view, seen.answer)
    # What a proxy answers to a plain request that it forwards is no answer of the service.
    return view.endpoint.speaks_tls or seen.answer.status < 400


def _is_inside(straight: DirectConnect) -> bool:
    """Whether the name leads to inside addresses only."""
    addresses = [embedded(ip) for ip in read(straight.host.told)]
    return bool(addresses) and not any(is_outside(ip) for ip in addresses)


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the endpoint's own address, and a connection to it, without the proxy."""
    if _is_brought(view) or not view.dials:
        return ()
    straight = dial(view.evidence, view.endpoint.authority)
    return straight.wanted if straight.host.wanted or _is_inside(straight) else ()


CHECK = EndpointCheck(
    id="privatelink-through-proxy",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://about.gitlab.com/blog/we-need-to-talk-no-proxy/",
    do=(HowTo.NO_PROXY,),
    see=(
        ShellLine("curl -sv --noproxy '*' {to_url}", "a connection, without the proxy"),
        ShellLine("curl.exe -sv --noproxy * {to_url}", "a connection, without the proxy", Shell.POWERSHELL),
    ),
    applies=lambda view: (
        expected_private(view) and view.proxy is not None and view.endpoint.expects.proxy is not ExpectedRoute.PROXIED
    ),
    judge=judge,
    questions=questions,
    rivals=(),
    explains=(
        "http-network-policy-denied",
        "http-storage-denied",
        "http-server-error",
        "http-status-unexpected",
        "proxy-refuses-target",
        "proxy-chooses-by-program",
        "proxy-cannot-resolve-target",
        "proxy-cannot-reach-target",
        "proxy-tunnel-cut",
        "proxy-bypass-missing",
    ),
    sentences=Sentences(
        title="{host} is private, but goes through the proxy {proxy}",
        seen="Through the proxy {proxy} (set by {set_by}), {host} cannot be reached. Without it, {address} accepts a connection.",
        means="The private link works from here. The proxy setting keeps programs from using it.",
        remedy=(
            "Add {host} to the proxy's exceptions (NO_PROXY), wherever a proxy is set for the program that fails.",
            "Run diag again: the route to {host} should then be direct.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Add {host} to the proxy's exceptions (NO_PROXY), wherever a proxy is set for the program that fails.",
                "Also add the other names of the private link: storage behind a VPC endpoint, and .vpce.amazonaws.com.",
                "Run diag again: the route to {host} should then be direct.",
            ),
            Cloud.AZURE: (
                "Add {host} to the proxy's exceptions (NO_PROXY), wherever a proxy is set for the program that fails. Use the"
                " name that the program uses, not its privatelink alias.",
                "Also add the other names of the private link, such as those of blob storage.",
                "Run diag again: the route to {host} should then be direct.",
            ),
            Cloud.GOOGLE: (
                "Add {host} to the proxy's exceptions (NO_PROXY), wherever a proxy is set for the program that fails.",
                "Also add the other names of the private link, such as .p.googleapis.com or storage.googleapis.com.",
                "Run diag again: the route to {host} should then be direct.",
            ),
        },
    ),
)
