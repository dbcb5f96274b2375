"""What a profile or a list says of the service itself: how it is known, who may open what is sent to it, and where cases go."""

from pathlib import Path

import pytest

from diag.bundle.keys import new_pair, preferred, read_recipients
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.model.answer import Header, HttpReply
from diag.model.fingerprint import Denial, Fingerprint, Mark, Service, json_values
from diag.profile.config import read_config
from diag.profile.errors import UnusableFile
from diag.profile.profile_file import read_profile
from diag.profile.registry import builtin
from diag.profile.support import CaseDesk, CaseSystem
from tests.profile.test_malformed import AGE

ACME = """
name = "acme"
recipients = ["hpke:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
[[group]]
name = "core"
enables = "all daily work"
without = "Nobody can work."
[[endpoint]]
url = "https://login.acme.example"
role = "login"
group = "core"
[[fingerprint]]
header = "X-Acme-Id"
value = "acme-*"
always = true
hosts = ["*.ACME.example"]
[[fingerprint]]
status = 499
means = "Closed."
[case]
system = "servicenow"
url = "https://acme.example/now"
project = "NET"
"""
OWN = f"""
profile = "acme.toml"
recipients = ["{AGE}"]
[[endpoint]]
url = "https://other.acme.example"
group = "office"
[[group]]
name = "office"
network = "private"
enables = "working from the office"
required = false
[[fingerprint]]
page = "Sign in to Acme"
[case]
system = "upload"
"""


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(ACME)
    return path


def test_a_profile_says_how_its_service_is_known(acme: Path) -> None:
    profile = read_profile(acme)
    assert profile.fingerprints == (
        Fingerprint(Mark.HEADER, "x-acme-id", "acme-*", True, ("*.acme.example",)),
        Fingerprint(Mark.STATUS, "", "499", means="Closed."),
    )
    assert profile.recipients == ("hpke:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",)
    assert profile.desk == CaseDesk(CaseSystem.SERVICENOW, "https://acme.example/now", "NET")
    assert [role.enables for role in profile.roles] == ["all daily work"]
    assert profile.places[0].role == "login core"
    assert profile.service == Service("acme", False, profile.fingerprints)


def test_the_users_own_list_stands_beside_the_profile(acme: Path) -> None:
    config = acme.parent / "diag.toml"
    config.write_text(OWN)
    chosen = choose_endpoints(Wanted(config=config))
    other, login = chosen.endpoints
    assert (other.role, other.expects.required, other.expects.network) == ("office", False, "private")
    assert login.role == "login core"
    assert chosen.profile.recipients == (AGE,)
    assert chosen.profile.desk == CaseDesk(CaseSystem.UPLOAD, "")
    assert [one.where for one in chosen.profile.fingerprints] == [Mark.PAGE, Mark.HEADER, Mark.STATUS]
    assert chosen.profile.service.own_words


def test_what_the_list_does_not_say_is_the_profiles(acme: Path) -> None:
    config = acme.parent / "diag.toml"
    config.write_text('profile = "acme.toml"\n')
    chosen = choose_endpoints(Wanted(config=config))
    assert chosen.profile == read_profile(acme)
    assert not read_config(config).fingerprints


def test_what_diag_keygen_writes_is_a_recipient(tmp_path: Path) -> None:
    _, public = new_pair()
    path = tmp_path / "p.toml"
    path.write_text(f'name = "p"\nrecipients = ["{public}", "{AGE}"]\n')
    recipients = read_profile(path).recipients
    assert recipients == (public, AGE)
    assert read_recipients(preferred(recipients)).hpke


NEVER_KEPT = (
    "authentication-info", "authorization", "cookie", "cookie2", "proxy-authentication-info", "proxy-authorization", "set-cookie",
    "set-cookie2", "x-amz-security-token", "x-api-key", "x-auth-token", "x-csrf-token", "x-xsrf-token",
)  # fmt: skip


@pytest.mark.parametrize("name", NEVER_KEPT)
def test_no_mark_rests_on_what_no_bundle_keeps(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(f'name = "p"\n[[fingerprint]]\nheader = "{name}"\nvalue = "x*"\n')
    with pytest.raises(UnusableFile, match="is never kept"):
        read_profile(path)
    path.write_text(f'name = "p"\n[[fingerprint]]\nheader = "{name}"\n')
    assert read_profile(path).fingerprints[0].name == name


def reply(body: str = "", kind: str = "application/json", **headers: str) -> HttpReply:
    found = {"content-type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpReply(status=403, headers=tuple(Header(*one) for one in found.items()), body=body.encode())


@pytest.mark.parametrize(
    ("fingerprint", "answer", "there"),
    [
        (Fingerprint(Mark.HEADER, "x-id"), reply(x_id="1"), True),
        (Fingerprint(Mark.HEADER, "x-id"), reply(), False),
        (Fingerprint(Mark.HEADER, "x-id", "acme-*"), reply(x_id="ACME-1"), True),
        (Fingerprint(Mark.HEADER, "x-id", "acme-*"), reply(x_id="other"), False),
        (Fingerprint(Mark.HEADER, "x-id", "a[b]?"), reply(x_id="a[b]?"), True),
        (Fingerprint(Mark.HEADER, "x-id", "a[b]?"), reply(x_id="abc"), False),
        (Fingerprint(Mark.FIELD, "code", "4711"), reply('{"error": {"code": 4711}}'), True),
        (Fingerprint(Mark.FIELD, "code", "4711"), reply('{"code":"4711"'), True),
        (Fingerprint(Mark.FIELD, "code", "4711"), reply('{"code": "47110"}'), False),
        (Fingerprint(Mark.FIELD, "code", "4711"), reply('{"encode": "4711"}'), False),
        (Fingerprint(Mark.FIELD, "code", "4711"), reply('{"code": "4711"}', "text/html"), False),
        (Fingerprint(Mark.FIELD, "success"), reply('{"success": null}'), True),
        (Fingerprint(Mark.FIELD, "data"), reply('{"data": {"a": 1}}'), True),
        (Fingerprint(Mark.PAGE, value="Sign in to Acme"), reply("<p>Sign in to Acme</p>", "text/html"), True),
        (Fingerprint(Mark.PAGE, value="Sign in to Acme"), reply("<p>sign in</p>", "text/html"), False),
        (Fingerprint(Mark.STATUS, value="403"), reply(), True),
        (Fingerprint(Mark.STATUS, value="513"), reply(), False),
    ],
)
def test_what_is_in_an_answer(fingerprint: Fingerprint, answer: HttpReply, there: bool) -> None:
    assert fingerprint.is_in(answer) is there


def test_a_field_of_json_in_an_answer_that_was_cut_off() -> None:
    assert json_values(reply('{"code": "a\\"b", "code" : -1.5, "code": ["x"], "code": "end'), "code") == ('a\\"b', "-1.5", "", "")
    assert json_values(reply('{"a.b": 1, "a+b": 2}'), "a.b") == ("1",)


def test_the_documented_codes_deny_what_they_are_said_to() -> None:
    denials = {one.value: one.denies for one in builtin("snowflake").fingerprints}
    assert denials == {
        "390422": Denial.ADDRESS,
        "390100": Denial.NOTHING,
        "390144": Denial.NOTHING,
        "513": Denial.ACCOUNT,
    }


@pytest.mark.parametrize("length", [8, 300])
def test_a_page_may_be_as_short_and_as_long_as_is_said(tmp_path: Path, length: int) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(ACME + f'[[fingerprint]]\npage = "{"a" * length}"\n')
    assert read_profile(path).fingerprints[-1] == Fingerprint(Mark.PAGE, "", "a" * length)
