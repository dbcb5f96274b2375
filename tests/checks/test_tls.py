"""The TLS family over real certificates: the cause, its absence, and what nearly looks like it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from checks.tls import (
    certificate_expired,
    certificate_expires_soon,
    certificate_not_yet_valid,
    certificate_unfit,
    chain_incomplete,
    client_certificate_required,
    handshake_cut,
    handshake_silent,
    intercepted,
    issuer_untrusted,
    name_mismatch,
    name_unrecognized,
    plaintext_answer,
    self_signed,
    sni_filtered,
    version_rejected,
)
from diag.knowledge.handshake_experiments import names, sizes
from diag.model.answer import Alert, Session, TcpInfo
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations
from diag.model.verdict import Status
from tests.checks.authorities import CORP_ROOT, DOMAIN_VALIDATED, INTERMEDIATE, ROOT, certificate, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, NOW, date_line
from tests.checks.verdicts import judged

DAY = timedelta(days=1)
GAP = ((20, 0), (21, 0))
OLD = leaf(end=NOW - DAY)
OLD_INTERMEDIATE = certificate("Example Issuing", "Example Root", ca=True, start=NOW - 90 * DAY, end=NOW - DAY)
CROSS_SIGNED = certificate("Example Root", "Older Root", ca=True, start=NOW - 900 * DAY, end=NOW - 100 * DAY)
STRANGE = leaf(issuer="Corp Root")
HOUR = timedelta(hours=1)
ENDING_INTERMEDIATE = certificate("Example Issuing", "Example Root", ca=True, start=NOW - 900 * DAY, end=NOW + 3 * DAY)
MISNAMED = certificate(HOST, HOST, HOST, signed_with="Another")
ZSCALED = leaf(issuer="Zscaler Intermediate Root CA")
SPOKE = Session(finished=True, bytes_received=3000)
DEAD = Session("timed_out")
SELF_SIGNED = certificate(HOST, HOST, HOST)
MANY = leaf(*(f"s{number}.example.net" for number in range(120)), "*.example.com", "*.example.org", "10.1.2.3")


def met(chain: list[bytes], *errors: tuple[int, int], url: str = f"https://{HOST}", trust: str = "", **answer: object) -> Notes:
    """A direct walk as far as the handshake."""
    expects = Expectations(trust=trust)
    return Notes(url, expects=expects).lookup(ADDRESS).connect().handshake(chain, *errors, **answer)


def tried(scene: Notes, *answers: Session) -> Notes:
    """The scene after its handshake was tried again without a name, with another, with a small hello, and in small packets."""
    question = scene.handshake_question
    for variant, answer in zip((*names(question), *sizes(question)), answers, strict=False):
        scene.also(variant, answer)
    return scene


def older(scene: Notes, *answers: Session) -> Notes:
    """The same, after TLS 1.2 alone was answered."""
    alone = replace(scene.handshake_question, versions=("TLSv1.2",))
    return tried(scene, *answers).also(alone, SPOKE)


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (certificate_expired.CHECK, "the server's own", lambda: met([OLD, INTERMEDIATE], (10, 0)), Status.PROBLEM),
    (certificate_expired.CHECK, "an intermediate", lambda: met([leaf(), OLD_INTERMEDIATE], (10, 1)), Status.PROBLEM),
    (
        certificate_expired.CHECK,
        "and the servers' clock says so too",
        lambda: met([OLD], (10, 0)).exchange(200, date_line()),
        Status.PROBLEM,
    ),
    (
        certificate_expired.CHECK,
        "but not by the server's clock",
        lambda: met([OLD], (10, 0)).exchange(200, date_line(NOW - 30 * DAY)),
        Status.UNKNOWN,
    ),
    (certificate_expired.CHECK, "valid", lambda: met([leaf(), INTERMEDIATE]), Status.OK),
    (certificate_expired.CHECK, "the last hour", lambda: met([leaf(end=NOW + timedelta(hours=1))]), Status.OK),
    (certificate_expired.CHECK, "an old root sent along", lambda: met([leaf(), INTERMEDIATE, CROSS_SIGNED]), Status.OK),
    (certificate_expired.CHECK, "an old intermediate, another used", lambda: met([leaf(), OLD_INTERMEDIATE]), Status.OK),
    (certificate_expired.CHECK, "a root of the store", lambda: met([leaf(), INTERMEDIATE], (10, 2)), Status.UNKNOWN),
    (certificate_expired.CHECK, "nothing presented", lambda: met([], failure="reset"), Status.UNKNOWN),
    (certificate_expired.CHECK, "an unreadable one", lambda: met([b"\x30\x03abc", INTERMEDIATE]), Status.UNKNOWN),
    (certificate_unfit.CHECK, "not for servers", lambda: met([leaf(), INTERMEDIATE], (26, 0)), Status.PROBLEM),
    (certificate_unfit.CHECK, "an old root in the list", lambda: met([leaf(), INTERMEDIATE], (10, 2)), Status.PROBLEM),
    (certificate_unfit.CHECK, "fit", lambda: met([leaf(), INTERMEDIATE]), Status.OK),
    (certificate_unfit.CHECK, "expired", lambda: met([OLD, INTERMEDIATE], (10, 0)), Status.OK),
    (name_mismatch.CHECK, "another name", lambda: met([leaf("files.example.com")]), Status.PROBLEM),
    (name_mismatch.CHECK, "too deep", lambda: met([leaf("*.example.com")], url="https://a.b.example.com"), Status.PROBLEM),
    (
        name_mismatch.CHECK,
        "wildcard for the parent",
        lambda: met([leaf("*.example.com")], url="https://example.com"),
        Status.PROBLEM,
    ),
    (name_mismatch.CHECK, "common name only", lambda: met([certificate(HOST, "Example Issuing")]), Status.PROBLEM),
    (name_mismatch.CHECK, "an address", lambda: met([leaf()], url="https://203.0.113.10"), Status.PROBLEM),
    (name_mismatch.CHECK, "its name", lambda: met([leaf()]), Status.OK),
    (name_mismatch.CHECK, "one of very many", lambda: met([MANY]), Status.OK),
    (name_mismatch.CHECK, "its address", lambda: met([MANY], url="https://10.1.2.3"), Status.OK),
    (name_mismatch.CHECK, "the right name, untrusted", lambda: met([STRANGE], *GAP), Status.OK),
    (name_mismatch.CHECK, "nothing presented", lambda: met([], failure="cut"), Status.UNKNOWN),
    (issuer_untrusted.CHECK, "a private root sent along", lambda: met([STRANGE, CORP_ROOT], (19, 1)), Status.PROBLEM),
    (issuer_untrusted.CHECK, "a private root not sent", lambda: met([STRANGE], *GAP), Status.PROBLEM),
    (issuer_untrusted.CHECK, "a private root that the list declares", lambda: met([STRANGE], trust="corp-ca.pem"), Status.OK),
    (
        issuer_untrusted.CHECK,
        "declared, and another one",
        lambda: met([STRANGE, CORP_ROOT], (19, 1), trust="x.pem"),
        Status.PROBLEM,
    ),
    (issuer_untrusted.CHECK, "trusted", lambda: met([leaf(), INTERMEDIATE]), Status.OK),
    (issuer_untrusted.CHECK, "self-signed", lambda: met([SELF_SIGNED], (18, 0)), Status.OK),
    (issuer_untrusted.CHECK, "expired and nothing else", lambda: met([OLD, INTERMEDIATE], (10, 0)), Status.OK),
    (issuer_untrusted.CHECK, "public and alone", lambda: met([leaf(policy=DOMAIN_VALIDATED)], *GAP), Status.UNKNOWN),
    (chain_incomplete.CHECK, "public and alone", lambda: met([leaf(policy=DOMAIN_VALIDATED)], *GAP), Status.PROBLEM),
    (chain_incomplete.CHECK, "private and alone", lambda: met([STRANGE], *GAP), Status.UNKNOWN),
    (chain_incomplete.CHECK, "whole", lambda: met([leaf(), INTERMEDIATE, ROOT], (19, 2)), Status.OK),
    (chain_incomplete.CHECK, "trusted without the root", lambda: met([leaf(), INTERMEDIATE]), Status.OK),
    (chain_incomplete.CHECK, "alone, and the store has the issuer", lambda: met([leaf()]), Status.OK),
    (chain_incomplete.CHECK, "self-signed", lambda: met([SELF_SIGNED], (18, 0)), Status.OK),
    (
        plaintext_answer.CHECK,
        "HTTP",
        lambda: met([], failure="not_tls", first_bytes=b"HTTP/1.1 400 Bad Request\r\n"),
        Status.PROBLEM,
    ),
    (plaintext_answer.CHECK, "SSH", lambda: met([], failure="not_tls", first_bytes=b"SSH-2.0-OpenSSH_9.2"), Status.PROBLEM),
    (plaintext_answer.CHECK, "an alert", lambda: met([], failure="alert:handshake_failure"), Status.OK),
    (plaintext_answer.CHECK, "silence", lambda: met([], failure="timed_out"), Status.UNKNOWN),
    (plaintext_answer.CHECK, "TLS", lambda: met([leaf()]), Status.OK),
    (plaintext_answer.CHECK, "not meant to be", lambda: Notes("http://api.example.com").lookup(ADDRESS), Status.NOT_APPLICABLE),
    (certificate_not_yet_valid.CHECK, "begins tomorrow", lambda: met([leaf(start=NOW + DAY)], (9, 0)), Status.PROBLEM),
    (
        certificate_not_yet_valid.CHECK,
        "valid by the server's clock",
        lambda: met([leaf(start=NOW + DAY)], (9, 0)).exchange(200, date_line(NOW + 2 * DAY)),
        Status.UNKNOWN,
    ),
    (certificate_not_yet_valid.CHECK, "began a minute ago", lambda: met([leaf(start=NOW - timedelta(minutes=1))]), Status.OK),
    (certificate_not_yet_valid.CHECK, "expired", lambda: met([OLD], (10, 0)), Status.OK),
    (certificate_expires_soon.CHECK, "a week left", lambda: met([leaf(end=NOW + 7 * DAY)]), Status.WARNING),
    (certificate_expires_soon.CHECK, "an intermediate", lambda: met([leaf(), ENDING_INTERMEDIATE]), Status.WARNING),
    (certificate_expires_soon.CHECK, "a month left", lambda: met([leaf(end=NOW + 30 * DAY)]), Status.OK),
    (
        certificate_expires_soon.CHECK,
        "six days of life, three left",
        lambda: met([leaf(start=NOW - 3 * DAY, end=NOW + 3 * DAY)]),
        Status.OK,
    ),
    (
        certificate_expires_soon.CHECK,
        "a day's life, an hour left",
        lambda: met([leaf(start=NOW - DAY, end=NOW + HOUR)]),
        Status.WARNING,
    ),
    (certificate_expires_soon.CHECK, "an old root beside the path", lambda: met([leaf(), INTERMEDIATE, CROSS_SIGNED]), Status.OK),
    (certificate_expires_soon.CHECK, "untrusted", lambda: met([leaf(end=NOW + DAY)], *GAP), Status.UNKNOWN),
    (self_signed.CHECK, "self-signed", lambda: met([SELF_SIGNED], (18, 0)), Status.PROBLEM),
    (self_signed.CHECK, "self-signed and declared", lambda: met([SELF_SIGNED], trust="own.pem"), Status.OK),
    (self_signed.CHECK, "a private root", lambda: met([STRANGE, CORP_ROOT], (19, 1)), Status.OK),
    (self_signed.CHECK, "named after itself, signed by another", lambda: met([MISNAMED], *GAP), Status.OK),
    (
        client_certificate_required.CHECK,
        "the server's word",
        lambda: met([leaf()]).exchange(0, failure="alert:certificate_required"),
        Status.PROBLEM,
    ),
    (
        client_certificate_required.CHECK,
        "before TLS 1.3",
        lambda: met([leaf()], failure="alert:handshake_failure", certificate_requested=True),
        Status.PROBLEM,
    ),
    (
        client_certificate_required.CHECK,
        "asked for, and then closed",
        lambda: met([leaf()], certificate_requested=True).exchange(0, failure="reset"),
        Status.PROBLEM,
    ),
    (
        client_certificate_required.CHECK,
        "asked for, and not needed",
        lambda: met([leaf()], certificate_requested=True).exchange(),
        Status.OK,
    ),
    (client_certificate_required.CHECK, "no shared cipher", lambda: met([], failure="alert:handshake_failure"), Status.UNKNOWN),
    (
        client_certificate_required.CHECK,
        "asked for, and answered late",
        lambda: met([leaf()], certificate_requested=True).exchange(0, failure="timed_out"),
        Status.OK,
    ),
    (name_unrecognized.CHECK, "the server's word", lambda: met([], failure="alert:unrecognized_name"), Status.PROBLEM),
    (
        name_unrecognized.CHECK,
        "a mere warning",
        lambda: met([leaf()], alerts=(Alert("peer", 1, "unrecognized_name"),)),
        Status.OK,
    ),
    (name_unrecognized.CHECK, "another alert", lambda: met([], failure="alert:handshake_failure"), Status.OK),
    (name_unrecognized.CHECK, "cut", lambda: met([], failure="cut"), Status.UNKNOWN),
    (version_rejected.CHECK, "the server's word", lambda: met([], failure="alert:protocol_version"), Status.PROBLEM),
    (
        version_rejected.CHECK,
        "this client's word",
        lambda: met([], failure="tls_broken", alerts=(Alert("us", 2, "protocol_version"),)),
        Status.PROBLEM,
    ),
    (version_rejected.CHECK, "no shared cipher", lambda: met([], failure="alert:handshake_failure"), Status.OK),
    (version_rejected.CHECK, "cut", lambda: met([], failure="cut"), Status.UNKNOWN),
    (version_rejected.CHECK, "only 1.2 passes", lambda: older(met([], failure="timed_out"), *[DEAD] * 4), Status.PROBLEM),
    (
        version_rejected.CHECK,
        "1.2 and a small one pass",
        lambda: older(met([], failure="cut"), DEAD, DEAD, SPOKE),
        Status.UNKNOWN,
    ),
    (version_rejected.CHECK, "nothing else tried", lambda: older(met([], failure="timed_out")), Status.UNKNOWN),
    (version_rejected.CHECK, "agreed", lambda: met([leaf()]), Status.OK),
    (sni_filtered.CHECK, "another name passes", lambda: tried(met([], failure="reset"), SPOKE, SPOKE), Status.PROBLEM),
    (
        sni_filtered.CHECK,
        "the same name passes in a smaller message",
        lambda: tried(met([], failure="timed_out"), SPOKE, SPOKE, SPOKE, DEAD),
        Status.UNKNOWN,
    ),
    (sni_filtered.CHECK, "none passes with none", lambda: tried(met([], failure="timed_out"), SPOKE, DEAD), Status.PROBLEM),
    (sni_filtered.CHECK, "whatever the name", lambda: tried(met([], failure="cut"), DEAD, DEAD), Status.OK),
    (sni_filtered.CHECK, "not asked", lambda: met([], failure="cut"), Status.UNKNOWN),
    (sni_filtered.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (sni_filtered.CHECK, "the server's word", lambda: met([], failure="alert:unrecognized_name", bytes_received=7), Status.OK),
    (handshake_cut.CHECK, "whatever the name", lambda: tried(met([], failure="cut"), DEAD, DEAD), Status.PROBLEM),
    (handshake_cut.CHECK, "half-way", lambda: met([leaf()], failure="reset", bytes_received=3000), Status.PROBLEM),
    (handshake_cut.CHECK, "by name", lambda: tried(met([], failure="reset"), DEAD, SPOKE), Status.OK),
    (handshake_cut.CHECK, "before it arrived", lambda: met([], failure="reset", tcp=TcpInfo(7, bytes_acked=1)), Status.UNKNOWN),
    (handshake_cut.CHECK, "silent", lambda: met([], failure="timed_out"), Status.OK),
    (handshake_cut.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (handshake_silent.CHECK, "whatever was changed", lambda: tried(met([], failure="timed_out"), *[DEAD] * 4), Status.PROBLEM),
    (
        handshake_silent.CHECK,
        "small packets pass",
        lambda: tried(met([], failure="timed_out"), DEAD, DEAD, DEAD, SPOKE),
        Status.OK,
    ),
    (handshake_silent.CHECK, "another name passes", lambda: tried(met([], failure="timed_out"), DEAD, SPOKE), Status.OK),
    (
        handshake_silent.CHECK,
        "it never arrived",
        lambda: met([], failure="timed_out", tcp=TcpInfo(1, unacked=1, bytes_acked=1)),
        Status.UNKNOWN,
    ),
    (handshake_silent.CHECK, "cut", lambda: met([], failure="cut"), Status.OK),
    (intercepted.CHECK, "a known product, untrusted", lambda: met([ZSCALED], *GAP), Status.PROBLEM),
    (intercepted.CHECK, "a known product, trusted", lambda: met([ZSCALED]), Status.WARNING),
    (intercepted.CHECK, "public", lambda: met([leaf(policy=DOMAIN_VALIDATED)]), Status.OK),
    (intercepted.CHECK, "one private authority, one host", lambda: met([STRANGE], *GAP), Status.UNKNOWN),
    (intercepted.CHECK, "self-signed", lambda: met([SELF_SIGNED], (18, 0)), Status.OK),
    (intercepted.CHECK, "declared", lambda: met([ZSCALED], trust="corp.pem"), Status.OK),
    (intercepted.CHECK, "nothing presented", lambda: met([], failure="cut"), Status.UNKNOWN),
    (
        intercepted.CHECK,
        "a device of one's own",
        lambda: Notes("https://10.0.0.1").connect("10.0.0.1").handshake([ZSCALED], *GAP),
        Status.OK,
    ),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status
