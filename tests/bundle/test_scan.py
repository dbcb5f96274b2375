"""The last look finds what redaction let through, in every spelling, and names the place and never the value."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import dns.message
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from diag.bundle import reduced
from diag.bundle.archive import unpack
from diag.bundle.encodings import in_base64
from diag.bundle.held_back import without_leaking
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.bundle.scan import Leak, scan
from diag.bundle.write import write_bundle
from diag.model.answer import Session
from diag.model.run import Evidence
from diag.model.secret import Login, Secret
from tests.bundle import sample

CANARY = 'c4"näry/+&\\Wörd'
PRIVATE = Private(secrets=(Secret(CANARY),))


def coded(text: str) -> bytes:
    return base64.b64encode(text.encode())


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda value: value.encode(),
    "URL": lambda value: quote(value, safe="").encode(),
    "URL with slashes": lambda value: quote(value).encode(),
    "URL in lower case": lambda value: quote(value, safe="").lower().encode() if value.islower() else quote(value).encode(),
    "JSON": lambda value: json.dumps(value)[1:-1].encode(),
    "JSON in UTF-8": lambda value: json.dumps(value, ensure_ascii=False)[1:-1].encode(),
    "Base64": coded,
    "Base64, one in": lambda value: coded("x" + value),
    "Base64, two in": lambda value: coded("xy" + value),
    "Base64 within words": lambda value: b"tokenABC" + coded("z" + value) + b"rest",
    "Base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()),
    "Base64 of a login": lambda value: coded("user:" + value),
    "Base64 twice": lambda value: base64.b64encode(b"Proxy-Authorization: Basic " + coded("user:" + value) + b"\r\n"),
    "UTF-16 in Base64": lambda value: base64.b64encode(value.encode("utf-16-le")),
    "HTML": lambda value: value.replace("&", "&amp;").replace('"', "&quot;").encode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_however_it_is_spelt(spelling: str) -> None:
    content = b'{"note":"before ' + SPELLINGS[spelling](CANARY) + b' after"}\n'
    with pytest.raises(Leak) as caught:
        scan({"run.json": b"{}", "evidence.jsonl": b"{}\n" * 3 + content}, PRIVATE, ())
    assert caught.value.where.startswith("evidence.jsonl, line 4")
    assert CANARY not in str(caught.value)
    assert "n\u00e4ry" not in repr(caught.value)


def test_the_place_is_named_down_to_the_field() -> None:
    content = json.dumps({"answer": {"headers": [["x", "y"]], "reason": f"no {CANARY}"}}).encode() + b"\n"
    with pytest.raises(Leak, match=r"evidence\.jsonl, line 2, field answer\.reason still"):
        scan({"evidence.jsonl": b"{}\n" + content}, PRIVATE, ())


def test_what_stands_over_several_lines_is_told_by_its_member_alone() -> None:
    over_lines = Private(secrets=(Secret("-----BEGIN KEY-----\nMIIBOgIBAAJBAK\n-----END KEY-----"),))
    with pytest.raises(Leak) as caught:
        scan({"summary.txt": b"Seen:\n-----BEGIN KEY-----\nMIIBOgIBAAJBAK\n-----END KEY-----\n"}, over_lines, ())
    assert caught.value.where == "summary.txt"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=9), st.text(st.characters(codec="utf-8"), min_size=6, max_size=20), st.binary(max_size=9))
def test_base64_hides_nothing_wherever_it_begins(before: bytes, value: str, after: bytes) -> None:
    text = base64.b64encode(before + value.encode() + after)
    assert any(form in text for form in in_base64(value.encode()))


WITHHELD = ("db01.inside.example", "10.20.30.40", "fd00:1::7", "/home/bob")


@pytest.mark.parametrize(
    "content",
    [
        b"to db01.inside.example:443",
        b"x.DB01.inside.example.",
        base64.b64encode(dns.message.make_query("db01.inside.example", "A", id=1).to_wire()),
        base64.b64encode(dns.message.make_query("deep.db01.inside.example", "A", id=2).to_wire()),
        b'"10.20.30.40"',
        b"[fd00:1::7]:443",
        b"in /home/bob/x",
        b"in %2Fhome%2Fbob%2Fx",
    ],
)
def test_a_name_that_was_replaced_is_found(content: bytes) -> None:
    with pytest.raises(Leak):
        scan({"a": content}, Private(), WITHHELD)


@pytest.mark.parametrize(
    "content", [b"mydb01.inside.example", b"db01.inside.example2", b"10.20.30.4", b"110.20.30.40", b"fd00:1::77"]
)
def test_a_name_that_only_looks_like_it_is_none(content: bytes) -> None:
    scan({"a": content}, Private(), WITHHELD)


@pytest.mark.parametrize("content", [b"run diag there, then diag diff A B", b"the home network", b"this computer. Here", b"a/b"])
def test_a_name_is_no_two_words_of_a_sentence(content: bytes) -> None:
    scan({"summary.txt": content}, Private(), ["a.b", "home.network", "this.computer"])


@pytest.mark.parametrize("content", [b"\x04home\x07network\0", b"\x01x\x04home\x07network", b"x.HOME.network:80"])
def test_a_short_name_is_found_as_text_and_in_a_message(content: bytes) -> None:
    with pytest.raises(Leak):
        scan({"evidence.jsonl": content}, Private(), ["a.b", "home.network"])


def test_ordinary_words_refuse_no_bundle() -> None:
    """A user called Will, a password `proxy`, an account `root`: all of them are found in every text."""
    private = Private(
        logins=(Login("user", "proxy"), Login("", "abc")), users=("will", "root"), machines=("laptop", "tls"), homes=("/root",)
    )
    scan({"summary.txt": b"The proxy will want a user and abc of the laptop: tls, /root"}, private, ())
    with pytest.raises(Leak):
        scan({"summary.txt": b"Basic " + coded("user:proxy")}, private, ())
    with pytest.raises(Leak):
        scan({"summary.txt": b"user:proxy@host"}, private, ())


def test_a_short_telling_value_is_a_word_of_its_own() -> None:
    private = Private(secrets=(Secret("p4ss"),))
    scan({"a": b'{"body":"AAp4ssAA","x":"xp4ssx"}'}, private, ())
    with pytest.raises(Leak):
        scan({"a": b'{"body":"(p4ss)"}'}, private, ())
    with pytest.raises(Leak):
        scan({"a": b'{"body":"' + coded("say p4ss now") + b'"}'}, private, ())


def test_an_empty_secret_is_nowhere() -> None:
    scan({"a": b"anything"}, Private(secrets=(Secret(""),), logins=(Login("", ""),), users=("",), homes=("", "/")), ())


@pytest.mark.parametrize(
    "value", [sample.PASSWORD, "tok3n-of-canaries", "alices-laptop", "svc-canary", "/home/alice", "db01.inside.example.com"]
)
@pytest.mark.parametrize("place", ["summary", "facts", "about"])
def test_a_canary_in_what_others_hand_in_costs_that_word_and_not_the_bundle(tmp_path: Path, value: str, place: str) -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    diagnosis = sample.diagnosis(proxy=f"at {value}" if place != "summary" else "it")
    if place == "about":
        diagnosis = type(diagnosis)(diagnosis.verdict, diagnosis.causes, diagnosis.endpoints, ())
    summary = f"Seen: {value}\nNext.\n" if place == "summary" else "Seen.\n"
    path = write_bundle(redacted, diagnosis, summary=summary, into=tmp_path, catalogue_version="1").path
    members = unpack(path.read_bytes())
    scan(members, redacted.private, redacted.withheld)
    assert members["summary.txt"] == (b"(removed)\nNext.\n" if place == "summary" else b"Seen.\n")
    read = read_bundle(path)
    assert read.evidence == redacted.evidence
    assert read.diagnosis is not None
    assert [cause.id for cause in read.diagnosis.causes] == [cause.id for cause in diagnosis.causes]
    assert [cause.facts for cause in read.diagnosis.causes] == [{"proxy": "it" if place == "summary" else "removed"}]


def test_a_canary_that_redaction_missed_stays_out(tmp_path: Path) -> None:
    """Evidence that was never redacted, under the account of one that was."""
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    missed = replace(redacted, evidence=sample.evidence())
    path = write_bundle(missed, sample.diagnosis(), summary="", into=tmp_path, catalogue_version="1").path
    scan(unpack(path.read_bytes()), redacted.private, redacted.withheld)
    read = read_bundle(path)
    assert {line.id for line in read.errors if line.why == "held_back"} >= {"inspect-3", "upgrade-21"}
    assert len(read.evidence.observations) == len(redacted.evidence.observations)


PLAINLY = {
    "_BORDER": rb"\r?\n[0-9a-fA-F]{1,6}\r?\n",
    "_LINE_END": rb"(?<=[A-Za-z0-9+/_-]{4})\r?\n[ \t]*(?=[A-Za-z0-9+/_=-])",
    "_HEXADECIMAL": rb"(?:[0-9a-fA-F]{2}[:-]?){6,}+",
}


@pytest.mark.parametrize("name", PLAINLY)
@given(
    st.lists(st.sampled_from([b"0", b"a", b"Z", b"abcd", b"\r", b"\n", b"\r\n", b" ", b":", b"-", b"=", b"{"]), max_size=40).map(
        b"".join
    )
)
def test_what_is_written_to_be_quick_means_what_it_would_plainly(name: str, content: bytes) -> None:
    assert getattr(reduced, name).sub(b"#", content) == re.sub(PLAINLY[name], b"#", content)


def test_what_redaction_missed_costs_that_field_and_not_the_observation(tmp_path: Path) -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    raw, private = sample.evidence().by_id, "tunnel-11"
    seen = tuple(raw[private] if one.id == private else one for one in redacted.evidence.observations)
    missed = replace(redacted, evidence=Evidence(redacted.evidence.run, seen))
    held = without_leaking(missed)
    told = {(line.why, line.id, line.field) for line in held.lost}
    assert told == {("held_back", private, "answer.first_bytes")}
    assert [one.id for one in held.evidence.observations] == [one.id for one in missed.evidence.observations]
    path = write_bundle(held, sample.diagnosis(), summary="", into=tmp_path, catalogue_version="1").path
    assert told <= {(line.why, line.id, line.field) for line in read_bundle(path).errors}
    assert without_leaking(redacted).evidence is redacted.evidence


def test_a_chain_that_many_present_is_held_back_at_each_of_them() -> None:
    redacted = redact(sample.evidence(), PRIVATE, Level.STANDARD, key=sample.KEY)
    session = next(one for one in redacted.evidence.observations if isinstance(one.answer, Session))
    chain = (b"0\x82\x01\x00 of " + CANARY.encode(),)
    many = tuple(replace(session, id=f"handshake-{n}", answer=replace(session.answer, chain=chain)) for n in (901, 902))
    held = without_leaking(replace(redacted, evidence=Evidence(redacted.evidence.run, (*redacted.evidence.observations, *many))))
    assert [(line.id, line.field) for line in held.lost] == [(one.id, "answer.chain") for one in many]


@pytest.mark.parametrize("word", ["first_bytes", "proxy-login-missing", "observations", "http/1.1", "socks5"])
def test_a_secret_that_is_a_word_of_ours_costs_no_bundle(tmp_path: Path, word: str) -> None:
    private = replace(sample.PRIVATE, secrets=(Secret(word),))
    redacted = redact(sample.evidence(), private, Level.STANDARD, key=sample.KEY)
    path = write_bundle(redacted, sample.diagnosis(), summary="", into=tmp_path, catalogue_version="1").path
    assert len(read_bundle(path).evidence.observations) == len(sample.evidence().observations)


def test_what_no_reader_would_take_costs_that_observation_and_not_the_bundle() -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    first, *others = redacted.evidence.observations
    vast = Evidence(redacted.evidence.run, (msgspec.structs.replace(first, took=1e300), *others))
    held = without_leaking(replace(redacted, evidence=vast))
    assert held.evidence.observations == tuple(others)
    assert [(line.why, line.id) for line in held.lost] == [("bug", first.id)]
