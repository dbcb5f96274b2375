"""The kernel's account, against what really passed."""

import socket
import struct

from diag.model.answer import TcpInfo
from diag.probe.tcp_info import parse_macos, parse_tcp_info, parse_windows, read_tcp_info


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


def macos(**fields: tuple[str, int]) -> bytes:
    """A struct tcp_connection_info, by the offsets of netinet/tcp.h."""
    places = {
        "state": 0, "maxseg": 16, "sbbytes": 32, "rttcur": 40, "srtt": 44, "txpackets": 56, "txbytes": 64,
        "txretransmitbytes": 72, "rxpackets": 80, "rxbytes": 88, "rxoutoforderbytes": 96, "txretransmitpackets": 104,
    }  # fmt: skip
    raw = bytearray(112)
    for name, (code, value) in fields.items():
        struct.pack_into(f"={code}", raw, places[name], value)
    return bytes(raw)


def windows(**fields: tuple[str, int]) -> bytes:
    """A TCP_INFO_v0, by the offsets of mstcpip.h."""
    places = {
        "state": 0, "mss": 4, "rtt": 20, "min_rtt": 24, "in_flight": 28, "bytes_out": 48, "bytes_in": 56, "reordered": 64,
        "retrans": 68, "syn_retrans": 84,
    }  # fmt: skip
    raw = bytearray(88)
    for name, (code, value) in fields.items():
        struct.pack_into(f"<{code}", raw, places[name], value)
    return bytes(raw)


def test_macos_tells_round_trips_in_milliseconds_and_what_was_sent_again() -> None:
    raw = macos(
        state=("B", 4), maxseg=("I", 1_400), sbbytes=("I", 2_000), rttcur=("I", 31), srtt=("I", 40), txpackets=("Q", 9),
        txbytes=("Q", 5_000), txretransmitbytes=("Q", 2_800), rxpackets=("Q", 7), rxbytes=("Q", 4_321),
        rxoutoforderbytes=("Q", 1_400), txretransmitpackets=("Q", 2),
    )  # fmt: skip
    assert parse_macos(raw) == TcpInfo(
        state=1,
        rtt=40_000,
        min_rtt=31_000,
        unacked=2,
        total_retransmits=2,
        bytes_received=4_321,
        segments_out=9,
        segments_in=7,
        send_mss=1_400,
        out_of_order=1,
    )
    assert parse_macos(raw[:100]) is None


def test_windows_tells_bytes_where_others_count_segments() -> None:
    raw = windows(
        state=("I", 4), mss=("I", 1_460), rtt=("I", 25_000), min_rtt=("I", 19_000), in_flight=("I", 1_461), bytes_out=("Q", 900),
        bytes_in=("Q", 777), reordered=("I", 0), retrans=("I", 1_460), syn_retrans=("B", 1),
    )  # fmt: skip
    assert parse_windows(raw) == TcpInfo(
        state=1, rtt=25_000, min_rtt=19_000, unacked=2, total_retransmits=2, bytes_received=777, send_mss=1_460
    )
    assert parse_windows(raw[:40]) is None


def test_a_state_that_nobody_knows_and_a_size_of_nothing_are_no_errors() -> None:
    assert parse_windows(windows(state=("I", 99), in_flight=("I", 5), min_rtt=("I", 0xFFFFFFFF))) == TcpInfo(state=0, unacked=1)
