"""Asking for TLS in five protocols: who agrees, who does not and how it is said, and what is never taken for an agreement."""

import socket
from typing import Any

import pytest

from diag.model.question import Connect, Handshake, Upgrade
from tests.probe.asking import ask
from tests.probe.authority import issue
from tests.probe.peers import Serve, linger, peer, reset, secured

ROOT = issue("Test Root", authority=True)
GOOD = issue("localhost", ROOT)
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
LDAP_OID = b"1.3.6.1.4.1.1466.20037"
CAN_TLS, CANNOT = 0xFFFF, 0xF7FF


def packet(number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


def mysql(flags: int, version: bytes = b"8.0.40") -> bytes:
    low = flags.to_bytes(2, "little")
    return packet(0, b"\x0a" + version + b"\0" + bytes(4) + b"saltsalt\0" + low + b"\x2d\x02\0" + bytes(13) + b"saltsaltsalt\0")


def ldap(code: int, number: int = 1, wide: bool = False) -> bytes:
    done = bytes([0x0A, 1, code, 4, 0, 4, 0])
    response = bytes([0x78, len(done)]) + done
    message = bytes([2, 1, number]) + response
    size = b"\x84" + len(message).to_bytes(4, "big") if wide else bytes([len(message)])
    return b"\x30" + size + message


def script(*steps: bytes | tuple[bytes, bytes], then: Serve = linger) -> Serve:
    """Say a text, or hear something that must hold the first and answer with the second; then go on."""

    def serve(connection: socket.socket) -> None:
        for step in steps:
            wanted, answer = (b"", step) if isinstance(step, bytes) else step
            if wanted:
                heard = connection.recv(65_536)
                assert wanted in heard, heard
            connection.sendall(answer)
        then(connection)

    return serve


SMTP_LIST = b"250-mail.test\r\n250-SIZE 10000\r\n250-STARTTLS\r\n250 HELP\r\n"
IMAP_LIST = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\nd1 OK done\r\n"
AGREEING: dict[str, tuple[Any, ...]] = {
    "postgres": ((SSL_REQUEST, b"S"),),
    "mysql": (mysql(CAN_TLS),),
    "smtp": (b"220 mail.test\r\n", (b"EHLO diag.invalid\r\n", SMTP_LIST), (b"STARTTLS\r\n", b"220 go\r\n")),
    "imap": (b"* OK ready\r\n", (b"d1 CAPABILITY\r\n", IMAP_LIST), (b"d2 STARTTLS\r\n", b"d2 OK go\r\n")),
    "ldap": ((LDAP_OID, ldap(0)),),
}


def over_tls(protocol: str) -> Serve:
    inside = secured(linger, GOOD)

    def shake(connection: socket.socket) -> None:
        if protocol == "mysql":
            heard = b""
            while len(heard) < 36:  # and not a byte of what follows
                heard += connection.recv(36 - len(heard))
            assert heard[:4] == b"\x20\0\0\1"
            assert int.from_bytes(heard[4:8], "little") & 0x800
            assert not any(heard[13:])
        inside(connection)

    return script(*AGREEING[protocol], then=shake)


def upgraded(serve: Serve, protocol: Any, patience: float = 5.0, **more: Any) -> Any:
    with peer(serve) as service:
        return ask(Upgrade(Connect(service.address), protocol, **more), patience=patience)[0]


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_server_that_agrees_goes_over_to_tls(protocol: Any) -> None:
    with peer(over_tls(protocol)) as service:
        question = Upgrade(Connect(service.address), protocol)
        answer, session = ask(question, Handshake(question, "localhost", alpn=()))
    assert (answer.failure, answer.refusal, answer.surplus) == ("", "", b"")
    assert answer.first_bytes
    assert session.finished
    assert session.chain == (GOOD.der,)


def test_the_upgrade_is_made_again_where_its_connection_was_used_up() -> None:
    with peer(over_tls("smtp")) as service:
        question = Upgrade(Connect(service.address), "smtp")
        first, second = ask(Handshake(question, "localhost"), Handshake(question, ""))
        assert service.connections == 2
    assert (first.finished, second.finished) == (True, True)


ERROR = b"SFATAL\0C57P03\0Mthe database system is starting up\0\0"
REFUSING: dict[str, tuple[str, Serve, str, int, str]] = {
    "PostgreSQL without TLS": ("postgres", script((SSL_REQUEST, b"N")), "not_offered", 0, "request"),
    "PostgreSQL that answers with an error": (
        "postgres",
        script((SSL_REQUEST, b"E" + (len(ERROR) + 4).to_bytes(4, "big") + ERROR)),
        "turned_away",
        0,
        "request",
    ),
    "PostgreSQL of long ago, with an error": (
        "postgres",
        script((SSL_REQUEST, b"Eunsupported protocol\0")),
        "turned_away",
        0,
        "request",
    ),
    "MySQL without TLS": ("mysql", script(mysql(CANNOT)), "not_offered", 0, "capabilities"),
    "MySQL that takes nobody from here": (
        "mysql",
        script(packet(0, b"\xff\x6a\x04Host 'x' is not allowed")),
        "turned_away",
        1130,
        "greeting",
    ),
    "MySQL of long ago": ("mysql", script(packet(0, b"\x093.20\0" + bytes(13))), "not_offered", 0, "capabilities"),
    "SMTP without TLS": ("smtp", script(b"220 x\r\n", (b"EHLO", b"250-x\r\n250 SIZE\r\n")), "not_offered", 0, "capabilities"),
    "SMTP that names it in a text": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO", b"250-no STARTTLS\r\n250 X STARTTLS\r\n")),
        "not_offered",
        0,
        "capabilities",
    ),
    "SMTP whose list was overwritten": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO", b"250-x\r\n250-SIZE\r\n250 XXXXXXXA\r\n")),
        "overwritten",
        0,
        "capabilities",
    ),
    "SMTP with extensions of its own": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO", b"250-x\r\n250-XCLIENT\r\n250 X-LINK2STATE\r\n")),
        "not_offered",
        0,
        "capabilities",
    ),
    "SMTP that greets with a refusal": ("smtp", script(b"554 5.7.1 no\r\n"), "turned_away", 554, "greeting"),
    "SMTP that does not like the name": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO diag.invalid", b"550 no\r\n"), (b"EHLO [127.0.0.1]", b"550 no\r\n")),
        "turned_away",
        550,
        "capabilities",
    ),
    "SMTP that knows no list": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO", b"502 what\r\n"), (b"EHLO", b"502 what\r\n"), (b"HELO", b"250 x\r\n")),
        "not_offered",
        502,
        "capabilities",
    ),
    "SMTP without a key": (
        "smtp",
        script(b"220 x\r\n", (b"EHLO", SMTP_LIST), (b"STARTTLS", b"454 later\r\n")),
        "refused",
        454,
        "request",
    ),
    "IMAP without TLS": (
        "imap",
        script(b"* OK x\r\n", (b"d1", b"* CAPABILITY IMAP4rev1\r\nd1 OK\r\n")),
        "not_offered",
        0,
        "capabilities",
    ),
    "IMAP that names it elsewhere": (
        "imap",
        script(b"* OK x\r\n", (b"d1", b"* OK no STARTTLS\r\n* CAPABILITY IMAP4rev1\r\nd1 OK\r\n")),
        "not_offered",
        0,
        "capabilities",
    ),
    "IMAP that has let us in": ("imap", script(b"* PREAUTH x\r\n", (b"d1", IMAP_LIST)), "not_offered", 0, "capabilities"),
    "IMAP that speaks of it elsewhere": (
        "imap",
        script(b"* OK x\r\n", (b"d1", b"* OK STARTTLS later\r\n* CAPABILITY IMAP4rev1\r\nd1 OK\r\n")),
        "not_offered",
        0,
        "capabilities",
    ),
    "IMAP that says goodbye": ("imap", script(b"* BYE too many\r\n"), "turned_away", 0, "greeting"),
    "IMAP that says goodbye later": ("imap", script(b"* OK x\r\n", (b"d1", b"* BYE\r\n")), "turned_away", 0, "capabilities"),
    "IMAP that says no": ("imap", script(b"* OK x\r\n", (b"d1", IMAP_LIST), (b"d2", b"d2 BAD no\r\n")), "refused", 0, "request"),
    "LDAP without TLS": ("ldap", script((LDAP_OID, ldap(2))), "not_offered", 2, "request"),
    "LDAP without a key": ("ldap", script((LDAP_OID, ldap(52, wide=True))), "refused", 52, "request"),
    "LDAP that ends the session": ("ldap", script((LDAP_OID, ldap(51, number=0))), "turned_away", 51, "request"),
}


@pytest.mark.parametrize("case", REFUSING)
def test_a_server_that_does_not_says_why(case: str) -> None:
    protocol, serve, refusal, code, step = REFUSING[case]
    answer = upgraded(serve, protocol)
    assert (answer.failure, answer.refusal, answer.code, answer.step) == ("upgrade_refused", refusal, code, step)
    assert answer.first_bytes


HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
STRANGE: dict[str, tuple[str, Serve, str]] = {
    "PostgreSQL is a web server": ("postgres", script((SSL_REQUEST, HTTP)), "malformed"),
    "PostgreSQL answers in TLS": ("postgres", script((SSL_REQUEST, b"\x15\x03\x03\0\x02\x02\x0a")), "malformed"),
    "MySQL is SSH": ("mysql", script(b"SSH-2.0-OpenSSH_9.2\r\n"), "malformed"),
    "MySQL is a mail server": ("mysql", script(b"220 mail.test ESMTP\r\n"), "malformed"),
    "MySQL's greeting is cut short": ("mysql", script(packet(0, b"\x0a8.0.40\0abc")), "malformed"),
    "MySQL's version has no end": ("mysql", script(packet(0, b"\x0a" + b"8" * 60)), "malformed"),
    "SMTP is SSH": ("smtp", script(b"SSH-2.0-OpenSSH_9.2\r\n"), "malformed"),
    "SMTP is FTP": (
        "smtp",
        script(b"220 ftp\r\n", *[(b"EHLO", b"530 log in\r\n")] * 2, (b"HELO", b"530 log in\r\n")),
        "malformed",
    ),
    "SMTP is a list without an end": ("smtp", script(b"220-" + b"x" * 70_000), "malformed"),
    "SMTP never ends its lines": ("smtp", script(b"220-x\r\n" * 9_000), "malformed"),
    "IMAP is POP3": ("imap", script(b"+OK ready\r\n"), "malformed"),
    "IMAP is a stream of lines": ("imap", script(b"* OK x\r\n", (b"d1", b"* 1 EXISTS\r\n" * 9_000)), "malformed"),
    "LDAP is a web server": ("ldap", script((LDAP_OID, HTTP)), "malformed"),
    "LDAP answers another number": ("ldap", script((LDAP_OID, ldap(0, number=7))), "malformed"),
    "LDAP answers another request": ("ldap", script((LDAP_OID, ldap(0).replace(b"\x78", b"\x61"))), "malformed"),
    "LDAP claims four gigabytes": ("ldap", script((LDAP_OID, b"\x30\x84\xff\xff\xff\xff")), "malformed"),
    "LDAP claims more than it has": ("ldap", script((LDAP_OID, b"\x30\x05\x02\x01\x01\x78\x50")), "malformed"),
    "PostgreSQL hangs up": ("postgres", script((SSL_REQUEST, b""), then=lambda _: None), "cut"),
    "SMTP hangs up in its list": ("smtp", script(b"220 x\r\n", (b"EHLO", b"250-x\r\n"), then=lambda _: None), "cut"),
    "LDAP resets": ("ldap", script((LDAP_OID, b""), then=reset), "reset"),
    "a server that never speaks": ("imap", linger, "timed_out"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_is_not_the_protocol_is_no_refusal(case: str) -> None:
    protocol, serve, failure = STRANGE[case]
    answer = upgraded(serve, protocol, patience=0.5 if failure == "timed_out" else 5.0)
    assert (answer.failure, answer.refusal) == (failure, "")
    assert len(answer.first_bytes) <= 1024


@pytest.mark.parametrize("protocol", [name for name in AGREEING if name != "mysql"])
def test_what_follows_an_agreement_in_the_clear_ends_it(protocol: Any) -> None:
    *before, (wanted, agreed) = AGREEING[protocol]
    answer = upgraded(script(*before, (wanted, agreed + b"250 injected\r\n")), protocol)
    assert (answer.failure, answer.refusal) == ("malformed", "surplus")
    assert answer.surplus == b"250 injected\r\n"
    assert b"injected" not in answer.last_bytes + answer.first_bytes


def test_what_follows_mysql_s_greeting_in_the_clear_ends_it() -> None:
    answer = upgraded(script(mysql(CAN_TLS) + b"\x16\x03\x03"), "mysql")
    assert (answer.failure, answer.refusal, answer.surplus) == ("malformed", "surplus", b"\x16\x03\x03")


def test_bytes_in_the_clear_that_come_later_are_never_taken_for_tls() -> None:
    with peer(script((SSL_REQUEST, b"S"), (b"\x16\x03", b"SELECT 1"))) as service:
        question = Upgrade(Connect(service.address), "postgres")
        _, session = ask(question, Handshake(question, "localhost"))
    assert (session.failure, session.finished, session.first_bytes) == ("not_tls", False, b"SELECT 1")


def test_a_server_that_does_not_like_the_name_is_given_an_address_that_says_as_little() -> None:
    refused, taken = (b"EHLO diag.invalid\r\n", b"550 unknown\r\n"), (b"EHLO [127.0.0.1]\r\n", SMTP_LIST)
    assert upgraded(script(b"220 x\r\n", refused, taken, (b"STARTTLS", b"220 go\r\n")), "smtp").failure == ""


@pytest.mark.parametrize("taken", [True, False])
def test_insisting_asks_where_nothing_is_offered(taken: bool) -> None:
    answer = b"220 go\r\n" if taken else b"503 no\r\n"
    serve = script(b"220 x\r\n", (b"EHLO", b"250-x\r\n250 SIZE\r\n"), (b"STARTTLS", answer))
    seen = upgraded(serve, "smtp", insist=True)
    assert (seen.failure, seen.code) == (("", 0) if taken else ("upgrade_refused", 503))


@pytest.mark.parametrize("protocol", AGREEING)
def test_bytes_may_come_one_by_one(protocol: Any) -> None:
    first = AGREEING[protocol][0]
    said = first if isinstance(first, bytes) else first[1]

    def slowly(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not isinstance(first, bytes):
            connection.recv(65_536)
        for byte in said:
            connection.sendall(bytes([byte]))
        script(*AGREEING[protocol][1:])(connection)

    assert upgraded(slowly, protocol).failure == ""


def test_nobody_to_talk_to_is_told_by_its_stage() -> None:
    with peer(linger) as service:
        address = service.address
    answer = ask(Upgrade(Connect(address), "ldap"))[0]
    assert (answer.stage, answer.failure, answer.step) == ("connect", "refused", "")
