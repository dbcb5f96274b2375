"""What may be said to try more than one plain look, and what is refused."""

import pytest

from diag.cli.errors import WrongUse
from diag.cli.experiments import read_control, read_trials, read_upload
from diag.model.address import Authority
from diag.model.run import Control, Trials


def test_trials_are_off_unless_asked_for() -> None:
    assert read_trials() == Trials()
    assert Trials().more_time(5.0) == 0
    assert Trials(repeat=3).more_time(0.5) == 1.0


def test_trials_know_how_much_time_they_may_take() -> None:
    assert read_trials(4, 10.0, 60.0, 20).more_time(5.0) == 90
    assert read_trials(4).more_time(5.0) == 15
    assert read_trials(transfer=10.0).more_time(5.0, hosts=3) == 30


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 0.0, 0.0, 0),
        (1001, 0.0, 0.0, 0),
        (2, -1.0, 0.0, 0),
        (1, 5.0, 0.0, 0),
        (1, 0.0, 4000.0, 0),
        (1, 0.0, 0.0, 65),
        (1, 0.0, 0.0, 1),
        (1, 0.0, 0.0, 0, 31.0),
        (1, 0.0, 0.0, 0, -1.0),
    ],
)
def test_trials_have_limits(wrong: tuple[int, float, float, int]) -> None:
    with pytest.raises(WrongUse):
        read_trials(*wrong)


def test_transfers_are_for_a_few_endpoints() -> None:
    assert read_trials(transfer=5.0, endpoints=8).transfer == 5.0
    assert read_trials(endpoints=500) == Trials()
    with pytest.raises(WrongUse, match="8 endpoints"):
        read_trials(transfer=5.0, endpoints=9)


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("www.Example.com:443", Control(Authority("www.example.com", 443))),
        ("192.0.2.1:80", Control(Authority("192.0.2.1", 80))),
        ("[2001:db8::1]:443", Control(Authority("2001:db8::1", 443))),
        ("example.com", Control(Authority("example.com", 443))),
        ("www.Example.com:443/Big/file.iso?x=1", Control(Authority("www.example.com", 443), target="/Big/file.iso")),
        ("https://example.com:8443/path", Control(Authority("example.com", 8443), target="/path")),
        ("https://example.com:8443/", Control(Authority("example.com", 8443), target="/")),
        ("https://example.com:8443", Control(Authority("example.com", 8443))),
    ],
)
def test_a_control_is_written_as_in_a_list(text: str, control: Control) -> None:
    assert read_control(text) == control


@pytest.mark.parametrize("text", ["", "example.com:0", "example.com:65536", "ftp://example.com:443", "a b:1", ":443", "tcp://a"])
def test_what_is_no_control_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        read_control(text)


def test_an_upload_needs_a_place_that_may_take_it() -> None:
    assert read_upload(0.0, None) is None
    sent_to = read_upload(2.0, "post:https://a.test/up")
    assert sent_to is not None
    assert (str(sent_to), sent_to.expects.upload, sent_to.path) == ("https://a.test:443", "POST", "/up")
    for seconds, where in ((2.0, None), (0.0, "http://a.test/x"), (2.0, "tcp://a.test:9"), (2.0, "ftp://a.test")):
        with pytest.raises(WrongUse):
            read_upload(seconds, where)
    with pytest.raises(WrongUse):
        read_trials(upload=99.0)
