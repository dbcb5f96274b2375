"""A message quotes what somebody gave by one rule: scheme, host, port, and nothing that may open something."""

import pytest

from diag.model.endpoint import UnusableEndpoint, parse_endpoint
from diag.model.quoting import quoted, shown

SECRETS = [
    "https://acct.blob.core.windows.net:99999/c?sig=SECRET",
    "https://acct.blob.core.windows.net/SECRET#SECRET",
    "htps://host.test/p?sig=SECRET",
    "https://ho st?sig=SECRET",
    "tcp://a.b?sig=SECRET",
    "tcp://a.b#SECRET",
    "jdbc:snowflake://acme.snowflakecomputing.com/?user=u&password=SECRET",
    "jdbc:sqlserver://host.test:1433;user=u;password=SECRET",
    "jdbc:oracle:thin:scott/SECRET@//host.test:1521/service",
    "postgres://u:SECRET@host.test:99999/db",
    "https://u:SECRET",
    "https://u:SECRET@",
    "https://u:SEC?SECRET@host.test:99999",
    "https://u:SEC/SECRET@host.test:99999",
    "https://u:SEC@SECRET@host.test:99999",
    "https:/u:SECRET@host.test",
    "u:SECRET@a.b",
    "u:SECRET",
    "u:SECRET@1.1.1.1",
    "host=a.b password=SECRET",
    "Server=tcp:a.b,1433;Password=SECRET",
    "password=SECRET",
    "https://host.test:SECRET",
    " https://u:SECRET@host.test:0 ",
    "https://u:\nSECRET@host.test:0",
    "\x1b]0;https://u:SECRET@host.test:0\x07",
    "SECRET@" + "a" * 9_000,
]


def parse_fails(text: str) -> bool:
    try:
        parse_endpoint(text)
    except UnusableEndpoint:
        return True
    return False


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_is_quoted(text: str) -> None:
    for quote in (quoted(text), shown(text)):
        assert "SECRET" not in quote
        assert quote.isprintable()
        assert len(quote) <= 90


@pytest.mark.parametrize("text", [text for text in SECRETS if parse_fails(text)])
def test_no_endpoint_that_cannot_be_used_is_told_with_its_secret(text: str) -> None:
    with pytest.raises(UnusableEndpoint) as raised:
        parse_endpoint(text)
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("https://acct.blob.core.windows.net:99999/c?sig=x", "'https://acct.blob.core.windows.net:99999...'"),
        ("https://host.test:443", "'https://host.test:443'"),
        ("host.test:443", "'host.test:443'"),
        ("*.acme.test", "'*.acme.test'"),
        ("[2001:db8::1]:99999", "'[2001:db8::1]:99999'"),
        ("2001:db8::1", "'2001:db8::1'"),
        ("https://u:p@host.test:0/x", "'https://host.test:0...'"),
        ("htps://host.test", "'htps://host.test'"),
        ("a" * 200, f"'{'a' * 80}...'"),
    ],
)
def test_what_is_needed_to_find_it_again_is_quoted(text: str, quote: str) -> None:
    assert quoted(text) == quote


@pytest.mark.parametrize(
    ("value", "quote"),
    [(7, "'7'"), ("ca/corp.pem", "'ca/corp.pem'"), ("/path", "'/path'"), ("two words", "'two words'"), ([1, 2], "'[1, 2]'")],
)
def test_other_values_are_shown_as_they_are(value: object, quote: str) -> None:
    assert shown(value) == quote
