"""What was different between the last look that was good and the one that was not: moments, addresses, proxies, issuers."""

from collections.abc import Iterator

from diag.language import in_turn, said
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.run import Evidence
from diag.model.text import clean
from diag.report.wording.sentences import listed
from diag.report.wording.words import STAGES

_MOST = 4


def changed_since(good: Evidence | None, bad: Evidence) -> tuple[str, ...]:
    """Return, for each endpoint that a look did not reach, when that was, how far it came, and what was another thing before.

    `good` is the last look at which all were reached; None: there was none.
    """
    before = {view.endpoint: view for view in RunView(good).cases} if good else {}
    sentences = (_sentence(view, before.get(view.endpoint), good) for view in RunView(bad).cases if not view.arrived)
    return tuple(clean(sentence, 600) for sentence in sentences)


def _sentence(now: EndpointView, before: EndpointView | None, good: Evidence | None) -> str:
    stage = STAGES[now.reached] if now.reached is not Stage.START else said("the beginning")
    failed = said(
        "At {time} UTC {endpoint} was not reached: the way ended at {stage}.",
        time=f"{now.now:%H:%M:%S}",
        endpoint=now.endpoint,
        stage=stage,
    )
    if before is None or good is None:
        return in_turn(failed, said("It had not been reached before, either, since diag began to look."))
    changes = list(_changes(before, now))
    told = (
        said("What had changed since then: {changes}.", changes="; ".join(changes))
        if changes
        else said("Its addresses and the way there were the same.")
    )
    reached = said("At {time} UTC it had been reached.", time=f"{good.run.began:%H:%M:%S}")
    return in_turn(failed, reached, told)


def _changes(before: EndpointView, now: EndpointView) -> Iterator[str]:
    if before.proxy != now.proxy:
        yield said("the way was {before}, and is {now}", before=_way(before), now=_way(now))
    elif now.lookup and before.lookup and set(now.lookup.answer.addresses) != set(before.lookup.answer.addresses):
        yield said("the name stood for {before}, and stands for {now}", before=_listed(before), now=_listed(now))
    if before.chain and now.chain and before.chain[0].issuer != now.chain[0].issuer:
        yield said(
            "the certificate was issued by {before}, and is by {now}", before=before.chain[0].issuer, now=now.chain[0].issuer
        )


def _way(view: EndpointView) -> str:
    return said("by {proxy}", proxy=view.proxy) if view.proxy else said("direct")


def _listed(view: EndpointView) -> str:
    addresses = view.lookup.answer.addresses if view.lookup else ()
    return listed(addresses, _MOST) if addresses else said("no address")
