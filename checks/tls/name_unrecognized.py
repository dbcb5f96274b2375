"""The server says that it does not know the name it was asked for.

*What it means*

At the beginning of the TLS handshake the client says which name it wants. The server answered with the alert
`unrecognized_name`: nothing is served there under that name.

*Why it matters*

The connection leads to a server that works, but is not the one for this name. The name may be spelt wrongly, point to an old
place, or not be set up there yet.

*What to do*

Check that the name is spelt right, and that it belongs to a service that exists and was not renamed or moved. Compare the
address it resolves to with what the provider documents; look into the hosts file.

*How it is told apart*

It is the server's own word. The same alert as a mere warning, after which the handshake went on, is no fault.
"""

from diag.knowledge.each_address import HANDSHAKE_AT, address_of, at_each_address
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

_WORD = "alert:unrecognized_name"


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the server ended the handshake because of the name."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if seen.answer.failure != _WORD:
        spoke = seen.answer.finished or seen.answer.chain or seen.answer.failure.startswith("alert:")
        return ok(seen.observation) if spoke else unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        about=view.endpoint.host,
        host=view.endpoint.host,
        at=address_of(view) or None,
    )


CHECK = EndpointCheck(
    id="tls-name-unrecognized",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6066#section-3",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine("openssl s_client -connect {to_authority} -servername {host} </dev/null", "unrecognized name"),
        ShellLine("curl.exe -sv {to_url}", "an error in the TLS handshake", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    rivals=(),
    sentences=Sentences(
        title="The server that answers for {host} does not know that name",
        seen=("The server ended the handshake for {host} with the TLS alert unrecognized_name.", *HANDSHAKE_AT),
        means="The server works, but does not serve the name {host}.",
        remedy=(
            "If you run {host}, make the server serve that name, or point the name to the server that does.",
            "If you do not, check that {host} {host:is|are} spelt right and still in use. If it is, report to its"
            " provider that its server does not know the name.",
        ),
    ),
)
