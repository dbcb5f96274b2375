"""Asking a proxy script for the way to an endpoint, which takes several steps: it is found, fetched, run, and run again when the
names that it wants are looked up.

As in `errand`, each step says from what was seen what to ask next. A script is fetched straight, as clients do.
"""

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.domains import is_shared_suffix
from diag.knowledge.fetching import dial, look_up, lookups_of
from diag.model.address import Authority, literal
from diag.model.answer import PacReply, PacResult, Session
from diag.model.endpoint import Endpoint, Network
from diag.model.endpoint_view import EndpointView
from diag.model.machine import ProxySetting
from diag.model.observation import Observation
from diag.model.question import Connect, EvaluatePac, Handshake, Lookup, Question, Script
from diag.model.route import BY_SCRIPT, RouteReason
from diag.model.run import Evidence
from diag.model.script import ScriptAddress
from diag.model.view import Answered, MachineView, remembered

MOST_MOVES = 3
"""How often a script may be said to lie elsewhere."""
_MOST_DOMAINS = 6
"""How many search domains are tried to find a script, as resolvers do."""
ASKED_ABOUT = frozenset({"https", "http", "tls"})
"""Schemes of the endpoints about which scripts are asked: what browsers speak, and bare TLS, which is taken for https."""
GOING_DIRECT = frozenset({RouteReason.NOTHING_SET, RouteReason.BYPASSED})
"""Reasons for going direct that nobody insisted on."""


class PacProgress(Struct, frozen=True):
    """How far asking a script has come."""

    wanted: tuple[Question, ...] = ()
    """What to ask next; empty: it is over."""
    address: ScriptAddress | None = None
    """Where the script is set to lie, or was found to; None: it was not found."""
    fetched: Answered[Script, PacReply] | None = None
    """The last answer of those that have the script, good or bad."""
    steered: Answered[EvaluatePac, PacResult] | None = None
    """The script's last word on the endpoint, good or bad."""
    seen: tuple[Observation, ...] = ()
    """What it rests on: all of the way to the script where that failed, else the fetching and the script's word."""

    @property
    def absent(self) -> bool:
        """Whether a script was looked for, and there is none."""
        return self.address is None and not self.wanted


def evaluate_pac(evidence: Evidence, script: ScriptAddress | None, endpoint: Endpoint) -> PacProgress:
    """Return how asking `script` for the way to `endpoint` stands; `script` None: it has to be found first (WPAD by DNS)."""
    course = _found(evidence) if script is None else PacProgress(address=script)
    if course.wanted or course.address is None:
        return course
    course = _fetched(evidence, course)
    fetched = course.fetched
    if script is None and not course.wanted and (fetched is None or fetched.answer.failure):
        # Whoever has that name need not have a script there: names are also answered by wildcards, and clients then go on.
        return PacProgress(seen=course.seen)
    if course.wanted or fetched is None or fetched.answer.failure or fetched.answer.moved:
        return course
    return _asked(evidence, course, fetched, endpoint)


def domains_of(search: tuple[str, ...]) -> tuple[str, ...]:
    """Return the search domains below which a script is looked for: none that is, or could be, a public suffix."""
    return tuple(domain for domain in (domain.strip(".") for domain in search[:_MOST_DOMAINS]) if not is_shared_suffix(domain))


def script_of(view: EndpointView) -> tuple[ScriptAddress | None, bool] | None:
    """Return the script that matters for an endpoint (None: one that has to be found), and whether this client obeys it.

    None where there is none, or none that matters: one that is set on the system, and that this client does not obey, matters
    only where the endpoint was not reached direct.
    """
    route = view.route
    if route is None:
        return None
    if route.why in {RouteReason.NOTHING_DETECTED, *BY_SCRIPT}:
        return (None if route.why is RouteReason.NOTHING_DETECTED else route.script), True
    setting = setting_of(view)
    if setting is None or view.connected or not view.stopped:
        return None
    return setting.script, False


def goes_direct(view: EndpointView) -> bool:
    """Return whether this client goes without a proxy since none was found for it, and the endpoint is not one of the inside."""
    return view.route is not None and view.route.why in GOING_DIRECT and view.endpoint.expects.network is not Network.PRIVATE


def setting_of(view: EndpointView) -> ProxySetting | None:
    """Return the system's setting that names a script, or has one looked for,
    for an endpoint to which this client goes direct.
    """
    proxies = view.machine.proxies
    if not goes_direct(view):
        return None
    if view.endpoint.scheme not in ASKED_ABOUT - {"http"}:  # plain requests need no tunnel, by which the script could be proved
        return None
    settings = proxies.answer.settings if proxies else ()
    return next((setting for setting in settings if setting.script or setting.detect), None)


def _found(evidence: Evidence) -> PacProgress:
    """The first search domain below which `wpad` has an address (the way of draft-ietf-wrec-wpad-01, by DNS alone)."""
    resolvers = MachineView(evidence).resolvers
    seen: list[Observation] = []
    for domain in domains_of(resolvers.answer.search if resolvers else ()):
        host = look_up(evidence, f"wpad.{domain}.")
        if host.wanted:
            return PacProgress(host.wanted)
        seen += host.seen
        if host.told:
            return PacProgress(address=ScriptAddress("wpad", f"wpad.{domain}", 80))
    return PacProgress(seen=tuple(seen))


def _fetched(evidence: Evidence, course: PacProgress) -> PacProgress:
    """The script's own address, then where that says it lies instead."""
    assert course.address
    address, fetched = course.address, None
    for _ in range(MOST_MOVES + 1):
        way = _way(evidence, address)
        if way.wanted or way.failed:
            return replace(course, wanted=way.wanted, fetched=fetched, seen=way.failed)
        question = Script(address, way.over)
        observation = evidence.by_question.get(question)
        if observation is None:
            return replace(course, wanted=(question,))
        if not isinstance(observation.answer, PacReply):
            return replace(course, seen=(observation,))
        fetched = Answered(observation, question, observation.answer)
        if fetched.answer.moved is None:
            break
        address = fetched.answer.moved
    assert fetched
    return replace(course, fetched=fetched, seen=(fetched.observation,))


class _Way(Struct, frozen=True):
    """The connection to a script's server."""

    wanted: tuple[Question, ...] = ()
    failed: tuple[Observation, ...] = ()
    over: Connect | Handshake | None = None


def _way(evidence: Evidence, address: ScriptAddress) -> _Way:
    if address.scheme not in ("http", "https", "wpad"):
        return _Way()
    # A name that was found below a search domain is dialled as it is: no other search domain is appended to it.
    dialling = dial(evidence, Authority(f"{address.host}{'.' if address.scheme == 'wpad' else ''}", address.port))
    if dialling.wanted:
        return _Way(dialling.wanted)
    if dialling.opened is None:
        return _Way(failed=dialling.seen)
    over = dialling.opened.question
    if address.scheme != "https":
        return _Way(over=over)
    secured = Handshake(over, "" if literal(address.host) else address.host)
    seen = evidence.by_question.get(secured)
    if seen is None:
        return _Way((secured,))
    opened = isinstance(seen.answer, Session) and not seen.answer.failure
    return _Way(over=secured) if opened else _Way(failed=(*dialling.seen, seen))


def _asked(evidence: Evidence, course: PacProgress, fetched: Answered[Script, PacReply], endpoint: Endpoint) -> PacProgress:
    """The script asked, and asked again with every name that it wanted to know. It ends: the probe counts the names."""
    scheme, path = ("http", endpoint.path) if endpoint.scheme == "http" else ("https", "/")
    lookups: tuple[Lookup, ...] = ()
    while True:
        question = EvaluatePac(fetched.question, endpoint.authority, scheme, path, lookups)
        observation = evidence.by_question.get(question)
        if observation is None:
            return replace(course, wanted=(question,))
        seen = (*course.seen, observation)
        if not isinstance(observation.answer, PacResult):
            return replace(course, seen=seen)
        steered = Answered(observation, question, observation.answer)
        more = [lookup for name in steered.answer.wants for lookup in lookups_of(evidence, name) if lookup not in lookups]
        if not more:
            return replace(course, steered=steered, seen=seen)
        wanted = tuple(lookup for lookup in more if lookup not in evidence.by_question)
        if wanted:
            return replace(course, wanted=wanted)
        lookups = (*lookups, *more)


@remembered
def pac_progress(view: EndpointView) -> PacProgress | None:
    """Return how asking the script went that matters for this endpoint; None: none does."""
    matters = script_of(view)
    return None if matters is None else evaluate_pac(view.evidence, matters[0], view.endpoint)


def is_obeyed(view: EndpointView) -> bool:
    """Return whether this client goes as the script says."""
    matters = script_of(view)
    return matters is not None and matters[1]


def set_in(view: EndpointView) -> str:
    """Return where the script is set: the option, or a word of `SettingPlace`."""
    setting = setting_of(view)
    if setting is not None:
        return setting.source
    return view.route.decided_by if view.route else ""


def shown(course: PacProgress | None) -> str:
    """Return the script's address, as a reader knows it; empty: there is none."""
    return str(course.address) if course and course.address else ""


def leaves_script_aside(view: EndpointView) -> bool:
    """Return whether a script is set for the desktop, and this client goes direct."""
    return setting_of(view) is not None


def has_script(view: EndpointView) -> bool:
    """Return whether there is a script that matters for this endpoint."""
    return pac_progress(view) is not None
