"""A hostile script costs its time limit and nothing else, and the next target is asked as if nothing had been."""

import asyncio
import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diag.model.observation import Unsupported
from diag.model.script import Flaw
from diag.probe.pac import sandbox
from diag.probe.pac.sandbox import Said, Sandbox, Target

pytest.importorskip("quickjs")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def ask(script: str, *hosts: str, known: dict[str, list[str]] | None = None) -> list[Said]:
    async def asked() -> list[Said]:
        box = Sandbox(script)
        try:
            return [await box.ask(Target(f"https://{host}/", host, NOW, known or {}, ("10.0.0.9",))) for host in hosts]
        finally:
            await box.close()

    return asyncio.run(asked())


def script(body: str) -> str:
    return f"function FindProxyForURL(url, host) {{ {body} }}"


def test_each_target_has_its_own_answer() -> None:
    answers = ask(script("return host === 'a.test' ? 'PROXY ' + url : 'DIRECT'"), "a.test", "b.test")
    assert [answer.text for answer in answers] == ["PROXY https://a.test/", "DIRECT"]


def test_nothing_is_left_of_one_evaluation_in_the_next() -> None:
    answers = ask("var n = 0; " + script("n += 1; return 'PROXY p:' + n"), "a.test", "b.test")
    assert [answer.text for answer in answers] == ["PROXY p:1", "PROXY p:1"]


PLAIN = [
    ("x(", Flaw.SYNTAX, "SyntaxError", 1),
    ("\n\n}", Flaw.SYNTAX, "SyntaxError", 3),
    ("", Flaw.NO_FUNCTION, "", 0),
    ("var FindProxyForURL = 7;", Flaw.NO_FUNCTION, "", 0),
    ("\n" + script("return nobody.knows"), Flaw.THREW, "ReferenceError", 2),
    ("nobody.knows", Flaw.THREW, "ReferenceError", 1),
    (script("null.x"), Flaw.THREW, "TypeError", 1),
    (script("JSON.parse('{')"), Flaw.THREW, "SyntaxError", None),
    (script("throw 'hunter2'"), Flaw.THREW, "", None),
    (script(""), Flaw.NOT_TEXT, "", 0),
    (script("return null"), Flaw.NOT_TEXT, "", 0),
    (script("return ['DIRECT']"), Flaw.NOT_TEXT, "", 0),
    (script("return 7"), Flaw.NOT_TEXT, "", 0),
    (script("return '\\ud800'"), Flaw.NONSENSE, "", 0),
]


@pytest.mark.parametrize(("text", "failure", "error", "line"), PLAIN)
def test_a_broken_script_is_told_by_its_word(text: str, failure: Flaw, error: str, line: int | None) -> None:
    (answer,) = ask(text, "a.test")
    assert (answer.failure, answer.error) == (failure, error)
    assert line is None or answer.line == line
    assert "hunter2" not in repr(answer)


def test_the_function_for_newer_addresses_is_taken_where_it_is_the_only_one() -> None:
    (answer,) = ask("function FindProxyForURLEx(url, host) { return 'DIRECT' }", "a.test")
    assert answer == Said(text="DIRECT")


HOSTILE = {
    "loop": ("while (true) {}", {Flaw.TOO_SLOW}),
    "loop that catches": ("while (true) { try { while (true) {} } catch (e) {} }", {Flaw.TOO_SLOW}),
    "regular expression": ("/^(a+)+$/.test('a'.repeat(40) + 'b')", {Flaw.TOO_SLOW}),
    "sort without an end": ("var a = []; a.length = 4294967295; a.sort()", {Flaw.TOO_SLOW}),
    "reverse without an end": ("var a = []; a.length = 4294967295; a.reverse()", {Flaw.TOO_SLOW}),
    "search in a long text": ("'a'.repeat(2e6).indexOf('a'.repeat(1e6) + 'b')", {Flaw.TOO_SLOW}),
    "comparison that lasts": ("var a = '\\u0344'.repeat(1e6); for (;;) a.localeCompare(a)", {Flaw.TOO_SLOW}),
    "allocation": ("var a = []; while (true) a.push(new Array(1000).fill(1))", {Flaw.TOO_LARGE}),
    "text that grows": ("var s = 'a'; while (true) s += s", {Flaw.TOO_LARGE}),
    "long result": ("return 'x'.repeat(1e8)", {Flaw.TOO_LARGE, ""}),
    "parts without end": ("return 'a'.repeat(2e7).split('').join(';')", {Flaw.TOO_LARGE}),
    "nested data": ("var o = []; for (var i = 0; i < 1e6; i++) o = [o]; return JSON.stringify(o)", {Flaw.TOO_LARGE}),
    "recursion": ("return FindProxyForURL(url, host)", {Flaw.TOO_DEEP}),
    "nested code": ("eval('('.repeat(1e6) + '1' + ')'.repeat(1e6))", {Flaw.TOO_DEEP}),
    "waiting": ("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000)", {Flaw.THREW}),
    "import": ("import('fs'); return 'DIRECT'", {""}),
    "notes that do not end": ("Array.prototype.toJSON = function () { while (true) {} }; return 'DIRECT'", {""}),
}


@pytest.mark.parametrize(("body", "failures"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_script_is_cut_short_and_the_next_target_is_asked(
    body: str, failures: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if failures == {Flaw.TOO_SLOW}:  # native loops, which do not look at the engine's clock
        monkeypatch.setattr(sandbox, "_PATIENCE", 1.2)
    hostile, calm = ask(script(f"if (host === 'a.test') {{ {body} }} return 'DIRECT'"), "a.test", "b.test")
    assert hostile.failure in failures
    assert len(hostile.text) <= sandbox.worker.LONGEST_RESULT + 1
    assert calm == Said(text="DIRECT")


def test_a_script_that_is_always_slow_is_not_tried_for_every_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "LARGEST_BILL", 1.5)
    failures = [answer.failure for answer in ask(script("while (true) {}"), *(f"h{n}.test" for n in range(30)))]
    assert failures[0] == Flaw.TOO_SLOW
    assert failures[-1] == Flaw.GIVEN_UP
    assert failures.count(Flaw.TOO_SLOW) <= 3


def test_the_process_can_open_nothing_and_knows_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an engine could do that a script had broken out of: looked at from the process itself."""
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy.test")

    async def looked() -> tuple[bytes, str]:
        box = Sandbox(script("return 'DIRECT'"))
        try:
            await box.ask(Target("https://a.test/", "a.test", NOW, {}))
            assert box._process
            here = Path(f"/proc/{box._process.pid}")
            return (here / "environ").read_bytes(), (here / "limits").read_text()
        finally:
            await box.close()

    if not Path("/proc/self/limits").exists():
        pytest.skip("needs /proc")
    environment, limits = asyncio.run(looked())
    assert b"hunter2" not in environment
    rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    nothing = ("Max open files", "Max file size", "Max processes", "Max core file size")
    assert [rows[name] for name in nothing] == ["0"] * 4


def test_a_process_that_is_killed_is_a_crash_and_another_takes_over() -> None:
    async def asked() -> list[Said]:
        box = Sandbox(script("return 'DIRECT'"))
        target = Target("https://a.test/", "a.test", NOW, {})
        try:
            answers = [await box.ask(target)]
            assert box._process
            os.kill(box._process.pid, 9)
            answers += [await box.ask(target), await box.ask(target)]
            return answers
        finally:
            await box.close()

    assert [answer.failure for answer in asyncio.run(asked())] == ["", Flaw.CRASHED, ""]


def test_who_does_not_wait_for_the_answer_leaves_no_process() -> None:
    async def cancelled() -> int | None:
        box = Sandbox(script("while (true) {}"))
        asking = asyncio.create_task(box.ask(Target("https://a.test/", "a.test", NOW, {})))
        await asyncio.sleep(0.5)
        process = box._process
        assert process
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await box.close()
        return process.returncode

    assert asyncio.run(cancelled()) is not None


def test_without_an_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_spec", lambda name: None)
    with pytest.raises(Unsupported, match=r"diag\[pac\]"):
        ask(script("return 'DIRECT'"), "a.test")
