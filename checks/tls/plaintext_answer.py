"""The port answers, but does not speak TLS.

*What it means*

diag began a TLS handshake, and the answer was something else: a plain web answer, the greeting of a mail or SSH server, or
bytes of an unknown protocol.

*Why it matters*

The two sides cannot understand each other. Usually the port or the scheme is wrong, or something in between answers in the
service's place.

*What to do*

See which port and scheme the service documents. If the port speaks plain HTTP, it is either meant to be used as `http://`, or
the service has lost its TLS setting. If the service is known to be right, ask the network team what answers in its place.

*How it is told apart*

The first bytes that came back are looked at; TLS always begins with a record type and a version. A refusal in TLS's own words
(an alert) is another cause. A page that a proxy sends after it opened the tunnel is `proxy-refuses-target`.
"""

from diag.knowledge.each_address import HANDSHAKE_AT, at_each_address
from diag.knowledge.own_endpoint import is_here, owner_here
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.greeting import GREETINGS, UNKNOWN, Greeting, protocol

MISUNDERSTOOD = b" 400 "
"""The status by which a plain web server answers bytes that it takes for a broken request."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the first bytes of the answer were another protocol's."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if answer.failure != Failure.NOT_TLS:
        spoke = answer.finished or answer.chain or answer.failure.startswith("alert:")
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    spoken = protocol(answer.first_bytes)
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        owner=owner_here(view),
        rules_out={"answered-on-the-way": (seen.observation,)} if _is_its_own(view, answer.first_bytes) else {},
        endpoint=str(view.endpoint.authority),
        spoken=GREETINGS[spoken].value if spoken != UNKNOWN else None,
    )


def _is_its_own(view: EndpointView, first: bytes) -> bool:
    """A page may be another's who answers in the service's place, and behind a proxy anything may be."""
    if is_here(view):
        return True
    if view.proxy or first.lstrip().startswith(b"<"):
        return False
    return not first.startswith(b"HTTP/") or MISUNDERSTOOD in first[:16]


CHECK = EndpointCheck(
    id="tls-plaintext-answer",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-5.1",
    do=(HowTo.STARTTLS,),
    see=(
        ShellLine(
            "openssl s_client -connect {endpoint} </dev/null", "wrong version number, or another error right at the beginning"
        ),
        ShellLine("curl.exe -sv {to_url}", "an error in the TLS handshake", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    rivals=(
        Rival(
            "answered-on-the-way",
            owner=Owner.NETWORK,
            decided_by="the same test from another network",
            words="something in between answers instead of {endpoint}",
        ),
    ),
    tokens={"spoken": Greeting},
    alike=("spoken",),
    sentences=Sentences(
        title="{endpoint} answers, but does not speak TLS",
        seen=("{endpoint} answered a TLS handshake with another protocol.", "The protocol is {spoken}.", *HANDSHAKE_AT),
        means="Either the port or the scheme is wrong for this service, or another server answers.",
        remedy=(
            "If you run {endpoint}, check whether its TLS setting was lost. If you do not, compare port and scheme with its"
            " documentation.",
            "If TLS begins later on this port (STARTTLS), write the endpoint with its protocol: postgres://, mysql://,"
            " smtp://, imap:// or ldap://.",
            "If port and scheme are right, report to the service's provider that {endpoint} {endpoint:does|do} not"
            " answer with TLS.",
        ),
    ),
)
