"""The kernel's account, against what really passed."""

import socket
import struct

from diag.probe.tcp_info import parse_tcp_info, read_tcp_info


def test_bytes_and_segments_are_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        server, _ = listener.accept()
        with server:
            client.sendall(b"x" * 700)
            received = b""
            while len(received) < 700:
                received += server.recv(700)
            server.sendall(b"y" * 300)
            client.recv(300)
            seen = read_tcp_info(client)
    assert seen
    assert seen.state == 1
    assert seen.bytes_acked == 701  # the SYN counts
    assert seen.bytes_received == 300
    assert seen.segments_out >= 3
    assert seen.segments_in >= 2
    assert 0 < seen.min_rtt <= seen.rtt * 8
    assert seen.pmtu == 65_535


def test_a_closed_socket_tells_nothing() -> None:
    sock = socket.socket()
    sock.close()
    assert read_tcp_info(sock) is None


def test_an_older_kernel_tells_less() -> None:
    raw = bytearray(104)
    raw[0], raw[2] = 2, 3
    struct.pack_into("=I", raw, 24, 1)
    seen = parse_tcp_info(bytes(raw))
    assert seen
    assert (seen.state, seen.retransmits, seen.unacked, seen.bytes_acked) == (2, 3, 1, 0)


def test_no_round_trip_measured_is_none() -> None:
    raw = bytearray(200)
    struct.pack_into("=I", raw, 148, 0xFFFFFFFF)
    seen = parse_tcp_info(bytes(raw))
    assert seen
    assert seen.min_rtt == 0
