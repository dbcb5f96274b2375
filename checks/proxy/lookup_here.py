"""The service's name is looked up on this computer, which does not know it, before the SOCKS proxy is asked.

*What it means*

A SOCKS proxy can be given a name or an address. Set as `socks5://` or `socks4://`, most clients look the name up themselves and
give the proxy an address. This computer found none, so the proxy was not even asked.

*Why it matters*

Behind a proxy many networks let only the proxy look up names of the internet. A client that insists on looking them up itself
then fails, though the proxy would bring it to the service.

*What to do*

Write `socks5h://` in place of `socks5://` (`socks4a://` in place of `socks4://`) in the proxy's setting: the name is then left to
the proxy. Where the proxy does not connect by name either, first compare the name, letter by letter, with the one that the
provider gave you. Another scheme would not help.

*How it is told apart*

The proxy is asked once more, by name. Where it connects, the setting is at fault for certain. Where it does not either, the
name is most likely wrong, and the finding says that first. `proxy-name-not-found` is about the name of the proxy itself.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.proxy_replies import set_by
from diag.model.answer import TunnelReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Connect, LoginScheme, Question, Tunnel
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


class ByName(StrEnum):
    """What the proxy says when it is given the name."""

    OPENS = "opens"
    OPENS_NOT = "opens_not"


class Leaving(StrEnum):
    """The schemes by which a SOCKS proxy is left to find names itself."""

    SOCKS4A = "socks4a"
    SOCKS5H = "socks5h"


_NAME_WRONG = "name-wrong"
NEITHER = "neither"
"""The form of a name by which the proxy does not connect either."""


def judge(view: EndpointView) -> Finding:
    """Return whether this client found no address to give to its SOCKS proxy."""
    lookup = view.target_lookup
    if lookup is None:
        return unknown(Because.NOT_REACHED)
    if lookup.answer.addresses:
        return ok(lookup.observation)
    question = _by_name(view)
    other = view.asked(question) if question else None
    opened = other is not None and isinstance(other.answer, TunnelReply) and not other.answer.failure
    scheme = view.proxy.scheme if view.proxy else ""
    return problem(
        lookup.observation,
        *([other] if other else []),
        about=str(view.proxy),
        confidence=Confidence.CERTAIN if opened else Confidence.POSSIBLE,
        host=view.endpoint.host,
        proxy=str(view.proxy),
        scheme=scheme,
        better=Leaving.SOCKS4A if scheme == "socks4" else Leaving.SOCKS5H,
        by_name=(ByName.OPENS if opened else ByName.OPENS_NOT) if other else None,
        rules_out={_NAME_WRONG: (other,)} if opened and other else None,
        set_by=set_by(view),
        form=NEITHER if other and not opened else None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the proxy, asked by name and without a login that it may count."""
    if view.target_lookup and not view.target_lookup.answer.addresses and (question := _by_name(view)):
        yield question


def _by_name(view: EndpointView) -> Tunnel | None:
    proxy = view.proxy
    if proxy is None or not view.connected:
        return None
    login: LoginScheme = "password" if proxy.login else "none"
    return Tunnel(Connect(view.connected[0]), proxy.authority, view.endpoint.authority, login, proxy.protocol)


_NEITHER = Sentences(
    title="Neither this computer nor the proxy {proxy} finds {host}",
    seen=(
        "This computer found no address for {host}. With {scheme}:// (set by {set_by}), it has to find one before it asks the"
        " proxy.",
        "Asked for the name, the proxy answered: {by_name}.",
    ),
    means="Most likely the name is misspelt, or exists only in another network. Then another way to ask the proxy does not help.",
    remedy=(
        "Compare {host} letter by letter with the name that the provider gave you.",
        "If the name is right, ask the operator of the proxy whether the proxy can look it up and may connect to it.",
        "Once the proxy can, write {better}:// instead of {scheme}:// in {set_by}, so that the proxy looks the name up.",
    ),
)
CHECK = EndpointCheck(
    id="proxy-lookup-here",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1928",
    do=(HowTo.SET_PROXY,),
    see=(
        ShellLine("curl -sv -x {better}://{proxy} {to_url}", "a connection, when the proxy looks the name up"),
        ShellLine(
            "curl.exe -sv -x {better}://{proxy} {to_url}", "a connection, when the proxy looks the name up", Shell.POWERSHELL
        ),
    ),
    needs=Stage.CONNECT,
    applies=lambda view: view.proxy is not None and not view.proxy.finds_names,
    judge=judge,
    questions=questions,
    explains=("dns-name-not-found", "dns-no-address"),
    rivals=(Rival(_NAME_WRONG, decided_by="whether {host} {host:is|are} spelt right", words="the name does not exist"),),
    tokens={"by_name": ByName, "better": Leaving},
    sentences=Sentences(
        title="{host} is looked up on this computer, without success; the proxy {proxy} is not asked",
        seen=(
            "This computer found no address for {host}. With {scheme}:// (set by {set_by}), it has to find one before it asks"
            " the proxy.",
            When("by_name", (), "Asked for the name, the proxy answered: {by_name}."),
        ),
        means="The proxy may know the name although this computer does not.",
        remedy=(
            "In {set_by}, write {better}:// instead of {scheme}://, so that the proxy looks the name up. Then run diag again.",
        ),
    ),
    forms=((NEITHER, _NEITHER),),
)
