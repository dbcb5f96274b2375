"""The server lacks a protection of TLS that clients insist on today (secure renegotiation).

*What it means*

Since 2010 servers tell clients at the beginning that they renegotiate safely (RFC 5746). This one does not. The cipher, the
version and the certificate may all be good.

*Why it matters*

Programs on OpenSSL 3 or later (curl, Python, Node, many drivers) end the connection: "unsafe legacy renegotiation disabled".
Older ones go on, so it looks as if an update of the client had broken it.

*What to do*

The server, or the firewall, load balancer or TLS inspection in front of it, has to be updated: anything of the last ten years
supports this. Allowing it on the client (`UnsafeLegacyServerConnect`) gives up the protection, and is at most a stopgap.

*How it is told apart*

It was this client that ended the handshake, after the server's first words. The same handshake is made again, with nothing
changed but that such a server is allowed: it comes about. Where that changes nothing, it is `tls-weak-key-exchange`; where the
server ended it, `tls-no-shared-cipher`.
"""

from collections.abc import Iterable

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.ended_handshake import ended_handshake, finished, variants, went_on
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the handshake comes about as soon as a server without secure renegotiation is allowed."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    ended = ended_handshake(view)
    if ended is None or not ended.by_us:
        return ok(seen.observation) if ended or went_on(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    if ended.legacy is None:
        return unknown(Because.NOT_LOOKED, seen.observation)
    session = finished(ended.legacy)
    if session is None:
        return ok(seen.observation, ended.legacy)
    endpoint = str(view.endpoint.authority)
    return problem(
        seen.observation,
        ended.legacy,
        about=endpoint,
        endpoint=endpoint,
        cipher=session.cipher,
        version=session.version,
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same handshake with more leniency."""
    return variants(view.session.question) if view.session and ended_handshake(view) else ()


CHECK = EndpointCheck(
    id="tls-legacy-renegotiation",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5746",
    do=(HowTo.SERVER_TLS,),
    see=(
        ShellLine("openssl s_client -connect {endpoint} </dev/null", "unsafe legacy renegotiation disabled"),
        ShellLine("curl.exe -sv {to_url}", "an error, or Secure Renegotiation IS NOT supported", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "old-device-on-the-way",
            owner=Owner.NETWORK,
            whose=True,
            decided_by="the same test from another network",
            words="a firewall of this network ends TLS in place of the server, and is too old",
        ),
    ),
    sentences=Sentences(
        title="{endpoint} lacks secure renegotiation, which current programs require",
        seen=(
            "diag's TLS library ended the handshake with {endpoint}. When it allowed servers without secure renegotiation"
            " (RFC 5746), the handshake succeeded ({version}, {cipher}).",
            *HANDSHAKE_AT,
        ),
        means="The server, or a firewall or load balancer in front of it, is too old. Programs with OpenSSL 3 or later refuse"
        " it. Older ones connect.",
        remedy=(
            "Update {endpoint}, or the firewall or load balancer that ends TLS in front of it, so that it supports secure"
            " renegotiation (RFC 5746).",
            "If you do not run it, report this to its provider. Ask your network team whether one of its devices ends TLS.",
            "As a stopgap, a program can allow this one server (UnsafeLegacyServerConnect). That gives up a protection.",
        ),
    ),
)
