"""Whatever a stranger's bytes make a library raise, it costs the one fact that they would have told, and nothing is printed."""

import warnings

import pytest

from diag.model.answer import Session
from diag.model.wire.certificate import read_certificate, read_chain, signed_by
from diag.model.wire.chain import presented
from diag.model.wire.dns import read_message
from diag.model.wire.facts import Certificate, DnsMessage, Unsaid
from diag.model.wire.revocation import ocsp_address, read_crl, read_ocsp
from diag.model.wire.revocation_der import is_list
from diag.model.wire.unreadable import Unreadable, guarded, guarded_as
from diag.probe.verify import certificates_in
from tests.checks.authorities import certificate, key
from tests.foreign import CLASSES, answer_with, list_of_version, mutations, not_signed_data, of_version, serial_zero

RIGHT = certificate("service.test", "Authority", "service.test")
ROOT = certificate("Authority", "Authority", ca=True)
FOURTH = of_version(4, RIGHT, key("Authority"))
LIST = list_of_version(2, "Authority", key("Authority"))


def test_a_certificate_of_a_version_that_does_not_exist_is_unreadable() -> None:
    read = read_certificate(FOURTH)
    assert isinstance(read, Unreadable)
    assert read.what == "certificate"
    assert read.why.startswith("InvalidVersion at ")
    assert read_chain((FOURTH, ROOT)) == read_chain((ROOT,))
    assert not signed_by(FOURTH, ROOT)
    assert presented(Session(chain=(FOURTH, ROOT))) is None


def test_no_place_is_asked_about_a_certificate_that_cannot_be_read() -> None:
    assert ocsp_address("http://ocsp.test", FOURTH, ROOT) is None
    assert read_ocsp(b"\x30\x03\x0a\x01\x06", RIGHT, ROOT) is Unsaid.DECLINED
    assert read_crl(LIST, FOURTH, ROOT) is Unsaid.NO_STATUS


def test_a_list_of_a_version_that_does_not_exist_is_no_list() -> None:
    fifth = list_of_version(5, "Authority", key("Authority"))
    assert is_list(LIST)
    assert not is_list(fifth)
    assert read_crl(fifth, RIGHT, ROOT) is Unsaid.NO_STATUS


BODIES = [FOURTH, not_signed_data(), b"", b"\x30\x80", b"-----BEGIN PKCS7-----\nAA==\n-----END PKCS7-----\n"]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_was_fetched_and_holds_no_certificate_brings_none(body: bytes) -> None:
    assert certificates_in(body) == ()


@pytest.mark.parametrize("of_class", CLASSES.values(), ids=CLASSES.keys())
@pytest.mark.parametrize(
    ("kind", "data"), [(1, b"\0\0\1"), (1, b"\x0a\0\0\1"), (28, bytes(16)), (5, b"\xc0\x0c"), (6, b"\0\0" + bytes(20))]
)
def test_a_record_of_another_class_is_no_address(of_class: int, kind: int, data: bytes) -> None:
    read = read_message(answer_with(kind, of_class, data))
    if isinstance(read, Unreadable):  # it has a form of its own in that class, and not this one
        assert (kind, of_class) in ((1, CLASSES["IN"]), (1, CLASSES["CH"]))
        return
    assert read.addresses[0] == "192.0.2.7"
    assert len(read.addresses) == 1 + (of_class == CLASSES["IN"] and kind in (1, 28))


def test_a_serial_number_of_zero_is_read_without_a_word() -> None:
    odd = serial_zero(RIGHT, key("Authority"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read = read_certificate(odd)
        assert signed_by(odd, ROOT)
        assert ocsp_address("http://ocsp.test", odd, ROOT)
        assert read_crl(LIST, odd, ROOT)
        assert certificates_in(odd) == (odd,)
    assert isinstance(read, Certificate)
    assert read.serial == "0"
    assert not said


class Panic(BaseException):
    """As a library in Rust raises it: no Exception."""


def test_the_guard_holds_whatever_is_raised_but_a_wish_to_stop() -> None:
    def reads(raised: BaseException) -> str:
        raise raised

    for raised in (ValueError("secret"), RecursionError(), MemoryError(), Panic("secret")):
        read = guarded("thing")(reads)(raised)
        assert isinstance(read, Unreadable)
        assert read.why.startswith(f"{type(raised).__name__} at test_foreign_bytes.py:")
        assert "secret" not in read.why
        assert guarded_as(None)(reads)(raised) is None
    with pytest.raises(KeyboardInterrupt):
        guarded("thing")(reads)(KeyboardInterrupt())


@pytest.mark.parametrize("seed", range(4))
def test_no_mutation_gets_past_the_readers(seed: int) -> None:
    for der in mutations(RIGHT, 250, seed):
        assert isinstance(read_certificate(der), Certificate | Unreadable)
        assert signed_by(der, ROOT) in (True, False)
        certificates_in(der)
        read_crl(der, RIGHT, ROOT)
        read_ocsp(der, RIGHT, ROOT)
    for content in mutations(LIST, 250, seed):
        read_crl(content, RIGHT, ROOT)
    for wire in mutations(answer_with(28, CLASSES["HS"], bytes(16)), 250, seed):
        assert isinstance(read_message(wire), DnsMessage | Unreadable)
