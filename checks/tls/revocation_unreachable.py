"""The place that says whether the service's certificate is revoked cannot be reached from here.

*What it means*

Certificates name an address where their authority says whether they are still good (OCSP, or a list). It is asked over plain HTTP
at a host of the authority, not of the service. From here that host is blocked, or something else answers in its place.

*Why it matters*

Clients that ask wait there until their patience is over, often ten to fifteen seconds at each login, and then go on or refuse,
depending on how strict they are set.

*What to do*

Ask the network team to let this computer reach the host on port 80, directly or through the proxy, without a page of the proxy's
own. Providers list these hosts with the others (roles such as OCSP or CRL).

*How it is told apart*

Nothing is fetched in an ordinary run: it takes time, and the authorities are strangers to your list. With `--revocation` the
places that the certificates name are asked, by the way that this client goes. Any answer of a web server counts as reached, even
404 or 405; a page where the status should be does not. Nothing of this run failed by it, so it is a warning.
"""

from urllib.parse import urlsplit

from checks.tls.gap import speaks_tls
from checks.tls.revocation import Place, is_wanted, places, wanted
from diag.model.answer import HttpReply
from diag.model.author import field
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.observation import Observation
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, unknown, warning
from diag.model.wire.chain import presented

PAGE = "a page instead of the status"


def judge(case: Case) -> Finding:
    """Whether a place that the chain names is blocked, or answers with a page."""
    seen = case.session
    if seen is None or presented(seen.answer) is None:
        return unknown(Because.NOT_REACHED)
    known = list(places(case))
    if not known:
        return not_applicable()
    if not is_wanted(case):
        return unknown(Because.NOT_LOOKED, seen.observation)
    bad = next((place for place in known if _outcome(place)), None)
    if bad is None:
        reached = [observation for place in known for observation in _answers(place)]
        return ok(seen.observation, *reached) if reached else unknown(Because.NOT_LOOKED, seen.observation)
    asked = _answers(bad) or bad.failed
    return warning(
        seen.observation,
        *asked,
        about=_host(bad),
        host=case.endpoint.host,
        place=_host(bad),
        kind=bad.kind,
        outcome=_outcome(bad),
        seconds=round(sum(observation.took for observation in asked), 1),
    )


def _answers(place: Place) -> tuple[Observation, ...]:
    """The observations by which a web server answered there, with the status or without."""
    brought = (place.brought.observation,) if place.brought else ()
    return brought + tuple(one for one in place.failed if isinstance(one.answer, HttpReply) and one.answer.status)


def _outcome(place: Place) -> str:
    """What is wrong with a place, in a word; empty: nothing, or it is not known yet."""
    answers = [one.answer for one in _answers(place) if isinstance(one.answer, HttpReply)]
    if place.status or any(not _is_page(answer) for answer in answers):
        return ""
    if answers:
        return PAGE
    ends = [str(getattr(one.answer, "failure", "")) for one in place.failed if one.answer]
    return next((end for end in ends if end), "")


def _is_page(answer: HttpReply) -> bool:
    """Whether somebody's page came in place of a status: in good order, and as HTML."""
    return answer.status == 200 and field(answer.headers, "content-type").startswith("text/html")


def _host(place: Place) -> str:
    return urlsplit(place.url).hostname or place.url


CHECK = EndpointCheck(
    id="tls-revocation-unreachable",
    owner=Owner.NETWORK,
    article=__doc__ or "",
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=wanted,
    sentences=Sentences(
        title="Whether the certificate of {host} is revoked cannot be asked from here ({place})",
        seen="{place}, which the certificates of {host} name for that ({kind}), gave no status ({seconds} s): {outcome}.",
        means="Clients that ask whether certificates are revoked wait there at each login, and then go on or refuse.",
        remedy=(
            "Ask the network team to let this computer reach {place} on port 80, directly or through the proxy, unaltered.",
            "Until then, expect logins that take ten seconds and more; do not switch the check off for good.",
        ),
    ),
)
