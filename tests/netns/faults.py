"""What can go wrong in the house, each with its way back: `undo()`, or the end of a `with`, or `house.mend()`.

Unless said otherwise a fault befalls what the client sends, at the router, whether it is to pass or to stay there.
Every fault is a table, a rule or a setting of its own; so undoing one leaves all others as they were.
"""

import contextlib
import fcntl
import itertools
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Self

from .plan import ROUTER, ROUTER6, SERVER
from .rooms import Room, Rooms

Protocol = Literal["tcp", "udp"]
Side = Literal["client", "server"]
Refusal = Literal[
    "admin-prohibited", "host-prohibited", "net-prohibited", "port-unreachable", "host-unreachable", "net-unreachable"
]
REFUSALS6: dict[Refusal, str] = {  # ICMPv6 has fewer words (RFC 4443, 3.1)
    "admin-prohibited": "admin-prohibited",
    "host-prohibited": "admin-prohibited",
    "net-prohibited": "admin-prohibited",
    "port-unreachable": "port-unreachable",
    "host-unreachable": "addr-unreachable",
    "net-unreachable": "no-route",
}
FROM_CLIENT = (("forward", 'iifname "to-client"'), ("input", 'iifname "to-client"'))
TO_CLIENT = (("forward", 'oifname "to-client"'), ("output", 'oifname "to-client"'))
TO_SERVER = (("forward", 'oifname "to-server"'), ("output", 'oifname "to-server"'))
HERE = (("output", ""),)
SLOW = "slow"  # the tunnel that `delay` leads packets through, and the number of its routing table
SLOW_TABLE = 70


class Fault:
    """One thing that is broken."""

    def __init__(self, mend: Callable[[], object]) -> None:
        self._mend: Callable[[], object] | None = mend

    def undo(self) -> None:
        """Mend it; twice does no harm."""
        mend, self._mend = self._mend, None
        if mend is not None:
            mend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()


class Faults(Rooms):
    """The house with what can break in it.

    A method that takes `port`, `to` (an address or a network) and `protocol` befalls only what matches all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._faults: list[Fault] = []
        self._tables = itertools.count(1)

    def mend(self) -> None:
        """Undo every fault, the last first."""
        while self._faults:
            self._faults.pop().undo()

    def close(self) -> None:
        """Undo what is left, for a fault may hold sockets of this process; then leave the rooms."""
        try:
            self.mend()
        finally:
            super().close()

    # On the way

    def drop(self, *, port: int | None = None, to: str | None = None, protocol: Protocol = "tcp") -> Fault:
        """Swallow packets: a connect ends in its time-out."""
        return self._filter(f"{_match(port, to, protocol)} drop")

    def reject(
        self,
        how: Refusal = "admin-prohibited",
        *,
        port: int | None = None,
        to: str | None = None,
        protocol: Protocol = "tcp",
    ) -> Fault:
        """Refuse packets with an ICMP message of the router."""
        what = _match(port, to, protocol)
        four = f"{what} meta nfproto ipv4 reject with icmp {how}"
        return self._filter(four, f"{what} meta nfproto ipv6 reject with icmpv6 {REFUSALS6[how]}")

    def reset(self, *, port: int | None = None, to: str | None = None) -> Fault:
        """Answer every TCP segment with a RST in the server's name: a connect is refused, a connection breaks."""
        return self._filter(f"{_match(port, to, 'tcp')} reject with tcp reset")

    def refuse_ecn(self, *, port: int | None = None, to: str | None = None, how: Literal["reset", "drop"] = "reset") -> Fault:
        """Answer each SYN that asks for ECN (RFC 3168, section 6.1.1) with a RST in the server's name, or swallow it."""
        asks = "tcp flags & (syn | ack | ecn | cwr) == syn | ecn | cwr"
        verdict = "drop" if how == "drop" else "reject with tcp reset"
        return self._filter(f"{_match(port, to, 'tcp')} {asks} {verdict}")

    def drop_every(self, nth: int, *, port: int | None = None, to: str | None = None) -> Fault:
        """Swallow every nth SYN. The client's kernel sends it again after a second, and that one is counted too."""
        count = f"tcp flags & (syn|ack) == syn numgen inc mod {nth} {nth - 1}"
        return self._filter(f"{_match(port, to, 'tcp')} {count} drop")

    def loss(self, share: float) -> Fault:
        """Swallow this share (above 0, up to 1) of all packets from and to the client, by chance."""
        rule = f"numgen random mod 10000 <= {round(share * 10000) - 1} drop"
        return self._filter(rule, on=(*FROM_CLIENT, *TO_CLIENT))

    def cut_after(self, octets: int, *, port: int | None = None) -> Fault:
        """Break a TCP connection with a RST to the client once it has sent this much, headers counted."""
        self.router.do("sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1")
        return self._filter(f"{_match(port, None, 'tcp')} ct original bytes > {octets} reject with tcp reset")

    def limit_connections(self, number: int, *, port: int | None = None) -> Fault:
        """Swallow what would open more than this number of TCP connections at a time."""
        return self._filter(f"{_match(port, None, 'tcp')} ct state new ct count over {number} drop")

    def swallow_name(self, name: str, *, port: int | None = None) -> Fault:
        """Swallow TCP packets that bear this name, as a filter does that reads the server name of a ClientHello.

        It looks at one packet at a time: a name cut in two by the packets' border passes.
        """
        return self._by_name(name, port, "DROP")

    def reset_name(self, name: str, *, port: int | None = None) -> Fault:
        """Answer TCP packets that bear this name with a RST in the server's name; else as `swallow_name`."""
        return self._by_name(name, port, "REJECT --reject-with tcp-reset")

    def black_hole(self, *, towards: Side, mtu: int = 1280, over: Literal["", "ipv4", "ipv6"] = "") -> Fault:
        """Swallow longer packets (octets, with the IP header) on their way to that side, and tell nobody; `over`: one family."""
        which = f"meta nfproto {over} " if over else ""
        return self._filter(f"{which}meta length > {mtu} drop", on=TO_CLIENT if towards == "client" else TO_SERVER)

    def drop_long_hello(self, octets: int = 1400) -> Fault:
        """Swallow what begins a TLS record of a handshake that is longer, as filters do that read one packet alone."""
        return self._filter(f"tcp dport 443 @ih,0,8 22 @ih,24,16 > {octets} drop")

    def narrow(self, *, towards: Side, mtu: int = 1280) -> Fault:
        """Send longer packets back with ICMP, as a healthy narrow link does (RFC 1191, RFC 8201): all keeps working."""
        device = f"dev to-{towards}"
        shown = [self.router.do("ip", six, "route", "show", *device.split()).splitlines() for six in ("-4", "-6")]
        routes = [f"route change {line.strip()} {device}" for lines in shown for line in lines if "fe80" not in line]
        self.router.ip(*(f"{route} mtu lock {mtu}" for route in routes))

        def mend() -> None:
            self.router.ip(*routes)
            for room, six in itertools.product((self.client, self.server), ("-4", "-6")):
                room.do("ip", six, "route", "flush", "cache")  # where the ends keep what they learnt

        return self._noted(mend)

    def ipv6_broken(self, how: Refusal | Literal["drop"] = "drop") -> Fault:
        """Let no IPv6 pass the router though the client has an address and a way: swallowed, or refused with ICMPv6."""
        verdict = "drop" if how == "drop" else f"reject with icmpv6 {REFUSALS6[how]}"
        return self._filter(f"meta nfproto ipv6 {verdict}", on=FROM_CLIENT[:1])

    def capture(self, *, at: int, port: int | None = None, to: str | None = None, protocol: Protocol = "tcp") -> Fault:
        """Lead what would pass the router to this port of its own instead; the client sees the server's address."""
        rule = f'iifname "to-client" fib daddr type != local {_match(port, to, protocol)} redirect to :{at}'
        return self._table(self.router, f"chain prerouting {{ type nat hook prerouting priority dstnat; {rule}; }}\n")

    def capture_all(self, *, at: int) -> Fault:
        """Lead every TCP connection through the router to this port of its own, as a captive portal does."""
        return self.capture(at=at)

    def delay(self, seconds: float, *, jitter: float = 0.0) -> Fault:
        """Lengthen the round trip between client and server: half each way, up to `jitter` (seconds) more by chance.

        What the router itself answers stays as quick as it was. With jitter packets may overtake one another.
        """
        with self.router.entered():
            tunnel = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
        fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22x", SLOW.encode(), 0x1001))  # TUNSETIFF: IFF_TUN | IFF_NO_PI
        script = str(Path(__file__).with_name("slow_wire.py"))
        command = [sys.executable, script, str(seconds / 2), str(jitter)]
        process = self.start(command, "router", given=tunnel)
        os.close(tunnel)
        self.router.ip(f"link set {SLOW} up", f"route add default dev {SLOW} table {SLOW_TABLE}")
        self.router.ip(f"route add ::/0 dev {SLOW} table {SLOW_TABLE}")
        rules = [("-4", "to-client"), ("-4", "to-server"), ("-6", "to-client"), ("-6", "to-server")]
        for six, device in rules:
            self.router.do("ip", six, "rule", "add", "iif", device, "lookup", str(SLOW_TABLE))

        def mend() -> None:
            for six, device in rules:
                self.router.do("ip", six, "rule", "delete", "iif", device, "lookup", str(SLOW_TABLE))
            self.finish(process)  # the tunnel and its routes go with the last who holds it

        return self._noted(mend)

    # At the ends

    def crowded(self, *, port: int) -> Fault:
        """Let a server listen there that accepts nobody, with its queue full: SYNs are swallowed by its own kernel."""
        with self.server.entered(), contextlib.ExitStack() as opening:
            door = opening.enter_context(socket.create_server((SERVER, port), backlog=0))
            opening.enter_context(socket.create_connection(door.getsockname()))
            return self._noted(opening.pop_all().close)

    def refuse_locally(
        self,
        how: Literal["drop", "reject", "reset", "prohibit"] = "prohibit",
        *,
        port: int | None = None,
        to: str | None = None,
        protocol: Protocol = "tcp",
    ) -> Fault:
        """Have the client's own machine refuse to send.

        `prohibit`, a routing rule: EACCES at once. `drop` in its output chain: EPERM for a datagram, silence for a
        connect, since the kernel does not tell. `reject`: ICMP 3/13 from the client's own address, thus EHOSTUNREACH
        for a connect, and EPERM for a datagram. `reset`: a TCP reset in the host's name, thus ECONNREFUSED.
        """
        what = _match(port, to, protocol)
        if how == "drop":
            return self._filter(f"{what} drop", on=HERE, room=self.client)
        if how == "reject":
            return self._filter(f"{what} reject with icmpx admin-prohibited", on=HERE, room=self.client)
        if how == "reset":
            return self._filter(f"{what} reject with tcp reset", on=HERE, room=self.client)
        way = ["to", to] if to else []
        rule = ["pref", "10", "ipproto", protocol, *way, *(["dport", str(port)] if port else []), "prohibit"]
        families = [six for six in ("-4", "-6") if not to or (":" in to) == (six == "-6")]
        for six in families:
            self.client.do("ip", six, "rule", "add", *rule)
        return self._noted(lambda: [self.client.do("ip", six, "rule", "delete", *rule) for six in families])

    def lead_astray(self, *, at: int) -> Fault:
        """Lead every TCP connection out of the client to this port of its own, as the rules of a sidecar do."""
        rule = f"fib daddr type != local meta l4proto tcp redirect to :{at}"
        return self._table(self.client, f"chain output {{ type nat hook output priority -100; {rule}; }}\n")

    def without_default_route(self) -> Fault:
        """Take the client's way out: network is unreachable, said by its own kernel."""
        ways = (f"default via {ROUTER}", f"default via {ROUTER6}")
        return self._change(self.client, [f"route delete {way}" for way in ways], [f"route add {way}" for way in ways])

    def unplugged(self) -> Fault:
        """Take the client's interface down, and its routes with it."""
        back = (
            "link set to-router up",
            f"route replace default via {ROUTER}",
            f"route replace default via {ROUTER6}",
        )
        return self._change(self.client, ["link set to-router down"], back)

    def few_ports(self, number: int = 2) -> Fault:
        """Leave the client this many ports to connect from: EADDRNOTAVAIL for the next one to the same door."""
        setting = "net.ipv4.ip_local_port_range"
        before = self.client.do("sysctl", "-n", setting).strip()
        self.client.do("sysctl", "-qw", f"{setting}=40000 {39999 + number}")
        return self._noted(lambda: self.client.do("sysctl", "-qw", f"{setting}={before}"))

    def asking_for_ecn(self) -> Fault:
        """Have the client ask for ECN with each TCP connection that it opens."""
        setting = "net.ipv4.tcp_ecn"
        before = self.client.do("sysctl", "-n", setting).strip()
        self.client.do("sysctl", "-qw", f"{setting}=1")
        return self._noted(lambda: self.client.do("sysctl", "-qw", f"{setting}={before}"))

    # How it is done

    def _filter(self, *rules: str, on: Sequence[tuple[str, str]] = FROM_CLIENT, room: Room | None = None) -> Fault:
        hooks: dict[str, list[str]] = {}
        for hook, way in on:
            hooks.setdefault(hook, []).extend(f"{way} {rule}\n" for rule in rules)
        chains = (f"chain {hook} {{ type filter hook {hook} priority 0\n{''.join(lines)}}}\n" for hook, lines in hooks.items())
        return self._table(room or self.router, "".join(chains))

    def _table(self, room: Room, chains: str) -> Fault:
        name = f"fault{next(self._tables)}"
        room.do("nft", "-f", "-", text=f"table inet {name} {{\n{chains}}}\n")
        return self._noted(lambda: room.do("nft", "delete", "table", "inet", name))

    def _by_name(self, name: str, port: int | None, target: str) -> Fault:
        door = f"--dport {port}" if port else ""
        what = f"-i to-client -p tcp {door} -m string --algo bm --string {name} -j {target}"

        def write(act: str) -> None:
            for tool in ("iptables-restore", "ip6tables-restore"):
                rules = "".join(f"{act} {chain} {what}\n" for chain in ("FORWARD", "INPUT"))
                self.router.do(tool, "--noflush", text=f"*filter\n{rules}COMMIT\n")

        write("-A")
        return self._noted(lambda: write("-D"))

    def _change(self, room: Room, there: Sequence[str], back: Sequence[str]) -> Fault:
        room.ip(*there)
        return self._noted(lambda: room.ip(*back))

    def _noted(self, mend: Callable[[], object]) -> Fault:
        self._faults.append(Fault(mend))
        return self._faults[-1]


def _match(port: int | None, to: str | None, protocol: Protocol) -> str:
    where = f"{'ip6' if ':' in to else 'ip'} daddr {to} " if to else ""
    return where + (f"{protocol} dport {port}" if port else f"meta l4proto {protocol}")
