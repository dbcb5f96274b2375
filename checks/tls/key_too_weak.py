"""A certificate rests on a key or a signature that is too weak today.

*What it means*

A certificate is as good as the key it holds and the signature it bears. Here the key is so short, or the signature made in so
old a way (SHA-1, MD5), that both can be forged with effort.

*Why it matters*

Current clients refuse such a certificate; older ones, or those set to tolerate it, still accept it. So it fails in one program
and works in another, and more of them will fail with every update.

*What to do*

The server needs a new certificate, with an RSA key of 2048 bits or more or an EC key, signed with SHA-256 or better. If an
inspecting proxy made the certificate, its administrator has to do that.

*How it is told apart*

The key and the signature are read from the certificate itself. It is a problem where this client refused it for that, and a
warning where it did not. The signature of a root, which nobody checks, does not count.
"""

from diag.knowledge.each_address import SEEN_AT, at_each_address
from diag.knowledge.key_strength import Weak, weakness
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.chain import Chain, presented
from diag.model.wire.facts import Certificate
from diag.model.wire.verify_codes import WEAK


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether a certificate that is used is too weak by its own content."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    found = _weak(chain, seen.answer)
    complained = any(error.code in WEAK for error in seen.answer.verify_errors)
    weak = weakness(found) if found else None
    if found is None or weak is None:
        return unknown(Because.UNDECIDED, seen.observation) if complained else ok(seen.observation)
    say = problem if complained else warning
    return say(
        seen.observation,
        about=found.fingerprint,
        rules_out={"of-own-authority": (seen.observation,) if chain.looks_public else ()},
        host=view.endpoint.host,
        subject=found.common_name or found.subject or view.endpoint.host,
        weakness=weak.part.value,
        kind=weak.kind,
        bits=weak.bits or None,
        refused=complained,
    )


def _weak(chain: Chain, answer: Session) -> Certificate | None:
    """The first weak certificate: the server's own, or one above it about whose place the store complained."""
    depths = {0} | {error.depth for error in answer.verify_errors if error.code in WEAK}
    return next((one for depth, one in enumerate(chain.path) if depth in depths and weakness(one)), None)


_BY_KEY = When("weakness", (Weak.KEY.value,), "{host} presented a certificate of {subject} with a key of {bits} bits ({kind}).")
_BY_SIGNATURE = When(
    "weakness", (Weak.SIGNATURE.value,), "{host} presented a certificate of {subject} with the signature method {kind}."
)
CHECK = EndpointCheck(
    id="tls-key-too-weak",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9325#section-4.5",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null | openssl x509 -noout -text",
            "a short Public-Key, or a weak Signature Algorithm",
        ),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    rivals=(
        Rival(
            "of-own-authority",
            owner=Owner.SECURITY,
            whose=True,
            decided_by="whose certificate authority signed it",
            words="the company's own certificate authority, or what inspects TLS here, made the certificate",
        ),
    ),
    tokens={"weakness": Weak},
    about_chain=True,
    alike=("weakness",),
    sentences=Sentences(
        title="The {subject:certificate|certificates} of {subject} {subject:has|have} a {weakness} that is too weak ({kind})",
        seen=(
            _BY_KEY,
            _BY_SIGNATURE,
            When("refused", (True,), "diag's TLS library refused it for that."),
            When("refused", (False,), "diag's TLS library accepted it all the same."),
            *SEEN_AT,
        ),
        means="Its {weakness} is too weak to be safe. Current programs refuse it.",
        remedy=(
            "If you run {host}, get a new certificate with an EC key, or an RSA key of 2048 bits, signed with SHA-256.",
            "If a TLS inspection made it, ask the security team to configure stronger certificates there.",
        ),
    ),
)
