"""The program in question fails, and another one on the same computer works.

*What it means*

The run imitated one program: its proxy variables, its reading of the exceptions, its trust store. It does not get through. By
the rules of another program, on the same computer with the same settings, the service is reached.

*Why it matters*

"It works with curl" is then true, and proves nothing for the program that fails. The network and the service are in order; what
differs is a setting that one of them reads and the other does not.

*What to do*

Give the failing program the setting that it reads. The finding names both: the setting by which the other one works, and where
this one takes its own from.

*How it is told apart*

Only where a program was named (`--client`, `--like`). What each program reads is known from its data file. Where another
program takes another route, that route was followed as far as the service's own answer, or its certificates. Where it uses
another trust store, the same chain was held against that store. Where none of the others gets through either, it is no matter
of programs. `tls-trust-stores-differ`, `proxy-bypass-misread` and `proxy-variables-disagree` say the same of no program in
particular, and are explained by this one.
"""

from collections.abc import Iterable

from diag.knowledge.asked_for import compares_programs
from diag.knowledge.clients.compared import Lack, OtherProgram, ProgramComparison, comparison
from diag.knowledge.trust_stores import Store
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo
from diag.model.observation import Observation
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.chain import presented


def judge(view: EndpointView) -> Finding:
    """Return whether another program gets through where the one in question does not."""
    compared = comparison(view)
    seen = _last(view)
    if compared is None or seen is None:
        return unknown(Because.NOT_REACHED)
    if not compared.fails:
        return ok(seen) if view.arrived else unknown(Because.UNDECIDED, seen)
    working = tuple(compared.working())
    if not working:
        return ok(seen) if compared.asked else unknown(Because.NOT_LOOKED, seen)
    return _found(view, compared, working, seen)


def _found(view: EndpointView, compared: ProgramComparison, working: tuple[OtherProgram, ...], seen: Observation) -> Finding:
    best = working[0]
    mine, other = compared.subject, best.way
    machine = [topic.observation for topic in (view.machine.proxies, view.machine.trust) if topic]
    chain = presented(view.session.answer) if view.session else None
    harmed = best.lack in (Lack.VARIABLE_HARMS, Lack.EXCEPTION_UNREAD)
    return problem(
        seen,
        *best.proof,
        *machine,
        about=mine.program,
        form=best.lack.value,
        client=mine.program,
        other=other.program,
        works_in=tuple(name for one in working for name in compared.alike(one.way) if name != other.program) or None,
        host=view.endpoint.host,
        issuer=chain.issuer if chain else None,
        store=mine.store,
        other_store=other.store,
        added_by=other.added_by or None,
        setting=(mine.route.source if harmed else other.route.source) or None,
        other_setting=(mine.route.source if best.lack is Lack.OTHER_PROXY else other.route.source) or None,
        proxy=str(mine.route.proxy or other.route.proxy or "") or None,
        other_proxy=str(other.route.proxy) if other.route.proxy else None,
        exceptions=(mine.route if best.lack is Lack.EXCEPTION_TAKEN else other.route).source or None,
        reads=mine.reads or None,
        switch=mine.switch or None,
        proxy_set_in=mine.proxy_set_in or None,
        trust_set_in=mine.trust_set_in or None,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the ways of other programs, where they differ; bounded in number."""
    compared = comparison(view)
    return compared.wanted if compared else ()


def _last(view: EndpointView) -> Observation | None:
    """The last answer on the walk of the program in question."""
    later = [stage.observation for stage in (view.exchange, view.session, view.tunnel) if stage]
    dialled = [dial.observation for dial in view.dials[-1:]]
    looked_up = [view.lookup.observation] if view.lookup else []
    return next(iter((*later, *dialled, *looked_up)), None)


_AT_THE_SAME_TIME = "These programs work like {other}: {works_in}."
_BY_SETTINGS = "The network and the service work. The programs only read different settings."
FORMS: tuple[tuple[Lack, Sentences], ...] = (
    (
        Lack.VARIABLE_UNREAD,
        Sentences(
            title="{other} works and {client} does not: {client} does not read {setting}",
            seen=(
                "{setting} names the proxy {other_proxy}. {other} uses it and connects. {client} does not read it, goes"
                " direct, and fails.",
                _AT_THE_SAME_TIME,
            ),
            means=_BY_SETTINGS,
            remedy=(
                "Set the proxy {other_proxy} for {client} itself, with {proxy_set_in}.",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.SWITCH_MISSING,
        Sentences(
            title="{other} works and {client} does not: {client} reads {setting} only where {switch} is set",
            seen=(
                "{setting} names the proxy {other_proxy}. {other} uses it and connects. {client} goes direct, because"
                " {switch} is not set, and fails.",
                _AT_THE_SAME_TIME,
            ),
            means=_BY_SETTINGS,
            remedy=(
                "Set {switch} to 1, if this version of {client} reads it. Or set the proxy in the program, with {proxy_set_in}.",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.VARIABLE_HARMS,
        Sentences(
            title="{other} works and {client} does not: {client} uses {setting}, which {other} does not read",
            seen=(
                "{setting} names the proxy {proxy}. {client} uses it and fails. {other} does not read it, goes direct,"
                " and connects.",
                _AT_THE_SAME_TIME,
            ),
            means=_BY_SETTINGS,
            remedy=(
                "If {host} should be reached directly, add it to NO_PROXY, or remove {setting} for {client}.",
                "If it should use the proxy {proxy}, the proxy has to be fixed.",
            ),
        ),
    ),
    (
        Lack.EXCEPTION_UNREAD,
        Sentences(
            title="{other} works and {client} does not: they read the exceptions in {exceptions} differently",
            seen=(
                "With {exceptions}, {other} goes direct to {host} and connects. For {client}, no entry matches {host}:"
                " it uses the proxy {proxy} and fails.",
                _AT_THE_SAME_TIME,
            ),
            means="No standard says how these exceptions are written. " + _BY_SETTINGS,
            remedy=(
                "Add the plain name to {exceptions}, which all programs understand: {host}",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.EXCEPTION_TAKEN,
        Sentences(
            title="{other} works and {client} does not: they read the exceptions in {exceptions} differently",
            seen=(
                "With {exceptions}, {client} goes direct to {host} and fails. For {other}, no entry matches {host}: it"
                " uses the proxy {other_proxy} and connects.",
                _AT_THE_SAME_TIME,
            ),
            means="No standard says how these exceptions are written. " + _BY_SETTINGS,
            remedy=("Remove entries that match {host} from {exceptions}.", "Then run diag again with the same options."),
        ),
    ),
    (
        Lack.OTHER_PROXY,
        Sentences(
            title="{other} works and {client} does not: they take their proxies from different settings",
            seen=(
                "{client} uses the proxy {proxy} and fails. {other} uses the proxy {other_proxy} and reaches {host}.",
                _AT_THE_SAME_TIME,
            ),
            means=_BY_SETTINGS,
            remedy=(
                "Set the proxy {other_proxy} in the place that {client} reads.",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.LIST,
        Sentences(
            title="{other} works and {client} does not: {client} does not trust {issuer}, and {other} does",
            seen=(
                "The chain of {host} ends at {issuer}. {client} uses {store}, which refuses it. {other} uses"
                " {other_store}, which accepts it.",
                "{other} also reads the file that {added_by} names.",
                _AT_THE_SAME_TIME,
            ),
            means="Each program has its own trust store, and only some of them hold {issuer}.",
            remedy=(
                "Ask your security team whether {issuer} should sign for {host}. If nobody knows it, trust it nowhere.",
                "If it should, add its root certificate to the trust store of {client}, with {trust_set_in}.",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.PARTIAL,
        Sentences(
            title="{other} works and {client} does not: {client} needs the root certificate {issuer} in its trust store",
            seen=(
                "The trust store holds an intermediate certificate, not the root. {other} accepts that. {client} refuses {host}.",
                _AT_THE_SAME_TIME,
            ),
            means="The programs demand different things of their trust store.",
            remedy=(
                "Add the root certificate of {issuer} to the trust store of {client}, with {trust_set_in}.",
                "Then run diag again with the same options.",
            ),
        ),
    ),
    (
        Lack.LEGACY,
        Sentences(
            title="{other} works and {client} does not: {client} refuses servers without secure renegotiation",
            seen=(
                "{host}, or a device in front of it, lacks secure renegotiation (RFC 5746). {client} refuses that."
                " {other} accepts it.",
                _AT_THE_SAME_TIME,
            ),
            means="The server is old, or a device on the network path that decrypts TLS is.",
            remedy=("Ask the team that runs {host}, or the device in front of it, to update it.",),
        ),
    ),
)
CHECK = EndpointCheck(
    id="machine-program-fails-alone",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://curl.se/docs/manpage.html#ENVIRONMENT",
    do=(
        HowTo.SET_PROXY,
        HowTo.TRUST_ROOT,
    ),
    see_not="each pair of programs needs commands of its own: diag run --client compares them",
    applies=compares_programs,
    judge=judge,
    questions=questions,
    explains=(
        "tls-trust-stores-differ",
        "tls-issuer-untrusted",
        "tls-self-signed",
        "tls-intercepted",
        "tls-legacy-renegotiation",
        "machine-trust-store-outdated",
        "network-connection-filtered",
        "network-connection-refused",
        "network-connection-rejected",
        "network-no-egress",
        "dns-name-not-found",
        "dns-left-to-proxy",
        "proxy-required",
        "proxy-variables-disagree",
        "proxy-bypass-misread",
        "proxy-bypass-missing",
        "proxy-unreachable",
        "proxy-name-not-found",
        "proxy-scheme-wrong",
        "proxy-not-a-proxy",
        "proxy-login-required",
        "proxy-login-rejected",
        "proxy-refuses-target",
        "proxy-cannot-resolve-target",
        "proxy-cannot-reach-target",
        "proxy-tunnel-cut",
        "privatelink-through-proxy",
    ),
    rivals=(),
    tokens={"store": Store, "other_store": Store},
    about_chain=True,
    forms=tuple((difference.value, said) for difference, said in FORMS),
    sentences=Sentences(
        title="{other} works and {client} does not, on this computer with the same settings",
        seen="With the rules of {other}, the connection succeeded. With those of {client}, it failed.",
        means=_BY_SETTINGS,
        remedy=("Compare the settings of {client} with those of {other}.",),
    ),
)
