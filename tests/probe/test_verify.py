"""A store's word on a chain that was presented, with what was fetched since."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from diag.model.address import Address, Authority
from diag.model.answer import HttpReply, Session, VerifyError
from diag.model.observation import Observation
from diag.model.question import Connect, Exchange, Handshake, Question, Verify
from diag.probe.contexts import Contexts
from diag.probe.verify import certificates_in, verify
from tests.probe.asking import ask
from tests.probe.authority import DAY, issue
from tests.probe.peers import linger, peer, secured

ROOT = issue("Test Root", authority=True)
MIDDLE = issue("Test Intermediate", ROOT, authority=True)
LEAF = issue("service.test", MIDDLE, valid=(-DAY, 10 * DAY))
DIAL = Connect(Address("127.0.0.1", 443))
SHAKE = Handshake(DIAL)
FETCH = Exchange(DIAL, Authority("ca.test", 80), "/ca.cer")
MISSING = [(20, 0), (21, 0)]


@pytest.fixture(scope="module")
def root_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("trust") / "root.pem"
    file.write_bytes(ROOT.pem)
    return str(file)


def seen(question: Question, answer: Any, began: datetime) -> Observation:
    return Observation(id="any-1", question=question, began=began, took=0.0, answer=answer)


def held(chain: tuple[bytes, ...], trust: str, *, fetched: bytes | None = None, later: timedelta = 0 * DAY, **how: Any) -> Any:
    began = datetime.now(UTC) + later
    known = {SHAKE: seen(SHAKE, Session(chain=chain), began)}
    question = Verify(SHAKE, trust=trust, **how)
    if fetched is not None:
        known[FETCH] = seen(FETCH, HttpReply(status=200, body=fetched), began)
        question = Verify(SHAKE, (FETCH,), trust, **how)
    return verify(question, known, Contexts({}))


def codes(*errors: tuple[int, int]) -> tuple[VerifyError, ...]:
    return tuple(VerifyError(*error) for error in errors)


def test_accepted_with_its_whole_path(root_file: str) -> None:
    answer = held((LEAF.der, MIDDLE.der), root_file)
    assert (answer.verify_errors, answer.failure, answer.path) == ((), "", 3)


def test_gap(root_file: str) -> None:
    answer = held((LEAF.der,), root_file)
    assert (answer.verify_errors, answer.path) == (codes(*MISSING), 0)


@pytest.mark.parametrize(
    "fetched",
    [
        MIDDLE.der,
        MIDDLE.pem,
        pkcs7.serialize_certificates([MIDDLE.certificate], Encoding.DER),
        pkcs7.serialize_certificates([MIDDLE.certificate, ROOT.certificate], Encoding.PEM),
    ],
    ids=["DER", "PEM", "PKCS7 in DER", "PKCS7 in PEM"],
)
def test_gap_filled_by_what_was_fetched(fetched: bytes, root_file: str) -> None:
    answer = held((LEAF.der,), root_file, fetched=fetched)
    assert (answer.verify_errors, answer.path) == ((), 3)


@pytest.mark.parametrize("fetched", [b"", b"<html>not found</html>", issue("Other", authority=True).der, MIDDLE.der[:-1]])
def test_gap_not_filled(fetched: bytes, root_file: str) -> None:
    answer = held((LEAF.der,), root_file, fetched=fetched)
    assert answer.verify_errors == codes(*MISSING)


def test_a_page_holds_no_certificates() -> None:
    assert certificates_in(b"<html>") == ()
    assert certificates_in(MIDDLE.pem + ROOT.pem) == (MIDDLE.der, ROOT.der)


def test_it_is_judged_as_of_the_moment_it_was_presented(root_file: str) -> None:
    assert held((LEAF.der, MIDDLE.der), root_file, later=11 * DAY).verify_errors == codes((10, 0))
    assert held((LEAF.der, MIDDLE.der), root_file, later=-2 * DAY).verify_errors == codes((9, 2), (9, 1), (9, 0))


def test_one_run_may_hold_chains_of_different_moments(root_file: str) -> None:
    contexts, now = Contexts({}), datetime.now(UTC)
    answers = [
        verify(Verify(SHAKE, trust=root_file), {SHAKE: seen(SHAKE, Session(chain=(LEAF.der, MIDDLE.der)), moment)}, contexts)
        for moment in (now, now + 11 * DAY, now)
    ]
    assert [answer.verify_errors for answer in answers] == [(), codes((10, 0)), ()]


def test_purpose_counts(root_file: str) -> None:
    leaf = issue("service.test", MIDDLE, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    assert held((leaf.der, MIDDLE.der), root_file).verify_errors == codes((26, 0))


def test_strict_rules_find_more(root_file: str) -> None:
    assert held((LEAF.der, MIDDLE.der), root_file).verify_errors == ()
    strict = held((LEAF.der, MIDDLE.der), root_file, strict=True)
    assert VerifyError(85, 0) in strict.verify_errors
    assert strict.path == 0


def test_another_store_knows_other_roots(tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(issue("Other Root", authority=True).pem)
    assert held((LEAF.der, MIDDLE.der), str(other)).verify_errors == codes((20, 1))
    assert held((LEAF.der, MIDDLE.der, ROOT.der), str(other)).verify_errors == codes((19, 2))
    assert held((LEAF.der, MIDDLE.der), "certifi").verify_errors == codes((20, 1))


@pytest.mark.parametrize("text", [None, b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"])
def test_store_that_cannot_be_read(text: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "store.pem"
    if text is not None:
        file.write_bytes(text)
    answer = held((LEAF.der, MIDDLE.der), str(file))
    assert (answer.failure, answer.verify_errors, answer.path) == ("store_unreadable", (), 0)


@pytest.mark.parametrize("chain", [(), (b"no certificate",)])
def test_chain_that_is_none(chain: tuple[bytes, ...], root_file: str) -> None:
    assert held(chain, root_file).failure == "malformed"


def test_long_chains_need_more_than_one_record(root_file: str) -> None:
    others = tuple(issue(f"Other {n}", authority=True).der for n in range(60))
    assert sum(map(len, others)) > 16_384
    assert held((LEAF.der, *others, MIDDLE.der), root_file).path == 3


@pytest.mark.parametrize("sent_along", [(), (MIDDLE,)], ids=["gap", "whole"])
def test_it_says_what_the_handshake_said(sent_along: Any, root_file: str) -> None:
    with peer(secured(linger, issue("service.test", MIDDLE, sent_along=sent_along))) as service:
        shake = Handshake(Connect(service.address), trust=root_file)
        session, answer = ask(shake, Verify(shake, trust=root_file))
    assert answer.verify_errors == session.verify_errors
