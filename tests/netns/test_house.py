"""The house stands, lets nobody out, and leaves nothing behind; what runs in it is ended whatever happens."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.netns import House, needs, needs_house
from tests.netns.knock import Answer, knock
from tests.netns.plan import CLIENT, PRIVATE, PUBLIC, ROUTER, SERVER, SERVER6, SILENT, SILENT6, UNROUTED, UNROUTED6

pytestmark = needs_house


def traces(house: House) -> list[Path]:
    folders = (Path("/run/netns"), Path("/etc/netns"), house.folder.parent, Path("/dev/shm"))
    return [path for folder in folders for path in folder.glob(f"{house.word}*")]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(*pids: int) -> bool:
    """Wait for killed processes to be gone, which the kernel sees to in its own time."""
    deadline = time.monotonic() + 10
    while any(map(lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not any(map(lives, pids))


def greet(port: int, word: str) -> None:
    import socket

    with socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True) as door:
        while True:
            guest, _ = door.accept()
            with guest:
                guest.sendall(word.encode())


def listen_to(house: House, address: str, port: int) -> str:
    with house.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, where="client") as door:
        door.settimeout(2)
        door.connect((address, port))
        return door.recv(100).decode()


@pytest.mark.parametrize("address", [SERVER, SERVER6, *PRIVATE, *PUBLIC])
def test_every_address_of_the_server_is_reached_through_the_router(house: House, address: str) -> None:
    house.serve(greet, 7000, "good evening", port=7000)
    assert listen_to(house, address, 7000) == "good evening"


def test_addresses_where_nobody_is_behave_as_the_plan_says(house: House) -> None:
    assert knock(house, SERVER, 7000) == Answer("ECONNREFUSED")
    assert knock(house, SILENT, 7000) == Answer("silent")
    assert knock(house, SILENT6, 7000) == Answer("silent")
    assert knock(house, UNROUTED, 7000) == Answer("ENETUNREACH", (3, 0), ROUTER)
    assert knock(house, UNROUTED6, 7000).icmp == (1, 0)


def test_a_further_address_can_be_given_to_the_server(house: House) -> None:
    house.serve(greet, 7000, "good evening", port=7000)
    house.also_at("100.64.3.4", "fd99::4")
    assert listen_to(house, "100.64.3.4", 7000) == listen_to(house, "fd99::4", 7000) == "good evening"


def test_no_room_has_an_end_outside(house: House) -> None:
    links = {room.name: room.do("ip", "-o", "link") for room in (house.client, house.router, house.server)}
    assert [text.count("veth") + text.count("link-netns") for text in links.values()] == [1, 2, 1]
    assert all(f"link-netns {house.word}-" in text for text in links.values())
    assert house.word not in subprocess.run(["ip", "link"], capture_output=True, text=True, check=True).stdout


def test_run_gives_code_and_output_and_a_small_environment(house: House) -> None:
    result = house.run(["sh", "-c", "cat; env; exit 3"], text="from standard input\n", env={"MARK": "yes"})
    lines = result.stdout.splitlines()
    assert (result.returncode, lines[0], result.stderr) == (3, "from standard input", "")
    assert {line.split("=")[0] for line in lines[1:]} == {"PATH", "HOME", "LANG", "PYTHONPATH", "MARK", "PWD"}
    assert f"PWD={house.home}" in lines


def test_unprivileged_is_without_capabilities(house: House) -> None:
    asked = "import re, sys; print(re.findall(r'Cap(?:Eff|Prm|Bnd):\\s*(\\w+)', open('/proc/self/status').read()))"
    assert house.run([sys.executable, "-c", asked], unprivileged=True).stdout.count("'0000000000000000'") == 3
    bind = "import socket; socket.create_server(('', 443)).close()"
    assert house.run([sys.executable, "-c", bind]).returncode == 0
    assert "PermissionError" in house.run([sys.executable, "-c", bind], unprivileged=True).stderr


def test_a_run_that_lasts_too_long_is_killed_with_its_children(house: House) -> None:
    with pytest.raises(subprocess.TimeoutExpired) as late:
        house.run(["sh", "-c", "sleep 60 & echo $!; wait"], timeout=1)
    assert gone(int((late.value.stdout or b"").decode()))


def test_names_come_from_the_hosts_file_and_nowhere_else(house: House) -> None:
    house.hosts({SERVER: ["other.house.test", "third.house.test"]})
    asked = "import socket, sys; print(*{found[4][0] for found in socket.getaddrinfo(sys.argv[1], 1)})"
    for name, address in (("other.house.test", SERVER), ("third.house.test", SERVER), ("localhost", "::1")):
        assert address in house.run([sys.executable, "-c", asked, name]).stdout
    assert "gaierror" in house.run([sys.executable, "-c", asked, "other.house.test"], where="server").stderr


def test_a_servant_that_dies_says_why(house: House) -> None:
    with pytest.raises(RuntimeError, match="no shoes"):
        house.serve(["sh", "-c", "echo no shoes; exit 4"], port=7000)


def test_a_servant_can_be_stopped_and_followed_by_another(house: House) -> None:
    first = house.serve(greet, 7000, "first", port=7000)
    assert listen_to(house, SERVER, 7000) == "first"
    first.stop()
    assert knock(house, SERVER, 7000) == Answer("ECONNREFUSED")
    house.serve(greet, 7000, "second", port=7000)
    assert listen_to(house, SERVER, 7000) == "second"


@needs("nginx", "squid")
def test_nginx_and_squid_serve(house: House) -> None:
    house.names({"service.house.test": [SERVER]})
    server = house.nginx("server { listen 80; root .; }", files={"page": "good evening"})
    proxy = house.squid()
    asked = (
        "import urllib.request as ask; through = ask.ProxyHandler({'http': 'http://10.77.1.1:3128'});"
        "got = ask.build_opener(through).open('http://service.house.test/page', timeout=5);"
        "print(got.read().decode(), got.headers['Via'])"
    )
    assert house.run([sys.executable, "-c", asked]).stdout == "good evening 1.1 squid.house.test (squid/5.7)\n"
    assert "GET /page" in (server.folder / "access.log").read_text()
    assert f"{CLIENT} TCP_MISS/200" in (proxy.folder / "access.log").read_text()


def test_two_houses_stand_side_by_side() -> None:
    with House() as one, House() as other:
        one.serve(greet, 7000, "one", port=7000)
        other.serve(greet, 7000, "other", port=7000)
        one.drop(port=7001)
        assert (listen_to(one, SERVER, 7000), listen_to(other, SERVER, 7000)) == ("one", "other")
        assert [knock(house, SERVER, 7001).word for house in (one, other)] == ["silent", "ECONNREFUSED"]


@needs("nginx", "squid")
def test_nothing_is_left_behind_after_an_interruption() -> None:
    house, pids = House(), []

    def live_in_it() -> None:
        with house:
            pids.extend([house.squid().pid, house.nginx("server { listen 80; }").pid])
            pids.append(int(house.run(["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!"]).stdout))
            assert all(map(lives, pids))
            assert traces(house)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        live_in_it()
    assert not traces(house)
    assert gone(*pids)


def test_a_house_that_cannot_be_finished_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    monkeypatch.setattr(House, "also_at", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), house:
        pass
    assert not traces(house)


def test_the_house_of_a_killed_process_is_cleared_away_by_the_next() -> None:
    build = (
        "import os; from tests.netns import House; house = House().__enter__();"
        "house.serve(['sleep', '60']); print(house.word, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", build], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    word = killed.stdout.strip()
    assert Path(f"/run/netns/{word}-server").exists()
    with House() as house:
        assert not list(Path("/run/netns").glob(f"{word}*"))
        assert not list(Path("/etc/netns").glob(f"{word}*"))
        assert traces(house)
