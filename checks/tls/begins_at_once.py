"""The port encrypts from the first byte on, but the program began unencrypted.

*What it means*

Many protocols have two ports: one on which client and server begin in the clear and go over to TLS, and one on which TLS begins
at once. This one is of the second kind, and was spoken to in the manner of the first.

*Why it matters*

Each side waits for the other, or does not understand it: programs hang, or report a broken connection.

*What to do*

In the program, set TLS from the start for this port (often called SSL, SSL/TLS or `imaps`, `smtps`, `ldaps`). Or use the other
port: 143 instead of 993 for IMAP, 587 instead of 465 for SMTP, 389 instead of 636 for LDAP. Give diag such an address as
tls://name:port.

*How it is told apart*

A handshake without a word before it was answered in TLS, or what came back to the protocol's own beginning was TLS. A port at
which neither is answered is `tls-upgrade-unanswered`.
"""

from collections.abc import Iterable

from diag.knowledge.starttls import at_once, expected, goes_over, is_lost, speaks_tls_at_once
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether TLS is spoken where the protocol itself is not."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not is_lost(seen.answer):
        return unknown(Because.UNDECIDED, seen.observation) if seen.answer.stage else ok(seen.observation)
    shown = speaks_tls_at_once(view, seen)
    if shown is None:
        met = view.asked(at_once(view, seen))
        return unknown(Because.NOT_LOOKED, seen.observation) if met is None else ok(seen.observation, met)
    return problem(
        seen.observation,
        shown,
        about=str(view.endpoint.authority),
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield a handshake without a word before it."""
    seen = view.upgrade
    if seen and is_lost(seen.answer):
        yield at_once(view, seen)


CHECK = EndpointCheck(
    id="tls-begins-at-once",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8314#section-3",
    do=(HowTo.STARTTLS,),
    see=(ShellLine("openssl s_client -connect {endpoint} </dev/null", "a certificate: TLS begins at once"),),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    questions=questions,
    rivals=(),
    explains=("tls-upgrade-misunderstood", "tls-upgrade-unanswered", "network-connection-cut"),
    alike=("protocol",),
    sentences=Sentences(
        title="{endpoint} expects TLS from the first byte, but the program begins unencrypted",
        seen="{endpoint} did not answer in {protocol}. It answered a TLS handshake that began at once.",
        means="This port is for connections that are encrypted from the start. The service has another port for STARTTLS.",
        remedy=(
            "In the program, set this port to TLS from the start (SSL/TLS), or use the port for STARTTLS.",
            "To check this port with diag, write it as tls://{endpoint}.",
        ),
    ),
)
