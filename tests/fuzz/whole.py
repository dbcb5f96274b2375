"""`python -m tests.fuzz.whole [INPUTS] [SEED] [FILE]`: spoilt inputs through whole runs and shows, the command itself included.

A run looks at a machine whose files are spoilt, by endpoints of a spoilt list, at peers that say spoilt things; it is judged,
redacted, shown, and left as a bundle, which is read, shown and made stricter. With a FILE, the figures are kept there, and what
was done is not done again; a run that is judged otherwise once redacted (law 12) leaves both sides of its evidence beside it.
"""

import io
import json
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from diag.bundle.layout import BUG, ERRORS, HELD_BACK, LOST
from diag.bundle.level import Level
from diag.cli import diagnose as command
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.errors import WrongUse
from diag.cli.files import STDOUT
from diag.cli.forms import Output, ReportForm
from diag.cli.job import Job, OutputForm
from diag.cli.main import carry_out
from diag.cli.ways import read_ways
from diag.model.endpoint import Endpoint, UnusableEndpoint
from diag.model.observation import FaultKind
from diag.model.run import Limits
from diag.profile.errors import UnusableFile
from tests.fuzz.otherwise import noticed
from tests.fuzz.peers import HOST, PAC, Peers
from tests.fuzz.run import peak_megabytes

FULL = 200_000
MOST_MEGABYTES = 200
LIST = json.dumps(
    [
        {"type": "SNOWFLAKE_DEPLOYMENT", "host": HOST, "port": 443},
        {"type": "STAGE", "host": "b.example.com", "port": "443"},
        {"type": "OCSP_CACHE", "host": "ocsp.example.com", "port": 80},
        {"type": "STAGE", "host": "*.c.example.com", "port": 443},
    ]
).encode()
SETTINGS = b"""
profile = "https"
proxy = "http://proxy.example.net:3128"
controls = ["good.example.net:443"]
[[endpoint]]
url = "https://api.example.com/v1?sig=a"
role = "STAGE"
expect = { status = [403], network = "private" }
[[endpoint]]
url = "postgres://db.example.com:5432"
"""
USUAL = (
    *(Endpoint(f"{name}.example.com", 443) for name in ("api", "a", "b", "c")),
    Endpoint(HOST, 80, "http"),
    Endpoint("db.example.com", 5432, "postgres"),
)
ODD = {BUG, LOST, FaultKind.BROKEN.value}
"""What the list of what a bundle lacks says where diag itself failed."""


HARM = "HARM"
_NO_INPUTS = ("exit", "runs", "judged", HARM)
"""What the keys of an account begin with that count something else than inputs."""


class Harm(AssertionError):
    """A run was ended, or a part of diag failed, by what a stranger sent."""


def fuzz(inputs: int, seed: int, account: Path | None = None) -> Counter[str]:
    """Runs until so many spoilt inputs have been met; how often each kind was, each exit code, and each harm."""
    met: Counter[str] = Counter()
    if account is not None and account.is_file():
        met = Counter(json.loads(account.read_text()))
    while sum(number for kind, number in met.items() if not kind.startswith(_NO_INPUTS)) < inputs:
        chance = random.Random(f"{seed}/{met['runs']}")
        peers = Peers(chance)
        try:
            with noticed() as otherwise:
                _one(peers, chance)
            for number, found in enumerate(otherwise):
                peers.drawn["judged otherwise once redacted"] += 1
                met[f"{HARM} in run {met['runs']} of seed {seed}: {'; '.join(found.told)}"] += 1
                if account is not None:
                    found.keep(account.parent / f"otherwise-{seed}-{met['runs']}-{number}")
        except Exception as error:  # noqa: BLE001  (all of them are told in the end)
            met[f"{HARM} in run {met['runs']} of seed {seed}: {type(error).__name__}: {error}"] += 1
        met += peers.drawn
        met["runs"] += 1
        if account is not None and met["runs"] % 20 == 0:
            account.write_text(json.dumps(met))
    return met


def _one(peers: Peers, chance: random.Random) -> None:
    """One run over these peers. Raises Harm, and whatever else comes through."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        variables = peers.furnish(root)
        job = _job(peers, chance, root, variables)
        forms = chance.sample(tuple(ReportForm), k=len(ReportForm) // 2)
        outputs = tuple(Output(one, root / f"report.{one}") for one in forms)
        printed = (Output(ReportForm.JSON, STDOUT),) if chance.random() < 0.2 else ()
        level = chance.choice((Level.STANDARD, Level.STRICT))
        form = OutputForm(verbose=True, bundle=root, outputs=(*outputs, *printed), level=level)
        screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with (
            mock.patch.object(command, "open_prober", return_value=peers),
            mock.patch.dict("os.environ", {"HOME": folder, "XDG_STATE_HOME": folder}),
            redirect_stdout(screen),
            redirect_stderr(screen),
        ):
            code = command.diagnose(job, form, variables)
            (bundle,) = [*root.glob("diag-*.zip")] or [None]
            if bundle is None:
                raise Harm(f"no bundle, exit code {code}: {_complaints(screen)}")
            _look(bundle, screen, peers)
            shown = [
                ("show", "-v"),
                ("show", "--as-recorded", "--json"),
                ("request",),
                ("show", "--html", str(root / "again.html")),
            ]
            calls = [(*chance.choice(shown), str(bundle))]
            if level is Level.STANDARD and chance.random() < 0.3:
                calls.append(("redact", str(bundle), "--level", "strict", "-o", str(root / "copy.zip")))
            for call in calls:
                peers.drawn[f"exit {(ended := carry_out(call, {}))} of {call[0]}"] += 1
                if ended not in (0, 1):
                    raise Harm(f"{call[0]} ended with {ended}: {_complaints(screen)}")
        if missing := [one.path.name for one in outputs if not one.path.is_file()]:
            raise Harm(f"not written: {missing}")
        if any(b"<script" in page.read_bytes() for page in root.glob("*.html")):
            raise Harm("a page that could run something")
    peers.drawn[f"exit {code} of run"] += 1
    if code not in (0, 1, 3):
        raise Harm(f"exit code {code}")


def _job(peers: Peers, chance: random.Random, root: Path, variables: dict[str, str]) -> Job:
    """What is to be looked at: by a spoilt list, by spoilt settings, or, where these are refused, by an address."""
    endpoints = _listed(peers, chance, root) or USUAL
    way = chance.choice(("straight", "proxy", "pac", "as set"))
    given = {
        "straight": (None, True, None),
        "proxy": ("http://u:p@10.0.0.1:3128", False, None),
        "pac": (None, False, PAC),
        "as set": (None, False, None),
    }[way]
    resolvers = tuple(f"192.0.2.{number}" for number in range(53, 54 + chance.randrange(4)))
    ways = read_ways(given[0], given[1], resolvers, variables, home=root / "home", pac=given[2])
    return Job(endpoints[:6], ways, Limits(revocation=chance.random() < 0.5))


def _listed(peers: Peers, chance: random.Random, root: Path) -> tuple[Endpoint, ...]:
    by_list = chance.random() < 0.5
    path = root / ("list.json" if by_list else "diag.toml")
    path.write_bytes(peers.spoilt("list", LIST) if by_list else peers.spoilt("settings file", SETTINGS))
    wanted = Wanted((), allowlist=path, substitutes=("*.c.example.com=a.c.example.com",)) if by_list else Wanted((), config=path)
    try:
        return choose_endpoints(wanted).endpoints
    except (WrongUse, UnusableFile, UnusableEndpoint):
        return ()


def _said(screen: io.TextIOWrapper) -> str:
    raw = screen.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8", "replace")


def _complaints(screen: io.TextIOWrapper) -> list[str]:
    return [line for line in _said(screen).splitlines() if line.startswith("diag:")]


def _look(bundle: Path, screen: io.TextIOWrapper, peers: Peers) -> None:
    """Nothing of diag has failed, and the screen is not steered. Raises Harm."""
    with zipfile.ZipFile(bundle) as archive:
        lines = [json.loads(line) for line in archive.read(ERRORS).splitlines()]
    peers.drawn["runs in which the leak scan held something back"] += any(line["why"] == HELD_BACK for line in lines)
    failed = [line for line in lines if line["why"] in ODD]
    if failed:
        raise Harm(f"a part of diag failed: {failed[0]}")
    said = _said(screen)
    if "\x1b" in said or "fault in diag itself" in said:
        raise Harm(f"the screen says {_complaints(screen)}")


def main(arguments: list[str]) -> int:
    """Runs, prints, and returns the exit code."""
    inputs = int(arguments[0]) if arguments else FULL
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))
    began = time.process_time()
    file = Path(arguments[2]) if len(arguments) > 2 else None
    met = fuzz(inputs, seed, file)
    for kind, number in sorted(met.items()):
        print(f"{kind:54} {number}")
    peak = peak_megabytes()
    print(f"{'processor time':54} {time.process_time() - began:.0f} s")
    print(f"{'largest resident':54} {peak:.0f} MB (at most {MOST_MEGABYTES})")
    return 0 if peak < MOST_MEGABYTES and not any(kind.startswith(HARM) for kind in met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
