"""A DNS message written anew with dnspython, with other names and addresses in it (RFC 1035, section 4)."""

from collections.abc import Callable

import dns.message
import dns.name
import dns.rdata
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rrset

from diag.model.wire.unreadable import guarded_as


@guarded_as(b"")
def changed(wire: bytes, name: Callable[[str], str], address: Callable[[str], str]) -> bytes:
    """Return `wire` with every name and address in it changed; empty where it cannot be read, or nothing was changed."""
    message = dns.message.from_wire(wire, ignore_trailing=True)
    changes = _Changes(name, address)
    changes.message(message)
    return message.to_wire(max_size=65535) if changes.any else b""


class _Changes:
    """Goes through one message; `any` tells whether something was changed."""

    def __init__(self, name: Callable[[str], str], address: Callable[[str], str]) -> None:
        self._of_name = name
        self._of_address = address
        self.any = False

    def message(self, message: dns.message.Message) -> None:
        for index, section in enumerate(message.sections):
            message.sections[index] = [self._records(records) for records in section]

    def _records(self, records: dns.rrset.RRset) -> dns.rrset.RRset:
        found = dns.rrset.RRset(self._name(records.name), records.rdclass, records.rdtype, records.covers, records.deleting)
        for record in records:
            found.add(self._record(record), records.ttl)
        return found

    def _record(self, record: dns.rdata.Rdata) -> dns.rdata.Rdata:
        new: dict[str, object] = {}
        for slot in record._get_all_slots():  # type: ignore[no-untyped-call]
            value = getattr(record, slot, None)
            if isinstance(value, dns.name.Name):
                new[slot] = self._name(value)
        if isinstance(record, dns.rdtypes.IN.A.A | dns.rdtypes.IN.AAAA.AAAA):
            new["address"] = self._address(record.address)
        return record.replace(**new) if new else record

    def _name(self, name: dns.name.Name) -> dns.name.Name:
        old = name.to_text()
        new = self._of_name(old)
        if new == old:
            return name
        self.any = True
        return dns.name.from_text(new)

    def _address(self, old: str) -> str:
        new = self._of_address(old)
        self.any = self.any or new != old
        return new
