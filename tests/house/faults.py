"""What can go wrong in the house, each with its way back: `undo()`, or the end of a `with`, or `house.mend()`.

Unless said otherwise a fault befalls what the client sends, at the router, whether it is to pass or to stay there.
Every fault is a table, a route or a setting of its own; so undoing one leaves all others as they were.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Literal, Self

from .plan import ROUTER, ROUTER6
from .rooms import Room, Rooms

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

    def drop(self, *, port: int | None = None, to: str | None = None, protocol: str = "tcp") -> Fault:
        """Swallow packets: a connect ends in its time-out."""
        return self._filter(f"{_match(port, to, protocol)} drop")

    def reject(
        self,
        how: Refusal = "admin-prohibited",
        *,
        port: int | None = None,
        to: str | None = None,
        protocol: str = "tcp",
    ) -> Fault:
        """Refuse packets with an ICMP message of the router."""
        what = _match(port, to, protocol)
        four = f"{what} meta nfproto ipv4 reject with icmp {how}"
        return self._filter(four, f"{what} meta nfproto ipv6 reject with icmpv6 {REFUSALS6[how]}")

    def reset(self, *, port: int | None = None, to: str | None = None) -> Fault:
        """Answer every TCP segment with a RST in the server's name: a connect is refused, a connection breaks."""
        return self._filter(f"{_match(port, to, 'tcp')} reject with tcp reset")

    def without_default_route(self) -> Fault:
        """Take the client's way out: network is unreachable, said by its own kernel."""
        ways = (f"default via {ROUTER}", f"default via {ROUTER6}")
        return self._change(self.client, [f"route del {way}" for way in ways], [f"route add {way}" for way in ways])

    def _filter(self, *rules: str) -> Fault:
        chains = "".join(
            f"chain {hook} {{ type filter hook {hook} priority 0; "
            + "".join(f'iifname "to-client" {rule}; ' for rule in rules)
            + "}\n"
            for hook in ("forward", "input")
        )
        return self._table(self.router, chains)

    def _table(self, room: Room, chains: str, family: str = "inet") -> Fault:
        name = f"{family} fault{next(self._tables)}"
        room.do("nft", "-f", "-", text=f"table {name} {{\n{chains}}}\n")
        return self._noted(lambda: room.do("nft", "delete", "table", *name.split()))

    def _change(self, room: Room, there: Sequence[str], back: Sequence[str]) -> Fault:
        room.ip(*there)
        return self._noted(lambda: room.ip(*back))

    def _noted(self, mend: Callable[[], object]) -> Fault:
        self._faults.append(Fault(mend))
        return self._faults[-1]


def _match(port: int | None, to: str | None, protocol: str) -> str:
    where = f"{'ip6' if ':' in to else 'ip'} daddr {to} " if to else ""
    return where + (f"{protocol} dport {port}" if port else f"meta l4proto {protocol}")
