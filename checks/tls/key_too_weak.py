"""A certificate rests on a key or a signature that is too weak today.

*What it means*

A certificate is as good as the key it holds and the signature it bears. Here the key is so short, or the signature made in so
old a way (SHA-1, MD5), that both can be forged with effort.

*Why it matters*

Current clients refuse such a certificate; older ones, or those set to tolerate it, still accept it. So it fails in one program
and works in another, and more of them will fail with every update.

*What to do*

Whoever runs the server needs a new certificate, with an RSA key of 2048 bits or more or an EC key, signed with SHA-256 or better.
If an inspecting proxy made the certificate, its administrator has to do that.

*How it is told apart*

The key and the signature are read from the certificate itself. It is a problem where this client refused it for that, and a
warning where it did not. The signature of a root, which nobody checks, does not count.
"""

from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning
from diag.model.wire.certificate import Certificate
from diag.model.wire.chain import Chain, presented

_SHORTEST = {"RSA": 2048, "DSA": 2048, "EC": 224}
"""Bits that a key must have (NIST SP 800-57, part 1: 112 bits of strength)."""
BROKEN_HASHES = frozenset({"md2", "md4", "md5", "sha1"})
REFUSED = frozenset({66, 67, 68})
"""How OpenSSL says it (X509_V_ERR): the server's key, an authority's key, a signature's hash is too weak."""


def judge(view: EndpointView) -> Finding:
    """Whether a certificate that is used is too weak by its own content."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    weak = _weak(chain, seen.answer)
    complained = any(error.code in REFUSED for error in seen.answer.verify_errors)
    if weak is None:
        return unknown(Because.UNDECIDED, seen.observation) if complained else ok(seen.observation)
    say = problem if complained else warning
    return say(
        seen.observation,
        about=weak.fingerprint,
        host=view.endpoint.host,
        subject=weak.common_name or weak.subject or view.endpoint.host,
        weakness=_weakness(weak),
        refused="yes" if complained else "no",
    )


def _weak(chain: Chain, answer: Session) -> Certificate | None:
    """The first weak certificate: the server's own, or one above it about whose place the store complained."""
    depths = {0} | {error.depth for error in answer.verify_errors if error.code in REFUSED}
    return next((one for depth, one in enumerate(chain.path) if depth in depths and _weakness(one)), None)


def _weakness(certificate: Certificate) -> str:
    """What is weak about it, in words; empty: nothing."""
    if certificate.key_bits and certificate.key_bits < _SHORTEST.get(certificate.key, 0):
        return f"{certificate.key} key of {certificate.key_bits} bits"
    if certificate.signature_hash in BROKEN_HASHES and not certificate.self_signed:
        return f"signature with {certificate.signature_hash.upper()}"
    return ""


CHECK = EndpointCheck(
    id="tls-key-too-weak",
    owner=Owner.SERVICE,
    about_chain=True,
    article=__doc__,
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    sentences=Sentences(
        title="The certificate of {subject}, used by {host}, is too weak: {weakness}",
        seen="{host} presented a certificate of {subject} with a {weakness}. Refused for that by this client: {refused}.",
        means="Such a certificate can be forged with effort, so clients refuse it, the newer the more of them.",
        remedy=(
            "Whoever runs {host}: get a new certificate with an EC key, or an RSA key of 2048 bits, signed with SHA-256.",
            "If an inspecting proxy on the way made it, ask the network team to have the proxy make stronger ones.",
        ),
    ),
)
