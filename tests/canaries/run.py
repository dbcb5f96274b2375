"""Whole runs against a hostile neighbourhood on loopback, and the search through everything that they leave behind."""

import base64
import getpass
import io
import json
import logging
import os
import random
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock
from urllib.parse import quote

from msgspec.structs import replace

from diag.bundle.level import Level
from diag.cli import delivery, ways
from diag.cli import diagnose as command
from diag.cli.endpoints import Wanted, choose_endpoints
from diag.cli.files import STDOUT
from diag.cli.forms import Output, ReportForm
from diag.cli.job import Job, OutputForm
from diag.cli.ways import read_ways
from diag.lab.http import LabAnswer, LabRequest
from diag.lab.scene import LAB_HOST, LabFault, Scene, Site
from diag.lab.site import start
from diag.lab.stream import LOOPBACK
from diag.model.address import Address
from diag.model.machine import MachineFacts, Resolvers
from diag.model.question import Inspect
from diag.model.run import Limits
from diag.probe.inspect import Inspector
from tests.canaries.planted import Canaries, draw, environment, forms, furnish, headers, layered, page, script

CERTIFIED = "vault.kqzjwvbn.inside.example.com"
"""Another name in the service's certificate, whose authority is not public."""


class Found(AssertionError):
    """A canary was found where it must not be. The message names the canary and the place, never the value."""


@dataclass
class Account:
    """What came of many runs."""

    runs: int = 0
    bundles: int = 0
    refused: int = 0
    """Runs whose bundle the leak scan did not let out."""
    held_back: int = 0
    """Runs in whose bundle the leak scan left an observation out."""
    searched: int = 0
    """Bytes."""
    verdicts: Counter[str] = field(default_factory=Counter)


class Neighbourhood:
    """What the lab's services answer at the moment."""

    def __init__(self) -> None:
        self.says = LabAnswer()
        self.script = LabAnswer()
        self.script_at = ""
        """Where the proxy script lies."""

    def __call__(self, request: LabRequest) -> LabAnswer:
        return self.says

    def faults(self) -> tuple[LabFault, ...]:
        """A service behind a proxy that refuses, one over TLS, one in the clear, one to which a script decides the way."""

        async def proxy(site: Site) -> Scene:
            url = await site.stand_behind_proxy(site.tls())
            return await site.scene(url, proxy=await site.stand_proxy(site.http({}, self)))

        async def secure(site: Site) -> Scene:
            credential = site.authority.leaf(LAB_HOST, CERTIFIED)
            return await site.scene(await site.stand(site.tls(credential, site.http({}, self))))

        async def scripted(site: Site) -> Scene:
            script = site.http({"/proxy.pac": lambda request: self.script})
            self.script_at = f"{await site.stand(script, LOOPBACK, 'http')}/proxy.pac"
            return await site.scene(await site.stand(site.tls(service=site.http({}, self))))

        async def clear(site: Site) -> Scene:
            return await site.scene(await site.stand(site.http({}, self), scheme="http"))

        return tuple(LabFault(raised.__name__, "Hostile.", None, raised) for raised in (proxy, secure, clear, scripted))


class Machine(Inspector):
    """A machine with files of its own, whose names the lab's name server answers."""

    def __init__(self, variables: Mapping[str, str], root: Path, servers: tuple[Address, ...], **more: Any) -> None:
        super().__init__(variables, None, root=str(root), **more)
        self._servers = servers

    def ask(self, question: Inspect) -> MachineFacts:
        """The facts, with the lab's server for those of resolv.conf."""
        facts = super().ask(question)
        return replace(facts, servers=self._servers) if isinstance(facts, Resolvers) else facts


def search(runs: int, seed: int) -> Account:
    """So many runs, each with canaries of its own. Raises Found at the first that is where it must not be."""
    account = Account()
    around = Neighbourhood()
    with start(*around.faults()) as lab:
        for one in range(runs):
            chance = random.Random(f"{seed}/{one}")
            try:
                _run(chance, draw(chance), around, lab.scenes[one % len(lab.scenes)], account)
            except Exception as error:
                raise Found(f"run {one} of seed {seed}: {error}") from error
    return account


def _run(chance: random.Random, canaries: Canaries, around: Neighbourhood, scene: Scene, account: Account) -> None:
    status = chance.choice((302, 403, 407, 502) if scene.proxy else (200, 302, 401, 403, 500, 503))
    around.says = LabAnswer(status, page(canaries, chance), "text/html", headers(canaries, chance))
    with TemporaryDirectory() as folder:
        root, home, out = Path(folder) / "root", Path(folder) / "root" / "home", Path(folder) / "out"
        furnish(root, home, canaries)
        out.mkdir()
        login = f"{quote(canaries.login, safe='')}:{quote(canaries.password, safe='')}@"
        proxy = (scene.proxy or "http://127.0.0.1:9").replace("//", f"//{login}")
        variables = environment(canaries, proxy, home)
        pac = f"{around.script_at}?token={quote(canaries.typed)}" if scene.fault == "scripted" else None
        around.script = LabAnswer(200, script(canaries), "application/x-ns-proxy-autoconfig")
        given = proxy if scene.proxy else None
        straight = not (given or pac)
        way = read_ways(given, straight, (scene.resolver or "",), variables, home=home, pac=pac)
        chosen = choose_endpoints(Wanted(scene.endpoints, trust=Path(scene.trust or "")))
        job = Job(chosen.endpoints, way, Limits(timeout=3.0, deadline=10.0), chosen.profile)
        level = chance.choice((Level.STANDARD, Level.STRICT))
        given_as = tuple(Output(one, out / f"report.{one}") for one in ReportForm)
        printed = (Output(ReportForm.JSON, STDOUT),) if chance.random() < 0.3 else ()
        form = OutputForm(verbose=True, bundle=out, outputs=(*given_as, *printed), level=level)
        screen = io.StringIO()
        with _elsewhere(canaries, root), _logged(screen), _screen(screen):
            code = command.diagnose(job, form, variables)
        account.runs += 1
        account.verdicts[str(code)] += 1
        bundles = list(out.glob("*.zip"))
        account.bundles += len(bundles)
        account.refused += not bundles
        left = dict(_left(out))
        held = b'"held_back"' in left.get("errors.jsonl", b"")
        account.held_back += held
        account.searched += sum(map(len, left.values()))
        _look(canaries.never(), {"screen and log": screen.getvalue().encode(), **left})
        _look(canaries.not_in_a_bundle(), left)
        _look(layered(canaries), left)
        if pac and not any(b'"seen":"script_reply"' in content for content in left.values()):
            raise Found("no proxy script was looked at: nothing is searched there")
        if level is Level.STRICT:
            _look({"certificate": CERTIFIED, "authority": "Lab Intermediate"}, left)
        if (
            bundles
            and not held
            and scene.proxy is None
            and level is Level.STANDARD
            and not any(canaries.product.encode() in content for content in left.values())
        ):
            raise Found("what is public is not in the bundle: the search finds nothing at all")


def _look(canaries: dict[str, str], left: dict[str, bytes]) -> None:
    for name, value in canaries.items():
        wanted = [form.lower() for form in forms(value)]
        for place, content in left.items():
            if any(form in content.lower() for form in wanted):
                raise Found(f"the canary '{name}' stands in {place}")


def _left(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that a run left, each file and each member, with what its Base64 says."""
    for path in folder.iterdir():
        yield path.name, path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    content = archive.read(name)
                    yield name, content
                    yield f"{name}, decoded", b"\n".join(_decoded(content))


def _decoded(content: bytes) -> Iterator[bytes]:
    for line in content.splitlines():
        try:
            waiting = [json.loads(line)]
        except ValueError:
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                waiting.extend((*value.keys(), *value.values()))
            elif isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, str):
                yield value.encode()
                try:
                    yield base64.b64decode(value, validate=True)
                except ValueError:
                    continue


@contextmanager
def _elsewhere(canaries: Canaries, root: Path) -> Iterator[None]:
    """Another machine than this, with another user."""

    def machine(variables: Mapping[str, str], servers: tuple[Address, ...] | None, **more: Any) -> Machine:
        return Machine(variables, root, servers or (), **{name: given for name, given in more.items() if name != "root"})

    state = {"HOME": canaries.home, "XDG_STATE_HOME": str(root / "state")}
    with (
        mock.patch.object(ways, "Inspector", machine),
        mock.patch.object(delivery, "host_name", return_value=canaries.machine),
        mock.patch.object(getpass, "getuser", return_value=canaries.user),
        mock.patch.dict(os.environ, state),
    ):
        yield


@contextmanager
def _logged(screen: io.StringIO) -> Iterator[None]:
    """Whatever any library logs, however unimportant, goes onto the screen."""
    handler = logging.StreamHandler(screen)
    top = logging.getLogger()
    before = top.level
    top.addHandler(handler)
    top.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        top.setLevel(before)
        top.removeHandler(handler)


@contextmanager
def _screen(screen: io.StringIO) -> Iterator[None]:
    """Both streams, as text and as bytes."""

    class Stream(io.TextIOWrapper):
        def close(self) -> None:
            self.flush()

    raw = io.BytesIO()
    stream = Stream(raw, encoding="utf-8", write_through=True)
    with redirect_stdout(stream), redirect_stderr(stream):
        yield
    stream.flush()
    screen.write(raw.getvalue().decode())
