"""Scripts fetched from real servers and files, and asked: what comes out, and that nothing of their text does."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diag.model.address import Authority
from diag.model.answer import PacReply, PacResult
from diag.model.question import Connect, EvaluatePac, Handshake, Lookup, Script
from diag.model.route import ProxyAddress, ScriptWay
from diag.model.script import Flaw, ScriptAddress
from diag.model.secret import Login, Secret
from diag.probe.logins import Logins
from diag.probe.pac.scripts import LARGEST, MOST_NAMES
from tests.probe.asking import ask
from tests.probe.authority import issue
from tests.probe.peers import Serve, head, http, linger, peer, says, secured

TARGET = Authority("a.test", 443)
PAC = b"// canary-in-the-script\nfunction FindProxyForURL(url, host) { return 'PROXY p.test:3128; DIRECT'; }"


def reply(body: bytes, *lines: str, status: int = 200) -> bytes:
    fields = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *lines))
    return f"HTTP/1.1 {status} Said\r\n{fields}\r\n".encode() + body


def fetched(serve: Serve, patience: float = 5.0) -> PacReply:
    with peer(serve) as server:
        address = ScriptAddress("http", "localhost", server.address.port, "/proxy.pac")
        (answer,) = ask(Script(address, Connect(server.address)), patience=patience)
    assert isinstance(answer, PacReply)
    return answer


def of_file(path: Path, text: bytes, *lookups: Lookup, **more: Any) -> tuple[Any, ...]:
    path.write_bytes(text)
    script = Script(ScriptAddress("file", path=str(path)))
    return ask(script, *lookups, EvaluatePac(script, TARGET, lookups=lookups), **more)


def steered(path: Path, body: str, *lookups: Lookup, **more: Any) -> PacResult:
    pytest.importorskip("quickjs")
    answer = of_file(path, f"function FindProxyForURL(url, host) {{ {body} }}".encode(), *lookups, **more)[-1]
    assert isinstance(answer, PacResult)
    return answer


def test_a_script_is_known_by_its_size_and_digest_alone() -> None:
    answer = fetched(http(reply(PAC, "Content-Type: text/plain")))
    assert answer == PacReply(
        status=200, media_type="text/plain", encoding="utf-8", size=len(PAC), digest=hashlib.sha256(PAC).hexdigest()
    )
    assert b"canary" not in msgspec.json.encode(answer)


@pytest.mark.parametrize(
    ("serve", "failure", "status"),
    [
        (http(reply(b"not here", status=404)), Flaw.STATUS, 404),
        (http(reply(b"<html>log in</html>")), Flaw.PAGE, 200),
        (http(reply(b"")), Flaw.EMPTY, 200),
        (http(reply(b" \n")), Flaw.EMPTY, 200),
        (http(reply(b"x" * (LARGEST + 1))), Flaw.TOO_LARGE, 200),
        (http(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nfunction"), "cut", 200),
        (says(b"SSH-2.0-x\r\n"), "malformed", 0),
        (http(reply(b"", status=302)), Flaw.MOVED_TOO_OFTEN, 302),
        (http(reply(b"", "Location: ftp://x/", status=302)), Flaw.MOVED_TOO_OFTEN, 302),
    ],
)
def test_what_is_no_script_has_its_word(serve: Serve, failure: str, status: int) -> None:
    answer = fetched(serve)
    assert (answer.failure, answer.status) == (failure, status)


def test_a_silent_server_is_waited_for_no_longer_than_the_question_may_take() -> None:
    assert fetched(linger, patience=0.3).failure == "timed_out"


def test_largest_script_is_read() -> None:
    text = PAC + b"\n//" + b"x" * (LARGEST - len(PAC) - 3)
    assert fetched(http(reply(text))).size == LARGEST


def test_what_moved_is_told_without_its_query_and_fetched_with_it() -> None:
    heard: list[bytes] = []

    def serve(connection: Any) -> None:
        heard.append(head(connection).split(b"\r\n")[0])
        moved = len(heard) == 1
        connection.sendall(reply(b"" if moved else PAC, "Location: /new?key=hunter2", status=302 if moved else 200))

    with peer(serve) as server:
        old = ScriptAddress("http", "localhost", server.address.port, "/proxy.pac")
        new = ScriptAddress("http", "localhost", server.address.port, "/new")
        scripts = {old: Secret(f"http://localhost:{server.address.port}/proxy.pac?key=opensesame")}
        answers = ask(Script(old, Connect(server.address)), Script(new, Connect(server.address)), scripts=scripts)
    assert answers[0].moved == new
    assert heard == [b"GET /proxy.pac?key=opensesame HTTP/1.1", b"GET /new?key=hunter2 HTTP/1.1"]
    assert b"hunter2" not in msgspec.json.encode(answers)


@pytest.mark.parametrize(
    ("host", "trusted", "failure"),
    [("localhost", True, ""), ("localhost", False, Flaw.UNTRUSTED), ("other.test", True, Flaw.UNTRUSTED)],
)
def test_over_tls_only_a_server_that_clients_trust_gives_a_script(host: str, trusted: bool, failure: str, tmp_path: Path) -> None:
    root = issue("Root", authority=True)
    (tmp_path / "root.pem").write_bytes((root if trusted else issue("Other", authority=True)).pem)
    with peer(secured(http(reply(PAC)), issue("localhost", root))) as server:
        over = Handshake(Connect(server.address), host, trust=str(tmp_path / "root.pem"))
        answers = ask(over, Script(ScriptAddress("https", host, server.address.port, "/p"), over))
    assert answers[-1].failure == failure


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "proxy.pac"
    path.write_bytes(PAC)
    assert ask(Script(ScriptAddress("file", path=str(path))))[0].size == len(PAC)
    assert ask(Script(ScriptAddress("file", path=str(tmp_path / "none"))))[0].failure == Flaw.MISSING
    assert ask(Script(ScriptAddress("file", path=str(tmp_path))))[0].failure == Flaw.MISSING
    assert ask(Script(ScriptAddress("file", path="/dev/zero")))[0].failure == Flaw.MISSING


@pytest.mark.parametrize("coded", [False, True])
def test_a_script_within_its_address(coded: bool) -> None:
    text = f";base64,{base64.b64encode(PAC).decode()}" if coded else f",{PAC.decode().replace(' ', '%20')}"
    address = ScriptAddress("data")
    assert ask(Script(address), scripts={address: Secret(f"data:text/plain{text}")})[0].size == len(PAC)


def test_the_ways_are_read_and_logins_known_for_them_are_marked(tmp_path: Path) -> None:
    logins = Logins({Authority("p.test", 3128): Login("user", "hunter2")})
    answer = steered(tmp_path / "p", "return 'PROXY p.test:3128; SOCKS5 q.test; PORXY x; DIRECT'", logins=logins)
    assert answer == PacResult(
        text="PROXY p.test:3128; SOCKS5 q.test; PORXY x; DIRECT",
        ways=(
            ScriptWay(ProxyAddress("p.test", 3128, login=True)),
            ScriptWay(ProxyAddress("q.test", 1080, "socks5h")),
            ScriptWay(),
        ),
        not_understood=1,
    )


def test_a_name_is_asked_for_and_known_afterwards(tmp_path: Path) -> None:
    body = "return isInNet(host, '127.0.0.0', '255.0.0.0') ? 'PROXY inside:1' : 'DIRECT'"
    assert steered(tmp_path / "p", body) == PacResult(wants=("a.test",))
    assert steered(tmp_path / "p", body, Lookup("a.test")).text == "PROXY inside:1"


def test_a_script_that_wants_name_after_name_is_stopped(tmp_path: Path) -> None:
    many = "for (var i = 0; i < 99; i++) try { dnsResolve('n' + i + '.test') } catch (e) {} return 'DIRECT'"
    assert steered(tmp_path / "p", many).failure == Flaw.TOO_MANY_NAMES
    known = tuple(Lookup(f"n{n}.test") for n in range(MOST_NAMES))
    one_more = f"for (var i = 0; i <= {MOST_NAMES}; i++) dnsResolve('n' + i + '.test'); return 'DIRECT'"
    assert steered(tmp_path / "p", one_more, *known).failure == Flaw.TOO_MANY_NAMES
    assert steered(tmp_path / "p", one_more.replace("<=", "<"), *known).text == "DIRECT"


def test_an_https_address_is_told_to_a_script_without_its_path(tmp_path: Path) -> None:
    assert steered(tmp_path / "p", "return 'PROXY ' + url.replace(/[^a-z0-9]/g, '') + ':1'").text == "PROXY httpsatest:1"


def test_a_fault_is_told_by_kind_and_line_and_holds_no_word_of_the_script(tmp_path: Path) -> None:
    answer = steered(tmp_path / "p", "\nthrow new TypeError('canary')")
    assert answer == PacResult(Flaw.THREW, error="TypeError", line=2)


def test_without_the_text_nothing_is_asked() -> None:
    from diag.model.observation import Unsupported

    with pytest.raises(Unsupported, match="not at hand"):
        ask(EvaluatePac(Script(ScriptAddress("file", path="/none")), TARGET))
