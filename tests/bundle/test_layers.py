"""No way of spelling a secret, and no two of them, keeps it in a bundle; what opens something shows by its shape."""

import base64
import gzip
import zlib
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from diag.bundle import layers, scan, untrusted_text
from diag.bundle.known_secrets import Private, in_unread
from diag.bundle.layers import Layers, TooDeep, dechunked
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.scan import Leak
from diag.bundle.secret_shapes import names_secret
from diag.model.answer import Header, HttpReply, TunnelReply
from diag.model.run import Evidence, Trail
from diag.model.secret import Login
from diag.model.text import clean
from tests.bundle import sample
from tests.bundle.spellings import BINARY, PAIRS, SPELLINGS, chunked, spelt
from tests.each import of_each

PASSWORD = "Kn0bl'auch\"7&x<3é%"
OUTERMOST = sorted({outer for outer, _ in PAIRS})
PRIVATE = Private(logins=(Login("svc-canary", PASSWORD),))


def in_evidence(content: bytes, header: str, headers: tuple[Header, ...] = ()) -> Evidence:
    """The sample, whose service and whose proxy say this."""
    shown = (Header("x-echo", header), *headers)

    def edited(seen: object) -> object:
        match getattr(seen, "answer", None):
            case HttpReply() as reply if reply.status == 302:
                return replace(seen, answer=replace(reply, body=content, headers=shown, reason=header))  # type: ignore[type-var]
            case TunnelReply(status=407) as reply:
                first = b"HTTP/1.1 407 no\r\nContent-Type: text/html\r\n\r\n" + content
                return replace(seen, answer=replace(reply, first_bytes=first, headers=shown, reason=header))  # type: ignore[type-var]
            case _:
                return seen

    evidence = sample.evidence()
    return replace(evidence, observations=tuple(map(edited, evidence.observations)))


def is_recoverable(value: str, stored: bytes, *names: str) -> bool:
    """Whether what was written stands there still, as it was spelt."""
    wanted = spelt(value, *names)
    return wanted in stored or wanted[4:-8] in stored or value.encode() in stored


def left_of(evidence: Evidence, level: Level = Level.STANDARD, private: Private = PRIVATE) -> bytes:
    """All texts of strangers after redaction."""
    redacted = redact(evidence, private, level, key=sample.KEY).evidence
    parts: list[bytes] = []
    for seen in redacted.observations:
        if isinstance(seen.answer, (HttpReply, TunnelReply)):
            told = (seen.answer.reason, *(word for header in seen.answer.headers for word in (header.name, header.value)))
            parts += [word.encode() for word in told]
            parts.append(seen.answer.body if isinstance(seen.answer, HttpReply) else seen.answer.first_bytes)
    return b"\n".join(parts)


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_password_goes_however_it_is_spelt(name: str) -> None:
    content = spelt(PASSWORD, name)
    page = content if name in ("gzip", "deflate", "chunks") else b"<p>denied: " + content + b"</p>\n<p>end</p>\n"
    assert not is_recoverable(PASSWORD, left_of(in_evidence(page, clean(content))), name)


@pytest.mark.parametrize("outer", OUTERMOST)
def test_so_does_one_that_is_spelt_twice_over(outer: str) -> None:
    recovered = []
    for inner in [inner for other, inner in PAIRS if other == outer]:
        foreign = untrusted_text.Foreign(PRIVATE, sample_pseudonyms(), frozenset())
        left = foreign.content(spelt(PASSWORD, inner, outer))
        recovered += [(inner, left)] if is_recoverable(PASSWORD, left, inner, outer) else []
    assert recovered == []


@pytest.mark.parametrize("outer", OUTERMOST)
def test_the_scan_sees_most_of_it_by_itself(outer: str) -> None:
    """Letters that changed their case within an encoding, and what has no mark of its own, only redaction sees."""
    unseen = []
    for inner in [inner for other, inner in PAIRS[::3] if other == outer and is_seen_by_the_scan(outer, inner)]:
        before = b"" if "gzip" in outer else b"x "
        member = b'{"answer":"' + base64.b64encode(before + spelt(PASSWORD, inner, outer)) + b'"}'
        try:
            scan.scan({"evidence.jsonl": member}, PRIVATE, ())
        except Leak:
            continue
        unseen.append(inner)
    assert unseen == []


def is_seen_by_the_scan(outer: str, inner: str) -> bool:
    unmarked = {"capitals", "deflate"} & {outer, inner} or "UTF-16" in f"{outer}{inner}"
    return not (unmarked or (outer == "script" and inner in BINARY))


def sample_pseudonyms() -> untrusted_text.Pseudonyms:
    return untrusted_text.Pseudonyms(sample.KEY, frozenset(), keep_addresses=True)


OF_THE_SERVER = {
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "AWS id": "AKIAIOSFODNN7EXAMPLE",
    "AWS key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "GitHub": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "GitHub, fine": "github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz",
    "GitLab": "glpat-20charactersabcdef12",
    "Slack": "xoxb-123456789012-abcdefABCDEF",
    "Google": "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "Stripe": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "Vault": "hvs.CAESIJ1234567890abcdefghij",
    "Vault before 1.10": "s.iyNUhq8Ov4hIAx6snw5mB2nL",
    "Vault, of a namespace": "s.YcxeHeOoaOsLGvXlJnCsCWwd.1Fqzk",
    "SAS": "sig=abcDEF123456%2Bghi%2Fjkl%3D",
    "account key": "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END RSA PRIVATE KEY-----",
    "user information": "https://svc:hunter2hunter2@idp.example.net/",
    "webhook": "https://hooks.example.com/services/T00000000/B00000000/XXXXa1XXXXb2XXXXc3XXXXd4",
    "signed link": "https://files.example.com/9f86d081884c7d659a2feaa0c55ad015/report",
    "query": "https://idp.example.net/in?ticket=abcdefgh",
    "fragment": "https://idp.example.net/in#access_token=abcdefgh",
    "query in a query": "https://a.example/in?to=https%3A%2F%2Fb.example%3Fticket%3Dabcdefgh",
}
TELLING = {
    "user information": "hunter2hunter2", "webhook": "a1XXXXb2XXXX", "signed link": "9f86d081884c7d65", "query": "abcdefgh",
    "fragment": "abcdefgh", "query in a query": "abcdefgh", "private key": "b3BlbnNzaC1r", "SAS": "abcDEF123456",
    "account key": "Eby8vdM02xNOcqFl",
}  # fmt: skip


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("spelling", ["plain", "HTML", "JSON", "Base64", "numbers"])
def test_what_opens_something_goes_by_its_shape(level: Level, spelling: str) -> None:
    stayed = []
    for kind, value in OF_THE_SERVER.items():
        content = spelt(value, spelling)
        left = left_of(in_evidence(b"<p>" + content + b"</p>", clean(content)), level, Private())
        stayed += [kind] if content in left or TELLING.get(kind, value).encode() in left else []
    assert stayed == []


@pytest.mark.parametrize(
    "name",
    ["x-vault-token", "x-secret", "x-api-key", "apikey", "x-session-id", "x-amz-security-token", "cookie2", "x-jwt-assertion",
     "x-forwarded-client-credential", "x-goog-signature", "authorization", "x-auth", "proxy-authorization", "x-csrf", "x-ms-sas"],
)  # fmt: skip
def test_a_field_whose_name_says_so_is_emptied(name: str) -> None:
    assert names_secret(name)
    left = left_of(in_evidence(b"x", "fine", (Header(name, "s3cr3t"),)), private=Private())
    assert b"s3cr3t" not in left
    raw = f"HTTP/1.1 200 OK\r\n{name.title()}: s3cr3t\r\n\r\nhello".encode()
    assert b"s3cr3t" not in left_of(in_evidence(raw, "fine"), private=Private())


WORDS = ("auth", "authentication", "key", "keys", "pwd", "sig", "sas", "otp", "ticket", "sid", "bearer", "pat")


@of_each(WORDS)
def test_a_word_of_its_own_in_a_name_says_so_and_as_a_part_of_another_does_not(word: str) -> None:
    assert names_secret(f"x-{word}")
    assert names_secret(f"{word}_v2")
    assert not names_secret(f"x-mon{word}o")


@pytest.mark.parametrize(
    "name", ["proxy-authenticate", "www-authenticate", "server", "via", "x-cache", "content-type", "x-author", "x-monkey", "date"]
)
def test_a_field_that_judgements_read_is_not(name: str) -> None:
    assert not names_secret(name)


def test_a_relative_reference_loses_what_opens_too() -> None:
    left = left_of(in_evidence(b"", "fine", (Header("location", f"/in/{OF_THE_SERVER['GitHub']}/x?ticket=abcdefgh"),)))
    assert b"/in/(removed)/x?(removed)" in left


def test_a_reference_that_leads_nowhere_leads_nowhere_after() -> None:
    left = left_of(in_evidence(b"", "fine", (Header("location", "https://user:x:1]/a?b"),)))
    assert b"https://user" not in left
    assert b"location\n(removed)" in left


def test_a_page_under_a_content_coding_is_not_kept() -> None:
    left = left_of(in_evidence(b"\x0b\x02\x80brotli or whatever", "x", (Header("content-encoding", "br"),)))
    assert b"brotli" not in left
    assert b"HTTP/1.1 407 no" in left


def test_a_proxys_page_in_chunks_loses_no_more_than_the_password() -> None:
    page = chunked(f"<title>Access denied</title> password {PASSWORD} of you".encode())
    left = left_of(in_evidence(page, "x", (Header("transfer-encoding", "chunked"),)))
    assert b"<title>Access denied</title>" in left
    assert b"bl'auch" not in left


def test_only_the_lines_go_that_hold_it() -> None:
    page = b"<title>Access denied</title>\n<p>" + spelt(PASSWORD, "URL twice") + b"</p>\n<p>ask your administrator</p>\n"
    left = left_of(in_evidence(page, "x"))
    assert b"<title>Access denied</title>\n(removed)\n<p>ask your administrator</p>" in left


def test_of_lines_that_hold_it_only_together_the_first_stays() -> None:
    half = [b"".join(b"=%02X" % octet for octet in part) for part in (PASSWORD.encode()[:8], PASSWORD.encode()[8:])]
    left = untrusted_text.Foreign(PRIVATE, sample_pseudonyms(), frozenset()).content(
        b"Access denied\n" + b"=\n".join(half) + b"\nend\n"
    )
    assert left == b"Access denied\n(removed)"


def test_a_bomb_is_left_out() -> None:
    with pytest.raises(TooDeep):
        list(Layers().of(gzip.compress(bytes(50 << 20))))
    assert left_of(in_evidence(gzip.compress(bytes(50 << 20)), "x")).count(b"(removed)") >= 2


def test_one_run_takes_apart_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_IN_ALL", 1000)
    taking = Layers(1000)
    with pytest.raises(TooDeep):
        [list(taking.of(b"%d &amp; some more" % number)) for number in range(100)]


def test_once_a_run_has_spent_that_a_text_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bytes] = []

    class Spent(Layers):
        def of(self, content: bytes) -> Iterator[bytes]:
            looks.append(content)
            return super().of(content)

    monkeypatch.setattr(untrusted_text, "Layers", lambda: Spent(-1))
    page = b"<title>no</title>\n" + b"QUFBQUFBQUFBQUFBQUFB\n" * 90
    left = left_of(in_evidence(page, "x"))
    assert b"QUFB" not in left
    assert b"(removed)" in left
    assert looks.count(page) == 1
    assert not any(look in page and len(look) < len(page) for look in looks if b"QUFB" in look)
    assert b"<b>yes</b>" in left_of(in_evidence(b"<b>yes</b>", "x"))


@pytest.mark.parametrize("content", [b"", b"hello", b"5\r\nhel", b"zz\r\nhello", b"5\r\nhello world\r\n"])
def test_what_is_not_in_chunks_stays(content: bytes) -> None:
    assert dechunked(content) in (content, b"hel")


def test_a_realm_and_an_address_of_others_go_at_the_strict_level() -> None:
    headers = (Header("proxy-authenticate", 'Basic realm="ACME Berlin, floor 3"'),)
    evidence = in_evidence(b"you come from 198.18.7.6, fd00::77 and 93.184.216.34", "x", headers)
    left = left_of(evidence, Level.STRICT)
    assert b"ACME Berlin" not in left
    assert b"fd00::77" not in left
    assert b"93.184.216.34" not in left
    assert b"Basic realm=" in left
    assert b"ACME Berlin" in left_of(evidence)


def test_a_key_in_the_path_of_an_endpoint_is_a_stand_in_everywhere() -> None:
    key = "XXXXa1XXXXb2XXXXc3XXXXd4"
    endpoint = replace(sample.ENDPOINT, path=f"/services/T0/{key}")
    evidence = sample.evidence((endpoint,))
    redacted = redact(evidence, Private(), Level.STANDARD, key=sample.KEY)
    assert key not in repr(redacted.evidence)
    assert key not in redacted.originals.values()
    [trail] = redacted.evidence.run.trails
    assert isinstance(trail, Trail)
    assert trail.endpoint.path.startswith("/services/T0/key-")
    targets = {getattr(seen.question, "target", "") for seen in redacted.evidence.observations}
    assert trail.endpoint.path in targets


@pytest.mark.parametrize(
    "value",
    [
        "http://user:pa#ss@proxy:3128",
        "http://user:pa ss@proxy:3128",
        "http://user:pa/ss@proxy",
        "http://u:pa%zzs?s@p",
        "us:pass#word",
    ],
)
def test_a_login_that_cannot_be_read_counts_all_the_same(value: str) -> None:
    from diag.cli.delivery import private_here

    private = private_here({"HTTPS_PROXY": value})
    password = value.rpartition("@")[0].rpartition(":")[2] or value.partition(":")[2]
    assert password in set(private.opens())
    assert password.encode() not in left_of(in_evidence(f"<p>{password}</p>".encode(), password), private=private)


@pytest.mark.parametrize(
    "value", ["proxy:3128", "http://proxy:3128/", "proxy", "http:/proxy:3128", "http:/http://proxy", "u:`%40@proxy:x"]
)
def test_a_host_or_a_mark_is_no_login(value: str) -> None:
    assert list(in_unread(value)) == []


def test_half_a_scheme_is_no_login_either() -> None:
    assert {login.password.reveal() for login in in_unread("http:/@proxy:3128x") if login.password} == set()
    assert {login.password.reveal() for login in in_unread("http:/us:pa55@proxy:3128x") if login.password} == {"pa55"}


def test_a_bug_in_the_redaction_of_one_observation_costs_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = untrusted_text.Foreign.content

    def broken(self: untrusted_text.Foreign, content: bytes) -> bytes:
        if b"moved" in content:
            raise KeyError("a bug")
        return whole(self, content)

    monkeypatch.setattr(untrusted_text.Foreign, "content", broken)
    redacted = redact(sample.evidence(), PRIVATE, Level.STANDARD, key=sample.KEY)
    assert [(line.why, line.id, line.detail) for line in redacted.lost] == [("lost", "exchange-14", "KeyError")]
    assert len(redacted.evidence.observations) == len(sample.evidence().observations) - 1


def test_a_bug_in_all_of_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(untrusted_text.Foreign, "withhold", broken)
    with pytest.raises(KeyError):
        redact(sample.evidence(), PRIVATE, Level.STANDARD, key=sample.KEY)


def test_what_was_taken_for_latin_1_is_seen_through() -> None:
    raw = zlib.compress(b"token=Zx81kq02MmA9s")
    page = (
        b"<p>7\r\n"
        + raw[:7].decode("latin-1").encode()
        + b"\r\n99\r\n"
        + raw[7:].decode("latin-1").encode()
        + b"\r\n0\r\n\r\n</p>"
    )
    assert any(b"Zx81kq02MmA9s" in layer for layer in Layers().of(page))
