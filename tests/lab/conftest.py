"""A visitor who speaks to the lab with the standard library and dnspython alone, and says in one word what happened."""

import base64
import socket
import ssl
from urllib.parse import unquote, urlsplit

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

ALERT_RECORD, HANDSHAKE_RECORD = 21, 22
NAMES = {"mysql": "MySQL", "smtp": "SMTP", "imap": "IMAP"}
MYSQL_WISH = b"\x20\0\0\1" + (0x8A00).to_bytes(4, "little") + bytes(28)
GREETINGS = {
    "postgres": [(bytes.fromhex("0000000804d2162f"), b"S")],
    "mysql": [(b"", b"\x0a8.0")],
    "smtp": [(b"", b"220"), (b"EHLO x\r\n", b"STARTTLS"), (b"STARTTLS\r\n", b"220")],
    "imap": [(b"", b"* OK"), (b"a CAPABILITY\r\n", b"STARTTLS"), (b"b STARTTLS\r\n", b"b OK")],
    "ldap": [(b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037", b"\x0a\x01\0")],
}
"""What is said, and what must be in the answer, until TLS may begin."""


class ConnectOutcome(Exception):
    """How far it went: the word says what was met there."""


class Visitor:
    """Walks to the endpoints of one scene. `patience` is in seconds, short where silence is what is expected."""

    def __init__(self, scene, patience):
        self.scene = scene
        self.patience = patience

    def walk(self, url):
        """The status, or the word for what stood in the way; several addresses give several words."""
        parts = urlsplit(url)
        if self.scene.proxy:
            return self._word(lambda: self.through_proxy(parts))
        try:
            addresses = self.look_up(parts.hostname)
        except ConnectOutcome as met:
            return str(met)
        return " ".join(self._word(lambda address=address: self.directly(parts, address)) for address in addresses)

    def look_up(self, name):
        answers = [self.ask(name, kind) for kind in ("A", "AAAA")]
        found = [
            record.address
            for answer in answers
            for records in answer.answer
            if records.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)
            for record in records
        ]
        if answers[0].rcode() != dns.rcode.NOERROR:
            raise ConnectOutcome(dns.rcode.to_text(answers[0].rcode()))
        if not found:
            raise ConnectOutcome("no-data")
        return found

    def ask(self, name, kind="A", checking_disabled=False):
        host, port = self.scene.resolver.split(":")
        query = dns.message.make_query(name, kind, use_edns=0)
        if checking_disabled:
            query.flags |= dns.flags.CD
        try:
            answer = dns.query.udp(query, host, self.patience, int(port))
            if answer.flags & dns.flags.TC:
                answer = dns.query.tcp(query, host, self.patience, int(port))
        except dns.exception.Timeout:
            raise ConnectOutcome("dns-silent") from None
        return answer

    def connect(self, address, port):
        try:
            return socket.create_connection((address, port), self.patience)
        except ConnectionRefusedError:
            raise ConnectOutcome("refused") from None
        except TimeoutError:
            raise ConnectOutcome("syn-silent") from None

    def directly(self, parts, address):
        with self.connect(address, parts.port) as connection:
            return self.visit(connection.sendall, connection.recv, parts)

    def through_proxy(self, parts):
        proxy = urlsplit(self.scene.proxy)
        if proxy.hostname.endswith(".lab.test"):
            self.look_up(proxy.hostname)
        with self.connect(proxy.hostname, proxy.port) as connection:
            write, read = connection.sendall, connection.recv
            if proxy.scheme == "https":
                write, read = self.handshake(write, read, proxy.hostname)
            target = f"{parts.hostname}:{parts.port}"
            head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"
            if proxy.username:
                login = base64.b64encode(f"{unquote(proxy.username)}:{unquote(proxy.password)}".encode()).decode()
                head += f"Proxy-Authorization: Basic {login}\r\n"
            write(f"{head}\r\n".encode())
            status, headers = self.answer(read)
            if status != "200":
                return f"proxy-{status}"
            if "content-length" in headers:
                return "proxy-page"
            return "tunnel-" + self._word(lambda: self.visit(write, read, parts))

    def visit(self, write, read, parts):
        if parts.scheme == "https":
            write, read = self.handshake(write, read, parts.hostname)
        if parts.scheme in GREETINGS:
            return self.go_over(write, read, parts)
        return self.exchange(write, read, parts.hostname)

    def go_over(self, write, read, parts):
        """Into TLS from the midst of another protocol, each step as a client without any finesse takes it."""
        for said, wanted in GREETINGS[parts.scheme]:
            write(said)
            answer = read(65536)
            if not answer:
                raise ConnectOutcome("ended")
            if wanted not in (answer[:1] if parts.scheme == "postgres" else answer):
                raise ConnectOutcome(f"not-over {NAMES.get(parts.scheme, chr(answer[0]))}")
        if b"\n" in answer.partition(b"\n")[2]:
            raise ConnectOutcome("injected")
        write(MYSQL_WISH if parts.scheme == "mysql" else b"")
        self.handshake(write, read, parts.hostname)
        return "over"

    def handshake(self, write_below, read_below, name):
        context = ssl.create_default_context(cafile=self.scene.trust)
        context.set_ecdh_curve("prime256v1")  # a small ClientHello, whatever the OpenSSL
        context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_STRICT  # alike on every Python
        context.set_alpn_protocols(["h2", "http/1.1"])
        heard, spoken = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(heard, spoken, server_hostname=name)
        raw = bytearray()

        def step(act):
            while True:
                try:
                    return act()
                except ssl.SSLWantReadError:
                    write_below(spoken.read())
                    data = read_below(65536)
                    if not data:
                        raise ConnectOutcome("ended") from None
                    raw.extend(data)
                    heard.write(data)

        try:
            step(tls.do_handshake)
        except ssl.SSLCertVerificationError as problem:
            raise ConnectOutcome(f"verify-{problem.verify_code}") from None
        except ssl.SSLError as problem:
            if len(raw) >= 7 and raw[-7] == ALERT_RECORD:
                raise ConnectOutcome(f"alert-{raw[-1]}") from None
            if raw and raw[0] == HANDSHAKE_RECORD:
                raise ConnectOutcome(problem.reason) from None
            raise ConnectOutcome("not-tls " + bytes(raw[:4]).decode("latin-1").strip()) from None
        write_below(spoken.read())

        def write(data):
            tls.write(data)
            write_below(spoken.read())

        def read(size):
            try:
                return step(lambda: tls.read(size))
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError as problem:
                raise ConnectOutcome(problem.reason) from None

        return write, read

    def exchange(self, write, read, host):
        write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        self.status, self.headers = self.answer(read)
        return self.status

    def answer(self, read):
        head = b""
        while b"\r\n\r\n" not in head:
            data = read(65536)
            if not data:
                raise ConnectOutcome("ended")
            head += data
            if not b"HTTP/1.1 ".startswith(head[:9]):
                raise ConnectOutcome("not-http")
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = [line.split(": ", 1) for line in lines]
        return first.split(" ")[1], {name.lower(): value for name, value in headers}

    def _word(self, act):
        try:
            return act()
        except ConnectOutcome as met:
            return str(met)
        except ConnectionResetError:
            return "reset"
        except BrokenPipeError:
            return "reset"
        except TimeoutError:
            return "silent"


@pytest.fixture
def visitor():
    """Visitor(scene, patience)."""
    return Visitor
