"""The service denies the public name from here, and answers under its private one.

*What it means*

Services with private access have two names for one account: a public one, and one for the private link, which differs by a
word such as `privatelink`. The public one was used, and the service does not serve it from here. The private one leads to a
private address in your network, and a connection to it is accepted.

*Why it matters*

The program takes the way that is closed, although the one that is meant for it is open.

*What to do*

Put the private name in place of the public one in the program's connection settings.

*How it is told apart*

It is looked for only where the service itself says, by a documented code, that it does not serve this address
(`http-network-policy-denied`, `http-storage-denied`). The private name is made from the public one as providers make theirs; it
counts only if it resolves to private addresses alone, and one of them accepts a connection.
"""

from collections.abc import Iterable, Iterator

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.fetching import dial
from diag.knowledge.private_names import asks_by_public_name, is_outside, read
from diag.knowledge.response_author import Author, author
from diag.knowledge.response_codes import refuses_network
from diag.model.address import Authority
from diag.model.answer import Connection, SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect, Lookup, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_WORD = "privatelink"


def judge(view: EndpointView) -> Finding:
    """Return whether the private name works where the public one is denied."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    if not _is_denied(view):
        return ok(seen.observation)
    for looked_up in _other_names(view):
        opened = _opened(view, looked_up)
        if opened:
            return problem(
                seen.observation,
                looked_up.observation,
                opened.observation,
                about=view.endpoint.host,
                confidence=Confidence.LIKELY,
                host=view.endpoint.host,
                private=looked_up.question.name,
                address=str(opened.question.address),
                status=seen.answer.status,
                cloud=cloud_of(view),
            )
    return unknown(Because.UNDECIDED, seen.observation)


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the private name's addresses, and a connection to them where they are private."""
    if not _is_denied(view):
        return
    for name in _private_names(view.endpoint.host):
        straight = dial(view.evidence, Authority(name, view.endpoint.port))
        if straight.host.wanted or _all_inside(straight.host.told):
            yield from straight.wanted


def _is_denied(view: EndpointView) -> bool:
    seen = view.exchange
    return seen is not None and bool(refuses_network(view, seen.answer)) and author(view, seen) is Author.SERVICE


def _private_names(host: str) -> tuple[str, ...]:
    """The word after the first label, and before the last two: so the providers do it."""
    labels = host.split(".")
    places = (1, len(labels) - 2)
    names = (".".join((*labels[:place], _WORD, *labels[place:])) for place in places if 0 < place < len(labels))
    return tuple(dict.fromkeys(names))


def _other_names(view: EndpointView) -> Iterator[Answered[Lookup, SystemLookup]]:
    """The further lookups of names that have one label more than the endpoint's, and lead inside alone."""
    for seen in view.system_lookups:
        if not view.on_walk(seen) and _is_longer(seen.question.name, view.endpoint.host) and _all_inside(seen.answer.addresses):
            yield seen


def _is_longer(name: str, host: str) -> bool:
    labels = name.split(".")
    return any(".".join((*labels[:place], *labels[place + 1 :])) == host for place in range(1, len(labels)))


def _all_inside(addresses: Iterable[str]) -> bool:
    read_addresses = read(addresses)
    return bool(read_addresses) and not any(is_outside(ip) or ip.is_loopback for ip in read_addresses)


def _opened(view: EndpointView, looked_up: Answered[Lookup, SystemLookup]) -> Answered[Connect, Connection] | None:
    return next(
        (
            seen
            for seen in view.connections
            if not view.on_walk(seen) and not seen.answer.failure and seen.question.address.host in looked_up.answer.addresses
        ),
        None,
    )


CHECK = EndpointCheck(
    id="privatelink-public-name-used",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://docs.snowflake.com/en/user-guide/private-link",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("curl -sv {to_url}", "the refusal of the public name"),
        ShellLine("curl.exe -sv {to_url}", "the refusal of the public name", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=asks_by_public_name,
    judge=judge,
    questions=questions,
    explains=("http-network-policy-denied", "http-storage-denied", "http-status-unexpected"),
    rivals=(
        Rival(
            "another-account",
            decided_by="the provider's own list of names for this account",
            words="{private} {private:is a name|are names} of another account or service",
        ),
    ),
    sentences=Sentences(
        title="{host} is the public name; from here only the private name {private} is allowed",
        seen="{host} answered with status {status}: it does not allow this address."
        " {private} {private:points|point} to {address}, which"
        " accepts a connection.",
        means="From here, the account is reached over a private link. The public name goes over the internet, which the account"
        " does not allow.",
        remedy=(
            "Use {private} instead of {host} in the settings of the program that connects.",
            "If the public name should work as well, ask the administrator of the service to allow your public address.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Use {private} instead of {host} in the settings of the program that connects.",
                "If the public name should work as well, ask the administrator of the service to allow the address of your NAT"
                " gateway. Or, if the provider supports it, point {host} to the VPC endpoint in a Route 53 private hosted zone.",
            ),
            Cloud.AZURE: (
                "Use {private} instead of {host} in the settings of the program that connects.",
                "If the public name should work as well, ask the administrator of the service to allow the public"
                " address of your NAT gateway or firewall.",
            ),
            Cloud.GOOGLE: (
                "Use {private} instead of {host} in the settings of the program that connects.",
                "If the public name should work as well, ask the administrator of the service to allow the address of your Cloud"
                " NAT gateway.",
            ),
        },
    ),
)
