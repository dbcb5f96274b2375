"""The revocation status of the service's certificate cannot be fetched.

*What it means*

Certificates name an address where their authority says whether they are still good (OCSP, or a list). It is asked over plain
HTTP at a host of the authority, not of the service. From here that host is blocked, or something else answers in its place.

*Why it matters*

Where nothing answers, programs that check wait until their time-out, often ten to fifteen seconds at each login. Then they
connect or refuse, depending on how strict they are set. Where somebody else answers, no time is lost, and the strict ones
refuse all the same.

*What to do*

Ask the network team to let this computer reach the host on port 80, directly or through the proxy, without a page of the
proxy's own. Providers list these hosts with the others (roles such as OCSP or CRL).

*How it is told apart*

Nothing is fetched in an ordinary run: it takes time, and the authorities are strangers to your list. With `--revocation` the
addresses that the certificates name are asked, and no others. So they are without it where the profile says that the service's
own programs ask. They are asked by the route that programs here use for plain HTTP. A proxy that is set for https alone is not
used for it. Where that route brings nothing, the other is tried, directly or through the proxy, and what came of it is said.
Any answer of the authority's counts as reached, even 404 or 405. A page where the status should be, a redirect to another host,
a refusal of the proxy's, and a status that is out of date do not. Nothing of this run failed by it, so it is a warning.
"""

from collections.abc import Iterator
from enum import StrEnum

from diag.knowledge.granting import host_of
from diag.knowledge.response_author import Author, author, field
from diag.knowledge.revocation import DistributionPoint, holds, is_wanted, places, wanted
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import LOGIN_WANTED, HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Exchange, Question
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, unknown, warning
from diag.model.view import Answered
from diag.model.wire.chain import presented


class RevocationOutcome(StrEnum):
    """What came in place of a status that holds."""

    PAGE = "page"
    NO_STATUS = "no_status"
    ELSEWHERE = "elsewhere"
    NOT_THE_AUTHORITY = "not_the_authority"
    STALE = "stale"
    """A status that does not hold now: it is out of date, or from the future."""


class _Kind(StrEnum):
    """What kind of place it is."""

    OCSP = "ocsp"
    CRL = "crl"


class OtherWay(StrEnum):
    """What came by the way that programs here do not take."""

    DIRECT_WORKS = "direct_works"
    DIRECT_FAILS = "direct_fails"
    PROXY_WORKS = "proxy_works"
    PROXY_FAILS = "proxy_fails"


PLACE_DOWN = "place-down"
STALE = "stale"
"""The form where the place was reached, and what it says is out of date."""
_SILENCE = frozenset({Failure.TIMED_OUT})
REDIRECTIONS = range(300, 400)
DER = b"\x30"
"""How everything begins that authorities sign: an ASN.1 SEQUENCE."""


def questions(view: EndpointView) -> Iterator[Question]:
    """Yield what is to be asked of the places; by the other way, of the first that is bad."""
    yield from wanted(view)
    if is_wanted(view) and view.session and not view.session.answer.verify_errors:
        bad = next((place for place in places(view) if not place.errand.wanted and _outcome(place)), None)
        if bad and bad.compared:
            yield from bad.compared.errand.wanted


def judge(view: EndpointView) -> Finding:
    """Return whether a place that the chain names is blocked, or something else answers there."""
    seen = view.session
    if seen is None or presented(seen.answer) is None:
        return unknown(Because.NOT_REACHED)
    known = list(places(view))
    if not known:
        return not_applicable()
    if not is_wanted(view):
        return unknown(Because.NOT_LOOKED, seen.observation)
    bad = [place for place in known if _outcome(place)]
    if not bad:
        reached = [one.observation for place in known for one in _answers(place) if _is_authority(place, one)]
        return ok(seen.observation, *reached) if reached else unknown(Because.NOT_LOOKED, seen.observation)
    asked = [observation for place in bad for observation in _asked(place)]
    other = bad[0].compared
    compared = _asked(other) if other else ()
    return warning(
        seen.observation,
        *asked,
        *compared,
        about=bad[0].host,
        host=view.endpoint.host,
        place=bad[0].host,
        places=tuple(dict.fromkeys(place.host for place in bad)),
        rules_out={PLACE_DOWN: [one.observation for one in (*_answers(bad[0]), *(_answers(other) if other else ()))]},
        status_kind=_Kind(bad[0].named.kind.lower()).value,
        outcome=_outcome(bad[0]),
        holds_until=bad[0].status.ends if bad[0].status and _outcome(bad[0]) == RevocationOutcome.STALE else None,
        seconds=round(sum({observation.id: observation.took for observation in asked}.values()), 1),
        waits=any(_outcome(place) in _SILENCE for place in bad),
        other_way=_other_way(other) if other and compared else None,
        form=STALE if all(_outcome(place) == RevocationOutcome.STALE for place in bad) else None,
    )


def _other_way(place: DistributionPoint) -> str:
    """What came by the other way, in a word of `OtherWay`."""
    works = not _outcome(place)
    if place.way.proxy is None:
        return (OtherWay.DIRECT_WORKS if works else OtherWay.DIRECT_FAILS).value
    return (OtherWay.PROXY_WORKS if works else OtherWay.PROXY_FAILS).value


def _asked(place: DistributionPoint) -> tuple[Observation, ...]:
    """The observations by which a place was asked."""
    return ((place.brought.observation,) if place.brought else ()) + place.failed


def _answers(place: DistributionPoint) -> tuple[Answered[Exchange, HttpReply], ...]:
    """What answered there over HTTP, with the status or without."""
    return tuple(
        Answered(one, one.question, one.answer)
        for one in _asked(place)
        if isinstance(one.question, Exchange) and isinstance(one.answer, HttpReply) and one.answer.status
    )


def _outcome(place: DistributionPoint) -> str:
    """What is wrong with a place, in a word; empty: nothing, or it is not known yet."""
    if place.status:
        return "" if holds(place.view, place.status) else RevocationOutcome.STALE.value
    answers = _answers(place)
    if answers:
        wrong = [_wrong(place, seen) for seen in answers]
        return wrong[0] if all(wrong) else ""
    ends = [str(getattr(one.answer, "failure", "")) for one in place.failed if one.answer]
    return next((end for end in ends if end), "")


def _wrong(place: DistributionPoint, seen: Answered[Exchange, HttpReply]) -> str:
    """Why an answer is not the authority's; empty: it may well be."""
    answer = seen.answer
    if author(place.view, seen) is Author.PROXY:
        return "" if _lacks_our_login(place, answer) else RevocationOutcome.NOT_THE_AUTHORITY.value
    if answer.status in REDIRECTIONS:
        target = host_of(field(answer.headers, "location"))
        return RevocationOutcome.ELSEWHERE.value if target and target != place.host else ""
    if answer.status != 200:
        return ""
    if answer.withheld and answer.withheld.kind not in ("HTML", "DER", "PEM"):
        return RevocationOutcome.NO_STATUS.value
    if answer.withheld and answer.withheld.kind == "HTML":
        return RevocationOutcome.PAGE.value
    beginning = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"<") or field(answer.headers, "content-type").startswith("text/html"):
        return RevocationOutcome.PAGE.value
    return RevocationOutcome.NO_STATUS.value if beginning and not answer.body.startswith((DER, b"-----BEGIN")) else ""


def _is_authority(place: DistributionPoint, seen: Answered[Exchange, HttpReply]) -> bool:
    """Whether an answer that is not wrong is known to be the authority's."""
    return author(place.view, seen) in (Author.SERVICE, Author.EDGE)


def _lacks_our_login(place: DistributionPoint, answer: HttpReply) -> bool:
    """Whether the proxy only asks for a login that other programs here have: what is fetched in the clear carries none."""
    return answer.status == LOGIN_WANTED and bool(place.view.proxy and place.view.proxy.login)


_OTHER_WAY = (
    When("other_way", (OtherWay.DIRECT_WORKS,), "Asked directly, without the proxy, it gives a good answer."),
    When("other_way", (OtherWay.DIRECT_FAILS,), "Asked directly, without the proxy, it gives none either."),
    When("other_way", (OtherWay.PROXY_WORKS,), "Asked through the proxy, it gives a good answer."),
    When("other_way", (OtherWay.PROXY_FAILS,), "Asked through the proxy, it gives none either."),
)
_STALE = Sentences(
    title="The revocation status of {host} from {place} is out of date",
    seen=(
        "{place} answered for the certificates of {host} ({status_kind}), but its answer is not valid now.",
        "The answer was valid until {holds_until}.",
        *_OTHER_WAY,
    ),
    means="Programs that require a valid revocation status refuse to connect.",
    remedy=(
        "Ask the network team whether a proxy keeps old answers of {place} in its cache, and to clear it.",
        "If none does, report to the certificate authority that runs {place} that its answers are out of date.",
        "Check this computer's clock: if it is ahead, valid answers look old.",
    ),
)
CHECK = EndpointCheck(
    id="tls-revocation-unreachable",
    owner=Owner.NETWORK,
    about_chain=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6960",
    do=(
        HowTo.NETWORK_FIREWALL,
        HowTo.SET_PROXY,
    ),
    see=(
        ShellLine("curl -sv --max-time 10 http://{place}/", "a time-out or an error", unless=("holds_until",)),
        ShellLine("curl -sv --max-time 10 http://{place}/", "that the host is reached"),
        ShellLine("curl.exe -sv --max-time 10 http://{place}/", "a time-out or an error", Shell.POWERSHELL, ("holds_until",)),
        ShellLine("curl.exe -sv --max-time 10 http://{place}/", "that the host is reached", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            PLACE_DOWN,
            decided_by="the same question to {place} from another network",
            words="the server of the certificate authority is down",
        ),
        Rival(
            "given-too-old",
            owner=Owner.SERVICE,
            whose=True,
            where="form",
            among=(STALE,),
            decided_by="the same question to {place} from another network",
            words="the certificate authority itself gives an answer that is too old",
        ),
        Rival(
            "machine-clock-wrong",
            owner=Owner.MACHINE,
            whose=True,
            where="form",
            among=(STALE,),
            decided_by="the time of other computers",
        ),
        Rival(
            "refused-by-the-proxy",
            owner=Owner.PROXY,
            whose=True,
            where="outcome",
            among=(RevocationOutcome.NOT_THE_AUTHORITY,),
            decided_by="the same question to {place} without the proxy",
            words="the proxy answers in place of {place}",
        ),
        Rival(
            "way-not-used-here",
            owner=Owner.MACHINE,
            whose=True,
            where="other_way",
            among=(OtherWay.DIRECT_WORKS, OtherWay.PROXY_WORKS),
            decided_by="whether programs on this computer may take the other way",
            words="the settings of this computer keep programs from the way that works",
        ),
    ),
    tokens={"outcome": RevocationOutcome, "status_kind": _Kind, "other_way": OtherWay},
    alike=("other_way",),
    sentences=Sentences(
        title="The revocation status of the certificate of {host} cannot be fetched ({place})",
        seen=(
            "The certificates of {host} name {place} for the revocation status ({status_kind}). It gave no status:"
            " {outcome}. The attempt took {seconds} s.",
            *_OTHER_WAY,
        ),
        means=(
            When(
                "waits",
                (True,),
                "Programs that check for revocation wait for each such address, often ten to fifteen seconds. Then they connect"
                " or refuse, depending on their settings.",
            ),
            When(
                "waits",
                (False,),
                "Programs that check for revocation get an error at once. Then they connect or refuse,"
                " depending on their settings.",
            ),
        ),
        remedy=(
            "Ask the network team to allow this computer to reach {places} on port 80, directly or through the proxy, without"
            " changes to the answers.",
            When(
                "other_way",
                (OtherWay.DIRECT_WORKS,),
                "Or let this computer ask {place} without the proxy (NO_PROXY): directly, it answers.",
            ),
            "If programs here use a proxy, set it for plain HTTP too (HTTP_PROXY), not only for HTTPS.",
            "Do not switch the revocation check off for good: nobody would notice a stolen key.",
        ),
    ),
    forms=((STALE, _STALE),),
)
