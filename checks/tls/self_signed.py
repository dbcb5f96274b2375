"""The server signed its certificate itself.

*What it means*

A certificate is worth something because an authority that others trust has signed it. This one was signed with its own key, so
it proves nothing to anybody who was not told of it beforehand.

*Why it matters*

Clients refuse the connection. Such certificates are what devices and servers come with before they are set up; a service that
is open to customers seldom means to use one.

*What to do*

The server needs a certificate of a certificate authority. If it is a test system of your own, have it trusted by name: put
this very certificate into the client's trust file. If you expected a well-known service, something else is answering.

*How it is told apart*

The signature was checked against the certificate's own key. A certificate that an authority signed which is not trusted here is
`tls-issuer-untrusted`. A self-signed certificate that the endpoint's trust file holds is no fault.
"""

from msgspec.structs import replace

from diag.knowledge.each_address import SEEN_AT, at_each_address
from diag.knowledge.shared_rivals import ANOTHER_ANSWERS
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.chain import presented, untrusted


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the server's own certificate signed itself, and nobody here trusts it."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    if not (chain.leaf.self_signed and untrusted(seen.answer)):
        return ok(seen.observation)
    return problem(
        seen.observation,
        about=chain.leaf.fingerprint,
        host=view.endpoint.host,
        subject=chain.leaf.common_name or chain.leaf.subject or None,
    )


CHECK = EndpointCheck(
    id="tls-self-signed",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-6",
    do=(
        HowTo.SERVE_CERTIFICATE,
        HowTo.TRUST_ROOT,
    ),
    see=(
        ShellLine("openssl s_client -connect {to_authority} -servername {host} </dev/null", "self-signed certificate"),
        ShellLine("curl.exe -sv {to_url}", "an error about the certificate's issuer", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    explains=("tls-name-mismatch", "tls-key-too-weak", "tls-certificate-unfit"),
    rivals=(replace(ANOTHER_ANSWERS, whose=True),),
    about_chain=True,
    sentences=Sentences(
        title="{host} presents a certificate that it signed itself",
        seen=(
            "The certificate that {host} presented is signed with its own key, and is not trusted here.",
            "It is issued to {subject}.",
            *SEEN_AT,
        ),
        means="It does not prove who answers. The server may never have been set up, or it may not be {host} at all.",
        remedy=(
            "If you run {host}, give it a certificate of a certificate authority that its clients trust.",
            "If it is your own test system, add this certificate to the trust store of the program that connects.",
            "If you expected a well-known service, do not trust the certificate. Find out what answers instead.",
        ),
    ),
)
