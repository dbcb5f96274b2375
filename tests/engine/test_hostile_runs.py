"""Whole runs against hostile peers: look, judge, redact, report, bundle and back; nothing of it breaks, whatever they send."""

import asyncio
import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import dns.message
import dns.rrset
import pytest

from checks import CATALOGUE
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.engine.investigate import investigate
from diag.engine.judge import judged
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply, Header, HttpReply, Session, SystemLookup, Trust, TunnelReply, VerifyError
from diag.model.endpoint import parse_endpoint
from diag.model.machine import Resolvers
from diag.model.observation import Answer, FaultKind
from diag.model.question import Connect, Exchange, Handshake, Inspect, Lookup, Question, Topic, Tunnel, Verify
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits
from diag.model.verdict import Because
from diag.probe.fetched import only
from diag.report.forms.html import write_page
from diag.report.forms.json import write_report
from diag.report.forms.junit import write_junit
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.page import open_page
from tests.checks.authorities import certificate, key
from tests.engine.scripted import Scripted
from tests.foreign import CLASSES, answer_with, list_of_version, mutations, not_signed_data, of_version, serial_zero

MANY = int(os.environ.get("DIAG_HOSTILE", "3"))
"""How many runs of each kind."""
BY_ID = {check.id: check for check in CATALOGUE}
HOST = "api.example.com"
URL = "http://203.0.113.80/issuing.der"
RIGHT = certificate(HOST, "Authority", HOST, issuer_url=URL)
ROOT = certificate("Authority", "Authority", ca=True)
ODD = [
    of_version(4, RIGHT, key("Authority")),
    serial_zero(RIGHT, key("Authority")),
    not_signed_data(),
    b"",
    b"\x30",
    b"\x30\x80\x00",
    list_of_version(5, "Authority", key("Authority")),
    b"\x00" * 5_000,
    b"\x30\x82\xff\xff" + b"a." * 500,
    b"-----BEGIN ",
    b'{"described":{}}',
    b'{"described":' + b"[" * 5_000,
]
HEADS = [
    ("location", "http://[::1/"),
    ("location", "//"),
    ("location", "http://" + "a" * 5_000),
    ("date", "Mon, 01 Jan 0000 99:99:99 GMT"),
    ("date", "Fri, 31 Dec 9999 23:59:59 -9999"),
    ("retry-after", "9" * 400),
    ("content-type", "\x1b]0;x\x07"),
    ("server", "=cmd|' /C x'!A0"),
    ("proxy-status", ";;;error="),
    ("proxy-authenticate", ","),
    ("proxy-authenticate", ""),
    ("www-authenticate", "=" * 2_000),
    ("via", "1.1 " * 1_000),
    ("x-squid-error", " "),
    ("set-cookie", "a=b"),
    ("alt-svc", 'h3=":99999999"'),
    ("content-length", "-1"),
    ("", ""),
    ("x-forwarded-for", "999.999.999.999"),
    ("strict-transport-security", "max-age=1e999"),
    ("age", "\u0661"),
]
BODIES = [
    b"",
    b"\xff" * 3_000,
    b"a." * 500,
    b"password " * 100,
    b"<" * 5_000,
    b"{" * 5_000,
    b"\x1f\x8b\x08" + b"\0" * 50,
    "\u202e\ufeff".encode() * 100,
]


class Hostile:
    """Peers that send what chance has them send, seeded."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seed = seed

    def __call__(self, question: Question) -> Answer | BaseException | None:
        match question:
            case Inspect(topic=Topic.RESOLVERS):
                return Resolvers((Address("192.0.2.53", 53),), source="resolv.conf")
            case Lookup(server=None):
                return SystemLookup(("203.0.113.10", "2001:db8::10"))
            case Lookup():
                return DnsReply(self._message(question.name))
            case Connect():
                return Connection(source="10.0.0.9")
            case Tunnel():
                return TunnelReply(status=200, headers=self._heads()) if self._chance.random() < 0.7 else self._refusal()
            case Handshake():
                errors = tuple(
                    VerifyError(self._chance.choice((2, 9, 10, 18, 19, 20, 21, 62, 67)), 0)
                    for _ in range(self._chance.randrange(3))
                )
                return Session(finished=True, version="TLSv1.3", chain=self._chain(), verify_errors=errors, staple=self._bytes())
            case Exchange():
                reply = HttpReply(
                    status=self._chance.choice((200, 301, 403, 407, 500, 999)),
                    headers=self._heads(),
                    body=self._body(),
                    complete=True,
                )
                return only(reply, question.wants) if question.wants else reply
            case Verify():
                return Trust((VerifyError(20, 0),))
            case _:
                return None

    def _bytes(self) -> bytes:
        return next(mutations(self._chance.choice((RIGHT, ROOT, *ODD)), 1, self._chance.randrange(1 << 30)))

    def _chain(self) -> tuple[bytes, ...]:
        leaf = self._chance.choice((RIGHT, self._bytes(), self._chance.choice(ODD)))
        return (leaf, *(self._bytes() for _ in range(self._chance.randrange(3))))

    def _message(self, name: str) -> bytes:
        of_class, kind = (
            self._chance.choice(list(CLASSES.values())),
            self._chance.choice((1, 5, 6, 15, 16, 28, 33, 41, 46, 65, 250, 255)),
        )
        odd = answer_with(kind, of_class, self._chance.randbytes(self._chance.choice((0, 3, 4, 16, 60))))
        answer = dns.message.make_response(dns.message.make_query("svc.example.test", "A"))
        answer.answer.append(dns.rrset.from_text("svc.example.test.", 60, "IN", "CNAME", "a.example.test."))
        return (
            next(mutations(self._chance.choice((odd, answer.to_wire())), 1, self._chance.randrange(1 << 30)))
            if self._chance.random() < 0.7
            else odd
        )

    def _heads(self) -> tuple[Header, ...]:
        return tuple(Header(name, value) for name, value in self._chance.sample(HEADS, self._chance.randrange(6)))

    def _body(self) -> bytes:
        return self._chance.choice((*BODIES, RIGHT, self._bytes(), *ODD))

    def _refusal(self) -> TunnelReply:
        first = self._chance.choice(BODIES)[:1024]
        return TunnelReply(
            "tunnel_refused", self._chance.choice((0, 403, 407, 502, 599)), headers=self._heads(), first_bytes=first
        )


def whole_run(script: Callable[[Question], Answer | BaseException | None], proxied: bool, folder: Path) -> Evidence:
    """All that `diag run` does, without the network."""
    route = Route(RouteReason.OPTION, ProxyAddress("10.0.0.1", 3128)) if proxied else Route(RouteReason.NOTHING_SET)
    urls = (f"https://{HOST}", f"http://{HOST}", "tls://other.example.com:8443", "tcp://203.0.113.10:5")
    evidence = asyncio.run(
        investigate(
            tuple(map(parse_endpoint, urls)),
            prober=Scripted(script),
            checks=CATALOGUE,
            choose=lambda endpoint, proxies: route,
            tool="test",
            limits=Limits(revocation=True),
        )
    )
    assert evidence.run.bugs == ()
    for level in (Level.STANDARD, Level.STRICT):
        told(evidence, level, folder)
    return evidence


def told(evidence: Evidence, level: Level, folder: Path) -> None:
    """Judged, redacted, judged again, reported in every form, written and read."""
    for some in (evidence, (redacted := redact(evidence, Private(users=("alice",)), level, key=b"k" * 32)).evidence):
        diagnosis, bugs = judged(some, CATALOGUE)
        assert bugs == ()
        assert not [one for one in diagnosis.verdicts if one.finding.because is Because.CHECK_BROKEN]
        screen = io.StringIO()
        write_diagnosis(open_page(screen), diagnosis, BY_ID, some, verbose=True)
        page = write_page(diagnosis, BY_ID, some)
        assert "\x1b" not in screen.getvalue() + page
        assert "<script" not in page
        write_junit(diagnosis, BY_ID, some)
        write_report(diagnosis, BY_ID, some)
        summary = write_summary(diagnosis, BY_ID, some)
    assert redacted.lost == ()
    written = write_bundle(redacted, diagnosis, summary=summary, into=folder, catalogue_version="0+0")
    assert read_bundle(written.path).evidence.run.trails
    written.path.unlink()


@pytest.mark.parametrize("proxied", [False, True], ids=["straight", "proxied"])
@pytest.mark.parametrize("seed", range(MANY))
def test_nothing_that_peers_send_breaks_a_run(seed: int, proxied: bool, tmp_path: Path) -> None:
    evidence = whole_run(Hostile(seed), proxied, tmp_path)
    kinds = {type(one.question) for one in evidence.observations if one.answer}
    assert {Handshake, Exchange, Lookup} <= kinds or proxied
    assert not [
        one
        for one in evidence.observations
        if one.fault and one.fault.kind is FaultKind.BROKEN and isinstance(one.question, Lookup | Exchange)
    ]
