"""A bundle is hostile input: whatever is done to one, it is refused in one sentence, or read without harm."""

import io
import json
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.bundle import layout
from diag.bundle.archive import CannotRead, DamagedBundle, NewerBundle, NotABundle, unpack
from diag.bundle.read import Bundle, bundle_of, read_bundle
from diag.bundle.redact import Level, redact
from diag.bundle.seal import sealed
from diag.bundle.write import pack, zipped
from diag.model.verdict import Status
from tests.bundle import sample

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


def bomb() -> bytes:
    return with_entry("bomb.txt", bytes(40 << 20), compress_type=zipfile.ZIP_DEFLATED)


ARCHIVES: dict[str, bytes] = {
    "empty": b"",
    "text": b"diag-bundle\n" * 10,
    "only an end record": b"PK\x05\x06" + bytes(18),
    "truncated in the middle": CONTENT[: len(CONTENT) // 2],
    "truncated by one byte": CONTENT[:-1],
    "junk before": b"#!/bin/sh\n" + CONTENT,
    "junk behind": CONTENT + b"\n",
    "a comment": end(comment=5) + b"hello",
    "another zip behind": CONTENT + CONTENT,
    "traversal": with_entry("../../evil.txt"),
    "absolute": with_entry("/etc/passwd"),
    "a windows path": with_entry("C:\\evil.txt"),
    "a folder": with_entry("folder/"),
    "below a folder": with_entry("folder/x.txt"),
    "upper case": with_entry("RUN.JSON"),
    "a device": with_entry("con"),
    "a dot file": with_entry(".bashrc"),
    "a name with a line end": with_entry("a.txt\n"),
    "a bidi name": with_entry("\u202egnp.exe"),
    "a terminal escape in a name": with_entry("\x1b[2Ja.txt"),
    "a NUL in a name": CONTENT.replace(b"errors.jsonl", b"error\x00.jsonl"),
    "an endless name": with_entry("a" * 3000 + ".txt"),
    "a link": with_entry("link.txt", b"/etc/passwd", 0o120777),
    "a folder's mode": with_entry("dir.txt", b"", 0o040755),
    "a pipe": with_entry("pipe.txt", b"", 0o010644),
    "a member twice": with_entry("run.json", MEMBERS["run.json"]),
    "a nested zip": with_entry("more.zip", CONTENT),
    "a nested zip of another name": with_entry("more.txt", CONTENT),
    "a nested gzip": with_entry("more.bin", b"\x1f\x8b\x08" + bytes(20)),
    "a bomb": bomb(),
    "packed another way": with_entry("x.txt", b"x" * 99, compress_type=zipfile.ZIP_BZIP2),
    "a method that is none": lying("method", 99),
    "encrypted": lying("flags", 1),
    "a size too large": lying("size", 1 << 31),
    "a size too small": lying("size", 1),
    "a packed size too large": lying("packed", 1 << 31),
    "a wrong crc": lying("crc", 0),
    "an offset beyond": lying("offset", 1 << 30),
    "an offset into another": lying("offset", 5),
    "more members declared": end(count=9, here=9),
    "65535 members declared": end(count=65535, here=65535),
    "a table at another place": end(offset=0),
    "another disk": end(disk=1),
    "too many members": zipped({**MEMBERS, **{f"m{number}.txt": b"" for number in range(80)}}),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "diag-x.zip"
    path.write_bytes(ARCHIVES[name])
    with pytest.raises(CannotRead) as caught:
        read_bundle(path)
    told = str(caught.value)
    assert told.endswith(".")
    assert told.isprintable()
    assert list(tmp_path.iterdir()) == [path], "nothing is unpacked"


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


DOCUMENTS: dict[str, dict[str, bytes]] = {
    "no manifest": {name: content for name, content in MEMBERS.items() if name != layout.MANIFEST},
    "another family": edited(layout.MANIFEST, set_("schema", to="ooni.bundle/1")),
    "a schema that is none": edited(layout.MANIFEST, set_("schema", to="diag.bundle/1\n")),
    "a major that never was": edited(layout.MANIFEST, set_("schema", to="diag.bundle/0")),
    "a schema of another type": edited(layout.MANIFEST, set_("schema", to=1)),
    "a member that nobody sealed": {**MEMBERS, "more.txt": b"x"},
    "a member that is gone": {name: content for name, content in MEMBERS.items() if name != layout.SUMMARY},
    "a member that was changed": {**MEMBERS, layout.SUMMARY: b"All is well.\n"},
    "no run": {name: content for name, content in resealed().items() if name != layout.RUN},
    "an empty run": resealed(run_json=b""),
    "a run that is a list": resealed(run_json=b"[]"),
    "nothing but brackets": resealed(run_json=deep(100_000)),
    "brackets on a line": line(deep(100_000)),
    "a question nested without end": edited(layout.EVIDENCE, nested_question, line_of("hold")),
    "not a number": line(b'{"id":"x","took":NaN}'),
    "infinity": line(MEMBERS[layout.EVIDENCE].split(b"\n")[0].replace(b'"took":0.25', b'"took":Infinity')),
    "a number beyond measure": line(MEMBERS[layout.EVIDENCE].split(b"\n")[0].replace(b'"took":0.25', b'"took":1e999')),
    "an integer beyond measure": edited(layout.EVIDENCE, set_("answer", "status", to=10**400), line_of("exchange")),
    "a wrong type": edited(layout.EVIDENCE, set_("took", to="long")),
    "a missing field": edited(layout.EVIDENCE, lambda tree: tree.pop("began")),
    "an answer and a fault": edited(layout.EVIDENCE, set_("fault", to={"kind": "deadline"})),
    "neither answer nor fault": edited(layout.EVIDENCE, lambda tree: tree.pop("answer")),
    "an answer that is a text": edited(layout.EVIDENCE, set_("answer", to="fine")),
    "base64 that is none": edited(layout.EVIDENCE, set_("answer", "message", to="***"), line_of("lookup-8")),
    "an id twice": line(MEMBERS[layout.EVIDENCE].split(b"\n")[0]),
    "a time without a zone": edited(layout.EVIDENCE, set_("began", to="2026-01-01T00:00:00")),
    "a time outside the calendar": edited(layout.EVIDENCE, set_("began", to="0001-01-01T00:00:00+14:00")),
    "a time that is none": edited(layout.EVIDENCE, set_("began", to="2026-13-45T99:00:00Z")),
    "broken UTF-8": line(b'{"id":"\xff\xfe"}'),
    "a lone surrogate": line(b'{"id":"\\ud800"}'),
    "trailing data": line(MEMBERS[layout.EVIDENCE].split(b"\n")[0] + b"{}"),
    "a key twice": line(b'{"id":"x",' + MEMBERS[layout.EVIDENCE].split(b"\n")[0][1:]),
    "a key twice in a run": resealed(run_json=b'{"tool":"0",' + MEMBERS[layout.RUN][1:]),
    "no JSON": line(b"hello"),
    "a byte order mark": resealed(run_json=b"\xef\xbb\xbf" + MEMBERS[layout.RUN]),
    "UTF-16": resealed(run_json=MEMBERS[layout.RUN].decode().encode("utf-16")),
    "a line without end": line(b'{"id":"' + b"a" * (3 << 20) + b'"}'),
    "lines without number": resealed(evidence_jsonl=b"\n" * 200_001),
    "verdicts that are none": resealed(verdicts_json=b"{}"),
    "a fact that is an object": edited(layout.VERDICTS, set_("verdicts", 0, "finding", "facts", to={"a": {"b": 1}})),
    "an error line that is none": resealed(errors_jsonl=b'{"id":1}\n'),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(CannotRead) as caught:
        bundle_of(unpack(zipped(DOCUMENTS[name])))
    told = str(caught.value)
    assert told.endswith(".")
    assert told.isprintable()


def test_the_kinds_of_refusal_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotABundle):
        unpack(b"hello")
    with pytest.raises(NotABundle):
        read_bundle(tmp_path)
    with pytest.raises(NotABundle):
        read_bundle(tmp_path / "nowhere.zip")
    with pytest.raises(NotABundle):
        bundle_of(DOCUMENTS["another family"])
    with pytest.raises(DamagedBundle):
        bundle_of(DOCUMENTS["a member that was changed"])
    with pytest.raises(NewerBundle, match="pip install --upgrade diag"):
        bundle_of(edited(layout.MANIFEST, set_("schema", to="diag.bundle/2")))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(NotABundle):
        read_bundle(tmp_path / "pipe.zip")


HARM = "\x1b]0;owned\x07\u202etxt.exe\u2066\u0000\u200b\r\n\U000e0041"


def texts_of(value: object) -> list[str]:
    tree = json.loads(json.dumps(msgspec.to_builtins(value)))
    found, waiting = [], [tree]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            found.append(inner)
        elif isinstance(inner, dict):
            found.extend(inner)
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)
    return found


def poisoned(tree: object, closed: frozenset[str]) -> object:
    """The tree with something harmful at the end of every text that is no word of a closed list and no Base64."""
    if isinstance(tree, dict):
        return {key: inner if key in closed else poisoned(inner, closed) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [poisoned(inner, closed) for inner in tree]
    return tree + HARM if isinstance(tree, str) else tree


def test_every_text_is_safe_once_it_is_read() -> None:
    words = {"ask", "seen", "topic", "kind", "began", "ended", "why", "network", "transport", "login", "hello"}
    raw = {"message", "truncated", "chain", "staple", "body", "first_bytes"}
    closed = frozenset(words | raw)
    evidence = [poisoned(json.loads(text), closed) for text in MEMBERS[layout.EVIDENCE].splitlines()]
    run = poisoned(json.loads(MEMBERS[layout.RUN]), closed)
    verdicts = poisoned(json.loads(MEMBERS[layout.VERDICTS]), closed)
    errors = [poisoned(json.loads(text), frozenset()) for text in MEMBERS[layout.ERRORS].splitlines()]
    members = resealed(
        run_json=json.dumps(run).encode(),
        evidence_jsonl=b"".join(json.dumps(tree).encode() + b"\n" for tree in evidence),
        verdicts_json=json.dumps(verdicts, ensure_ascii=False).encode(),
        errors_jsonl=b"".join(json.dumps(tree).encode() + b"\n" for tree in errors),
        summary_txt=f"hello {HARM} there\n".encode(),
    )
    bundle = bundle_of(members)
    texts = [
        *texts_of(bundle.evidence),
        *texts_of(bundle.diagnosis),
        *texts_of(bundle.errors),
        *bundle.summary.split("\n"),
        *(note.what for note in bundle.not_understood),
    ]
    assert len(texts) > 500
    assert [text for text in texts if not text.isprintable()] == []
    assert any("owned" in text for text in texts)


def test_an_id_that_nobody_saw_is_cited_without_harm() -> None:
    lines = MEMBERS[layout.EVIDENCE].split(b"\n")
    bundle = bundle_of(resealed(evidence_jsonl=b"\n".join(lines[3:])))
    assert set(bundle.evidence.run.machine) - set(bundle.evidence.by_id)
    assert bundle.diagnosis.counts[Status.PROBLEM] == 1


def read_or_refused(read: Callable[[], Bundle]) -> Bundle | None:
    """The bundle, or None where it was refused; anything else that is raised fails the test."""
    try:
        return read()
    except CannotRead:
        return None


def same(one: Bundle, other: Bundle) -> bool:
    return one.evidence == other.evidence and one.diagnosis == other.diagnosis and one.summary == other.summary


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_change_of_bytes_does_more_than_be_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(CONTENT) - 1))
    cut = data.draw(st.integers(0, 4))
    content = CONTENT[:at] + data.draw(st.binary(max_size=8)) + CONTENT[at + cut :]
    bundle = read_or_refused(lambda: bundle_of(unpack(content)))
    assert bundle is None or same(bundle, bundle_of(MEMBERS)), "what is read in spite of a change is what was written"


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_change_of_a_sealed_member_does_more_than_be_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([layout.RUN, layout.EVIDENCE, layout.VERDICTS, layout.REDACTION, layout.ERRORS]))
    content = MEMBERS[name]
    at = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b"{", b"null", b"-1", b"\\u0000", b"1e308"])))
    changed = content[:at] + piece + content[at + data.draw(st.integers(0, 12)) :]
    bundle = read_or_refused(lambda: bundle_of(resealed(**{name.replace(".", "_"): changed})))
    if bundle is not None:
        assert all(text.isprintable() for text in texts_of(bundle.evidence))
        assert all(text.isprintable() for text in texts_of(bundle.diagnosis))


def test_a_stream_that_unpacks_to_more_than_it_says_is_stopped() -> None:
    packed = zlib.compress(bytes(30 << 20), 9)[2:-4]
    start, content = CONTENT.index(b"PK\x01\x02"), bytearray(zipped({"a.txt": b"a" * 70_000}))
    assert start
    where = content.index(b"PK\x01\x02")
    data = 30 + len("a.txt")
    content[data:where] = packed
    count = struct.pack("<L", len(packed))
    content[18:22] = count
    moved = data + len(packed)
    content[moved + 20 : moved + 24] = count
    content[-6:-2] = struct.pack("<L", moved)
    with pytest.raises(DamagedBundle):
        unpack(bytes(content))
