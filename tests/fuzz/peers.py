"""Peers, files and programs that say what chance has them say: each answer is a right one, spoilt, and read by our own readers.

What comes over a wire is read from one (`exchange`); scripts are read by `Scripts`; files and programs of the machine by
`Inspector`. So what is fuzzed is all that stands between a stranger's byte and the evidence, and then what is done with it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path

import dns.message
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp

from diag.model.address import Address
from diag.model.answer import (
    Connection,
    DnsReply,
    PacResult,
    Session,
    SystemLookup,
    Trust,
    TunnelReply,
    UpgradeReply,
    VerifyError,
)
from diag.model.failure import Failure
from diag.model.observation import Answer, Observation, Unsupported
from diag.model.question import (
    Connect,
    EvaluatePac,
    Exchange,
    Handshake,
    Inspect,
    Lookup,
    Question,
    Script,
    Tunnel,
    Upgrade,
    Verify,
)
from diag.model.text import clean
from diag.probe.exchange import exchange
from diag.probe.inspect import Inspector
from diag.probe.logins import Logins
from diag.probe.pac.result import kept, read_result
from diag.probe.pac.scripts import Scripts
from diag.probe.streams import ByteStream, Ended
from tests.checks.authorities import certificate, key
from tests.checks.replies import NOW
from tests.foreign import CLASSES, answer_with, list_of_version, mutations, not_signed_data, of_version, serial_zero

KINDS = (1, 5, 6, 16, 28, 33, 41, 46, 65, 250)
"""Types of DNS records."""
HOST = "api.example.com"
PAC = "http://203.0.113.9/proxy.pac"
AUTHORITY = key("Authority")
ROOT = certificate("Authority", "Authority", ca=True)
LEAF = certificate(HOST, "Authority", HOST, issuer_url="http://203.0.113.80/issuing.der")
_ROOT, _LEAF = x509.load_der_x509_certificate(ROOT), x509.load_der_x509_certificate(LEAF)
_SHA256 = hashes.SHA256()


def _list() -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(_ROOT.subject).last_update(NOW).next_update(NOW + timedelta(7))
    gone = x509.RevokedCertificateBuilder().serial_number(_LEAF.serial_number).revocation_date(NOW).build()
    return builder.add_revoked_certificate(gone).sign(AUTHORITY, _SHA256).public_bytes(Encoding.DER)


def _response() -> bytes:
    said = ocsp.OCSPResponseBuilder().add_response(
        _LEAF, _ROOT, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, NOW, NOW + timedelta(7), None, None
    )
    return said.responder_id(ocsp.OCSPResponderEncoding.NAME, _ROOT).sign(AUTHORITY, _SHA256).public_bytes(Encoding.DER)


def _chain_of_names() -> bytes:
    answer = dns.message.make_response(dns.message.make_query("svc.example.test", "A"))
    answer.answer.append(dns.rrset.from_text("svc.example.test.", 60, "IN", "CNAME", "a.example.test."))
    answer.answer.append(dns.rrset.from_text("a.example.test.", 60, "IN", "A", "203.0.113.10"))
    answer.authority.append(dns.rrset.from_text("example.test.", 60, "IN", "SOA", "ns.example.test. me.example.test. 1 2 3 4 5"))
    return answer.to_wire()


RIGHT: Mapping[str, tuple[bytes, ...]] = {
    "certificate": (LEAF, ROOT, of_version(4, LEAF, AUTHORITY), serial_zero(LEAF, AUTHORITY), b'{"described":{}}', b"\x30\x80\0"),
    "PKCS #7": (pkcs7.serialize_certificates([_ROOT], Encoding.DER), not_signed_data()),
    "CRL": (_list(), list_of_version(5, "Authority", AUTHORITY)),
    "OCSP": (_response(),),
    "DNS message": (
        _chain_of_names(),
        *(answer_with(kind, of_class, b"\x05abcde\0") for kind in KINDS for of_class in CLASSES.values()),
    ),
    "HTTP head": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\nServer: x\r\n\r\nhello",
        b"HTTP/1.1 302 Found\r\nLocation: https://user:secret@[::1]/a?token=b#c\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
        b'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="a", nonce="b", qop="auth"\r\nVia: 1.1 a (squid)\r\n'
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.0 503 \xe4\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 -9999\r\nContent-Type: text/html; charset=x\r\n\r\n"
        b"<title>a</title>",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
        b"HTTP/1.1 403 F\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
        b'{"code":"390422","message":"10.0.0.1 \\ud800"}',
    ),
    "PAC": (
        b"function FindProxyForURL(url, host) { return 'PROXY u:p@proxy.example.net:3128; DIRECT'; }",
        b"PROXY a:3128; SOCKS5 [::1]:1080; HTTPS user:secret@b; DIRECT",
    ),
}
"""What is spoilt, by its kind."""
FILES: Mapping[str, bytes] = {
    "etc/resolv.conf": b"# a\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\n"
    b"search corp.example.com a.b\noptions ndots:2 use-vc\n",
    "etc/hosts": b"127.0.0.1 localhost me\n203.0.113.5 api.example.com # b\n::1 ip6-localhost\n",
    "etc/nsswitch.conf": b"hosts: files mdns4_minimal [NOTFOUND=return] resolve dns\n",
    "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
    "proc/net/route": b"Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
    b"eth0 00000000 0100000A 0003 0 0 100 00000000 0 0 0\n",
    "proc/net/ipv6_route": b"0" * 32 + b" 00 " + b"0" * 32 + b" 00 fe80" + b"0" * 27 + b"1 00000064 0 0 00000003 eth0\n",
    "usr/lib/ssl/openssl.cnf": b"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1.2\n",
    "home/.netrc": b'machine proxy.example.net login u password "p"\ndefault login a password b\n',
}
"""Files of a machine."""
VARIABLES: Mapping[str, bytes] = {
    "HTTPS_PROXY": b"http://u:p%40@proxy.example.net:3128/",
    "NO_PROXY": b"localhost,.corp.example.com,10.0.0.0/8,[::1]:80,*.a",
    "JAVA_TOOL_OPTIONS": b"-Dhttps.proxyHost=a -Dhttps.proxyPort=3128 '-Djavax.net.ssl.trustStore=/a b'",
    "SSL_CERT_FILE": b"/etc/ssl/cert.pem",
}
PRINTED = (
    b"DNS configuration\n\nresolver #1\n  search domain[0] : lan.example\n  nameserver[0] : 192.0.2.1\n  if_index : 35 (utun8)\n",
    b"<dictionary> {\n  HTTPSEnable : 1\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.example.net\n  ProxyAutoConfigURLString : http://a/b\n}\n",
    b"org.gnome.system.proxy mode 'manual'\norg.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8']\n",
    b"HKEY_CURRENT_USER\\Software\n    ProxyEnable    REG_DWORD    0x1\n    ProxyServer    REG_SZ    http=a:80;https=b:3128\n",
    b"default            10.0.0.1           UGScg                 en0\n10/8   link#6   UCS  en0\n",
)
"""What programs of a machine print."""


class Said(ByteStream):
    """A wire on which these bytes come, a few at a time, and then the end."""

    def __init__(self, content: bytes, chance: random.Random) -> None:
        self._left = content
        self._chance = chance

    async def read(self) -> bytes:
        """A piece of it."""
        if not self._left and self._chance.random() < 0.2:
            raise Ended(Failure.RESET)
        size = self._chance.choice((1, 7, 4_096, 4_096))
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    def unread(self, data: bytes) -> None:
        """Put back."""
        self._left = data + self._left

    async def write(self, data: bytes) -> None:
        """Nobody listens."""

    @property
    def tcp(self) -> None:
        """There is no kernel behind it."""

    @property
    def dead_in_silence(self) -> bool:
        """It never ends unseen."""
        return False

    def abort(self) -> None:
        """Nothing is open."""


class Peers:
    """A prober, and the source of every spoilt piece; `drawn` counts them by kind."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.drawn: Counter[str] = Counter()
        self._scripts = Scripts({}, Logins({}))
        self.inspector: Inspector | None = None

    def spoilt(self, kind: str, right: bytes | None = None) -> bytes:
        """A spoilt piece of this kind."""
        self.drawn[kind] += 1
        content = self._chance.choice(RIGHT[kind]) if right is None else right
        return next(mutations(content, 1, self._chance.getrandbits(40)))

    def furnish(self, root: Path) -> dict[str, str]:
        """Files of a machine in a folder, and its variables."""
        for name, right in FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.spoilt("settings file", right) if self._chance.random() < 0.3 else right)
        values = {name: self.spoilt("variable", right).decode("utf-8", "replace") for name, right in VARIABLES.items()}
        variables = {name: value.replace("\0", "") for name, value in values.items() if self._chance.random() < 0.5}
        system = self._chance.choice(("Linux", "Linux", "Darwin", "Windows"))
        self.inspector = Inspector(variables, None, system=system, root=str(root), run=self._printed)
        return variables

    def _printed(self, command: tuple[str, ...]) -> tuple[str, ...]:
        content = self.spoilt("program's output", self._chance.choice(PRINTED))
        return tuple(clean(line, 64_000) for line in content.splitlines())

    async def ask(self, question: Question, known: Mapping[Question, Observation], patience: float) -> Answer:
        """An answer. Raises Unsupported where this machine does not tell."""
        match question:
            case Inspect():
                assert self.inspector
                return self.inspector.ask(question)
            case Lookup(server=None):
                return SystemLookup(("203.0.113.10", "2001:db8::10"))
            case Lookup():
                return DnsReply(self.spoilt("DNS message"))
            case Connect():
                return Connection(source="10.0.0.9")
            case Tunnel():
                return TunnelReply(status=200) if self._chance.random() < 0.6 else await self._refusal(question)
            case Upgrade():
                return UpgradeReply(first_bytes=self._chance.randbytes(30))
            case Handshake():
                return self._session()
            case Exchange():
                return await self._exchange(question)
            case Script():
                return await self._scripts.fetch(question, known, self._exchange)
            case EvaluatePac():
                text = self.spoilt("PAC", RIGHT["PAC"][1]).decode("latin-1")
                read = read_result(text)
                return PacResult(failure=read.flaw, text=kept(text), ways=read.ways, not_understood=read.not_understood)
            case Verify():
                return Trust((VerifyError(20, 0),))
            case _:
                raise Unsupported("nobody answers that here")

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        """Nothing waits open."""

    async def close(self) -> None:
        """Nothing is open."""

    async def _refusal(self, question: Tunnel) -> TunnelReply:
        answer = await self._exchange(Exchange(question.over, question.target))
        first = self.spoilt("HTTP head")[:1024]
        return TunnelReply("tunnel_refused", answer.status, answer.reason, answer.headers, first)

    async def _exchange(self, question: Exchange) -> Answer:
        async def reopen() -> ByteStream:
            return Said(self.spoilt("HTTP head"), self._chance)

        wire = Said(self._body(question), self._chance)
        return await exchange(question, wire, None, "diag", asyncio.get_running_loop().time() + 5, reopen)

    def _body(self, question: Exchange) -> bytes:
        if question.authority.host == "203.0.113.9":
            body = self.spoilt("PAC", RIGHT["PAC"][0])
        elif question.wants:
            kind = {"crl": "CRL", "ocsp": "OCSP"}.get(question.wants, self._chance.choice(("PKCS #7", "certificate")))
            body = self.spoilt(kind)
        else:
            return self.spoilt("HTTP head")
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def _session(self) -> Session:
        chance = self._chance
        leaf = LEAF if chance.random() < 0.3 else self.spoilt("certificate")
        chain = (leaf, *(self.spoilt("certificate") for _ in range(chance.randrange(9))))
        errors = tuple(VerifyError(chance.choice((2, 9, 10, 18, 19, 20, 21, 62, 67)), 0) for _ in range(chance.randrange(2)))
        staple = self.spoilt("OCSP") if chance.random() < 0.5 else b""
        return Session(finished=True, version="TLSv1.3", chain=chain, verify_errors=errors, staple=staple)
