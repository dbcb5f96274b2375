"""What may be said to try more than one plain look, and what is refused."""

import pytest

from diag.cli.errors import WrongUse
from diag.cli.trials import read_control, read_trials
from diag.model.address import Authority
from diag.model.run import Trials


def test_trials_are_off_unless_asked_for() -> None:
    assert read_trials(1, 0.0, 0.0, 0) == Trials()
    assert Trials().more_time(5.0) == 0


def test_trials_know_how_much_time_they_may_take() -> None:
    assert read_trials(4, 10.0, 60.0, 20).more_time(5.0) == 90
    assert read_trials(4, 0.0, 0.0, 0).more_time(5.0) == 15


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
    ],
)
def test_trials_have_limits(wrong: tuple[int, float, float, int]) -> None:
    with pytest.raises(WrongUse):
        read_trials(*wrong)


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("www.Example.com:443", Authority("www.example.com", 443)),
        ("192.0.2.1:80", Authority("192.0.2.1", 80)),
        ("[2001:db8::1]:443", Authority("2001:db8::1", 443)),
        ("example.com", Authority("example.com", 443)),
        ("https://example.com:8443/path", Authority("example.com", 8443)),
    ],
)
def test_a_control_is_written_as_in_a_list(text: str, control: Authority) -> None:
    assert read_control(text) == control


@pytest.mark.parametrize("text", ["", "example.com:0", "example.com:65536", "ftp://example.com:443", "a b:1", ":443", "tcp://a"])
def test_what_is_no_control_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        read_control(text)
