"""An upload address takes the bundle whole, or it is said what became of it."""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import httpx
import pytest
import trustme

from diag.desk.send import http_client
from diag.desk.send.attachment import NotSent, Parcel, Receipt, Uncertain
from diag.desk.send.destination import read_destination
from diag.desk.send.http_client import TRIES, Reply, open_post
from diag.desk.send.proxies import SendRoute
from diag.desk.send.upload import PIECE
from diag.model.route import ProxyAddress
from tests.desk.send.service import Asked, Mishap, Says, Service, serving, trust_file

PARCEL = Parcel("diag-20261122T031500Z-abc123.zip", bytes(range(256)) * 10_000)
SIGNED = "/put/here?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261122T030000Z&X-Amz-Expires=900&X-Amz-Signature=5ec4e7"
SESSION = "/upload/storage/v1/b/cases/o?uploadType=resumable&upload_id=5ec4e7"


class Store(Service):
    """An object store. An address is good for one upload where `once` says so; a session takes whole pieces of 256 KiB."""

    def __init__(self, *, once: bool = False) -> None:
        super().__init__()
        self.once = once
        self.kept: list[bytes] = []
        self.session = b""

    def answer(self, asked: Asked) -> Says:
        if "5ec4e7" not in asked.query.values():
            return Says(403)
        return self._in_session(asked) if "upload_id" in asked.query else self._at_once(asked)

    def _at_once(self, asked: Asked) -> Says:
        if "sig" in asked.query and asked.headers.get("x-ms-blob-type") != "BlockBlob":
            return Says(400)
        if self.once and self.kept:
            return Says(412)
        self.kept.append(asked.content)
        return Says(201, headers={"ETag": f'"{hashlib.md5(asked.content, usedforsecurity=False).hexdigest()}"'})

    def _in_session(self, asked: Asked) -> Says:
        place = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", asked.headers["content-range"])
        assert place
        if place[1] and int(place[1]) == len(self.session):
            assert len(asked.content) == int(place[2]) - int(place[1]) + 1
            whole = len(asked.content) // (256 << 10) * (256 << 10)
            ends = int(place[2]) + 1 == int(place[3])
            self.session += asked.content if ends else asked.content[:whole]
        if len(self.session) == int(place[3]):
            self.kept = [self.session]
            return Says(200, {"size": str(len(self.session))})
        return Says(308, headers={"Range": f"bytes=0-{len(self.session) - 1}"} if self.session else {})


Send = Callable[..., Receipt]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(params=[False, True], ids=["again", "once"])
def store(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[Store]:
    store = Store(once=request.param)
    with serving(store, authority):
        yield store


@pytest.fixture
def send(store: Store, authority: trustme.CA, tmp_path: Path) -> Send:
    def sent(target: str = SIGNED, *ways: SendRoute) -> Receipt:
        destination = read_destination(store.origin + target)
        with open_post(
            destination.origin,
            ways or [SendRoute()],
            trust=trust_file(authority, tmp_path),
            headers=destination.headers(None),
            tell=lambda _: None,
            sleep=lambda _: None,
        ) as post:
            return destination.send(PARCEL, post)

    return sent


def test_it_arrives_whole_with_no_header_that_was_not_signed(store: Store, send: Send) -> None:
    assert send().whole
    assert store.kept == [PARCEL.content]
    assert "content-type" not in store.asked[0].headers


def test_a_signed_content_type_is_sent(store: Store, send: Send) -> None:
    send(f"{SIGNED}&X-Amz-SignedHeaders=content-type%3Bhost")
    assert store.asked[0].headers["content-type"] == "application/zip"


def test_azure_wants_to_be_told_what_it_keeps(store: Store, send: Send) -> None:
    assert send("/cases/one.zip?sv=2026-02-06&se=2026-11-22T04%3A00%3A00Z&sig=5ec4e7").whole


def test_a_request_cut_on_its_way_in_is_sent_again(store: Store, send: Send) -> None:
    store.mishaps = [Mishap("PUT", "cut")] * 3
    assert send().whole
    assert store.kept == [PARCEL.content]


def test_an_answer_lost_after_success(store: Store, send: Send) -> None:
    store.mishaps = [Mishap("PUT", "lost")]
    if store.once:
        with pytest.raises(Uncertain, match=r"refuses a second one\. The bundle may have arrived: ask support to look for it"):
            send()
    else:
        assert send().whole
    assert set(store.kept) == {PARCEL.content}


def test_a_store_that_breaks_off_each_time(store: Store, send: Send) -> None:
    store.mishaps = [Mishap("PUT", "cut")] * 4
    with pytest.raises(Uncertain, match="may have arrived"):
        send()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, r"status 403.*It held until 2026-11-22 03:15 UTC. Ask support for a new one"),
        (410, "most hold for one upload"),
        (413, "does not take files of this size"),
        (302, "sends the upload elsewhere: ask support"),
        (501, "status 501"),
    ],
)
def test_a_refusal_is_explained(store: Store, send: Send, status: int, said: str) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(status))]
    with pytest.raises(NotSent, match=said) as refused:
        send()
    assert "5ec4e7" not in str(refused.value)
    assert store.kept == []


@pytest.mark.parametrize(
    "until", ["se=2026-11-22T03%3A15%3A00Z", "Expires=1795317300", "X-Goog-Date=20261122T030000Z&X-Goog-Expires=900"]
)
def test_until_when_an_address_held_is_told_however_its_store_writes_it(store: Store, send: Send, until: str) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(403))]
    with pytest.raises(NotSent, match=r"It held until 2026-11-22 03:15 UTC"):
        send(f"/put/here?{until}&sig=5ec4e7")


def test_a_redirection_within_the_store_is_followed(store: Store, send: Send) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(307, headers={"Location": SIGNED.replace("here", "there")}))]
    assert send().whole
    assert store.asked[-1].path == "/put/there"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirection_to_another_place_is_refused(store: Store, send: Send, scheme: str) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(307, headers={"Location": f"{scheme}://elsewhere.example/x"}))]
    with pytest.raises(NotSent, match="without encryption" if scheme == "http" else "is not followed"):
        send()
    assert len(store.asked) == 1


def test_a_redirection_in_circles_ends(store: Store, send: Send) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(307, headers={"Location": SIGNED}))] * 9
    with pytest.raises(NotSent, match="in circles"):
        send()


class TestSession:
    def test_it_goes_piece_by_piece(self, store: Store, send: Send) -> None:
        assert send(SESSION).whole
        assert store.kept == [PARCEL.content]
        assert len(store.asked) == -(-PARCEL.size // PIECE)

    @pytest.mark.parametrize("kind", ["cut", "lost"])
    @pytest.mark.parametrize("piece", [0, 1, 2])
    def test_it_is_taken_up_where_it_broke_off(self, store: Store, send: Send, kind: str, piece: int) -> None:
        before = store.reply

        def reply(asked: Asked) -> Says | None:
            if len(store.of("PUT")) == piece:
                store.mishaps = [Mishap("PUT", kind)]
            return before(asked)

        store.reply = reply  # type: ignore[method-assign]
        send(SESSION)
        assert store.kept == [PARCEL.content]
        assert sum(len(asked.content) for asked in store.asked) <= PARCEL.size + PIECE

    def test_a_session_that_is_over(self, store: Store, send: Send) -> None:
        store.mishaps = [Mishap("PUT", "says", Says(404))]
        with pytest.raises(NotSent, match="Ask support for a new one"):
            send(SESSION)

    def test_a_session_that_takes_nothing_more(self, store: Store, send: Send) -> None:
        store.mishaps = [Mishap("PUT", "says", Says(308))] * 9
        with pytest.raises(NotSent, match="takes no more of the bundle"):
            send(SESSION)


def test_a_way_that_is_shut_is_left_for_the_next(store: Store, send: Send) -> None:
    shut = SendRoute(ProxyAddress("127.0.0.1", 1))
    assert send(SIGNED, shut, SendRoute()).whole


def test_no_way_at_all(store: Store, send: Send) -> None:
    shut, spoken = SendRoute(ProxyAddress("127.0.0.1", 1)), SendRoute(ProxyAddress("127.0.0.1", 1, "socks4"))
    with pytest.raises(NotSent, match=r"through the proxy 127.0.0.1:1: no connection; .*SOCKS 4 is not spoken.*Nothing was sent"):
        send(SIGNED, shut, spoken)
    assert store.asked == []


@pytest.mark.parametrize("document", [None, {"still": "coming"}], ids=["head", "body"])
def test_an_answer_that_never_ends_is_not_waited_for(
    store: Store, send: Send, monkeypatch: pytest.MonkeyPatch, document: object
) -> None:
    monkeypatch.setattr(http_client, "_PATIENCE", 0.5)
    monkeypatch.setattr(http_client, "SLOWEST", 1 << 30)
    store.mishaps = [Mishap("PUT", "says", Says(200, document, pause=0.05)) for _ in TRIES]
    threads = threading.active_count()
    began = time.monotonic()
    with pytest.raises(Uncertain, match="may have arrived"):
        send()
    assert time.monotonic() - began < 10
    assert threading.active_count() <= threads + 2, "who was given up has ended"


def test_a_hand_over_has_an_end(store: Store, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "LONGEST_HAND_OVER", 0.0)
    with pytest.raises(NotSent, match="took longer than"):
        send()
    assert store.asked == []


@pytest.mark.parametrize(
    "said",
    [
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -9999",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "9" * 400,
        "-5",
        "\u0662",
    ],
)
def test_no_date_to_come_back_at_is_a_crash(store: Store, send: Send, said: str) -> None:
    store.mishaps = [Mishap("PUT", "says", Says(503, headers={"Retry-After": said}))]
    assert send().whole


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 14:00:30 +0200", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 1.0),
        ("Sun, 22 Nov 2026 12:00:30", 4.0),
        ("soon", 4.0),
        ("", 4.0),
    ],
)
def test_how_long_a_site_wants_to_be_left_alone(monkeypatch: pytest.MonkeyPatch, said: str, pause: float) -> None:
    monkeypatch.setattr(http_client, "datetime", Noon)
    assert http_client._wanted_pause(Reply(503, httpx.Headers({"Retry-After": said})), 4.0) == pause


class Noon(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Noon":
        return cls(2026, 11, 22, 12, tzinfo=tz)
