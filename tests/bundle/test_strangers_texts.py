"""What a stranger's text loses by its shape alone, and what it keeps; and how much of it is looked through."""

import pytest

from diag.bundle.known_secrets import Private
from diag.bundle.pseudonym import Pseudonyms
from diag.bundle.untrusted_text import MOST_LONG, Foreign
from diag.model.secret import Secret
from tests.bundle import sample


def test_texts_beyond_what_is_looked_through_go_and_are_counted() -> None:
    foreign = Foreign(sample.PRIVATE, Pseudonyms(sample.KEY, frozenset(), keep_addresses=True), frozenset())
    said = [foreign.content(b"%d " % number + bytes(1 << 16)) for number in range(40)]
    assert said[0].startswith(b"0 ")
    assert said[-1] == b"(removed)"
    assert foreign.counts["unread"] == said.count(b"(removed)") == 40 - (MOST_LONG >> 16) + 1
    assert foreign.content(b"Access denied") == b"Access denied"


def test_of_many_lines_only_those_go_that_hide_something() -> None:
    foreign = Foreign(
        Private(secrets=(Secret("kn0blauch7"),)), Pseudonyms(sample.KEY, frozenset(), keep_addresses=True), frozenset()
    )
    lines = [b"line %d &amp; more\n" % number for number in range(2_000)]
    hidden = b"pw=%6b%6e%30blauch7\n"
    said = foreign.content(b"".join([*lines[:777], hidden, *lines[777:1500], hidden, *lines[1500:]]))
    assert said == b"".join([*lines[:777], b"(removed)\n", *lines[777:1500], b"(removed)\n", *lines[1500:]])


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (b'<meta http-equiv="set-cookie" content="auth=Zx81kq02MmA9s">', b"Zx81kq"),
        (b"TlRMTVNTUAADAAAAGAAYAHIAAAAYABgAigAAABQAFABIAAAA", b"GAAYAHIAAA"),
        (b"said YIIGmgYGKwYBBQUCoIIGjjCCBoqgDTALBgkqhkiC9xIBAgKi", b"GmgYGKwYBB"),
        (b"password='Sup3r s3cr3t'", b"s3cr3t"),
        (b'{"pass": "Sup3rs3cr3t"}', b"Sup3r"),
        (b"<password>Sup3rs3cr3t</password>", b"Sup3r"),
        (b"curl -u alice:Sup3rs3cr3t https://h/", b"Sup3r"),
        (b"proxy alice:Sup3rs3cr3t@proxy.corp:3128", b"Sup3r"),
        (b"see //alice:Sup3rs3cr3t@proxy.corp:3128/", b"Sup3r"),
        (b"https://alice:Sup3r's3cr3t@proxy.corp/", b"s3cr3t"),
        (b"Basic YTpi", b"YTpi"),
        (b"otp=123456", b"123456"),
        (b'Digest username="a", nonce="b", response="6629fae49393a05397450978507c4ef1"', b"6629fae4"),
        (b'<a href="/portal/auth?magic=abcd1234efgh5678">', b"abcd1234"),
        (b'<form action="login.php?sid=abcd1234efgh5678">', b"abcd1234"),
        (b'<meta http-equiv=refresh content="0;url=/login?ticket=ST-1856339-aA5Yuvrx">', b"ST-1856339"),
    ],
)
def test_what_shows_by_its_shape_that_it_opens_something_goes(text: bytes, secret: bytes) -> None:
    foreign = Foreign(Private(), Pseudonyms(sample.KEY, frozenset(), keep_addresses=True), frozenset())
    assert secret not in foreign.content(text)


@pytest.mark.parametrize(
    "text",
    [
        b"Write to mailto:support@example.com or call.",
        b'<a href="/help">Reset password</a> <title>Access denied</title>',
        b"WWW-Authenticate: Basic realm=here",
        b"Basic access authentication is needed at 12:30.",
        b"bypass: direct, spinner=visible",
    ],
)
def test_what_opens_nothing_stays(text: bytes) -> None:
    foreign = Foreign(Private(), Pseudonyms(sample.KEY, frozenset(), keep_addresses=True), frozenset())
    assert foreign.content(text) == text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (b'{"access_token":"abcdef123","error":"denied"}', b'{"access_token":"(removed)","error":"denied"}'),
        (b"<input name='csrf_token' value='abcdef123'>", b"<input name='csrf_token' value='(removed)'>"),
        (b"password=abcdef123&next=/home", b"password=(removed)&next=/home"),
        (b"X-Api-Key: abcdef123", b"X-Api-Key: (removed)"),
        (b"the token has expired", b"the token has expired"),
        (b'{"code":"token","message":"short"}', b'{"code":"token","message":"short"}'),
        (b"a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", b"a (removed) b"),
        (b"a -----BEGIN PRIVATE KEY-----\nMIIEcut", b"a (removed)"),
        (b"for YWxpY2UgaXMgb3V0 only", b"for (removed) only"),
        (b"for dGhlIGNhdCBpcyBvdXQ= only", b"for dGhlIGNhdCBpcyBvdXQ= only"),
    ],
)
def test_what_a_stranger_says_opens_nothing(said: bytes, left: bytes) -> None:
    foreign = Foreign(sample.PRIVATE, Pseudonyms(sample.KEY, frozenset(), keep_addresses=True), frozenset())
    assert foreign.content(said) == left
