"""The process in which a proxy script runs: it has an engine, the helper functions, and nothing else of this machine.

Run as `python -I -S worker.py FOLDER`, where FOLDER holds the engine. One JSON document a line comes in, one goes out: `script`
names the text to evaluate from now on (no answer), `url` and `host` ask it, once, in a fresh world. The engine's own limits do
not interrupt every native loop, so whoever started this process ends it when it does not answer in time.
"""

import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

WORD = "--pac-worker"
"""By this word a program that holds diag whole, with no Python beside it, is told to be this process."""
SECONDS = 1.0
"""Processor time that one evaluation may take, as far as the engine keeps count."""
MEMORY = 32 << 20
STACK = 256 << 10
LONGEST_RESULT = 4_096
"""Characters of a result that are handed on, and one more where there are more."""
_MOST_NAMES = 32
ADDRESS_SPACE = 512 << 20
ALL_SECONDS = 120
"""Processor time that the whole process may take, should nobody be left to end it."""
_CALL = "(url, host) => (typeof FindProxyForURL === 'function' ? FindProxyForURL : FindProxyForURLEx)(url, host)"
_HAS_FUNCTION = "typeof FindProxyForURL === 'function' || typeof FindProxyForURLEx === 'function'"
_ERROR = re.compile(r"(?:Uncaught )?(Syntax|Type|Reference|Range|Eval|URI|Internal)Error\b")
_LINE = re.compile(r"<input>:(\d{1,7})")


def main() -> None:
    """Answer until the input ends."""
    sys.path.append(sys.argv[1])
    import quickjs

    helpers = Path(__file__).with_name("helpers.js").read_text(encoding="utf-8")
    confine()
    script = ""
    tell({"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        if "script" in asked:
            script = asked["script"]
        else:
            tell(evaluate(quickjs, helpers, script, asked))


def confine() -> None:
    """Take from this process what it does not need: files and connections, other processes, memory and time without end."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    wanted = {
        "RLIMIT_NOFILE": 0, "RLIMIT_NPROC": 0, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0,
        "RLIMIT_AS": ADDRESS_SPACE, "RLIMIT_CPU": ALL_SECONDS,
    }  # fmt: skip
    for name, most in wanted.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (most, most))


def tell(answer: dict[str, Any]) -> None:
    """Write one answer."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def evaluate(engine: Any, helpers: str, script: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the script says, or how it failed; and in either case the names that it wanted to have looked up."""
    world = engine.Context()
    world.set_time_limit(SECONDS)
    world.set_memory_limit(MEMORY)
    world.set_max_stack_size(STACK)
    given = {"known": asked["known"], "own": asked["own"], "now": asked["now"]}
    notes = world.eval(helpers)(json.dumps(given))
    told = _said(engine, world, script, asked["url"], asked["host"])
    try:
        own, *names = notes(_MOST_NAMES).split("\n")
    except engine.JSException:  # no memory is left for them
        own, names = "", []
    return told | {"names": names, "own": own == "own"}


def _said(engine: Any, world: Any, script: str, url: str, host: str) -> dict[str, Any]:
    loaded = False
    try:
        world.eval(script)
        loaded = True
        if world.eval(_HAS_FUNCTION) is not True:
            return {"failure": "no_function"}
        result = world.eval(_CALL)(url, host)
    except engine.StackOverflow:
        return {"failure": "too_deep"}
    except engine.JSException as error:
        return _thrown(str(error), loaded=loaded)
    except UnicodeError:  # half a character: no text that Python has
        return {"failure": "nonsense"}
    if not isinstance(result, str):
        return {"failure": "not_text"}
    return {"failure": "", "text": result[: LONGEST_RESULT + 1]}


def _thrown(message: str, *, loaded: bool) -> dict[str, Any]:
    """The engine's own errors have their words; of what a script throws only its kind and line are told."""
    if message.startswith("InternalError: interrupted"):
        return {"failure": "too_slow"}
    if message.startswith(("InternalError: out of memory", "InternalError: string too long", "null", "[uninitialized]")):
        return {"failure": "too_large"}
    kind, line = _ERROR.match(message), _LINE.search(message)
    error = f"{kind[1]}Error" if kind else ""
    failure = "syntax" if error == "SyntaxError" and not loaded else "threw"
    return {"failure": failure, "error": error, "line": int(line[1]) if line else 0}


if __name__ == "__main__":
    main()
