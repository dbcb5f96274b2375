"""`diag run --pac`: the script decides, wrong use is told, and nothing of a script's address or text is in what diag leaves."""

import zipfile
from pathlib import Path

import pytest

from diag.cli.errors import WrongUse
from diag.cli.pac import read_pac
from diag.cli.ways import choose_way, read_ways
from diag.lab.scene import Scene
from diag.model.endpoint import Expectations, ExpectedRoute, parse_endpoint
from diag.model.route import Route, RouteReason
from diag.model.script import ScriptAddress
from diag.probe.pac import sandbox
from tests.cli.shell import causes, diag
from tests.cli.test_run import staged
from tests.probe.pac.test_scripts import reply
from tests.probe.peers import http, peer

pytest.importorskip("quickjs")
CANARIES = ("Kanarien-vogel-7f3a", "Zeisig-9e51-query", "Stieglitz-55ab-text", "Gimpel-31cd-way")
URL = "http://pac.test/proxy.pac"


def arguments(scene: Scene) -> list[str]:
    """What meets a scene, without its proxy."""
    return ["run", *scene.endpoints, "--resolver", scene.resolver or "", "--trust", scene.trust or ""]


def test_the_script_decides(tmp_path: Path) -> None:
    with staged("proxy-open") as (_, scene):
        proxy = (scene.proxy or "").removeprefix("http://")
        (tmp_path / "proxy.pac").write_text(f"function FindProxyForURL(url, host) {{ return 'PROXY {proxy}; DIRECT'; }}")
        ended = diag(*arguments(scene), "--pac", "proxy.pac", "-v", within=tmp_path)
    assert ended.code == 0, ended.out
    assert f"through the proxy {proxy} (the proxy script says so: --pac" in ended.out
    assert "what a proxy script says:" in ended.out


def test_a_script_that_is_gone_is_told(tmp_path: Path) -> None:
    with staged("healthy") as (_, scene):
        ended = diag(*arguments(scene), "--pac", "proxy.pac", "--json", within=tmp_path)
    assert ended.code == 0
    assert causes(ended.document) == ["proxy-pac-unreachable"]


def test_nothing_of_an_address_or_of_a_script_is_left_but_what_it_said(tmp_path: Path) -> None:
    login, query, text, way = CANARIES
    head = f"/* {text} */ function FindProxyForURL(url, host)"
    throws = f"{head} {{ throw '{text}'; }}"
    names = f"{head} {{ return 'PROXY user:{way}@127.0.0.1:1; PORXY q:1'; }}"
    with staged("healthy") as (_, scene):
        for body in (throws, names):
            with peer(http(reply(body.encode(), f"X-Echo: {query}"))) as server:
                address = f"http://somebody:{login}@127.0.0.1:{server.address.port}/proxy.pac?key={query}"
                ended = diag(*arguments(scene), "--pac", address, "-v", "--html", "report.html", within=tmp_path)
            assert ended.code == 0, ended.err
            assert "proxy-pac-broken" in ended.out
            (bundle,) = tmp_path.glob("diag-*.zip")
            with zipfile.ZipFile(bundle) as archive:
                members = [archive.read(name) for name in archive.namelist()]
            left = b"".join([*members, ended.out.encode(), ended.err.encode(), (tmp_path / "report.html").read_bytes()])
            for canary in CANARIES:
                assert canary.encode() not in left, canary
            assert b"127.0.0.1" in left
            bundle.unlink()
            (tmp_path / "report.html").unlink()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--pac", URL, "--proxy", "http://proxy.test:3128"), "--pac excludes --proxy"),
        (("--pac", URL, "--no-proxy"), "--pac excludes --proxy"),
        (("--pac", "ftp://pac.test/"), "the value of --pac cannot be read"),
        (("--pac", f"http://u:{CANARIES[0]}@x@pac.test/"), "the value of --pac cannot be read"),
        (("--pac", ""), "the value of --pac cannot be read"),
    ],
)
def test_wrong_use(given: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ended = diag("run", "https://service.test", *given, within=tmp_path)
    assert ended.code == 2
    assert ended.complaint.startswith(said)
    assert CANARIES[0] not in ended.complaint


def test_without_the_engine_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_spec", lambda name: None)
    with pytest.raises(WrongUse, match=r"the script engine is not installed: pip install 'diag\[pac\]'"):
        read_pac(URL)


def test_the_secrets_of_an_address_are_known_apart() -> None:
    named = read_pac(f"{URL.replace('//', '//user:p%40ss@')}?key=one&other=two")
    assert named.address == ScriptAddress("http", "pac.test", 80, "/proxy.pac")
    assert {secret.reveal() for secret in named.secrets()} == {"p@ss", "p%40ss", "key=one&other=two", "one", "two"}
    assert list(read_pac("auto").secrets()) == list(read_pac("/etc/proxy.pac").secrets()) == []


@pytest.mark.parametrize(
    ("text", "expects", "why"),
    [
        ("https://service.test", Expectations(), RouteReason.SCRIPT),
        ("tls://service.test", Expectations(), RouteReason.SCRIPT),
        ("http://service.test", Expectations(), RouteReason.SCRIPT),
        ("tcp://service.test:1", Expectations(), RouteReason.NOTHING_SET),
        ("postgres://service.test", Expectations(), RouteReason.NOTHING_SET),
        ("https://localhost", Expectations(), RouteReason.OWN_MACHINE),
        ("https://127.0.0.1", Expectations(), RouteReason.OWN_MACHINE),
        ("https://service.test", Expectations(proxy=ExpectedRoute.DIRECT), RouteReason.EXPECTED),
    ],
)
def test_which_ways_are_left_to_the_script(text: str, expects: Expectations, why: RouteReason) -> None:
    environment = {"https_proxy": "http://proxy.test:3128", "all_proxy": "http://proxy.test:3128"}
    choose = choose_way(read_ways(None, False, (), environment, pac=URL))
    route = choose(parse_endpoint(text, expects=expects), None)
    address = ScriptAddress("http", "pac.test", 80, "/proxy.pac")
    assert route.why is why
    if why is RouteReason.SCRIPT:
        assert route == Route(RouteReason.SCRIPT, source="--pac", script=address)
