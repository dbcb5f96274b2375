"""The server does not send all the certificates that lead from its own to a trusted root.

*What it means*

A server proves who it is with a chain: its own certificate, signed by an intermediate authority, which a trusted root has
signed. Clients hold the roots; the intermediates have to be sent by the server. Here one is missing.

*Why it matters*

Some clients fetch the missing certificate by themselves or still know it from another site (browsers do); most programs,
command-line tools and drivers do not, and refuse the connection. That is why it may work in a browser and nowhere else.

*What to do*

The server has to send the full chain: its own certificate followed by every intermediate, without the root. Until then, adding
the missing intermediate to a program's own trust store helps this one program.

*How it is told apart*

Servers say where their issuer's certificate can be fetched. It is fetched from there, and the chain is checked again with it:
if that leads to a trusted root, nothing else was wrong. If it leads to a root that nobody here trusts, it is
`tls-issuer-untrusted`. If it cannot be fetched, a publicly issued certificate that came alone is still called incomplete,
since public authorities never sign those with the root itself. Of any other that came alone both causes remain possible, and
the finding says so. Where a certificate was sent that bears the issuer's name, and another key made the signature, it is most
likely that of an older key, and the finding says that.
"""

from diag.knowledge.each_address import SEEN_AT, asked_at_each_address, at_each_address
from diag.knowledge.untrusted_chain import Gap, look, speaks_tls, trusted_by, wanted
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

NAMESAKE = "namesake"
"""The form where the issuer was sent with another key."""


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether what is missing above the last certificate is a certificate that the server should have sent."""
    gap = look(view)
    if gap is None:
        return unknown(Because.NOT_REACHED)
    if not gap.distrusted or gap.chain.whole:
        return ok(gap.observation)
    if gap.public and trusted_by(gap.public):
        return ok(gap.observation, gap.public.observation)
    if gap.filled and gap.fetched and trusted_by(gap.filled):
        return _found(gap, Confidence.CERTAIN, gap.fetched.observation, gap.filled.observation)
    if gap.issuer and gap.fetched and gap.issuer.self_signed:
        return ok(gap.observation, gap.fetched.observation)
    if gap.halfway and gap.halfway.answer.namesakes and not gap.chain.looks_public:
        return ok(gap.observation, gap.halfway.observation)  # by its name, the trust store has what was not sent
    if gap.namesake or (gap.chain.looks_public and len(gap.chain.path) == 1):
        return _found(gap, Confidence.LIKELY)
    if gap.may_lack_one:
        return _found(gap, Confidence.POSSIBLE)
    return unknown(Because.UNDECIDED, gap.observation)


def _found(gap: Gap, confidence: Confidence, *filling: Observation) -> Finding:
    return problem(
        gap.observation,
        *filling,
        about=gap.chain.leaf.fingerprint,
        confidence=confidence,
        rules_out={"tls-issuer-untrusted": filling},
        host=gap.view.endpoint.host,
        missing=gap.chain.issuer,
        sent=gap.chain.sent,
        form=NAMESAKE if gap.namesake else None,
    )


_WITH_ANOTHER_KEY = Sentences(
    title="{host} sends another certificate of {missing} than the one that signed its own",
    seen=(
        "The server sent {sent} certificates. One of them bears the name {missing}, but its key did not sign the one below it.",
        *SEEN_AT,
    ),
    means="A certificate authority that has a new key gets a new certificate with the same name. The server still sends the old"
    " one. Programs find no path to a root certificate, and refuse the connection.",
    remedy=(
        "If you run {host}, make the server send the certificate of {missing} that came with its own certificate.",
        "If you do not, report it to its provider. Nothing on this computer needs to change.",
    ),
)


CHECK = EndpointCheck(
    id="tls-chain-incomplete",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null",
            "unable to verify the first certificate, or unable to get local issuer certificate",
        ),
        ShellLine("curl.exe -sv {to_url}", "an error about the certificate's issuer", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=asked_at_each_address(wanted),
    rivals=(
        Rival(
            "tls-issuer-untrusted",
            decided_by="the certificate of {missing}, and whether it leads to a root certificate that is trusted here",
        ),
    ),
    about_chain=True,
    alike=("form",),
    forms=((NAMESAKE, _WITH_ANOTHER_KEY),),
    sentences=Sentences(
        title="{host} does not send the certificate of {missing}",
        seen=(
            "The server sent {sent} {sent:certificate|certificates}. It did not send the certificate of {missing},"
            " which signed {sent:it|them}.",
            *SEEN_AT,
        ),
        means="Programs need that certificate to get from the server's own to a root certificate they trust. Browsers often"
        " find it themselves. Most other programs cannot, and refuse the connection.",
        remedy=(
            "If you run {host}, make the server send its own certificate and then the one of {missing} (the full chain,"
            " without the root).",
            "Until then, add the certificate of {missing} to the trust store of the program that fails.",
        ),
    ),
)
