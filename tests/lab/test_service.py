"""The HTTP service's ways, and that a lab stops cleanly with guests still inside."""

import http.client
import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from diag import lab
from diag.lab.families.healthy import service_many
from diag.lab.http import LabAnswer

PATIENCE = 20.0


@pytest.fixture
def place():
    """A plain service with a path of every kind: where it is."""
    answers = {
        "/": LabAnswer(),
        "/late": LabAnswer(delay=0.01),
        "/cut": LabAnswer(manner="cut"),
        "/raw": LabAnswer(body=b"raw", manner="raw"),
        "/last": LabAnswer(last=True),
        "/echo": lambda request: LabAnswer(200, request.method.encode() + b" " + request.body),
    }

    async def raise_it(site):
        return await site.scene(await site.stand(site.http(answers, LabAnswer(404)), scheme="http"))

    with lab.start(lab.LabFault("paths", "Paths of every kind.", None, raise_it)) as running:
        yield "127.0.0.1", urlsplit(running.scenes[0].endpoints[0]).port


@pytest.fixture
def talk(place):
    connection = http.client.HTTPConnection(*place, timeout=PATIENCE)
    yield connection
    connection.close()


def test_one_connection_carries_many_requests(talk):
    seen = []
    for method, path, body in (
        ("GET", "/late?q=1", None),
        ("HEAD", "/", None),
        ("POST", "/echo", b"x" * 9),
        ("GET", "/n", None),
    ):
        talk.request(method, path, body)
        answer = talk.getresponse()
        seen.append((answer.status, answer.read()[:14]))
    assert seen == [(200, b"This is the la"), (200, b""), (200, b"POST xxxxxxxxx"), (404, b"This is the la")]


def test_a_last_answer_ends_the_connection(talk):
    talk.request("GET", "/last")
    answer = talk.getresponse()
    assert (answer.headers["Connection"], answer.read()[:4]) == ("close", b"This")
    assert talk.sock is None


def test_a_cut_and_a_raw_answer_are_no_http(talk):
    talk.request("GET", "/cut")
    with pytest.raises(ConnectionResetError):
        talk.getresponse()
    talk.close()
    talk.request("GET", "/raw")
    with pytest.raises(http.client.BadStatusLine):
        talk.getresponse()


def test_what_is_no_request_is_answered_400(place):
    with socket.create_connection(place, PATIENCE) as guest:
        guest.sendall(b"\x16\x03\x01\x02\x00 not a request\r\n\r\n")
        assert guest.recv(65_536).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("fault", "hours"), [("machine-clock-wrong", (1, 1)), ("one-server-clock-ahead", (1, 0)), ("healthy", (0,))]
)
def test_dates_tell_how_far_a_clock_is_ahead(fault, hours, visitor):
    with lab.start(fault) as running:
        [scene] = running.scenes
        ahead = []
        for url in scene.endpoints:
            guest = visitor(scene, PATIENCE)
            assert guest.walk(url) == "200"
            ahead.append(parsedate_to_datetime(guest.headers["date"]) - datetime.now(UTC))
    assert [round(each / timedelta(hours=1)) for each in ahead] == list(hours)


@pytest.mark.parametrize(
    ("fault", "header", "value"),
    [
        ("http-redirected-elsewhere", "location", "https://login.elsewhere.test/start"),
        ("http-redirected-within", "location", "/start"),
        ("http-rate-limited", "retry-after", "30"),
        ("http-waf-blocked", "server", "cloudflare"),
        ("http-captive-portal", "location", "http://portal.inn.test/welcome"),
        ("http-server-error", "server", "lab-service"),
    ],
)
def test_headers_say_who_wrote_the_answer(fault, header, value, visitor):
    with lab.start(fault) as running:
        [scene] = running.scenes
        guest = visitor(scene, PATIENCE)
        guest.walk(scene.endpoints[0])
    assert guest.headers[header] == value


def test_one_service_stands_under_many_names(visitor):
    with lab.start(service_many(40, 0.001)) as running:
        [scene] = running.scenes
        assert len(scene.endpoints) == len(set(scene.endpoints)) == 40
        assert scene.endpoints[7].startswith("https://s007.lab.test:")
        assert visitor(scene, PATIENCE).walk(scene.endpoints[39]) == "200"


def test_a_lab_stops_with_guests_still_inside():
    running = lab.start("healthy", "tls-handshake-silent", "http-no-answer", "proxy-open", "proxy-tunnel-silent")
    guests = []
    for scene in running.scenes:
        url = urlsplit(scene.proxy or scene.endpoints[0])
        guest = socket.create_connection(("127.0.0.1", url.port), PATIENCE)
        target = urlsplit(scene.endpoints[0]).netloc
        guest.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        guests.append(guest)
    assert guests[3].recv(65_536).startswith(b"HTTP/1.1 200 ")
    running.stop()
    for guest in guests:
        guest.close()
