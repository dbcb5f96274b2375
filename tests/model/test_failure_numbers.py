"""The words for what protocols tell by number: each number of each table, by the name in its own registry."""

import ssl

import dns.rcode
import pytest

from diag.model.failure import ALERTS, Failure, from_icmp, from_rcode

RCODES = {
    "NOERROR": None,
    "FORMERR": Failure.MALFORMED,
    "SERVFAIL": Failure.SERVER_FAILURE,
    "NXDOMAIN": Failure.NAME_NOT_FOUND,
    "REFUSED": Failure.QUERY_REFUSED,
    "NOTIMP": Failure.RCODE_OTHER,
}
PROHIBITED = {4: {9, 10, 13}, 6: {1, 5, 6}}
"""Communication administratively prohibited with network, with host, altogether; and of IPv6: that, by policy, route rejected."""
UNREACHABLE = {4: 3, 6: 1}


@pytest.mark.parametrize(("name", "word"), RCODES.items())
def test_each_rcode_has_its_word(name: str, word: Failure | None) -> None:
    assert from_rcode(int(dns.rcode.from_text(name))) is word


@pytest.mark.parametrize("version", PROHIBITED)
def test_each_message_that_means_a_rule_and_no_other(version: int) -> None:
    told = {code for code in range(32) if from_icmp(version, UNREACHABLE[version], code) is Failure.PROHIBITED}
    assert told == PROHIBITED[version]
    assert {from_icmp(version, kind, code) for kind in range(32) for code in range(32) if kind != UNREACHABLE[version]} == {None}


def test_alerts_have_the_names_that_python_has_for_them() -> None:
    of_python = {int(one): one.name.removeprefix("ALERT_DESCRIPTION_").lower() for one in ssl.AlertDescription}
    of_python[90] = "user_canceled"  # as RFC 8446 spells it
    assert {number: ALERTS.get(number) for number in of_python} == of_python


def test_alerts_have_the_names_of_their_rfcs() -> None:
    """Those that Python has no name for: RFC 8446, section 6, RFC 5246, section 7.2, RFC 7507, RFC 7301 and RFC 9849."""
    named = {
        21: "decryption_failed",
        41: "no_certificate",
        60: "export_restriction",
        86: "inappropriate_fallback",
        109: "missing_extension",
        116: "certificate_required",
        120: "no_application_protocol",
        121: "ech_required",
    }
    assert {number: ALERTS[number] for number in named} == named
