"""The command as a whole: quick help, one line for every mistake, and no traceback whatever happens."""

import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from diag import __version__
from diag.cli.main import COMMANDS, carry_out
from tests.cli.shell import begun, called, environment


def test_the_overview_names_every_command(tmp_path: Path) -> None:
    ended = called("--help", within=tmp_path)
    assert ended.code == 0
    assert all(f"\n  {name} " in ended.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, tmp_path: Path) -> None:
    ended = called(name, "-h", within=tmp_path)
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: diag {name}")


def test_the_version(tmp_path: Path) -> None:
    assert called("--version", within=tmp_path).out == f"diag {__version__}\n"


def test_help_loads_no_command(tmp_path: Path) -> None:
    heavy = ["asyncio", "rich", "msgspec", "checks", "diag.model.endpoint_view", "diag.cli.run", "diag.engine"]
    seen = f"print([module for module in {heavy} if module in sys.modules])"
    script = f"import sys; from diag.cli.main import carry_out; carry_out(['--help'], {{}}); {seen}"
    ended = subprocess.run([sys.executable, "-c", script], env=environment(tmp_path), capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "there is no command 'frobnicate'"),
        (["--frob"], "there is no option '--frob'"),
        (["run", "a", "--insecure"], "there is no option '--insecure': certificates are looked at"),
        (["run", "a", "--noproxy"], "did you mean --no-proxy"),
        (
            ["run"],
            "name an endpoint (diag run https://your-service.example.com), write a diag.toml (diag init), or try: diag demo",
        ),
        (["run", "a", "--expect", "here"], "Invalid value for '--expect'"),
        (["run", "a", "--proxy", "http://p:1", "--no-proxy"], "--proxy and --no-proxy exclude each other"),
        (["run", "a", "--proxy", "http://user:pa@ss@host:1"], "the value of --proxy cannot be read"),
        (["run", "a", "--resolver", "dns.example"], "'dns.example' is not the address of a DNS server"),
        (["run", "a", "--resolver", "192.0.2.1:99999"], "is not the address of a DNS server"),
        (["run", "a", "--timeout", "0"], "--timeout 0 is out of range: give 0.1 to 600 seconds"),
        (["run", "a", "--deadline", "nan"], "--deadline nan is out of range: give"),
        (["run", "a", "--trust", "gone.pem"], "--trust gone.pem cannot be read (No such file or directory)"),
        (["run", "a", "--config", "gone.toml"], "gone.toml: cannot be read"),
        (["run", "a", "--allowlist", "gone.json"], "gone.json: cannot be read"),
        (["run", "a", "-v", "-q"], "--verbose and --quiet exclude each other"),
        (["run", "a", "-o", "gone/"], "-o gone/: there is no such folder"),
        (["run", "ftp://a"], "'ftp://a' has a scheme that diag does not speak"),
        (["run", "https://user:secret@a b"], "'https://a b' holds a name that DNS does not allow"),
        (["show", "gone.zip"], "gone.zip: "),
        (["show", "."], ".: "),
        (["explain", "proxy-login-requird"], "did you mean proxy-login-required"),
        (["explain", "zzz"], "the list is: diag checks"),
        (["demo", "nonsense-fault"], "no fault is called 'nonsense-fault'"),
        (["demo", "proxy-login-requird"], "did you mean proxy-login-required"),
        (["lab", "start"], "Missing argument"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["schema", "nothing"], "'nothing' is not one of"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_would_do(arguments: list[str], said: str, tmp_path: Path) -> None:
    ended = called(*arguments, within=tmp_path)
    assert ended.code == 2
    assert said in ended.complaint
    assert "secret" not in ended.err
    assert "pa@ss" not in ended.err


@pytest.fixture
def standing_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    """Puts a function in the place of `diag run`."""

    def stand_in(function: Callable[[], int]) -> None:
        module = types.ModuleType("diag.cli.run")
        module.command = click.command("run")(function)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "diag.cli.run", module)

    return stand_in


def broken() -> int:
    """A command with a bug, whose message holds something private."""
    raise TypeError("secret")


@pytest.mark.parametrize("wrap", [False, True])
def test_our_own_bug_is_one_line_that_owns_up(
    wrap: bool, standing_in: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_in_a_group() -> int:
        try:
            return broken()
        except TypeError as error:
            raise ExceptionGroup("several", [error]) from None

    standing_in(broken_in_a_group if wrap else broken)
    assert carry_out(["run"], {}) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("diag: this is a bug in diag itself, not in your network (TypeError at test_main.py:")
    assert "DIAG_DEBUG=1" in err
    assert err.count("\n") == 1
    assert "secret" not in err


def test_details_of_a_bug_are_there_for_who_asks(
    standing_in: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    standing_in(broken)
    assert carry_out(["run"], {"DIAG_DEBUG": "1"}) == 70
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "TypeError: secret" not in err


def test_ctrl_c_is_130(standing_in: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> int:
        raise KeyboardInterrupt

    standing_in(stopped)
    assert carry_out(["run"], {}) == 130
    assert capsys.readouterr().err.strip() == "diag: stopped"


@pytest.mark.parametrize("arguments", [["schema", "evidence"], ["checks"], ["checks", "--json"], ["completion", "fish"]])
def test_a_reader_who_goes_away_is_no_error(arguments: list[str], tmp_path: Path) -> None:
    process = begun(*arguments, within=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (141, b"")
