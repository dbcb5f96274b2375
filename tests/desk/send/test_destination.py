"""What a user may write after --to."""

import pytest

from diag.desk.send.attachment import UnusableDestination
from diag.desk.send.destination import authority_of, read_destination
from diag.model.address import Authority

SYSTEMS = [
    ("zendesk:acme", "17", "https://acme.zendesk.com", "ticket 17 at acme.zendesk.com (Zendesk)"),
    ("zendesk:https://support.example.com/", "17", "https://support.example.com", "ticket 17 at support.example.com (Zendesk)"),
    ("Jira:acme", "SUP-3", "https://acme.atlassian.net", "issue SUP-3 at acme.atlassian.net (Jira)"),
    (
        "jira:https://in.example.com:8443/jira",
        "SUP-3",
        "https://in.example.com:8443",
        "issue SUP-3 at in.example.com:8443/jira (Jira)",
    ),
    (
        "servicenow:acme",
        "INC0010001",
        "https://acme.service-now.com",
        "INC0010001 in incident at acme.service-now.com (ServiceNow)",
    ),
    (
        "servicenow:https://acme.service-now.com/u_case",
        "CAS7",
        "https://acme.service-now.com",
        "CAS7 in u_case at acme.service-now.com (ServiceNow)",
    ),
    (
        "salesforce:acme--test.sandbox",
        "00001026",
        "https://acme--test.sandbox",
        "case 00001026 at acme--test.sandbox (Salesforce)",
    ),
    (
        "salesforce:acme--full",
        "500AB0000012345AAA",
        "https://acme--full.my.salesforce.com",
        "case 500AB0000012345AAA at acme--full.my.salesforce.com (Salesforce)",
    ),
]


@pytest.mark.parametrize(("to", "case", "origin", "words"), SYSTEMS)
def test_a_case_system(to: str, case: str, origin: str, words: str) -> None:
    destination = read_destination(to, case)
    assert (destination.origin, str(destination.words), destination.wants_credentials) == (origin, words, True)


@pytest.mark.parametrize(
    "to",
    [
        "https://Store.example.com/a/b?sig=S3CRET",
        "https://store.example.com:443/?sig=S3CRET",
        "https://[2001:db8::1]:8443/?S3CRET",
    ],
)
def test_an_upload_address_is_shown_by_its_host_alone(to: str) -> None:
    destination = read_destination(to)
    assert "S3CRET" not in str(destination.words) + repr(destination)
    assert not destination.wants_credentials
    assert destination.origin.startswith("https://")


@pytest.mark.parametrize(
    ("to", "case", "said"),
    [
        ("http://store.example.com/x", "", "https only"),
        ("store.example.com", "", "Say where to"),
        ("ftp://store.example.com", "", "Say where to"),
        ("", "", "Say where to"),
        ("https://", "", "Say where to"),
        ("https://user:S3CRET@store.example.com/", "", "password in it is not used"),
        ("https://store.example.com:99999/", "", "cannot be read"),
        ("https://store.example.com/a\nb", "", "characters that no address has"),
        ("https://store.example.com/x", "17", "has no cases"),
        ("zendesk:acme", "", "Say which case"),
        ("zendesk:acme", "SUP-3", "has a number"),
        ("zendesk:http://acme.zendesk.com", "17", "https only"),
        ("zendesk:", "17", "Name the site"),
        ("zendesk:a/b", "17", "Name the site"),
        ("jira:acme", "17", "has a key"),
        ("jira:acme", "../../admin-1", "has a key"),
        ("servicenow:acme", "17", "has a number"),
        ("servicenow:acme", "CAS17", "which table"),
        ("servicenow:https://acme.service-now.com/a/b", "CAS17", "name of one table"),
        ("salesforce:acme", "1' OR Id != '", "identity that begins with 500"),
        ("salesforce:acme", "006AB0000012345AAA", "identity that begins with 500"),
    ],
)
def test_what_names_no_destination_is_explained(to: str, case: str, said: str) -> None:
    with pytest.raises(UnusableDestination, match=said) as unusable:
        read_destination(to, case)
    assert "S3CRET" not in str(unusable.value)


def test_the_authority_of_an_origin() -> None:
    assert authority_of("https://acme.zendesk.com") == Authority("acme.zendesk.com", 443)
    assert authority_of("https://[2001:db8::1]:8443") == Authority("2001:db8::1", 8443)
