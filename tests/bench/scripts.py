"""What a proxy script costs: 300 endpoints asked of one, by its size."""

import asyncio
import time
from datetime import UTC, datetime

from diag.probe.pac.sandbox import Sandbox, Target
from tests.bench.figures import Figure

CROWD = 300
RULE = 'if (dnsDomainIs(host, ".d{0}.example.com") || shExpMatch(host, "*.x{0}.test")) return "DIRECT";\n'
TIMES = 3


def measure() -> list[Figure]:
    """The figures of scripts with few and with many rules."""
    figures = []
    for rules in (5, 200):
        body = "".join(RULE.format(number) for number in range(rules))
        script = f'function FindProxyForURL(url, host) {{\n{body}return "PROXY proxy.example.com:3128";\n}}'
        times = tuple(1000 * asyncio.run(_asked(script)) for _ in range(TIMES))
        figures.append(Figure(f"a proxy script of {rules} rules, {CROWD} endpoints", times, "ms", "under 1000"))
    return figures


async def _asked(script: str) -> float:
    """Seconds, the engine's start among them."""
    began = time.perf_counter()
    box = Sandbox(script)
    try:
        for number in range(CROWD):
            host = f"h{number}.example.org"
            said = await box.ask(Target(f"https://{host}/", host, datetime.now(UTC), {}))
            assert said.text.startswith("PROXY"), said
        return time.perf_counter() - began
    finally:
        await box.close()
