"""Addresses as people have them in hand are understood, or told how they are rightly written; none is guessed."""

import pytest

from diag.model.endpoint import SCHEMES, UnusableEndpoint, parse_endpoint
from diag.model.spelling import OTHERS, PORTS


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ('"https://x.example.com"', "https://x.example.com:443"),
        ("<https://x.example.com>", "https://x.example.com:443"),
        ("\u201cx.example.com\u201d", "https://x.example.com:443"),
        ("::1", "https://[::1]:443"),
        ("[::1]:8443", "https://[::1]:8443"),
        ("https-proxy.example.com", "https://https-proxy.example.com:443"),
        ("postgresql://db.example.com", "postgres://db.example.com:5432"),
        ("redis.example.com:6379", "https://redis.example.com:6379"),
        ("x.example.com/a?next=https://y.example.com", "https://x.example.com:443"),
        ("tcp://redis:6379", "tcp://redis:6379"),
        ("https://http.example.com", "https://http.example.com:443"),
    ],
)
def test_what_can_only_mean_one_thing_is_understood(given: str, endpoint: str) -> None:
    assert str(parse_endpoint(given)) == endpoint


@pytest.mark.parametrize(
    ("given", "better"),
    [
        ("https:/x.example.com", "write https://x.example.com"),
        ("https//x.example.com/path?token=s3cret", "write https://x.example.com"),
        ("http:\\\\x.example.com", "write http://x.example.com"),
        ("https", "write https://your-service.example.com"),
        ("wss://x.example.com/ws", "write https://x.example.com"),
        ("jdbc:snowflake://acct.example.com/?user=bob&password=s3cret", "write https://acct.example.com"),
        ("jdbc:postgresql://bob:s3cret@db.example.com:5433/sales", "write postgresql://db.example.com:5433"),
        ("mssql://db.example.com", "write tcp://db.example.com:1433"),
        ("sb://acme.servicebus.example.com/;SharedAccessKey=s3cret", "write tls://acme.servicebus.example.com:5671"),
        ("jdbc:sqlserver://db.example.com;databaseName=x;password=s3cret", "write tcp://db.example.com:1433"),
        ("mongodb://bob:s3cret@db.example.com/x", "write tcp://db.example.com:27017"),
        ("https://https://x.example.com/?token=s3cret", "write https://x.example.com"),
        ("https://http//x.example.com", "write http://x.example.com"),
        ("https://https", "write https://your-service.example.com"),
        ("https://https:", "write https://your-service.example.com"),
        ("htps://bob:s3cret@x.example.com", "write https://x.example.com"),
        ("postgre://db.example.com", "write postgres://db.example.com"),
        ("grpc://x.example.com:443", "write https://x.example.com:443"),
        ("s3://bucket", "has a scheme that diag does not speak"),
        ("*.acme.example.com", "stands for many names"),
    ],
)
def test_what_was_probably_meant_is_proposed_without_a_secret(given: str, better: str) -> None:
    with pytest.raises(UnusableEndpoint) as told:
        parse_endpoint(given)
    assert better in str(told.value)
    assert "s3cret" not in str(told.value)
    assert "bob" not in str(told.value)


def test_every_scheme_of_others_leads_to_one_of_ours_that_has_a_port() -> None:
    assert set(OTHERS.values()) <= set(SCHEMES)
    assert not set(OTHERS) & set(SCHEMES)
    for scheme, ours in OTHERS.items():
        assert scheme in PORTS or ours in ("https", "http")
