"""Only you can answer: what no look at the machine can tell, asked once, with a blank for each, and only what is still open.

Support asks for these first. What a cause already proves is not asked for, and that is said, so that nobody collects it in vain.
"""

from msgspec import Struct

from diag.language import PhraseTable, said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.verdict import Confidence, Status
from diag.report.wording.sentences import written

_ASKED = PhraseTable(
    "open_questions",
    {
        "error": "The error your program shows, word for word, and at what time (with the time zone)",
        "program": "Which program or driver, which version, on which runtime (Java, Node, Python ...)",
        "since": "Since when? What was changed then (network, VPN, proxy, certificates, versions)",
        "always": "Always, or at times? (at times: diag run --repeat 100 --every 1 ...)",
        "elsewhere": "Who else has the fault: another computer, network, user, program?"
        " (if it works elsewhere: run diag there, then diag diff A B)",
        "other_hosts": "Does your program use other hosts than these (storage, login, certificate checks)? Name them",
        "log": "The log of your program or driver at its debug level, around that time; a packet capture, if there is one",
    },
)
_BY_FAMILY = PhraseTable(
    "open_questions.family",
    {
        "dns": "Are you on a VPN? Which resolver should know this name",
        "network": "How should programs go out from here (proxy, VPN, directly)? What does the firewall's log say for that time",
        "proxy": "Does a browser work through the same proxy? Was the proxy's password or address changed lately",
        "privatelink": "The id and state of the private endpoint, and the network that should use it",
        "tls": "Does your company inspect TLS traffic? With which product? Which team runs it",
        "http": "The public address of your network, and whether it is fixed",
        "machine": "Who administers this computer? Was anything installed or updated lately",
    },
)
"""What only the customer knows about a cause, by its family, where the check itself asks for nothing."""


class OpenQuestions(Struct, frozen=True):
    """What is left to ask."""

    asked: tuple[str, ...]
    """At most seven, each without a question mark at its end, to be followed by a blank."""
    not_needed: str
    """What support need not ask for, as a sentence; empty: everything may be needed."""


def open_questions(diagnosis: Diagnosis, catalogue: KnownChecks) -> OpenQuestions:
    """Return what only the customer can say about this diagnosis."""
    first = next((cause for cause in diagnosis.causes if cause.status is Status.PROBLEM), None)
    if first is None:
        proved = diagnosis.verdict in (Outcome.OK, Outcome.WARNING)
        hosts = (_ASKED["other_hosts"],) if proved else ()
        return OpenQuestions(
            (_ASKED["error"], _ASKED["program"], *hosts, _ASKED["since"], _ASKED["always"], _ASKED["elsewhere"], _ASKED["log"]),
            "",
        )
    check = catalogue.get(first.id)
    special = written((check.ask,), first.facts) if check and check.ask else ()
    last = (*special, _BY_FAMILY.get(first.id.partition("-")[0], ""))[0]
    asked = tuple(
        question
        for question in (_ASKED["error"], _ASKED["program"], _ASKED["since"], _ASKED["always"], _ASKED["elsewhere"], last)
        if question
    )
    if first.confidence is Confidence.CERTAIN:
        return OpenQuestions(asked, said("Not needed: driver logs and packet captures. The cause is proved without them."))
    return OpenQuestions((*asked, _ASKED["log"]), "")
