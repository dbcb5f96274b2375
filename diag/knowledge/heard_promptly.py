"""What came back at once from the network in this run: silence elsewhere is then no loss of packets.

A reply that had to wait for its question to be sent again shows the contrary, and one from this computer shows nothing.
"""

from diag.model.address import Address, is_own
from diag.model.answer import Connection, DnsReply
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Connect, Lookup
from diag.model.view import EvidenceView, remembered

PROMPT = 0.6
"""Seconds within which a reply is to the first packet: a system sends a connection's again after one (RFC 6298, section 2), and
diag a question to a resolver after that, or a third of its patience."""


@remembered
def heard_promptly(view: EvidenceView) -> tuple[Observation, ...]:
    """Return what was answered at once by others than this computer, of the whole run."""
    return tuple(seen for seen in view.evidence.observations if seen.took < PROMPT and _from_another(seen))


def _from_another(seen: Observation) -> bool:
    match seen.question, seen.answer:
        case Connect(address=address), Connection(failure="" | Failure.REFUSED, icmp=None):
            return not is_own(address.host)
        case Lookup(server=Address(host=host)), DnsReply(message=message) if message:
            return not is_own(host)
        case _:
            return False
