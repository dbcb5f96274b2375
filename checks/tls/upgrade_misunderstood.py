"""The port answers in another protocol than the one that was expected there.

*What it means*

diag began as the protocol demands, and the answer does not belong to that protocol. It is a web answer, the greeting of
another kind of server, or unknown bytes.

*Why it matters*

The two sides cannot understand each other, and encryption cannot begin.

*What to do*

Compare port and kind of service with the service's documentation; a port number that was mistyped is the usual reason. If both
are right, something answers in the service's place: ask the network team.

*How it is told apart*

The first bytes that came back are looked at, as the protocol's standard has them. Where they are TLS, or TLS is spoken when it
is begun at once, it is `tls-begins-at-once`. A refusal in the protocol's own words is another cause.
"""

from diag.knowledge.starttls import expected, goes_over, speaks_tls_at_once
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.upgrade import NAMES
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.greeting import GREETINGS, UNKNOWN, Greeting, protocol

KIN = {"SMTP": "SMTP or FTP"}
"""By what a protocol's first bytes are called where another has the same."""


def judge(view: EndpointView) -> Finding:
    """Return whether what came back is another protocol's."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.failure != Failure.MALFORMED or answer.refusal or answer.stage:
        spoke = not answer.failure or answer.refusal
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    shown = speaks_tls_at_once(view, seen)
    if shown:
        return ok(seen.observation, shown)
    wanted, spoken = expected(view), protocol(answer.first_bytes)
    name = NAMES[view.endpoint.upgrade] if view.endpoint.upgrade else ""
    alike = spoken in (name, KIN.get(name))
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        rules_out={} if alike or spoken == UNKNOWN or view.proxy else {"answered-on-the-way": (seen.observation,)},
        endpoint=str(view.endpoint.authority),
        protocol=wanted,
        spoken=None if alike or spoken == UNKNOWN else GREETINGS[spoken].value,
    )


CHECK = EndpointCheck(
    id="tls-upgrade-misunderstood",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8314",
    do=(HowTo.STARTTLS,),
    see=(ShellLine("curl -sv --max-time 5 telnet://{endpoint}", "the greeting of another protocol"),),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    rivals=(
        Rival(
            "answered-on-the-way",
            decided_by="the same test from another network",
            words="something in between answers instead of {endpoint}",
        ),
    ),
    tokens={"spoken": Greeting},
    alike=("protocol", "spoken"),
    sentences=Sentences(
        title="{endpoint} answers, but does not speak {protocol}",
        seen=("The answer of {endpoint} is not {protocol}.", "The protocol is {spoken}."),
        means="Either the port is wrong for this service, or another server answers.",
        remedy=(
            "Compare the port with the service's documentation: {endpoint} {endpoint:is|are} used here for {protocol}.",
            "If it is right, ask the team that runs {endpoint}, or your network team, what answers there.",
        ),
    ),
)
