"""A secret in a field that is no stranger's text: redaction itself takes it out, and all else of the observation stays."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import dns.message
import dns.rrset
import msgspec
import pytest
from msgspec.structs import replace

from diag.bundle.archive import unpack
from diag.bundle.held_back import without_leaking
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.bundle.scan import scan
from diag.bundle.write import write_bundle
from diag.model.answer import DnsReply, Header, HttpReply, Session
from diag.model.endpoint import Endpoint
from diag.model.machine import HostsFile, HostsLine, Interface, Interfaces, Proxies, Resolvers, RouteEntry, Routes
from diag.model.observation import Observation
from diag.model.run import Evidence
from diag.model.secret import Secret
from diag.model.wire.certificate import read_certificate
from diag.model.wire.dns import read_message
from diag.model.wire.facts import Certificate
from diag.model.wire.unreadable import Unreadable
from tests.bundle import sample
from tests.checks.authorities import certificate

SECRETS = ("s3cret-of-ours", "pa55wordpassword", "correcthorsebattery")
SPELT: dict[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "Base64": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "URL": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
}
Place = Callable[[Observation, str], Observation]


def of(kind: type, **fields: Callable[[str], object]) -> Place:
    """These fields of the first answer of a kind."""

    def placed(seen: Observation, word: str) -> Observation:
        if not isinstance(seen.answer, kind):
            return seen
        return msgspec.structs.replace(
            seen, answer=msgspec.structs.replace(seen.answer, **{name: make(word) for name, make in fields.items()})
        )

    return placed


def message(word: str) -> bytes:
    """An answer in whose names and text records a word stands."""
    answer = dns.message.make_response(dns.message.make_query("a.example.com", "A", id=7))
    if len(quote(word, safe="")) < 60:
        answer.answer.append(dns.rrset.from_text("a.example.com.", 60, "IN", "CNAME", f"{quote(word, safe='')}.example.com."))
    answer.answer.append(dns.rrset.from_text("a.example.com.", 60, "IN", "TXT", f'"it is {word} here"'))
    return answer.to_wire()


PLACES: dict[str, Place] = {
    "an exception": of(Proxies, exceptions=lambda word: ("localhost", f".{word}.corp.example", word)),
    "a route's destination": of(Routes, routes=lambda word: (RouteEntry(word, "10.20.30.1", "eth0"),)),
    "a route's interface": of(Routes, routes=lambda word: (RouteEntry("0.0.0.0/0", "10.20.30.1", word),)),
    "an interface": of(Interfaces, interfaces=lambda word: (Interface(word, True, 1500, ("10.20.30.40",)),)),
    "a search domain": of(Resolvers, search=lambda word: (f"{word}.example.com",)),
    "a line of the hosts file": of(HostsFile, lines=lambda word: (HostsLine("10.9.9.9", (f"{word}.example.com",), 1),)),
    "a DNS message": of(DnsReply, message=message),
    "a certificate": of(Session, chain=lambda word: (certificate(word, "Authority", sample.ENDPOINT.host),)),
    "a certificate's host": of(Session, chain=lambda word: (certificate("x", "Authority", f"{word}.example.com"),)),
    "a stapled response": of(Session, staple=lambda word: b"\x30\x03" + word.encode()),
    "a header": of(HttpReply, headers=lambda word: (Header("x-note", f"it is {word}"),)),
    "a reason": of(HttpReply, reason=lambda word: f"no {word}"),
    "a page": of(HttpReply, body=lambda word: f"<p>{word}</p>".encode()),
}


def met(place: str, *words: str) -> Evidence:
    """Of the sample what has such a place, once for each word."""
    evidence = sample.evidence()
    edited = [(one, PLACES[place](one, word), number) for number, word in enumerate(words) for one in evidence.observations]
    changed = (msgspec.structs.replace(new, id=f"{new.id}-{number}") for old, new, number in edited if new is not old)
    return msgspec.structs.replace(evidence, observations=tuple(changed))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", [Level.STANDARD, Level.STRICT, Level.NONE])
def test_redaction_takes_it_out_of_each_place_and_costs_nothing_else(place: str, level: Level) -> None:
    private = replace(sample.PRIVATE, secrets=tuple(map(Secret, SECRETS)))
    evidence = met(place, *(spell(secret) for secret in SECRETS for spell in SPELT.values()))
    held = without_leaking(redact(evidence, private, level, key=sample.KEY))
    assert held.lost == ()
    assert [one.id for one in held.evidence.observations] == [one.id for one in evidence.observations]
    assert len(evidence.observations) >= len(SECRETS) * len(SPELT)
    assert not any(secret in original for secret in SECRETS for original in held.originals.values())


def test_the_same_secret_has_the_same_stand_in_and_a_name_keeps_its_parents(tmp_path: Path) -> None:
    host = "s3cret-of-ours.example.com"
    endpoint = Endpoint(host, 443, path="/s3cret-of-ours/x")
    evidence = sample.evidence((endpoint,))
    private = replace(sample.PRIVATE, secrets=(Secret("s3cret-of-ours"),))
    redacted = redact(evidence, private, Level.STANDARD, key=sample.KEY)
    (trail,) = redacted.evidence.run.trails
    name, _, parent = trail.endpoint.host.partition(".")
    assert (name[:4], parent, trail.endpoint.path) == ("key-", "example.com", f"/{name}/x")
    asked = [one.question for one in redacted.evidence.observations]
    assert {getattr(question, "server_name", trail.endpoint.host) for question in asked} <= {trail.endpoint.host, ""}
    path = write_bundle(redacted, sample.diagnosis((trail.endpoint,)), summary="", into=tmp_path, catalogue_version="1").path
    scan(unpack(path.read_bytes()), redacted.private, redacted.withheld)
    assert read_bundle(path).evidence == redacted.evidence


def test_what_remains_of_a_message_and_of_a_certificate_can_be_read() -> None:
    private = replace(sample.PRIVATE, secrets=(Secret("s3cret-of-ours"),))
    answer = dns.message.make_response(dns.message.make_query("a.example.com", "A", id=7))
    answer.answer.append(dns.rrset.from_text("a.example.com.", 60, "IN", "CNAME", "s3cret-of-ours.example.com."))
    answer.answer.append(dns.rrset.from_text("s3cret-of-ours.example.com.", 60, "IN", "A", "203.0.113.9"))
    evidence = of(DnsReply, message=lambda _: answer.to_wire())
    seen = sample.evidence()
    seen = msgspec.structs.replace(seen, observations=tuple(evidence(one, "") for one in seen.observations))
    left = redact(seen, private, Level.STANDARD, key=sample.KEY).evidence
    wires = {one.answer.message for one in left.observations if isinstance(one.answer, DnsReply) and one.answer.message}
    read = [read_message(wire) for wire in wires]
    assert [one.addresses for one in read if not isinstance(one, Unreadable)] == [("203.0.113.9",)] * len(wires)
    redacted = redact(met("a certificate", "s3cret-of-ours"), private, Level.STANDARD, key=sample.KEY).evidence
    chains = [one.answer.chain for one in redacted.observations if isinstance(one.answer, Session)]
    described = [read_certificate(der) for chain in chains for der in chain]
    assert all(isinstance(one, Certificate) and one.names == (sample.ENDPOINT.host,) for one in described)
    assert described
