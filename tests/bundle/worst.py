"""The worst that a stranger can write: patterns that careless code pays for with time or memory, in answers and in bundles."""

import contextlib
import gc
import gzip
import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec.structs import replace

from checks import CATALOGUE
from diag.bundle import layout
from diag.bundle.archive import unpack
from diag.bundle.copy import make_stricter
from diag.bundle.level import Level
from diag.bundle.read import bundle_of
from diag.bundle.redact import redact
from diag.bundle.scan import scan
from diag.bundle.untrusted_text import LONG_TEXT
from diag.bundle.write import pack, zipped
from diag.cli.forms import Account, ReportForm, written_as
from diag.engine.judge import judge
from diag.model.answer import Header, HttpReply, Session, TunnelReply
from diag.model.observation import Observation
from diag.model.run import Evidence
from diag.report.forms.html import write_page
from diag.report.forms.junit import write_junit
from diag.report.forms.request import write_csv
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.forms.text import write_summary
from diag.report.layout.page import open_page
from diag.report.views.team_requests import requests_of
from tests.bundle import sample
from tests.bundle.hostile import MEMBERS, resealed
from tests.fuzz.run import peak_megabytes

PATTERNS: dict[str, bytes] = {
    "names without end": b"a.",
    "names": b"www.example.com,",
    "words": b"password ",
    "English": b"The quick brown fox jumps over the lazy dog. ",
    "assignments": b"token=abcdef&secret:",
    "addresses": b"10.1.2.3 fd00::1 ",
    "colons": b":",
    "URLs": b"https://user:pass@host/path?query#part ",
    "URLs in URLs": b"a://",
    "entities": b"&amp;",
    "percents": b"%25",
    "backslashes": b"\\u005c",
    "mail": b"=3D",
    "all escapes": b"%26amp\\u003b=3D&#x25;a+b%20 ",
    "letters": b"a",
    "hexadecimal": b"6161:",
    "Base64": b"QUFBQUFB",
    "Base64 in lines": b"QUFBQUFBQUFBQUFBQUFB\n",
    "tokens": b"eyJhbGciOi.eyJhbGciOi.x AKIA ghp_ ",
    "key heads": b"-----BEGIN PRIVATE KEY-----",
    "nothing": b"\0",
    "chunks": b"1\r\na\r\n",
    "lines": b"\n",
    "quotes": b"\"'<>",
}
"""What is repeated."""


def filled(pattern: bytes, size: int) -> bytes:
    """So many bytes of a pattern."""
    return (pattern * (size // len(pattern) + 1))[:size]


LARGEST_PAGE = 1 << 16
"""Bytes of a page that a run keeps at the most."""


def answers(name: str, size: int = LARGEST_PAGE) -> Evidence:
    """One run that met the largest certificate, header block, page, authority's answer and proxy's page of a pattern.

    With a `size`, a smaller page, and all the rest smaller in proportion.
    """
    pattern = PATTERNS[name]
    text = filled(pattern, 1_900).decode("latin-1").replace("\n", " ").replace("\r", " ").replace("\0", " ")
    headers = tuple(Header(f"x-{number}", text) for number in range(34 * size // LARGEST_PAGE))
    page = filled(pattern, size)

    def hostile(seen: Observation) -> Observation:
        match seen.answer:
            case HttpReply() as reply:
                return replace(seen, answer=replace(reply, headers=headers, body=page, reason=text, first_bytes=page[:1024]))
            case TunnelReply() as reply:
                first = b"HTTP/1.1 407 x\r\nTransfer-Encoding: chunked\r\n\r\n" + page
                return replace(seen, answer=replace(reply, headers=headers, first_bytes=first))
            case Session() as session:
                certificate = sample.certificate("x") + filled(pattern, 2 * size)
                return replace(seen, answer=replace(session, chain=(certificate, certificate[:-1]), first_bytes=page))
            case _:
                return seen

    evidence = sample.evidence()
    return replace(evidence, observations=tuple(map(hostile, evidence.observations)))


def _many(size: int, one: Callable[[int], Observation]) -> bytes:
    """Lines of observations, as many as have room beside the sample's own."""
    room = size - sum(map(len, MEMBERS.values()))
    lines: list[bytes] = []
    while room > 0 and len(lines) < 39_000:
        lines.append(msgspec.json.encode(one(len(lines)), order="sorted") + b"\n")
        room -= len(lines[-1])
    return MEMBERS[layout.EVIDENCE] + b"".join(lines[:-1])


def _copies(kind: str, body: Callable[[int], bytes]) -> Callable[[int], Observation]:
    (first,) = [seen for seen in sample.evidence().observations if seen.id == kind]
    assert isinstance(first.answer, HttpReply)
    reply = first.answer

    def one(number: int) -> Observation:
        began = first.began + timedelta(milliseconds=number)
        return replace(first, id=f"{kind}-{number}", began=began, answer=replace(reply, body=body(number)))

    return one


def _short(number: int) -> Observation:
    first = sample.evidence().observations[-1]
    return replace(first, id=f"x-{number}", began=first.began + timedelta(milliseconds=number))


def _run(edit: Callable[[dict], None]) -> bytes:  # type: ignore[type-arg]
    run = json.loads(MEMBERS[layout.RUN_MEMBER])
    edit(run)
    return json.dumps(run).encode()


def _endpoints(run: dict) -> None:  # type: ignore[type-arg]
    run["trails"] = [{**run["trails"][0], "endpoint": {"host": f"h{number}.example.com", "port": 443}} for number in range(2_000)]


def _bare_endpoints(run: dict) -> None:  # type: ignore[type-arg]
    run["trails"] = [{"endpoint": {"host": f"h{number}.example.com", "port": 443}} for number in range(5_000)]


def _walks(run: dict) -> None:  # type: ignore[type-arg]
    run["trails"][0]["walk"] *= 500


SIZE = layout.LARGEST_UNPACKED - (1 << 16)


def bundles(size: int = SIZE) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The worst bundles, each as its name and what makes its zip: `size` bytes unpacked (16 MB), at most 4 MB packed."""

    def _evidence(one: Callable[[int], Observation]) -> bytes:
        return zipped(resealed(evidence_jsonl=_many(size, one)))

    for name, pattern in PATTERNS.items():
        page = filled(pattern, 1 << 16)
        yield f"the same page again and again: {name}", lambda page=page: _evidence(_copies("exchange-14", lambda _: page))  # type: ignore[misc]
        yield (
            f"pages that differ: {name}",
            lambda page=page: _evidence(_copies("exchange-14", lambda number: b"%d " % number + page)),  # type: ignore[misc]
        )
    for name in ("addresses", "assignments", "all escapes", "Base64 in lines", "tokens"):
        page = filled(PATTERNS[name], LONG_TEXT - 100)
        yield (
            f"short pages that differ: {name}",
            lambda page=page: _evidence(_copies("exchange-14", lambda number: b"%d " % number + page)),  # type: ignore[misc]
        )
    yield "tiny observations", lambda: _evidence(_short)
    yield "bombs", lambda: _evidence(_copies("exchange-14", lambda number: gzip.compress(b"%d" % number + bytes(300_000))))
    yield "many endpoints that were walked to", lambda: zipped(resealed(run_json=_run(_endpoints)))
    yield "many endpoints", lambda: zipped(resealed(run_json=_run(_bare_endpoints)))
    yield "walks that go on and on", lambda: zipped(resealed(run_json=_run(_walks)))
    yield "verdicts", lambda: zipped(resealed(verdicts_json=_verdicts()))


def _verdicts() -> bytes:
    told = json.loads(MEMBERS[layout.VERDICTS])
    one = told["verdicts"][0]
    room = (SIZE - sum(map(len, MEMBERS.values()))) // len(json.dumps(one))
    told["verdicts"] = [one] * room
    return json.dumps(told).encode()


COMMANDS = (
    ["show", "-v"],
    ["show", "--html", "{}/page.html"],
    ["show", "--junit", "{}/unit.xml"],
    ["redact", "-o", "{}/copy.zip"],
    ["send", "--to", "https://127.0.0.1:1/bundle", "--no-proxy", "--yes"],
)
"""What is done with each bundle. Nobody takes what is sent: it is read, judged and told, and then refused."""
SCRIPTS: dict[str, bytes] = {
    "endless": b"function FindProxyForURL(u, h) { for (;;); }",
    "hungry": b"function FindProxyForURL(u, h) { var a = []; for (;;) a.push(new Array(100000).join('x' + a.length)); }",
    "deep": b"function FindProxyForURL(u, h) { return FindProxyForURL(u, h) + 1; }",
    "backtracking": b"function FindProxyForURL(u, h) { return '' + /^(a+)+$/.test(new Array(40).join('a') + 'b'); }",
    "long": b"function FindProxyForURL(u, h) { return new Array(100000).join('PROXY a:1; '); }",
    "nested": b"function FindProxyForURL(u, h) { return " + b"(" * 200_000 + b"1" + b")" * 200_000 + b"; }",
    **{name: filled(pattern, 1 << 20) for name, pattern in PATTERNS.items()},
}
"""The worst proxy scripts: what runs on and on, and a megabyte of each pattern."""
MOST_MEMORY = 2 << 30
"""Bytes that one command may ask for, so that what asks for all of them is ended."""


def main(arguments: list[str]) -> int:
    """`python -m tests.bundle.worst [--gate | PART OF A NAME ...]`: what each costs, a line each; 1 where one was not done."""
    if arguments == ["--gate"]:
        gate()
        return 0
    failed = False
    with TemporaryDirectory() as folder:
        for name in PATTERNS if not arguments or "answers" in arguments else ():
            seconds, peak, code = _cost([sys.executable, "-c", f"from tests.bundle.worst import leave; leave({name!r})"])
            print(f"answers of {name}: {seconds:.1f} s, {peak} MB", flush=True)
            failed |= bool(code)
        for name, script in SCRIPTS.items() if not arguments or "scripts" in arguments else ():
            path = Path(folder) / "worst.pac"
            path.write_bytes(script)
            command = ["run", "https://service.example.test", "--pac", str(path), "--deadline", "30", "-o", folder]
            # Where no network is, nobody is asked: what runs is the script.
            seconds, peak, code = _cost(["unshare", "-n", sys.executable, "-m", "diag", *command])
            print(f"run by a script, {name}: {seconds:.1f} s, {peak} MB", flush=True)
            failed |= code not in (0, 1, 3)
        for name, make in bundles():
            if arguments and not any(part in name for part in arguments):
                continue
            path = Path(folder) / "worst.zip"
            path.write_bytes(make())
            for command in COMMANDS:
                rest = [part.format(folder) for part in command[1:]]
                seconds, peak, code = _cost([sys.executable, "-m", "diag", command[0], str(path), *rest])
                print(f"{command[0]} {''.join(rest[:1])} of {name}: {seconds:.1f} s, {peak} MB", flush=True)
                failed |= code not in (0, 1)
                Path(folder, "copy.zip").unlink(missing_ok=True)
    return int(failed)


GATE = ("names without end", "words", "addresses", "all escapes", "Base64", "tokens")
"""Patterns of which the answers are looked at in CI."""
SMALL, TIMES = 1 << 13, 4
"""Bytes of a page that shows how the cost grows, and how much larger the other is that it is held against."""
SMALL_BUNDLE = 1 << 19


def gate() -> None:
    """What CI holds to, a line each: seconds of the processor for a small content, for one four times as large, and megabytes.

    All in this one process, from reading on. What is quadratic takes sixteen times as long.
    """
    leave("lines", SMALL)  # what is loaded once is loaded now
    for name in GATE:
        _timed(f"answers of {name}", lambda times, name=name: leave(name, SMALL * times))  # type: ignore[misc]
    for name, act in (("pages that differ: words", stricten), ("tiny observations", show)):
        content = {times: dict(bundles(SMALL_BUNDLE * times))[name]() for times in (1, TIMES)}
        _timed(name, lambda times, act=act, content=content: act(content[times]))  # type: ignore[misc]


def _timed(name: str, act: Callable[[int], None]) -> None:
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # what was the largest before counts no more
    took = []
    for times in (1, TIMES):
        began = time.process_time()
        act(times)
        took.append(time.process_time() - began)
    print(f"{name}: {took[0]:.2f} s, {took[1]:.2f} s, {peak_megabytes():.0f} MB", flush=True)


def show(content: bytes) -> None:
    """A bundle in every form, as `diag show` and `diag request` give it."""
    bundle = bundle_of(unpack(content))
    diagnosis = judge(bundle.evidence, CATALOGUE)
    catalogue = {check.id: check for check in CATALOGUE}
    account = Account(diagnosis, bundle.evidence, quoted=bundle.evidence)
    for form in ReportForm:
        written_as(form, account)
    write_diagnosis(open_page(io.StringIO()), diagnosis, catalogue, bundle.evidence, verbose=True, quoted=bundle.evidence)
    write_csv(requests_of(diagnosis, bundle.evidence, catalogue))


def stricten(content: bytes) -> None:
    """A stricter copy, judged and packed, as `diag redact` makes it."""
    copy = make_stricter(bundle_of(unpack(content)), Level.STRICT, sample.PRIVATE, {}, key=bytes(32))
    judged = judge(copy.redacted.evidence, CATALOGUE)
    pack(copy.redacted, judged, summary="", catalogue_version="1", left_out=copy.left_out)


def leave(name: str, size: int = LARGEST_PAGE) -> None:
    """What a run leaves that met the worst answers of a pattern: redacted, judged, searched, in every form."""
    redacted = redact(answers(name, size), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    assert not redacted.lost
    diagnosis = judge(redacted.evidence, CATALOGUE)
    catalogue = {check.id: check for check in CATALOGUE}
    pack(redacted, diagnosis, summary=write_summary(diagnosis, catalogue, redacted.evidence), catalogue_version="1")
    page = write_page(diagnosis, catalogue, redacted.evidence)
    unit = write_junit(diagnosis, catalogue, redacted.evidence)
    scan({"page": page.encode(), "unit": unit}, redacted.private, redacted.withheld)


def _cost(command: list[str]) -> tuple[float, int, int]:
    """Seconds of the processor, megabytes, and how a command ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = (
        f"import resource,subprocess as s;resource.setrlimit(resource.RLIMIT_AS,({MOST_MEMORY},)*2);"
        f"code=s.run({command!r},stdout=s.DEVNULL).returncode;"
        "print(code,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss>>10)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, peak = map(int, done.stdout.split())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak, code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
