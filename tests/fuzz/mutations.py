"""Ways to spoil a bundle: its bytes, its zip, its JSON under a seal that fits again, its manifest, its envelope."""

import json
import random
import re
import struct
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import msgspec

from diag.bundle import layout
from diag.bundle.closing import Envelope
from diag.bundle.seal import sealed
from diag.bundle.write import zipped

HARMFUL: tuple[Any, ...] = (
    None, True, False, 0, -1, 1 << 31, 1 << 62, 1 << 70, -(1 << 63), 0.5, -0.0, 1e308, "", " ", [], {}, [[]], [None], {"": None},
    "\x00", "\x1b]0;owned\x07", "\x1b[2J\x1b[1;1H", "\u202egnp.exe", "\u2066\u200b\ufeff", "\U000e0041", "\ud7ff", "a\r\nb",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "<script>alert(1)</script>", "\" onload=\"alert(1)", "javascript:alert(1)",
    "]]>&lt;", "{{7*7}}", "{0.__class__}", "%s%n", "[link=file:///etc/passwd]x[/link]", "../../etc/passwd", "C:\\con", "x" * 5000,
    "2026-03-04T05:06:07Z", "2026-03-04T05:06:07", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "////", "AAAA",
    "ok", "problem", "warning", "unknown", "not_applicable", "certain", "vendor", "quantum", "10.0.0.1", "::1", "fe80::1%eth0",
    "https://acme.service.example.com:443", {"ask": "quantum"}, {"seen": "quantum"}, ["x"] * 300, [0] * 300,
    {"a": {"b": {"c": 1}}},
)  # fmt: skip
"""Values that a careless reader trips over: types, sizes, control characters, spreadsheets, pages, templates, words of ours."""
NUMBERS = (
    0, 1, -1, 0.0, -0.0, 5e-324, 1e-9, 0.1, 3600.0, 1e6, 1e9, 1e10, 1e12, 1e13, 1e16, 1e300, 1e308, -1e13, 1 << 31, 1 << 53,
    (1 << 53) + 1, 1 << 63,
)  # fmt: skip
"""Numbers at the edges of what is read, and beyond."""
FORMULA = "=cmd|' /C calc'!A0"
JSONS = (layout.RUN_MEMBER, layout.EVIDENCE, layout.VERDICTS, layout.REDACTION, layout.ERRORS)
_NUMBER = re.compile(rb"([:\[,])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]}])")
_TEXT = re.compile(rb'"[^"\\]*"(?!:)')
Mutate = Callable[[random.Random], bytes]


class Mutations:
    """Spoils one bundle, given as its members; every change is drawn from the generator that is handed in."""

    def __init__(self, members: Mapping[str, bytes], envelope: Envelope) -> None:
        self._members = dict(members)
        self._zip = zipped(members)
        self._closed = envelope.close(self._zip)
        self._ways: tuple[tuple[Mutate, int], ...] = (
            (self._bytes_of_the_zip, 25),
            (self._fields_of_the_zip, 10),
            (self._bytes_of_a_member, 20),
            (self._nodes_of_a_member, 25),
            (self._numbers, 6),
            (self._surrogates, 2),
            (self._repeated, 3),
            (self._walks, 3),
            (self._alike, 4),
            (self._nodes_of_the_manifest, 5),
            (self._bytes_of_the_envelope, 5),
        )

    def draw(self, chance: random.Random) -> bytes:
        """A spoilt bundle."""
        (way,) = chance.choices([way for way, _ in self._ways], [weight for _, weight in self._ways])
        return way(chance)

    def _bytes_of_the_zip(self, chance: random.Random) -> bytes:
        return _spoilt(self._zip, chance)

    def _bytes_of_the_envelope(self, chance: random.Random) -> bytes:
        return _spoilt(self._closed, chance)

    def _fields_of_the_zip(self, chance: random.Random) -> bytes:
        """Numbers in the headers, where a lie pays."""
        content = bytearray(self._zip)
        marks = [at for mark in (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06") for at in _places(self._zip, mark)]
        for _ in range(chance.randint(1, 3)):
            at = chance.choice(marks) + 4 + chance.randrange(42)
            width, form = chance.choice(((2, "<H"), (4, "<L")))
            value = chance.choice((0, 1, 8, 99, 0x7F, 0x800, 0xFFFF, len(content), chance.getrandbits(8 * width)))
            if at + width <= len(content):
                struct.pack_into(form, content, at, value & ((1 << 8 * width) - 1))
        return bytes(content)

    def _bytes_of_a_member(self, chance: random.Random) -> bytes:
        name = chance.choice((*JSONS, layout.SUMMARY))
        return self._forged(name, _spoilt(self._members[name], chance))

    def _nodes_of_a_member(self, chance: random.Random) -> bytes:
        name = chance.choice(JSONS)
        if not name.endswith(".jsonl"):
            return self._forged(name, _respelt(self._members[name], chance))
        lines = self._members[name].split(b"\n")
        at = chance.randrange(len(lines))
        lines[at] = _respelt(lines[at] or b"{}", chance)
        if chance.random() < 0.1:
            chance.shuffle(lines)
        return self._forged(name, b"\n".join(lines))

    def _numbers(self, chance: random.Random) -> bytes:
        """Numbers of one member, replaced by others: all of them by one, or some."""
        name = chance.choice((layout.RUN_MEMBER, layout.EVIDENCE, layout.VERDICTS))
        one, share = chance.choice(NUMBERS), chance.choice((0.01, 0.1, 1.0))

        def changed(found: re.Match[bytes]) -> bytes:
            return found[1] + json.dumps(one).encode() if chance.random() < share else found[0]

        return self._forged(name, _NUMBER.sub(changed, self._members[name]))

    def _surrogates(self, chance: random.Random) -> bytes:
        """A word that nobody knows, and a text that is none."""
        name = chance.choice(JSONS)
        texts = list(_TEXT.finditer(self._members[name]))
        content = self._members[name]
        for found in sorted(chance.sample(texts, min(len(texts), 2)), key=lambda found: -found.start()):
            new = chance.choice((b'"quantum"', b'"\\ud800"', b'"x\\udfffy"'))
            content = content[: found.start()] + new + content[found.end() :]
        return self._forged(name, content)

    def _repeated(self, chance: random.Random) -> bytes:
        """One observation, over and over, under ids of its own."""
        lines = self._members[layout.EVIDENCE].splitlines()
        tree = json.loads(chance.choice(lines))
        copies = [json.dumps({**tree, "id": f"again-{number}"}).encode() for number in range(chance.choice((3, 30, 300)))]
        return self._forged(layout.EVIDENCE, b"\n".join((*lines, *copies)) + b"\n")

    def _walks(self, chance: random.Random) -> bytes:
        """Walks without end, endpoints without number, the same walk again and again."""
        run = json.loads(self._members[layout.RUN_MEMBER])
        trail = run["trails"][0]
        ids = [*trail["walk"], *trail.get("followed", ()), "nobody-1"]
        match chance.randrange(4):
            case 0:
                trail["walk"] = ids * chance.choice((2, 50, 500))
            case 1:
                trail["again"] = [{"walk": chance.sample(ids, len(ids))}] * chance.choice((2, 40))
            case 2:
                trail["walk"], trail["followed"] = chance.sample(ids, len(ids)), ids
            case _:
                run["trails"] = [trail] * chance.choice((2, 20, 100))
        return self._forged(layout.RUN_MEMBER, json.dumps(run).encode())

    def _alike(self, chance: random.Random) -> bytes:
        """The same word of run, evidence and verdicts replaced alike in all of them."""
        words = [found[0] for found in _TEXT.finditer(self._members[layout.RUN_MEMBER]) if not found[0].endswith(b'":')]
        old = chance.choice((b'"https"', *words))
        new = chance.choice((FORMULA, "@SUM(A1)", "-x", "<b>", "\x1b[2J", "mqtt", "", "a" * 300))
        names = (layout.RUN_MEMBER, layout.EVIDENCE, layout.VERDICTS)
        return self._forged_all({name: self._members[name].replace(old, json.dumps(new).encode()) for name in names})

    def _nodes_of_the_manifest(self, chance: random.Random) -> bytes:
        return zipped({**self._members, layout.MANIFEST: _respelt(self._members[layout.MANIFEST], chance)})

    def _forged(self, name: str, content: bytes) -> bytes:
        """A zip with another member, under a manifest that fits it: what somebody would do who means harm."""
        return self._forged_all({name: content})

    def _forged_all(self, changed: Mapping[str, bytes]) -> bytes:
        rest = {known: old for known, old in self._members.items() if known != layout.MANIFEST} | dict(changed)
        manifest = json.loads(self._members[layout.MANIFEST])
        manifest["members"] = msgspec.to_builtins(sealed(rest))
        return zipped({**rest, layout.MANIFEST: json.dumps(manifest).encode()})


def _spoilt(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, lost, doubled, moved or added."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(content) + 1)
        size = chance.choice((0, 1, 1, 2, 4, 8, 64, 512))
        match chance.randrange(6):
            case 0:
                content = content[:at] + chance.randbytes(size) + content[at + size :]
            case 1:
                content = content[:at] + content[at + size :]
            case 2:
                content = content[:at] + content[at : at + size] + content[at:]
            case 3:
                content = content[:at]
            case 4:
                start = chance.randrange(len(content) + 1)
                content = content[:at] + content[start : start + size] + content[at + size :]
            case _:
                bit = 1 << chance.randrange(8)
                content = content[:at] + bytes(byte ^ bit for byte in content[at : at + 1]) + content[at + 1 :]
    return content


def _respelt(text: bytes, chance: random.Random) -> bytes:
    """JSON with one to three of its values replaced, removed, doubled or moved, or with its braces abused."""
    tree = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        inside = [node for node in _nodes(tree) if node]
        if not inside:
            break
        node = chance.choice(inside)
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        match chance.randrange(6):
            case 0 | 1 | 2:
                node[key] = deepcopy(chance.choice(HARMFUL))
            case 3:
                del node[key]
            case 4 if isinstance(node, dict):
                new = chance.choice(("future", "", "\x1b[2J", "__proto__", "constructor", key.upper()))
                node[new] = deepcopy(chance.choice(HARMFUL))
            case 4:
                node.append(node[key])
            case _:
                node[key] = [node[key]] * chance.choice((1, 3, 40))
    spelt = json.dumps(tree, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        return spelt[:-1] + b',"id":"again"}'
    return b"[" * 60 + spelt + b"]" * 60 if chance.random() < 0.02 else spelt


def _nodes(tree: Any) -> list[Any]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (dict, list)):
            found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def _places(content: bytes, mark: bytes) -> list[int]:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return found
