"""A bundle is hostile input: whatever is done to one, it is refused in one sentence, or read without harm."""

import json
import os
import struct
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
from diag.bundle.verify import verify
from diag.bundle.write import zipped
from diag.model.verdict import Status
from tests.bundle import hostile
from tests.bundle.hostile import ARCHIVES, CONTENT, DOCUMENTS, MEMBERS, edited, resealed, set_


def test_the_corpus_is_large_and_every_limit_is_met() -> None:
    assert len(ARCHIVES) + len(DOCUMENTS) >= 120
    words = {value for name, value in vars(hostile).items() if name.isupper() and isinstance(value, str)}
    met = {said for said, _ in (*ARCHIVES.values(), *DOCUMENTS.values())}
    assert words <= met


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    said, content = ARCHIVES[name]
    path = tmp_path / "diag-x.zip"
    path.write_bytes(content)
    with pytest.raises(CannotRead) as caught:
        read_bundle(path)
    told = str(caught.value)
    assert said in told
    assert told.endswith(".")
    assert told.isprintable()
    assert list(tmp_path.iterdir()) == [path], "nothing is unpacked"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_refused_in_one_sentence(name: str) -> None:
    said, members = DOCUMENTS[name]
    with pytest.raises(CannotRead) as caught:
        bundle_of(unpack(zipped(members)))
    told = str(caught.value)
    assert said in told
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
        bundle_of(DOCUMENTS["another family"][1])
    with pytest.raises(DamagedBundle):
        bundle_of(DOCUMENTS["a member that was changed"][1])
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
    run = poisoned(json.loads(MEMBERS[layout.RUN_MEMBER]), closed)
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
    name = data.draw(st.sampled_from([layout.RUN_MEMBER, layout.EVIDENCE, layout.VERDICTS, layout.REDACTION, layout.ERRORS]))
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


@pytest.mark.parametrize("place", range(4, 20, 2))
def test_every_number_of_the_end_record_counts(place: int) -> None:
    content = bytearray(CONTENT)
    end = content.rindex(b"PK\x05\x06")
    content[end + place] ^= 1
    with pytest.raises(DamagedBundle):
        unpack(bytes(content))


def test_what_has_no_manifest_is_no_bundle() -> None:
    with pytest.raises(NotABundle):
        verify({"summary.txt": b"all is well"}, "diag-20261122T120000Z-0a1b2c.zip")
