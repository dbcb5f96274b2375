"""The corpus of hostile bundles: each with what must be said of it. Every one is refused before anything of it is believed."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable

import msgspec

from diag.bundle import layout
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.seal import sealed
from diag.bundle.write import pack, zipped
from tests.bundle import sample

NO_BUNDLE = "The file is not a bundle"
NO_DIAG = "is a zip, but not a bundle of diag"
CUT = "cut short, or something stands behind its end"
TABLE = "table of contents is not as diag writes it"
BAD_NAME = "a member with a name that diag never writes"
LINK = "a link, a folder or something encrypted"
TWICE = "names a member twice"
NESTED = "holds another archive"
BOMB = "grow beyond all measure"
PACKED = "packed in a way that diag never uses"
DAMAGED = "The file is damaged"
OVERLAP = "members overlap"
BETWEEN = "something between its members"
MANY = "more members than a bundle may have"
LONG_LINE = "a longer line in evidence.jsonl than diag reads"
MANY_LINES = "more lines in evidence.jsonl than diag reads"
NEVER = "a version of its format that never was"
CHANGED = "was changed after diag wrote it, or lost a part"
NO_JSON = "not JSON as RFC 8259 has it"
KIND = "a value is missing or of the wrong kind"
DEEP = "nested too deeply"
NO_NUMBER = "a number is none"
VAST = "a number is beyond measure"
ID_TWICE = "an id stands twice"
NO_ZONE = "a time has no zone"
CALENDAR = "a time is outside the calendar"
KEY_TWICE = "a key stands twice in one object"

REDACTED = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
MEMBERS, CONTENT = pack(REDACTED, sample.diagnosis(), summary="All is said.\n", catalogue_version="1")


def resealed(**changed: bytes) -> dict[str, bytes]:
    """The sample's members with some replaced (`run_json=...`), under a manifest that fits them: what a forger would do."""
    members = {**MEMBERS, **{name.replace("__", "-").replace("_", "."): content for name, content in changed.items()}}
    rest = {name: content for name, content in members.items() if name != layout.MANIFEST}
    manifest = json.loads(members[layout.MANIFEST])
    manifest["members"] = msgspec.to_builtins(sealed(rest))
    return {**rest, layout.MANIFEST: json.dumps(manifest).encode()}


def edited(name: str, edit: Callable[[dict], object], line: int = 0) -> dict[str, bytes]:
    """The sample with one JSON object changed: a whole member, or one line (from 0) of a `.jsonl`."""
    lines = MEMBERS[name].split(b"\n")
    tree = json.loads(lines[line])
    edit(tree)
    lines[line] = json.dumps(tree).encode()
    return resealed(**{name.replace(".", "_"): b"\n".join(lines)})


def line_of(kind: str) -> int:
    return next(number for number, line in enumerate(MEMBERS[layout.EVIDENCE].split(b"\n")) if f'"id":"{kind}'.encode() in line)


def with_entry(name: str, content: bytes = b"x", mode: int = 0o100644, **more: object) -> bytes:
    """The sample's zip with one more entry."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        for known in sorted(MEMBERS):
            archive.writestr(zipfile.ZipInfo(known), MEMBERS[known], zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content, **more)
    return out.getvalue()


def lying(field: str, value: int) -> bytes:
    """The sample's zip whose first central entry lies in one field (APPNOTE 4.3.12)."""
    at = {
        "flags": (8, "<H"),
        "method": (10, "<H"),
        "crc": (16, "<L"),
        "packed": (20, "<L"),
        "size": (24, "<L"),
        "offset": (42, "<L"),
    }
    start = CONTENT.index(b"PK\x01\x02")
    where, form = at[field]
    return CONTENT[: start + where] + struct.pack(form, value) + CONTENT[start + where + struct.calcsize(form) :]


def end(**changed: int) -> bytes:
    """The sample's zip with a changed end record (APPNOTE 4.3.16)."""
    fields = dict(
        zip(
            ("mark", "disk", "first", "here", "count", "size", "offset", "comment"),
            struct.unpack("<4s4H2LH", CONTENT[-22:]),
            strict=True,
        )
    )
    return CONTENT[:-22] + struct.pack("<4s4H2LH", *{**fields, **changed}.values())


def local(at: int, form: str, value: int) -> bytes:
    """The sample's zip whose first local header lies (APPNOTE 4.3.7), the central one being true."""
    return CONTENT[:at] + struct.pack(form, value) + CONTENT[at + struct.calcsize(form) :]


def with_gap(gap: bytes) -> bytes:
    """The sample's zip with bytes before its table that no entry lists; the end record knows of them."""
    table = CONTENT.index(b"PK\x01\x02")
    (offset,) = struct.unpack_from("<L", CONTENT, len(CONTENT) - 6)
    assert offset == table
    return CONTENT[:table] + gap + CONTENT[table:-6] + struct.pack("<L", offset + len(gap)) + CONTENT[-2:]


def renamed(old: bytes, new: bytes) -> bytes:
    """The sample's zip with a member's name changed in its local header alone: two programs see two names."""
    assert len(old) == len(new)
    return CONTENT.replace(old, new, 1)


def bomb() -> bytes:
    return with_entry("bomb.txt", bytes(40 << 20), compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)


ARCHIVES: dict[str, tuple[str, bytes]] = {
    "empty": (NO_BUNDLE, b""),
    "text": (NO_BUNDLE, b"diag-bundle\n" * 10),
    "only an end record": (NO_BUNDLE, b"PK\x05\x06" + bytes(18)),
    "truncated in the middle": (CUT, CONTENT[: len(CONTENT) // 2]),
    "truncated by one byte": (CUT, CONTENT[:-1]),
    "junk before": (NO_BUNDLE, b"#!/bin/sh\n" + CONTENT),
    "junk behind": (CUT, CONTENT + b"\n"),
    "a comment": (CUT, end(comment=5) + b"hello"),
    "another zip behind": (TABLE, CONTENT + CONTENT),
    "traversal": (BAD_NAME, with_entry("../../evil.txt")),
    "absolute": (BAD_NAME, with_entry("/etc/passwd")),
    "a windows path": (BAD_NAME, with_entry("C:\\evil.txt")),
    "a folder": (BAD_NAME, with_entry("folder/")),
    "below a folder": (BAD_NAME, with_entry("folder/x.txt")),
    "upper case": (BAD_NAME, with_entry("RUN.JSON")),
    "a device": (BAD_NAME, with_entry("con")),
    "a dot file": (BAD_NAME, with_entry(".bashrc")),
    "a name with a line end": (BAD_NAME, with_entry("a.txt\n")),
    "a bidi name": (BAD_NAME, with_entry("\u202egnp.exe")),
    "a terminal escape in a name": (BAD_NAME, with_entry("\x1b[2Ja.txt")),
    "a NUL in a name": (BAD_NAME, CONTENT.replace(b"errors.jsonl", b"error\x00.jsonl")),
    "an endless name": (BAD_NAME, with_entry("a" * 3000 + ".txt")),
    "a link": (LINK, with_entry("link.txt", b"/etc/passwd", 0o120777)),
    "a folder's mode": (LINK, with_entry("dir.txt", b"", 0o040755)),
    "a pipe": (LINK, with_entry("pipe.txt", b"", 0o010644)),
    "a member twice": (TWICE, with_entry("run.json", MEMBERS["run.json"])),
    "a nested zip": (BAD_NAME, with_entry("more.zip", CONTENT)),
    "a nested zip of another name": (NESTED, with_entry("more.txt", CONTENT)),
    "a nested gzip": (NESTED, with_entry("more.bin", b"\x1f\x8b\x08" + bytes(20))),
    "a bomb": (BOMB, bomb()),
    "packed another way": (PACKED, with_entry("x.txt", b"x" * 99, compress_type=zipfile.ZIP_BZIP2)),
    "a method that is none": (PACKED, lying("method", 99)),
    "encrypted": (LINK, lying("flags", 1)),
    "a size too large": (BOMB, lying("size", 1 << 31)),
    "a size too small": (DAMAGED, lying("size", 1)),
    "a packed size too large": (OVERLAP, lying("packed", 1 << 31)),
    "a wrong crc": (DAMAGED, lying("crc", 0)),
    "an offset beyond": (OVERLAP, lying("offset", 1 << 30)),
    "an offset into another": (OVERLAP, lying("offset", 5)),
    "more members declared": (TABLE, end(count=9, here=9)),
    "65535 members declared": (MANY, end(count=65535, here=65535)),
    "a table at another place": (TABLE, end(offset=0)),
    "another disk": (TABLE, end(disk=1)),
    "too many members": (MANY, zipped({**MEMBERS, **{f"m{number}.txt": b"" for number in range(80)}})),
    "a page before": (NO_BUNDLE, b"<html><script>alert(1)</script></html>" + CONTENT),
    "a PDF before": (NO_BUNDLE, b"%PDF-1.7\n" + CONTENT),
    "a program before": (NO_BUNDLE, b"MZ" + bytes(510) + CONTENT),
    "a picture before": (NO_BUNDLE, b"GIF89a" + CONTENT),
    "another zip before": (TABLE, with_entry("a.txt") + CONTENT),
    "something hidden before the table": (BETWEEN, with_gap(b"MZ hidden")),
    "a member hidden before the table": (BETWEEN, with_gap(CONTENT[: CONTENT.index(b"PK", 4)])),
    "a local header of another name": (DAMAGED, renamed(b"errors.jsonl", b"evil00.jsonl")),
    "a local header that is none": (NO_BUNDLE, b"PK\x03\x05" + CONTENT[4:]),
    "a local name without end": (DAMAGED, local(26, "<H", 65535)),
    "a local extra field without end": (DAMAGED, local(28, "<H", 65535)),
    "a descriptor that is not there": (BETWEEN, local(6, "<H", 8)),
    "an end record of another kind": (CUT, CONTENT[:-22] + b"PK\x06\x06" + CONTENT[-18:]),
    "a table that is too large": (TABLE, end(size=(64 << 10) + 1)),
    "a table beyond the file": (TABLE, end(offset=1 << 31)),
    "no members": (NO_BUNDLE, b"PK\x05\x06" + bytes(18)),
    "a right-to-left name": (BAD_NAME, with_entry("\u05d0.txt")),
    "a name with a space behind": (BAD_NAME, with_entry("run.json ")),
    "a name with two dots": (BAD_NAME, with_entry("..")),
    "a stream beside a file": (BAD_NAME, with_entry("run.json:hidden")),
    "a hidden folder": (BAD_NAME, with_entry("__MACOSX/._run.json")),
    "a nested xz": (NESTED, with_entry("more.bin", b"\xfd7zXZ\x00" + bytes(20))),
    "a nested 7z": (NESTED, with_entry("more.bin", b"7z\xbc\xaf\x27\x1c" + bytes(20))),
    "a nested tar.gz": (BAD_NAME, with_entry("more.tar.gz", b"x")),
    "a device's mode": (LINK, with_entry("null.txt", b"", 0o020666)),
    "a socket's mode": (LINK, with_entry("socket.txt", b"", 0o140666)),
    "an empty envelope": ("cut short or was changed", b"diag-hpke"),
    "an envelope of the future": ("encrypted in a way that this diag does not know", b"diag-hpke\x02" + bytes(200)),
    "an envelope for nobody": ("cut short or was changed", b"diag-hpke\x01\x00\x20\x00\x01\x00\x03\x00" + bytes(200)),
    "an envelope for others": ("open it with --identity FILE", b"diag-hpke\x01\x00\x20\x00\x01\x00\x03\x01" + bytes(200)),
    "an envelope of age": ("open it with --identity FILE", b"age-encryption.org/v1\n-> X25519 x\n"),
}


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def nested_question(tree: dict) -> None:
    for _ in range(60):
        tree["question"]["over"] = {"ask": "handshake", "over": tree["question"]["over"]}


def set_(*path: str | int, to: object) -> Callable[[dict], None]:
    def edit(tree: dict) -> None:
        inner = tree
        for step in path[:-1]:
            inner = inner[step]  # type: ignore[index]
        inner[path[-1]] = to  # type: ignore[index]

    return edit


def line(content: bytes) -> dict[str, bytes]:
    return resealed(evidence_jsonl=MEMBERS[layout.EVIDENCE] + content + b"\n")


def edited_seal(field: str, to: object) -> dict[str, bytes]:
    """The sample whose manifest says something else of one member."""
    manifest = json.loads(MEMBERS[layout.MANIFEST])
    manifest["members"][layout.RUN_MEMBER][field] = to
    return {**MEMBERS, layout.MANIFEST: json.dumps(manifest).encode()}


DOCUMENTS: dict[str, tuple[str, dict[str, bytes]]] = {
    "no manifest": (NO_DIAG, {name: content for name, content in MEMBERS.items() if name != layout.MANIFEST}),
    "another family": (NO_DIAG, edited(layout.MANIFEST, set_("schema", to="ooni.bundle/1"))),
    "a schema that is none": (NO_DIAG, edited(layout.MANIFEST, set_("schema", to="diag.bundle/1\n"))),
    "a major that never was": (NEVER, edited(layout.MANIFEST, set_("schema", to="diag.bundle/0"))),
    "a schema of another type": (KIND, edited(layout.MANIFEST, set_("schema", to=1))),
    "a member that nobody sealed": (CHANGED, {**MEMBERS, "more.txt": b"x"}),
    "a member that is gone": (CHANGED, {name: content for name, content in MEMBERS.items() if name != layout.SUMMARY}),
    "a member that was changed": (CHANGED, {**MEMBERS, layout.SUMMARY: b"All is well.\n"}),
    "no run": (CHANGED, {name: content for name, content in resealed().items() if name != layout.RUN_MEMBER}),
    "an empty run": (NO_JSON, resealed(run_json=b"")),
    "a run that is a list": (KIND, resealed(run_json=b"[]")),
    "nothing but brackets": (BOMB, resealed(run_json=deep(100_000))),
    "brackets on a line": (DEEP, line(deep(100_000))),
    "a question nested without end": (DEEP, edited(layout.EVIDENCE, nested_question, line_of("hold"))),
    "not a number": (NO_NUMBER, line(b'{"id":"x","took":NaN}')),
    "infinity": (NO_NUMBER, line(MEMBERS[layout.EVIDENCE].split(b"\n")[0].replace(b'"took":0.25', b'"took":Infinity'))),
    "a number beyond measure": (KIND, line(MEMBERS[layout.EVIDENCE].split(b"\n")[0].replace(b'"took":0.25', b'"took":1e999'))),
    "an integer beyond measure": (KIND, edited(layout.EVIDENCE, set_("answer", "status", to=10**400), line_of("exchange"))),
    "a wrong type": (KIND, edited(layout.EVIDENCE, set_("took", to="long"))),
    "a missing field": (KIND, edited(layout.EVIDENCE, lambda tree: tree.pop("began"))),
    "an answer and a fault": (KIND, edited(layout.EVIDENCE, set_("fault", to={"kind": "deadline"}))),
    "neither answer nor fault": (KIND, edited(layout.EVIDENCE, lambda tree: tree.pop("answer"))),
    "an answer that is a text": (KIND, edited(layout.EVIDENCE, set_("answer", to="fine"))),
    "base64 that is none": (KIND, edited(layout.EVIDENCE, set_("answer", "message", to="***"), line_of("lookup-8"))),
    "an id twice": (ID_TWICE, line(MEMBERS[layout.EVIDENCE].split(b"\n")[0])),
    "a time without a zone": (NO_ZONE, edited(layout.EVIDENCE, set_("began", to="2026-01-01T00:00:00"))),
    "a time outside the calendar": (CALENDAR, edited(layout.EVIDENCE, set_("began", to="0001-01-01T00:00:00+14:00"))),
    "a time that is none": (KIND, edited(layout.EVIDENCE, set_("began", to="2026-13-45T99:00:00Z"))),
    "broken UTF-8": (NO_JSON, line(b'{"id":"\xff\xfe"}')),
    "a lone surrogate": (KIND, line(b'{"id":"\\ud800"}')),
    "trailing data": (NO_JSON, line(MEMBERS[layout.EVIDENCE].split(b"\n")[0] + b"{}")),
    "a key twice": (KEY_TWICE, line(b'{"id":"x",' + MEMBERS[layout.EVIDENCE].split(b"\n")[0][1:])),
    "a key twice in a run": (KEY_TWICE, resealed(run_json=b'{"tool":"0",' + MEMBERS[layout.RUN_MEMBER][1:])),
    "no JSON": (NO_JSON, line(b"hello")),
    "a byte order mark": (KIND, resealed(run_json=b"\xef\xbb\xbf" + MEMBERS[layout.RUN_MEMBER])),
    "UTF-16": (KIND, resealed(run_json=MEMBERS[layout.RUN_MEMBER].decode().encode("utf-16"))),
    "a line without end": (LONG_LINE, line(b'{"id":"' + b"a" * (3 << 20) + b'"}')),
    "lines without number": (BOMB, resealed(evidence_jsonl=b"\n" * 200_001)),
    "verdicts that are none": (KIND, resealed(verdicts_json=b"{}")),
    "a fact that is an object": (KIND, edited(layout.VERDICTS, set_("verdicts", 0, "finding", "facts", to={"a": {"b": 1}}))),
    "an error line that is none": (KIND, resealed(errors_jsonl=b'{"id":1}\n')),
    "a newer major": ("A newer diag wrote this bundle", edited(layout.MANIFEST, set_("schema", to="diag.bundle/2"))),
    "a much newer major": ("A newer diag wrote this bundle", edited(layout.MANIFEST, set_("schema", to="diag.bundle/999999.7"))),
    "a major beyond measure": (NO_DIAG, edited(layout.MANIFEST, set_("schema", to="diag.bundle/99999999"))),
    "a manifest that is a text": (KIND, {**MEMBERS, layout.MANIFEST: b'"diag.bundle/1"'}),
    "a manifest of nothing": (NO_JSON, {**MEMBERS, layout.MANIFEST: b""}),
    "a manifest with a digest that is none": (CHANGED, edited_seal("sha256", "../../etc/passwd")),
    "a manifest with a size that is none": (CHANGED, edited_seal("size", -1)),
    "sizes that are texts": (KIND, edited_seal("size", "1")),
    "deep brackets in the manifest": (DEEP, {**MEMBERS, layout.MANIFEST: deep(30_000)}),
    "deep brackets in the run": (DEEP, resealed(run_json=deep(30_000))),
    "deep brackets in the verdicts": (DEEP, resealed(verdicts_json=deep(30_000))),
    "deep brackets in the account": (DEEP, resealed(redaction_json=deep(30_000))),
    "many lines": (MANY_LINES, resealed(evidence_jsonl="\n".join(map(str, range(200_002))).encode())),
    "an endpoint that is a list": (KIND, edited(layout.RUN_MEMBER, set_("trails", 0, "endpoint", to=[]))),
    "a port beyond measure": (KIND, edited(layout.RUN_MEMBER, set_("trails", 0, "endpoint", "port", to=1 << 70))),
    "limits that are none": (KIND, edited(layout.RUN_MEMBER, set_("limits", to=None))),
    "counts that are texts": (KIND, edited(layout.REDACTION, set_("rules", to={"host-name": "many"}))),
    "a count beyond measure": (VAST, edited(layout.REDACTION, set_("rules", to={"host-name": 1 << 70}))),
    "a verdict that is a number": (KIND, edited(layout.VERDICTS, set_("verdict", to=1))),
    "a summary that nobody sealed": (CHANGED, {**MEMBERS, layout.SUMMARY: MEMBERS[layout.SUMMARY] + b"call +1 555"}),
}
