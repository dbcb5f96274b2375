"""Tries a single file as a customer would: its version, faults of each family, a script, a bundle read again, a page."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

FAULTS = ("proxy-login-required", "tls-chain-incomplete", "dns-name-not-found", "network-connection-refused", "http-server-error")
SCRIPT = 'function FindProxyForURL(url, host) { return "DIRECT"; }\n'
LETTERS = {
    "ko": frozenset(map(chr, (*range(0x1100, 0x1200), *range(0xAC00, 0xD7A4)))),
    "ja": frozenset(map(chr, range(0x3041, 0x30FF))),
}
"""Letters that a language alone is written in."""
_PATIENCE = 120.0


class Fails(Exception):
    """What the file did not do."""


def tried(program: Sequence[str], environment: Mapping[str, str] | None = None) -> list[str]:
    """Run through it all and return what was done, a line each; `environment`: None is that of this process. Raises Fails."""
    done = []
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as cache:
        folder, used = Path(work), {**(os.environ if environment is None else environment), "XDG_CACHE_HOME": cache}

        def run(*arguments: str, code: int = 0) -> str:
            ended = subprocess.run(  # noqa: S603  (the file that was just made)
                [*program, *arguments],
                cwd=folder,
                input="",
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_PATIENCE,
                env=used,
            )
            if ended.returncode != code:
                raise Fails(f"{' '.join(arguments)}: exit code {ended.returncode} where {code} was due: {ended.stderr[-600:]}")
            done.append(f"{' '.join(arguments)}: exit code {code}")
            return ended.stdout

        run("--version")
        for fault in FAULTS:
            told = json.loads(run("demo", fault, "--json", "--no-bundle", code=1))
            if [cause["id"] for cause in told["causes"]][:1] != [fault]:  # a slow machine has a remark of its own
                raise Fails(f"demo {fault} named {[cause['id'] for cause in told['causes']]}")
        for language, letters in LETTERS.items():
            if not any(letter in letters for letter in _shown(run("explain", FAULTS[0], "--lang", language))):
                raise Fails(f"an article is not there in {language}")
        run("demo", "tls-intercepted", "-q", "-o", "seen.zip", "--html", "seen.html", code=1)
        if "tls-intercepted" not in run("show", "seen.zip") or not (folder / "seen.html").stat().st_size:
            raise Fails("a bundle was not read again, or no page was written")
        (folder / "proxy.pac").write_text(SCRIPT)
        said = run("run", "https://192.0.2.1:9", "--pac", "proxy.pac", "--no-bundle", "-v", "--deadline", "5", code=1)
        if "the proxy script says so" not in said:
            raise Fails("a proxy script was not run")
        if left := sorted(file.name for file in folder.iterdir() if file.name not in ("seen.zip", "seen.html", "proxy.pac")):
            raise Fails(f"it left files behind: {', '.join(left)}")
    return done


def _shown(text: str) -> str:
    """A text with the letters that the code page of an output has not, and that stand there as escapes."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), text)
