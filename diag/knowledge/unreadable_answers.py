"""What came from others in a run and could not be read: for the list of what a bundle lacks."""

from collections.abc import Iterator

from diag.model.answer import DnsReply, Session
from diag.model.observation import Observation
from diag.model.run import Evidence
from diag.model.wire.certificate import read_certificate
from diag.model.wire.dns import read_message
from diag.model.wire.unreadable import Unreadable


def unreadable(evidence: Evidence) -> Iterator[tuple[Observation, Unreadable]]:
    """Yield each certificate that was presented and each DNS answer that could not be read, in the order of the observations."""
    for observation in evidence.observations:
        read: list[object] = []
        match observation.answer:
            case Session(chain=chain):
                read = [read_certificate(der) for der in chain]
            case DnsReply(message=message) if message:
                read = [read_message(message)]
        for one in read:
            if isinstance(one, Unreadable):
                yield observation, one
