"""A slow wire: takes packets out of a tunnel, its standard input, and puts them back after a while.

The kernel of this machine may lack netem, so the while is passed here. Each packet goes through the router twice, so
what the first pass took of its time to live is given back: the wire is no hop of its own.
"""

import heapq
import itertools
import os
import random
import select
import sys
import time

TUNNEL = 0
LONGEST = 65535


def carry(delay: float, jitter: float) -> None:
    """Pass packets on after `delay` seconds and up to `jitter` more, for ever."""
    os.set_blocking(TUNNEL, False)
    waiting: list[tuple[float, int, bytes]] = []
    numbers = itertools.count()
    while True:
        left = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        if select.select([TUNNEL], [], [], left)[0]:
            due = time.monotonic() + delay + random.uniform(0, jitter)
            heapq.heappush(waiting, (due, next(numbers), _with_one_more_hop(os.read(TUNNEL, LONGEST))))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(TUNNEL, heapq.heappop(waiting)[2])


def _with_one_more_hop(packet: bytes) -> bytes:
    fresh = bytearray(packet)
    if packet[0] >> 4 == 6:
        fresh[7] += 1  # the hop limit, which no checksum covers
        return bytes(fresh)
    fresh[8] += 1
    checksum = int.from_bytes(packet[10:12]) - 0x0100  # RFC 1624: the sum grew by one in the high octet
    fresh[10:12] = (checksum if checksum > 0 else checksum + 0xFFFF).to_bytes(2)
    return bytes(fresh)


if __name__ == "__main__":
    carry(float(sys.argv[1]), float(sys.argv[2]))
