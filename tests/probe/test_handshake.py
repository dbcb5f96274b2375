"""Handshakes that go well, and each way in which they go wrong: the word, and what is kept all the same."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import SSL

from diag.model.address import Authority
from diag.model.answer import Alert, VerifyError
from diag.model.question import Connect, Exchange, Handshake, Tunnel
from tests.probe.asking import ask
from tests.probe.authority import DAY, Credential, issue
from tests.probe.peers import Serve, head, http, linger, peer, proxying, reset, says, secured

ROOT = issue("Test Root", authority=True)
MIDDLE = issue("Test Intermediate", ROOT, authority=True)
GOOD = issue("localhost", MIDDLE, sent_along=(MIDDLE,))
REVOKED = (
    ocsp.OCSPResponseBuilder()
    .add_response(
        GOOD.certificate,
        MIDDLE.certificate,
        hashes.SHA256(),
        ocsp.OCSPCertStatus.REVOKED,
        datetime.now(UTC) - DAY,
        datetime.now(UTC) + DAY,
        datetime.now(UTC) - DAY,
        None,
    )
    .responder_id(ocsp.OCSPResponderEncoding.HASH, MIDDLE.certificate)
    .sign(MIDDLE.key, hashes.SHA256())
    .public_bytes(Encoding.DER)
)
HANDSHAKE_FAILURE, UNRECOGNIZED_NAME = 40, 112


@pytest.fixture(scope="module")
def root_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("trust") / "root.pem"
    file.write_bytes(ROOT.pem)
    return str(file)


def alert(number: int, level: int = 2) -> bytes:
    return bytes([21, 3, 3, 0, 2, level, number])


def half_way(credential: Credential, newest: ssl.TLSVersion, *, short_by: int) -> Serve:
    """Answer the ClientHello with all but the last bytes of the server's flight, then say no more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    credential.install(context)
    context.maximum_version = newest

    def serve(connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while not outgoing.pending:
            incoming.write(connection.recv(65_536))
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                continue
        connection.sendall(outgoing.read()[:-short_by])
        linger(connection)

    return serve


def shake(serve: Serve, patience: float = 5.0, **how: Any) -> Any:
    with peer(serve) as service:
        question = Handshake(Connect(service.address), **{"server_name": "localhost", **how})
        return ask(question, patience=patience)[0]


def test_finished(root_file: str) -> None:
    session = shake(secured(linger, GOOD), trust=root_file)
    assert session.finished
    assert (session.failure, session.stage, session.verify_errors, session.alerts) == ("", "", (), ())
    assert (session.version, session.cipher, session.alpn) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", "http/1.1")
    assert session.group in ("x25519", "X25519MLKEM768")
    assert session.chain == (GOOD.der, MIDDLE.der)
    assert not session.certificate_requested
    assert session.first_bytes[:3] == b"\x16\x03\x03"
    assert len(session.first_bytes) == 11
    assert session.first_byte_after > 0
    assert session.bytes_received > 256
    assert session.tcp.bytes_acked >= 1


def test_finished_in_tls_12(root_file: str) -> None:
    session = shake(secured(linger, GOOD, newest=ssl.TLSVersion.TLSv1_2), trust=root_file)
    assert (session.finished, session.version, session.chain) == (True, "TLSv1.2", (GOOD.der, MIDDLE.der))
    assert session.cipher.startswith("ECDHE-")


@pytest.mark.parametrize(
    ("credential", "errors"),
    [
        (issue("localhost", MIDDLE), [(20, 0), (21, 0)]),
        (issue("localhost"), [(18, 0)]),
        (issue("localhost", ROOT, valid=(-9 * DAY, -DAY)), [(10, 0)]),
        (issue("localhost", ROOT, valid=(DAY, 9 * DAY)), [(9, 0)]),
        (issue("localhost", ROOT, purpose=ExtendedKeyUsageOID.CLIENT_AUTH), [(26, 0)]),
        (issue("localhost", (old := issue("Old", ROOT, authority=True, valid=(-9 * DAY, -DAY))), sent_along=(old,)), [(10, 1)]),
        (issue("localhost", (own := issue("Own", authority=True)), sent_along=(own,)), [(19, 1)]),
    ],
    ids=["missing intermediate", "self-signed", "expired", "not yet valid", "purpose", "expired intermediate", "unknown root"],
)
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_untrusted_chain_is_no_failure(
    credential: Credential, errors: list[tuple[int, int]], newest: ssl.TLSVersion, root_file: str
) -> None:
    session = shake(secured(linger, credential, newest=newest), trust=root_file)
    assert session.finished
    assert session.failure == ""
    assert session.chain[0] == credential.der
    assert list(session.verify_errors) == [VerifyError(*error) for error in errors]


def test_every_complaint_is_kept(root_file: str) -> None:
    credential = issue("localhost", valid=(-9 * DAY, -DAY))
    session = shake(secured(linger, credential), trust=root_file)
    assert set(session.verify_errors) == {VerifyError(18, 0), VerifyError(10, 0)}


def test_the_name_is_not_part_of_it(root_file: str) -> None:
    session = shake(secured(linger, GOOD), trust=root_file, server_name="other.test")
    assert session.verify_errors == ()


@pytest.mark.parametrize("trust", ["/no/such/file.pem", "{empty}", "{broken}"])
def test_store_that_cannot_be_read_is_an_empty_one(trust: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "broken").write_bytes(b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    path = trust.format(empty=tmp_path / "empty", broken=tmp_path / "broken")
    session = shake(secured(linger, GOOD), trust=path)
    assert session.finished
    assert session.verify_errors[0] == VerifyError(20, 1)


@pytest.mark.parametrize("last", [linger, reset, lambda connection: None], ids=["stays", "resets", "closes"])
def test_alert_names_the_failure_whatever_follows_it(last: Serve) -> None:
    session = shake(says(alert(UNRECOGNIZED_NAME), then=last))
    assert session.failure == "alert:unrecognized_name"
    assert session.alerts == (Alert("peer", 2, "unrecognized_name"),)
    assert session.first_bytes == alert(UNRECOGNIZED_NAME)
    assert (session.version, session.cipher, session.group) == ("", "", "")


def test_alert_that_only_warns_names_what_ends_after_it() -> None:
    session = shake(says(alert(UNRECOGNIZED_NAME, level=1)))
    assert session.failure == "alert:unrecognized_name"
    assert session.alerts == (Alert("peer", 1, "unrecognized_name"),)


def test_goodbye_is_a_cut() -> None:
    session = shake(says(alert(0, level=1)))
    assert session.failure == "cut"
    assert session.alerts == (Alert("peer", 1, "close_notify"),)


def test_alert_that_no_registry_knows() -> None:
    session = shake(says(alert(200)))
    assert session.failure == "alert:200"


def test_client_certificate_demanded_in_tls_12() -> None:
    session = shake(secured(linger, GOOD, newest=ssl.TLSVersion.TLSv1_2, client_authority=ROOT))
    assert session.failure == "alert:handshake_failure"
    assert session.certificate_requested
    assert session.chain == (GOOD.der, MIDDLE.der)
    assert session.version == "TLSv1.2"


def test_client_certificate_demanded_in_tls_13_is_told_by_the_exchange() -> None:
    with peer(secured(http(), GOOD, client_authority=ROOT)) as service:
        question = Handshake(Connect(service.address), server_name="localhost")
        session, reply = ask(question, Exchange(question, Authority("localhost", 443)))
    assert session.finished
    assert session.certificate_requested
    assert (reply.failure, reply.stage, reply.status) == ("alert:certificate_required", "", 0)
    assert reply.alerts == (Alert("peer", 2, "certificate_required"),)
    assert service.connections == 1


def test_no_shared_cipher_has_asked_for_no_certificate() -> None:
    session = shake(says(alert(HANDSHAKE_FAILURE)))
    assert session.failure == "alert:handshake_failure"
    assert not session.certificate_requested


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-peer\r\n", b"220 mail.test ESMTP\r\n", b"\x16\x01"]
)
def test_plain_answer(answer: bytes) -> None:
    session = shake(says(answer, then=linger))
    assert session.failure == "not_tls"
    assert session.first_bytes == answer
    assert session.alerts == ()


def test_broken_records() -> None:
    session = shake(says(b"\x16\x03\x03\x00\x05hello", then=linger))
    assert session.failure == "tls_broken"
    assert [found.sender for found in session.alerts] == ["us"]


def test_cut() -> None:
    session = shake(says(b""))
    assert (session.failure, session.alerts, session.first_bytes) == ("cut", (), b"")
    assert session.tcp.bytes_acked == session.hello_bytes + 1


def test_reset() -> None:
    session = shake(says(b"", then=reset))
    assert (session.failure, session.alerts) == ("reset", ())
    assert session.tcp.bytes_received == 0
    assert session.tcp.bytes_acked == session.hello_bytes + 1


def test_silence_tells_that_the_hello_arrived() -> None:
    session = shake(linger, patience=0.3)
    assert session.failure == "timed_out"
    assert (session.first_byte_after, session.bytes_received) == (0.0, 0)
    assert (session.tcp.unacked, session.tcp.retransmits) == (0, 0)
    assert session.tcp.bytes_acked == session.hello_bytes + 1


def test_stall_half_way_keeps_the_chain_in_tls_12() -> None:
    session = shake(half_way(GOOD, ssl.TLSVersion.TLSv1_2, short_by=9), patience=1.0)
    assert (session.failure, session.finished, session.version) == ("timed_out", False, "TLSv1.2")
    assert session.chain == (GOOD.der, MIDDLE.der)
    assert session.verify_errors
    assert session.tcp.bytes_received == session.bytes_received


def test_stall_half_way_keeps_the_version_in_tls_13() -> None:
    session = shake(half_way(GOOD, ssl.TLSVersion.TLSv1_3, short_by=300), patience=1.0)
    assert (session.failure, session.finished, session.version) == ("timed_out", False, "TLSv1.3")
    assert session.first_bytes


def test_hello_sizes() -> None:
    sizes = {hello: shake(secured(linger, GOOD), hello=hello).hello_bytes for hello in ("small", "default", "large")}
    assert sizes["small"] < 500
    assert sizes["small"] < sizes["default"] < sizes["large"]
    assert sizes["large"] > 1_460


@pytest.mark.parametrize("hello", ["small", "large"])
@pytest.mark.parametrize("alpn", [(), ("http/1.1",), ("h2", "http/1.1")])
def test_hellos_of_any_size_are_good_ones(hello: str, alpn: tuple[str, ...]) -> None:
    session = shake(secured(linger, GOOD), hello=hello, alpn=alpn)
    assert session.finished
    assert session.alpn in ("", "http/1.1")


def test_versions_are_offered_as_asked() -> None:
    service = secured(linger, GOOD)
    assert shake(service, versions=("TLSv1.2",)).version == "TLSv1.2"
    assert shake(service, versions=("TLSv1.3",)).version == "TLSv1.3"
    assert shake(service, versions=("TLSv1.2", "TLSv1.3")).version == "TLSv1.3"


def test_version_that_the_server_rejects() -> None:
    session = shake(secured(linger, GOOD), versions=("TLSv1.1",), ciphers="wide")
    assert session.failure == "alert:protocol_version"


def test_version_that_this_client_cannot_offer_is_not_blamed_on_the_server() -> None:
    session = shake(secured(linger, GOOD), versions=("TLSv1",))
    assert (session.failure, session.hello_bytes, session.alerts) == ("not_supported", 0, ())


@pytest.mark.parametrize("newest", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
@pytest.mark.parametrize("staple", [b"", REVOKED], ids=["none", "revoked"])
def test_staple(staple: bytes, newest: int) -> None:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.use_certificate(GOOD.certificate)
    context.use_privatekey(GOOD.key)
    context.set_max_proto_version(newest)
    context.set_ocsp_server_callback(lambda connection, data: staple)

    def serve(connection: socket.socket) -> None:
        connection.settimeout(None)
        inner = SSL.Connection(context, connection)
        inner.set_accept_state()
        inner.do_handshake()
        linger(connection)

    session = shake(serve)
    assert session.finished
    assert session.staple == staple


def test_name_is_sent_or_not() -> None:
    names = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    GOOD.install(context)
    context.sni_callback = lambda _, name, __: names.append(name)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            linger(inner)

    shake(serve, server_name="")
    shake(serve, server_name="service.test")
    assert names == [None, "service.test"]


def test_through_a_tunnel() -> None:
    with peer(secured(http(), GOOD)) as service, peer(proxying()) as proxy:
        through = Tunnel(Connect(proxy.address), Authority("proxy.test", 3128), Authority("127.0.0.1", service.address.port))
        question = Handshake(through, server_name="localhost")
        session, reply = ask(question, Exchange(question, Authority("localhost", 443)))
    assert (session.finished, session.chain) == (True, (GOOD.der, MIDDLE.der))
    assert reply.status == 200


@pytest.mark.parametrize("proxy_tls", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_inside_the_tls_of_a_proxy(proxy_tls: ssl.TLSVersion) -> None:
    proxy_credential = issue("proxy.test")
    with peer(secured(http(), GOOD)) as service, peer(secured(half_duplex_proxy, proxy_credential, newest=proxy_tls)) as proxy:
        outer = Handshake(Connect(proxy.address), server_name="proxy.test")
        through = Tunnel(outer, Authority("proxy.test", 443), Authority("127.0.0.1", service.address.port))
        inner = Handshake(through, server_name="localhost")
        to_proxy, tunnelled, session, reply = ask(outer, through, inner, Exchange(inner, Authority("localhost", 443)))
    assert to_proxy.chain == (proxy_credential.der,)
    assert tunnelled.status == 200
    assert session.chain == (GOOD.der, MIDDLE.der)
    assert session.first_bytes[:1] == b"\x16"
    assert (reply.status, reply.body) == (200, b"hello")
    assert (proxy.connections, service.connections) == (1, 1)


def half_duplex_proxy(connection: socket.socket) -> None:
    """A proxy in one thread: Python's TLS sockets may not be read and written at once."""
    target = head(connection).split(b" ")[1].decode()
    host, _, port = target.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as onward:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for side in (connection, onward):
            side.settimeout(0.01)
        while True:
            for source, sink in ((connection, onward), (onward, connection)):
                try:
                    data = source.recv(65_536)
                except TimeoutError:
                    continue
                if not data:
                    return
                sink.sendall(data)


def test_a_split_hello_comes_in_small_pieces_and_is_whole(root_file: str) -> None:
    pieces: list[bytes] = []

    def collect(connection: socket.socket) -> None:
        while not pieces or len(pieces[-1]) == 500:
            pieces.append(connection.recv(65_536))
        connection.sendall(alert(HANDSHAKE_FAILURE))

    session = shake(collect, trust=root_file, hello="split")
    sent = b"".join(pieces)
    assert [len(piece) for piece in pieces[:-1]] == [500] * (len(pieces) - 1)
    assert len(pieces) > 1
    assert session.hello_bytes == len(sent) == 5 + int.from_bytes(sent[3:5], "big")
    assert session.failure == "alert:handshake_failure"
