"""Texts of programs, read: whom they are about, when, of which program; and that nothing in them makes the reading slow."""

import time
from datetime import UTC, datetime

import msgspec
import pytest

from diag.knowledge.messages.places import endpoints_in, moment_in
from diag.knowledge.messages.reading import LONGEST_LINE, MOST_ERRORS, lines_of, read_messages
from diag.model.endpoint import parse_endpoint
from diag.model.error_class import ErrorClass

JAVA = """\
2024-05-01T12:00:00.123Z ERROR o.a.Pool - cannot connect
net.snowflake.client.jdbc.SnowflakeSQLException: JDBC driver encountered communication error.
    at net.snowflake.client.jdbc.RestRequest.execute(RestRequest.java:443)
Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath
    at java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)
 jdbc:snowflake://myorg-acct.snowflakecomputing.com/?warehouse=x
"""


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("curl: (7) Failed to connect to service.example.com port 443: Connection refused", ["https://service.example.com"]),
        ("HTTPSConnectionPool(host='a.example.com', port=8443): Max retries", ["https://a.example.com:8443"]),
        ('psql: error: connection to server at "db.example.com" (203.0.113.9), port 5432 failed', ["postgres://db.example.com"]),
        ("Error: getaddrinfo ENOTFOUND service.example.com", ["https://service.example.com"]),
        ("dial tcp: lookup service.example.com on 10.0.0.2:53: no such host", ["https://service.example.com"]),
        ("Error: connect ECONNREFUSED 203.0.113.9:443", ["https://203.0.113.9"]),
        ('Get "https://a.example.com/x?token=1": dial tcp 203.0.113.9:443: i/o timeout', ["https://a.example.com"]),
        ("jdbc:snowflake://a.snowflakecomputing.com/?user=x", ["https://a.snowflakecomputing.com"]),
        ("No such host is known. (a.example.com:443)", ["https://a.example.com"]),
        ("Failed to connect to proxy.corp.example port 3128: Connection refused", []),
        ("The proxy tunnel request to proxy 'http://proxy.corp.example:3128/' failed with status code '407'.", []),
        ("at com.example.Main.main(Main.java:443)", []),
        ("http://169.254.169.254/latest/meta-data", []),
        ("curl: (60) SSL certificate problem", []),
        ("https://user:secret@a.example.com/", ["https://a.example.com"]),
        ("Error: connect EHOSTUNREACH 203.0.113.9:443 - Local (10.0.0.2:51234)", ["https://203.0.113.9"]),
        ("read tcp 10.0.0.5:41234->203.0.113.9:443: read: connection reset by peer", ["https://203.0.113.9"]),
        ("dial tcp [2001:db8::1]:443: connect: network is unreachable", ["https://[2001:db8::1]"]),
        ("Connection refused: a.example.com/203.0.113.9:8443", ["https://a.example.com:8443"]),
        ("UnknownHostException: Failed to resolve 'a.example.com' after 4 queries", ["https://a.example.com"]),
        ("ssh: connect to host a.example.com port 22: Connection refused", ["tcp://a.example.com:22"]),
        ('could not translate host name "db.example.com" to address', ["postgres://db.example.com"]),
        ("ERROR 2003 (HY000): Can't connect to MySQL server on 'db.example.com' (111)", ["mysql://db.example.com"]),
        ("Connecting to a.example.com (a.example.com)|203.0.113.9|:443... failed", ["https://a.example.com"]),
        ("The connection to the server a.example.com:6443 was refused", ["https://a.example.com:6443"]),
        ("dns error: failed to lookup address information: Name or service not known", []),
        ("cause=connect ECONNREFUSED 10.1.1.1:3128", []),
        ('connection to server at "db.example.com" (203.0.113.9), port 6432 failed', ["postgres://db.example.com:6432"]),
        ("PSQLException: Connection to db.example.com:6432 refused. Check", ["postgres://db.example.com:6432"]),
        ("Can't connect to MySQL server on 'db.example.com:3307' (111)", ["mysql://db.example.com:3307"]),
        ("ssh: connect to host a.example.com port 2222: Connection refused", ["tcp://a.example.com:2222"]),
        ("The TCP/IP connection to the host db.example.com, port 1433 has failed.", ["tcp://db.example.com:1433"]),
        ("Error 111 connecting to r.example.com:6379. Connection refused.", ["tcp://r.example.com:6379"]),
        ("GET https://a.example.com:99999/ failed", []),
    ],
)
def test_whom_a_line_is_about(line: str, places: list[str]) -> None:
    assert list(dict.fromkeys(endpoints_in(line))) == [parse_endpoint(place) for place in places]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("2024-05-01T12:00:00.123Z ERROR", datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)),
        ("2024-05-01 12:00:00,123 +0200 x", None),
        ("2024-05-01T12:00:00+02:00 x", datetime(2024, 5, 1, 10, 0, 0, tzinfo=UTC)),
        ("2024-05-01 12:00:00 UTC", datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)),
        ("2024-05-01 12:00:00,123 - no zone", None),
        ("9999-99-99T99:99:99Z", None),
    ],
)
def test_when_a_line_was_written(line: str, moment: datetime | None) -> None:
    assert moment_in(line) == moment


def test_a_stack_trace_gives_its_reason_first_and_its_endpoint() -> None:
    read = read_messages(JAVA.splitlines())
    assert [error.error for error in read.errors] == [ErrorClass.UNTRUSTED, ErrorClass.SERVICE_UNREACHABLE]
    assert read.endpoints == (parse_endpoint("https://myorg-acct.snowflakecomputing.com"),)
    assert read.errors[0].program == "Java"


def test_what_comes_again_is_counted() -> None:
    line = "2024-05-01T1{}:00:00Z requests: HTTPSConnectionPool(host='a.example.com', port=443): Read timed out."
    read = read_messages([line.format(hour) for hour in (0, 1, 2)])
    (error,) = read.errors
    assert (error.times, error.host, error.port) == (3, "a.example.com", 443)
    assert (error.first, error.last) == (datetime(2024, 5, 1, 10, tzinfo=UTC), datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert read.client == "requests"


def test_nothing_known_says_nothing() -> None:
    read = read_messages(["all is well", "", "GET / 200"])
    assert (read.errors, read.endpoints, read.lines) == ((), (), 3)


def test_no_line_of_the_text_is_kept() -> None:
    text = "password=Canary1 token=Canary2 curl: (6) Could not resolve host: a.example.com https://Canary3:Canary4@b.example.com/Canary5"
    read = read_messages([text])
    assert read.errors
    assert b"Canary" not in msgspec.json.encode(read.errors) + str(read.endpoints).replace("Canary5", "").encode()


@pytest.mark.parametrize(
    "line",
    [
        "curl: (" * 100_000,
        "https://" * 100_000,
        "https://" + "a." * 500_000,
        "host='" + "a" * 1_000_000,
        "(a:" * 300_000,
        "Could not resolve host: " * 50_000,
        "request: a" + "a.a" * 300_000,
        "Connecting to a (" * 80_000,
        ": a/" * 300_000,
        "\x00\ud800" * 200_000,
        "2024-05-01T12:00:00" * 50_000,
    ],
    ids=lambda line: line[:12].encode("unicode_escape").decode(),
)
def test_a_hostile_line_costs_no_more_than_its_bounded_part(line: str) -> None:
    began = time.process_time()
    read_messages([line] * 20)
    assert time.process_time() - began < 1.0
    assert LONGEST_LINE <= 4_000


def test_many_different_errors_are_bounded() -> None:
    read = read_messages(f"curl: (6) Could not resolve host: h{number}.example.com" for number in range(500))
    assert len(read.errors) == MOST_ERRORS


def test_a_large_log_is_read_in_reasonable_time() -> None:
    lines = ["2024-05-01T12:00:00Z INFO  worker-7 finished batch 1234 in 56 ms with nothing to report here today"] * 20_000
    began = time.process_time()
    assert read_messages(lines).errors == ()
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_any_encoding_is_read(encoding: str) -> None:
    data = "é\ncurl: (6) Could not resolve host: a.example.com\n".encode(encoding)
    assert [error.error for error in read_messages(lines_of(data)).errors] == [ErrorClass.NAME_NOT_FOUND]
