"""The server accepts no cipher that is still safe.

*What it means*

At the beginning of TLS both sides agree on the ciphers to use. The server accepts none of the ciphers that diag offers. The
same handshake with every cipher offered, old and weak ones too, succeeded.

*Why it matters*

No TLS connection is possible between the two. Old clients may still connect, which makes it look like a fault of this one; but
what they agree on is given up elsewhere because it can be broken.

*What to do*

The server has to allow ciphers in use today; the finding names what the server takes instead. Allowing weak ciphers on the
client is at most a stopgap.

*How it is told apart*

With the alert `handshake_failure` a server says that it will not go on. It has many reasons for it: a name that it does not
know, a client certificate that is missing. The ciphers are the cause only where the same handshake succeeds with nothing but
the list of ciphers changed. With every cipher, old signatures are offered as well. Where the cipher that is then agreed on was
on offer before, they are what was missing; where the server's certificate has a key of another kind, that is. Where the server
refuses every cipher alike, a message written by hand offers what libraries have no more (RC4, triple DES, SSL 3.0). Where that is
refused as well, the cipher is no more than possible. Where it was this client that ended the handshake, the cipher is not what
is wrong: `tls-legacy-renegotiation`, `tls-weak-key-exchange`. If the sides have no version in common, it is
`tls-version-rejected`.
"""

from collections.abc import Iterable

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.ended_handshake import ended_handshake, finished, retired, variants, went_on
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.certificate import read_chain

NOTHING_FITS = "nothing_fits"
"""The form where the server refuses everything that this client's library can offer."""
SIGNATURES = "signatures"
"""The form where the cipher agreed on was on offer before: what was added besides, old signatures, made the difference."""
OLD_KEY = "old_key"
"""The form where the key of the server's certificate is a DSA key."""
OTHER_WISH = "wants-something-else"


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the server ended the handshake, and takes part as soon as every cipher is on offer."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    ended = ended_handshake(view)
    if ended is None or ended.by_us:
        return ok(seen.observation) if ended or went_on(seen.answer) else unknown(Because.UNDECIDED, seen.observation)
    if ended.wide is None:
        return unknown(Because.NOT_LOOKED, seen.observation)
    session = ended.accepted
    endpoint = str(view.endpoint.authority)
    if session is None:
        tried = (ended.wide, ended.retired) if ended.retired else (ended.wide,)
        again = ended.wide.answer.failure == seen.answer.failure  # type: ignore[union-attr]
        if not again:
            return unknown(Because.UNDECIDED, seen.observation, ended.wide)
        return problem(
            seen.observation,
            *tried,
            about=endpoint,
            confidence=Confidence.POSSIBLE,
            endpoint=endpoint,
            form=NOTHING_FITS,
        )
    decisive = ended.wide if finished(ended.wide) else ended.retired or ended.wide
    form = OLD_KEY if _has_old_key(session) else SIGNATURES if _is_usual(session) else None
    return problem(
        seen.observation,
        decisive,
        about=endpoint,
        confidence=Confidence.LIKELY if form == SIGNATURES else Confidence.CERTAIN,
        rules_out={OTHER_WISH: (decisive,)},
        endpoint=endpoint,
        cipher=session.cipher,
        version=session.version,
        form=form,
    )


def _has_old_key(session: Session) -> bool:
    """Whether the server's key is of the kind for which clients in use today offer no signature (RFC 8446, section 4.2.3)."""
    return any(leaf.key == "DSA" for leaf in read_chain(session.chain)[:1])


def _is_usual(session: Session) -> bool:
    """Whether every client in use today offers the cipher that was agreed on."""
    forward, sealed = session.cipher.startswith(("ECDHE-", "DHE-")), "GCM" in session.cipher or "CHACHA20" in session.cipher
    return session.version == "TLSv1.3" or (forward and sealed)


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same handshake with more leniency; where all of it is refused, with what libraries have no more."""
    ended = ended_handshake(view)
    if ended:
        yield from variants(ended.seen.question)
    if ended and not ended.by_us and ended.wide and not finished(ended.wide):
        yield retired(ended.seen.question)


_NOTHING_FITS = Sentences(
    title="{endpoint} ends every TLS handshake: it accepts nothing that was offered",
    seen=(
        "{endpoint} ended the handshake with the alert handshake_failure, both with the usual ciphers and with every"
        " cipher that diag's TLS library has.",
        *HANDSHAKE_AT,
    ),
    means="It may know only ciphers or versions that are no longer safe (RC4, 3DES, SSL 3). Or it wants something that diag"
    " did not send.",
    remedy=(
        "If you run {endpoint}, check its log for why it ended the handshake. Allow current ciphers (TLS 1.2 with ECDHE"
        " and AES-GCM, or TLS 1.3).",
        "If you do not, ask its provider what clients need: another name, a client certificate, another port.",
    ),
)
_OLD_SIGNATURES = Sentences(
    title="{endpoint} ends the TLS handshake, probably because it signs only with SHA-1",
    seen=(
        "{endpoint} ended the handshake with current settings. With old signatures allowed (SHA-1), it chose {cipher}"
        " ({version}), which had been offered before.",
        *HANDSHAKE_AT,
    ),
    means="The cipher is fine. The server, or a device in front of it, accepts only old signatures, which current programs do"
    " not offer.",
    remedy=(
        "If you run {endpoint}, allow signatures with SHA-256 in its TLS settings, and update its TLS software.",
        "If you do not, report to its provider that it accepts only SHA-1 signatures in the handshake.",
    ),
)
_OF_THE_KEY = Sentences(
    title="The certificate of {endpoint} has a DSA key, which current programs do not accept",
    seen=(
        "{endpoint} ended the handshake with current settings. With old signatures allowed, it presented a certificate with a"
        " DSA key ({cipher}, {version}).",
        *HANDSHAKE_AT,
    ),
    means="Current programs do not accept signatures made with DSA, and so do not offer them.",
    remedy=(
        "If you run {endpoint}, get a new certificate with an EC key (P-256), or an RSA key of 2048 bits.",
        "If you do not, report to its provider that its certificate has a DSA key.",
    ),
)
CHECK = EndpointCheck(
    id="tls-no-shared-cipher",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9325#section-4.2",
    do=(HowTo.SERVER_TLS,),
    see=(
        ShellLine("openssl s_client -connect {endpoint} </dev/null", "handshake failure"),
        ShellLine("curl.exe -sv {to_url}", "an error in the TLS handshake", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            OTHER_WISH,
            decided_by="the log of {endpoint} at that moment",
            words="the server wants something else, such as a client certificate or another name, and does not say so",
        ),
    ),
    sentences=Sentences(
        title="{endpoint} accepts no cipher that is safe",
        seen=(
            "{endpoint} ended the handshake with current ciphers. With every cipher offered, it chose {cipher} ({version}).",
            *HANDSHAKE_AT,
        ),
        means="The server accepts only ciphers that are no longer safe. Current programs do not offer them.",
        remedy=(
            "If you run {endpoint}, allow current ciphers (TLS 1.2 with ECDHE and AES-GCM, or better TLS 1.3).",
            "If you do not, report to its provider that it accepts only {cipher} ({version}).",
        ),
    ),
    forms=((NOTHING_FITS, _NOTHING_FITS), (SIGNATURES, _OLD_SIGNATURES), (OLD_KEY, _OF_THE_KEY)),
    alike=("form",),
)
