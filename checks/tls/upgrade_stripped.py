"""The server offers encryption, and a device on the network path removes the offer.

*What it means*

In SMTP and IMAP a server lists what it can do, in the clear, and `STARTTLS` (going over to encryption) is a word of that list.
Some firewalls and mail filters take the word out, or write the letter X over it, so that they can go on reading the mail.

*Why it matters*

A program that insists on encryption cannot connect, though the server could. One that does not insist continues unencrypted,
and the device that removed the offer can read it, password and all.

*What to do*

Ask the network team which device inspects mail on this way. On a Cisco ASA or PIX it is the inspection of ESMTP (in old ones
`fixup protocol smtp`): it has to be switched off, or allowed to let TLS through. Until then no password should go this way.

*How it is told apart*

A list in which a word is replaced by XXXX was changed on the way: no server writes that. Where the offer is just missing, diag
asks for encryption all the same: a server that agrees to what it seemingly does not offer has offered it. Where it says no, too,
it is `tls-upgrade-refused`.
"""

from collections.abc import Iterable

from checks.tls.upgrade_refused import questions as insist
from diag.knowledge.starttls import expected, goes_over, insisted, refused_as, took_it
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Question
from diag.model.upgrade import UpgradeRefusal
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the list was changed, or the server agrees to what it seemingly does not offer."""
    seen = view.upgrade
    if seen is None:
        return unknown(Because.NOT_REACHED)
    overwritten = refused_as(seen, UpgradeRefusal.OVERWRITTEN)
    also = insisted(view, seen)
    if not overwritten and not took_it(also):
        if refused_as(seen, UpgradeRefusal.NOT_OFFERED) and also is None and any(True for _ in insist(view)):
            return unknown(Because.NOT_LOOKED, seen.observation)
        went_on = not seen.answer.failure or seen.answer.refusal
        return ok(seen.observation, *([also] if also else [])) if went_on else unknown(Because.UNDECIDED, seen.observation)
    return problem(
        seen.observation,
        *([also] if also else []),
        about=str(view.endpoint.authority),
        rules_out={"server-hides-it": (seen.observation,)} if overwritten else {},
        confidence=Confidence.CERTAIN if overwritten else Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        protocol=expected(view),
        hidden_as=(UpgradeRefusal.OVERWRITTEN if overwritten else UpgradeRefusal.NOT_OFFERED).value,
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same, asked for where the list does not name it."""
    return insist(view)


CHECK = EndpointCheck(
    id="tls-upgrade-stripped",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc3207#section-6",
    do=(HowTo.STARTTLS,),
    see=(
        ShellLine(
            "openssl s_client -starttls {protocol} -connect {endpoint} </dev/null", "no STARTTLS in the list of the server"
        ),
    ),
    needs=Stage.UPGRADE,
    applies=goes_over,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "server-hides-it",
            owner=Owner.SERVICE,
            decided_by="the same session from another network",
            words="the server itself does not list what it can do",
        ),
    ),
    tokens={"hidden_as": UpgradeRefusal},
    alike=("protocol", "hidden_as"),
    sentences=Sentences(
        title="Something on the network path removes the offer to encrypt from {endpoint}",
        seen="The list of features of {endpoint} ({protocol}) hides encryption: {hidden_as}.",
        means="A firewall or mail filter keeps the connection unencrypted, so that it can read the traffic.",
        remedy=(
            "Ask your network team which device inspects {protocol} on the path to {endpoint}, and to allow STARTTLS there"
            " (Cisco ASA: the ESMTP inspection).",
            "Until then, do not let programs log in here without encryption.",
        ),
    ),
)
