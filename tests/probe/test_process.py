"""Other processes, looked at from outside: what decides how they connect is taken over, and nothing else of them is kept."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from diag.knowledge.clients.shelf import client_of, find_client, with_options
from diag.probe.process.runtime import runtime_of
from diag.probe.process.seen import CannotLook, find_process, look_at, places_of
from diag.probe.process.settings import switches_in, taken_over

WAIT = "import sys, time; print('up', flush=True); time.sleep(30)"


@contextmanager
def started(command: list[str], **environment: str) -> Iterator[int]:
    process = subprocess.Popen(command, env={"PATH": os.environ["PATH"], **environment}, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        process.stdout.readline()
        yield process.pid
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def test_a_python_process_shows_its_settings_and_nothing_else() -> None:
    given = {
        "HTTPS_PROXY": "http://proxy.test:3128",
        "NO_PROXY": "a.test",
        "REQUESTS_CA_BUNDLE": "/ca.pem",
        "API_TOKEN": "Canary1",
        "DATABASE_URL": "postgres://Canary2",
    }
    with started([sys.executable, "-c", WAIT, "--password=Canary3"], **given) as pid:
        seen = look_at(pid)
    assert (seen.facts.runtime, seen.facts.version) == ("python", f"3.{sys.version_info.minor}")
    assert seen.facts.settings == ("HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")
    assert seen.environment["HTTPS_PROXY"] == "http://proxy.test:3128"
    assert any(library.startswith("requests ") for library in seen.facts.libraries)
    assert (seen.facts.other_user, seen.facts.other_network, seen.root) == (False, False, "")
    assert seen.facts.open_files > 0
    assert "Canary" not in repr(seen)
    assert b"proxy.test" not in msgspec.json.encode(seen.facts)


def test_whom_it_connects_to_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        connect = (
            f"import socket, time; s = socket.create_connection(('127.0.0.1', {port})); print('up', flush=True); time.sleep(30)"
        )
        with started([sys.executable, "-c", connect]) as pid:
            assert places_of(pid) == (("127.0.0.1", port),)


def test_a_process_is_found_by_its_number_and_by_its_only_name(tmp_path: Path) -> None:
    program = tmp_path / "only-one-of-it"
    shutil.copy(shutil.which("sleep") or "", program)
    process = subprocess.Popen([program, "30"])
    try:
        assert find_process(str(process.pid)) == process.pid
        assert find_process("only-one-of-it") == process.pid
        with pytest.raises(CannotLook, match="no process has this name"):
            find_process("no-such-program-anywhere")
    finally:
        process.kill()
        process.wait()
    with pytest.raises(CannotLook, match="there is no process"):
        find_process("999999999")


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs root, to be somebody else")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv to be installed")
def test_another_users_process_is_a_clear_sentence() -> None:
    without_rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", sys.executable, "-c"]
    theirs = subprocess.Popen([shutil.which("sleep") or "sleep", "30"], user=65534, group=65534, extra_groups=[])
    try:
        asked = f"from diag.probe.process.seen import look_at; look_at({theirs.pid})"
        done = subprocess.run([*without_rights, asked], capture_output=True, text=True, check=False)
    finally:
        theirs.kill()
        theirs.wait()
    assert "may not be read: it belongs to another user" in done.stderr


def test_properties_of_a_java_command_line_are_among_its_options() -> None:
    command = [
        "java",
        "-Xmx1g",
        "-Dhttps.proxyHost=proxy.test",
        "-Dhttps.proxyPassword=Canary",
        "-Djavax.net.ssl.trustStore=/t",
        "-jar",
        "x.jar",
    ]
    found = taken_over({"JAVA_TOOL_OPTIONS": "-Da=b"}, command)
    assert found["_JAVA_OPTIONS"] == "-Dhttps.proxyHost=proxy.test -Djavax.net.ssl.trustStore=/t"
    assert "Canary" not in repr(found)


def test_options_that_matter_are_words_of_a_list() -> None:
    environment = {"NODE_OPTIONS": "--use-openssl-ca --require=/Canary", "GODEBUG": "netdns=go,Canary=1"}
    assert switches_in(environment, ["--use-env-proxy", "Canary.js"]) == ("--use-openssl-ca", "--use-env-proxy", "netdns=go")


@pytest.mark.parametrize(
    ("program", "mapped", "name", "version"),
    [
        ("/usr/bin/python3.12", [], "python", "3.12"),
        ("/usr/bin/python3", ["/usr/lib/python3.11/lib-dynload/_ssl.so"], "python", "3.11"),
        ("/home/a/.nvm/versions/node/v20.11.1/bin/node", [], "node", "20.11.1"),
        ("/usr/bin/dotnet", ["/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/System.Net.Http.dll"], "dotnet", "8.0.4"),
        ("/opt/app/own", ["/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/System.dll"], "dotnet", "8.0.4"),
        ("/usr/bin/node", [], "node", ""),
        ("/usr/bin/curl", ["/usr/lib/x86_64-linux-gnu/libssl.so.3"], "curl", ""),
        ("/opt/app/own", [], "", ""),
    ],
)
def test_what_it_runs_on(program: str, mapped: list[str], name: str, version: str) -> None:
    seen = runtime_of(program, [program], mapped)
    assert (seen.name, seen.version) == (name, version)


def test_a_go_program_is_known_by_its_build(tmp_path: Path) -> None:
    binary = tmp_path / "own"
    binary.write_bytes(b"\x7fELF" + bytes(5000) + b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x08go1.22.3" + bytes(100))
    assert (runtime_of(str(binary), [], []).name, runtime_of(str(binary), [], []).version) == ("go", "1.22.3")


def test_java_is_known_by_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.15"\n')
    seen = runtime_of(f"{tmp_path}/bin/java", ["java"], [])
    assert (seen.name, seen.version, seen.home) == ("java", "17.0.15", str(tmp_path))


@pytest.mark.parametrize(
    ("runtime", "libraries", "name"),
    [
        ("python", ("snowflake-connector-python 3.1", "requests 2.3"), "snowflake-python"),
        ("python", ("requests 2.3", "httpx 0.28"), "requests"),
        ("python", ("httpx 0.28",), "httpx"),
        ("python", ("certifi 2025",), "urllib"),
        ("node", (), "node"),
        ("java", (), "java"),
        ("", (), None),
    ],
)
def test_which_program_it_is_likely_to_be(runtime: str, libraries: tuple[str, ...], name: str | None) -> None:
    found = client_of(runtime, libraries)
    assert (found and found.name) == name


def test_options_change_what_node_asks() -> None:
    node = find_client("node")
    assert node is not None
    assert with_options(node, ("--use-system-ca",)).rules.trust.store == "system"
    assert with_options(node, ("--use-env-proxy",)).rules.proxy.switch == ""
    assert with_options(node, ()) == node
