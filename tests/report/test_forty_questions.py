"""The forty things that support teams ask for in public, against reports of eight situations: nothing is left to be asked.

What is plain in the report (`diag show`), what takes `-v` or the page, what only the customer knows and is asked for, and what
nobody can tell from a bundle: the table is kept here, and judged by the values that the evidence holds.
"""

import io
from collections.abc import Callable, Mapping
from functools import cached_property

import pytest
from rich.console import Console

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.knowledge.seen_as import seen_as
from diag.model.answer import DnsReply
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.question import Trace
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable
from diag.report.forms.html import write_page
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.coloured import Coloured
from diag.report.layout.page import Page
from diag.report.views.request_traces import traces_of
from diag.report.wording.open_questions import open_questions
from tests.recording.scene import read_scene
from tests.report.pages import Read

SITUATIONS = {
    "privatelink public": "privatelink-resolves-public/and-is-rejected",
    "proxy login": "proxy-login-required/tinyproxy-no-login-given",
    "tls intercepted": "tls-intercepted/unrelated-hosts",
    "mtu hole": "network-mtu-blackhole/towards-the-client",
    "no egress": "network-no-egress/two-outside",
    "network policy": "http-network-policy-denied/a-workspace-says-so",
    "resolvers disagree": "dns-resolvers-disagree/first-denies",
    "healthy": "healthy/one-service",
}
Values = tuple[str, ...] | None
"""What must stand in an answer; None: the question has no object in this situation."""


class Situation:
    """One run, and what its reports say."""

    def __init__(self, scene: str) -> None:
        self.evidence = read_scene(scene).evidence
        self.catalogue = {check.id: check for check in CATALOGUE}
        self.diagnosis = judge(self.evidence, CATALOGUE)
        self.run = RunView(self.evidence)
        self.machine = self.run.machine
        hit = next((cause.endpoints[0] for cause in self.diagnosis.causes if cause.endpoints), "")
        trails = self.evidence.run.trails
        self.view = EndpointView(self.evidence, next((one for one in trails if str(one.endpoint) == hit), trails[0]))
        self.asked = open_questions(self.diagnosis, self.catalogue)

    @cached_property
    def plain(self) -> str:
        """The report as `diag show` gives it, as one line."""
        return self._screen(verbose=False)

    @cached_property
    def whole(self) -> str:
        """The report with every step, and the page."""
        page = write_page(self.diagnosis, self.catalogue, self.evidence)
        return " ".join((self._screen(verbose=True), *Read(page).flowed.split()))

    def _screen(self, *, verbose: bool) -> str:
        stream = io.StringIO()
        console = Console(file=stream, width=100, color_system=None, markup=False, highlight=False, emoji=False, _environ={})
        write_diagnosis(
            Page(Coloured(console)), self.diagnosis, self.catalogue, self.evidence, verbose=verbose, quoted=self.evidence
        )
        return " ".join(stream.getvalue().split())

    @property
    def source(self) -> Values:
        """The address that connections left from."""
        found = next((seen.answer.source for seen in self.view.dials if seen.answer.source), "")
        return (found,) if found else None

    @property
    def aliases(self) -> Values:
        """The names that the name leads to."""
        for seen in self.evidence.observations:
            message = read_message(seen.answer.message) if isinstance(seen.answer, DnsReply) and seen.answer.message else None
            if message is not None and not isinstance(message, Unreadable) and message.aliases:
                return tuple(to for _, to in message.aliases)
        return None

    @property
    def traced(self) -> Values:
        """The hops that answered; an empty text, which stands nowhere, where the place matters and nobody looked."""
        if any(isinstance(seen.question, Trace) for seen in self.evidence.observations):
            return ("trace the path to",)
        matters = {"tls-intercepted", "network-mtu-blackhole"} & {cause.id for cause in self.diagnosis.causes}
        return ("\0",) if matters else None

    @property
    def identifiers(self) -> Values:
        """What a service finds the request by."""
        traces = traces_of(self.diagnosis, self.evidence, self.evidence, every=True)
        found = [value for trace in traces for name, value in trace.identifiers if "id" in name or name == "cf-ray"]
        return tuple(found) or None

    @property
    def body(self) -> Values:
        """The first word of what a refusal says."""
        reply = self.view.exchange.answer if self.view.exchange else None
        traces = traces_of(self.diagnosis, self.evidence, self.evidence)
        words = next((trace.words for trace in traces if trace.words), "")
        return (" ".join(words.split()[:3]),) if reply and reply.status >= 400 and words else None


def has(value: object, *words: str) -> Values:
    return words if value else None


def exceptions(case: Situation) -> tuple[str, ...]:
    return case.machine.proxies.answer.exceptions[:8] if case.machine.proxies else ()


def chain(case: Situation) -> Values:
    return tuple(one.common_name or one.subject for one in case.view.chain if one.common_name or one.subject) or None


ASKED: Mapping[int, tuple[str, str]] = {
    1: ("the error text that the program itself shows", "The error your program shows"),
    6: ("driver or client, its version, its runtime", "Which program or driver"),
    7: ("the driver's debug log", "debug level|driver logs"),
    31: ("always or now and then", "Always, or"),
    32: ("since when, what was changed", "Since when"),
    33: ("the same elsewhere; who is affected", "Who else has"),
    39: ("packet capture", "packet capture"),
}
"""What only the customer can tell: words of the question, or of the sentence that it is not needed."""
TOLD: Mapping[int, tuple[str, Callable[[Situation], Values]]] = {
    2: ("exact time, with zone", lambda case: (f"{case.evidence.run.began:%H:%M}", "UTC")),
    4: ("private source address and interface", lambda case: case.source),
    5: (
        "OS, version, processor",
        lambda case: has(case.machine.system, case.machine.system.answer.machine if case.machine.system else ""),
    ),
    8: ("host, port, URL form", lambda case: (str(case.view.endpoint),)),
    9: ("what the name resolves to", lambda case: case.view.addresses[:1] or None),
    10: (
        "which resolvers are configured",
        lambda case: has(case.machine.resolvers, case.machine.resolvers.answer.servers[0].host if case.machine.resolvers else ""),
    ),
    11: ("CNAME chain", lambda case: case.aliases),
    13: ("who refuses and how", lambda case: has(case.diagnosis.causes, "What was seen", "Who fixes it")),
    14: ("is the TCP port reachable", lambda case: has(case.view.dials, "connect " if case.view.connected else "stopped at")),
    15: ("traceroute: where it ends", lambda case: case.traced),
    16: ("round trip time", lambda case: has(case.view.connected, "connect ", " ms")),
    17: ("MTU", lambda case: has(case.machine.interfaces, "MTU ")),
    18: ("the dialogue with its headers", lambda case: has(case.view.exchange, "content-type:")),
    19: ("time of each step", lambda case: has(case.view.connected, "name ", "connect ")),
    20: ("certificate chain as sent", chain),
    21: ("serial, fingerprint", lambda case: has(case.view.chain, case.view.chain[0].serial if case.view.chain else "")),
    22: (
        "TLS version, cipher",
        lambda case: (
            (case.view.session.answer.version, case.view.session.answer.cipher)
            if case.view.session and case.view.session.answer.cipher
            else None
        ),
    ),
    23: ("proxy: which, who sets it", lambda case: (str(case.view.proxy) if case.view.proxy else "no proxy is set",)),
    24: ("NO_PROXY", lambda case: exceptions(case) or ("no proxy is set",)),
    25: (
        "TLS inspection: whose authority",
        lambda case: has(case.view.chain, case.view.chain[0].issuer_common_name if case.view.chain else ""),
    ),
    26: ("OCSP and CRL reachable", lambda case: has(case.view.chain, "--revocation")),
    27: ("clock and its offset", lambda _: ("Clock",)),
    28: (
        "HTTP status",
        lambda case: has(case.view.exchange, f"HTTP {case.view.exchange.answer.status}" if case.view.exchange else ""),
    ),
    29: ("request ids", lambda case: case.identifiers),
    30: ("response body, the service's own code", lambda case: case.body),
    34: ("where it runs: container, VPN, cloud", lambda case: has(case.machine.interfaces, "VPN")),
    35: ("IPv4 or IPv6", lambda case: case.view.addresses[:1] or None),
    36: ("hosts file, search domains", lambda case: has(case.machine.hosts, "hosts file")),
    37: ("firewall and security software on the machine", lambda _: ("\0",)),
    38: ("trust variables and stores", lambda case: has(case.machine.trust, "Trust")),
    40: ("idle time, throughput", lambda _: ("--idle", "--transfer")),
}
"""What a report can tell, and the values by which it does."""
KEPT = {
    "privatelink public": "APAPPAAPPP-APP--P-----PP--P---AAAPPPXPAP",
    "proxy login": "APAPPAAPPP--PP-PP-P---PV--P---AAAPPPXPAP",
    "tls intercepted": "APAPPAAPPP--PPXPPVPPPPPPPPPP--AAAPPPXPAP",
    "mtu hole": "APAPPAAPPP--PPXPP-P---PP--P---AAAPPPXPAP",
    "no egress": "APAPPAAPPP--PPV-P-----PP--P---AAAPPPXPAP",
    "network policy": "APPPPAAPPP--PP-PPVP---PP--PP-PAAAPPPXPAP",
    "resolvers disagree": "APA-PAAP-P--P---P-----PP--P---AAAP-PXPAP",
    "healthy": "APAPPAAPPP---P-PPVPPVPPPPPPP--AAAPPPXPAP",
}
"""For each situation a letter a question, from 1 to 40."""


def grade(case: Situation, number: int) -> str:
    """`P` plain, `V` in `-v` or on the page, `A` asked (or not needed), `-` no object, `X` not to be had, `?` left out."""
    if number in ASKED:
        said = " ".join((*case.asked.asked, case.asked.not_needed))
        return "A" if any(words in said and words in case.plain for words in ASKED[number][1].split("|")) else "?"
    if number == 3:
        told = next((address for one in case.run.cases if one.exchange and (address := seen_as(one, one.exchange.answer))), "")
        return ("P" if told in case.plain else "?") if told else "A" if "no answer names it" in case.plain else "?"
    if number == 12:
        wanted = any(cause.id.startswith("privatelink") for cause in case.diagnosis.causes)
        return ("A" if "private endpoint" in " ".join(case.asked.asked) else "?") if wanted else "-"
    values = TOLD[number][1](case)
    if values is None:
        return "-"
    if all(value in case.plain for value in values):
        return "P"
    if all(value in case.whole for value in values):
        return "V"
    return "X" if "\0" in values else "?"


def graded() -> dict[str, str]:
    cases = {name: Situation(scene) for name, scene in SITUATIONS.items()}
    return {name: "".join(grade(case, number) for number in range(1, 41)) for name, case in cases.items()}


@pytest.fixture(scope="module")
def grades() -> dict[str, str]:
    return graded()


def test_no_question_is_left_out(grades: dict[str, str]) -> None:
    left = {name: [number for number, letter in enumerate(row, 1) if letter == "?"] for name, row in grades.items()}
    assert not any(left.values()), left


def test_two_thirds_are_plain(grades: dict[str, str]) -> None:
    letters = "".join(grades.values()).replace("-", "")
    assert letters.count("P") / len(letters) >= 0.65
    assert letters.count("X") / len(letters) <= 0.05


def test_the_table_is_as_it_was_read_last(grades: dict[str, str]) -> None:
    assert grades == KEPT
