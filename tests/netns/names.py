"""What a resolver answers: names with their records, and one field for each way in which names go wrong.

Each is turned into the configuration of one real unbound. `Answers` resolves out of zones of its own and asks nobody;
a `Forwarder` asks others, which may be dead.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import dns.dnssec
import dns.dnssectypes
import dns.name
import dns.rdatatype
import dns.rrset
import dns.transaction
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

DAY = 86400
COMMON = ('module-config: "validator iterator"', "qname-minimisation: no", "trust-anchor-signaling: no", "ede: yes")
HEAD = "$TTL 300\n{apex} SOA ns.{apex} nobody.{apex} 1 3600 600 86400 60\n{apex} NS ns.{apex}\nns.{apex} A 127.0.0.1\n"


@dataclass(frozen=True)
class Answers:
    """What one resolver says. A name that is nowhere mentioned does not exist (NXDOMAIN)."""

    names: Mapping[str, Collection[str]]
    """Addresses, or another name (CNAME), by name. An empty collection: the name exists without an address (NODATA)."""
    refused: Collection[str] = ()
    """These and all beneath them are answered REFUSED."""
    failing: Collection[str] = ()
    """These and all beneath them are answered SERVFAIL, without an Extended DNS Error (RFC 8914)."""
    silent: Collection[str] = ()
    """Questions for these and all beneath them are swallowed."""
    signed: Collection[str] = ()
    """Of `names`, those with good signatures: AD set."""
    forged: Collection[str] = ()
    """Of `names`, those whose signatures do not fit: SERVFAIL with error 6, the data when checking is disabled (CD)."""
    expired: Collection[str] = ()
    """Of `names`, those whose signatures ended ten days ago: SERVFAIL with error 7, the data with CD."""
    missing_become: str | None = None
    """The IPv4 address that every missing name is rewritten to, as some providers do."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Zones that are answered for here alone, each with its primary server: what is not in `names` does not exist in them."""
    held: Collection[str] = ()
    """Zones that this resolver holds itself: it answers for them with authority (AA), and knows no more of them than `names`."""
    udp_limit: int = 1232
    """Octets of the longest answer by UDP; a longer one is cut off (TC). 512 is about 28 IPv4 addresses."""
    tcp: bool = True
    """Whether it answers by TCP too; otherwise connections to its port are refused."""

    def config(self) -> str:
        """Say it in the words of unbound.conf(5), to go on in its `server:` clause."""
        lines = [*COMMON, "local-zone: test. nodefault"]
        lines += [f"max-udp-size: {self.udp_limit}", f"do-tcp: {'yes' if self.tcp else 'no'}"]
        lines += [f"local-zone: {name}. always_refuse" for name in self.refused]
        lines += [f"local-zone: {name}. always_deny" for name in self.silent]
        if self.missing_become:
            lines += ["local-zone: . redirect", f'local-data: ". A {self.missing_become}"']
            lines += [f"local-zone: {name}. transparent" for name in (*self.names, *self.failing)]
        lines += [f'trust-anchor: "{zone.apex} {zone.key}"' for zone in self._zones if zone.key]
        # A zone that no primary has handed over yet is answered SERVFAIL at once; nobody listens on port 9.
        sources = {f"{name}.": "primary: 127.0.0.1@9" for name in self.failing}
        sources |= {zone.apex: f'zonefile: "{zone.file}"' for zone in self._zones}
        clauses = (_zone_clause(apex, source, held=apex.rstrip(".") in self.held) for apex, source in sources.items())
        return _indented(lines) + "".join(clauses)

    def files(self) -> dict[str, str]:
        """Write the zone files that `config` speaks of."""
        return {zone.file: zone.text for zone in self._zones}

    @cached_property
    def _zones(self) -> tuple["_Zone", ...]:
        special = {*self.signed, *self.forged, *self.expired}
        plain = {name: values for name, values in self.names.items() if name not in special}
        heads = {apex: HEAD.format(apex=f"{apex}.") for apex in (*self.own, *self.held)}
        heads |= {apex: heads[apex].replace(f"SOA ns.{apex}.", f"SOA {self.own[apex]}.") for apex in self.own}
        inside = {apex: [name for name in plain if name.endswith(f".{apex}")] for apex in heads}
        own = tuple(
            _Zone(f"{apex}.", head + "".join(_records(name, plain.pop(name)) for name in inside[apex]))
            for apex, head in heads.items()
        )
        root = _Zone(".", HEAD.format(apex=".").replace("..", ".") + "".join(_records(n, v) for n, v in plain.items()))
        good, over = time.time() + 10 * DAY, time.time() - 10 * DAY
        until = {name: over if name in self.expired else good for name in special}
        return (root, *own, *(_signed(name, self.names[name], until[name], name in self.forged) for name in special))


@dataclass(frozen=True)
class Forwarder:
    """A resolver that hands every question on."""

    to: Collection[str]
    """The resolvers it asks. When none answers, it says SERVFAIL, but later than most clients wait."""
    forgets: Collection[str] = ()
    """Networks whose addresses it takes out of every answer, as protection against DNS rebinding does."""

    def config(self) -> str:
        """Say it in the words of unbound.conf(5), to go on in its `server:` clause."""
        lines = [*COMMON, "local-zone: test. nodefault", *(f"private-address: {network}" for network in self.forgets)]
        return _indented(lines) + "forward-zone:\n" + _indented(["name: .", *(f"forward-addr: {a}" for a in self.to)])

    def files(self) -> dict[str, str]:
        """Write nothing: it has no zones."""
        return {}


@dataclass(frozen=True)
class _Zone:
    apex: str
    text: str
    key: str = ""
    """The DNSKEY that vouches for it; empty when it is not signed."""

    @property
    def file(self) -> str:
        return f"{self.apex}zone"


def _records(name: str, values: Collection[str]) -> str:
    kinds = ("AAAA" if ":" in value else "A" if value[-1].isdigit() else "CNAME" for value in values)
    records = [f"{name}. {kind} {value}{'.' * (kind == 'CNAME')}\n" for kind, value in zip(kinds, values, strict=True)]
    return "".join(records) or f'{name}. TXT "here, but without an address"\n'


def _signed(name: str, values: Collection[str], until: float, forged: bool) -> _Zone:
    """Make a zone of one name with signatures up to a time (seconds since 1970), of zeros if forged (RFC 4034).

    The signature of the key itself is always good; otherwise the error would be that the key is missing.
    """
    apex = f"{name}."
    zone = dns.zone.from_text(HEAD.format(apex=apex) + _records(name, values), origin=apex, relativize=False)
    private = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(private.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257)

    def sign(writer: dns.transaction.Transaction, records: dns.rrset.RRset) -> None:
        vouching = records.rdtype == dns.rdatatype.DNSKEY
        end = time.time() + 10 * DAY if vouching else until
        signer = dns.name.from_text(apex)
        made = dns.dnssec.sign(records, private, signer, key, inception=end - 40 * DAY, expiration=end)
        writer.add(records.name, records.ttl, made.replace(signature=bytes(64)) if forged and not vouching else made)

    with zone.writer() as writer:
        dns.dnssec.sign_zone(zone, writer, keys=[(private, key)], dnskey_ttl=300, rrset_signer=sign)
    return _Zone(apex, zone.to_text(relativize=False), f"DNSKEY {key.to_text()}")


def _zone_clause(apex: str, source: str, *, held: bool = False) -> str:
    lines = [f"name: {apex}", source, f"for-downstream: {'yes' if held else 'no'}", "for-upstream: yes", "fallback-enabled: no"]
    return "auth-zone:\n" + _indented(lines)


def _indented(lines: Collection[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)
