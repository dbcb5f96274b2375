"""`diag read` and `diag explain`: what a program said, said in plain words; then the run; and nothing of the text anywhere."""

import os
import zipfile
from pathlib import Path

import pytest

from diag.lab.site import start
from tests.cli.shell import called, causes, diag

LOG = """\
2024-05-01T12:00:00Z user=Canary1 password=Canary2 https://Canary3:Canary4@{host}/Canary5?token=Canary6
urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired (_ssl.c:1129)> Canary7
"""


def test_a_message_says_what_it_proves(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(LOG.format(host="a.example.com"))
    ended = called("read", "log", "--no-run", within=tmp_path)
    assert ended.code == 0
    assert "a certificate has expired" in ended.out
    assert "Left open" in ended.out
    assert "tls-certificate-expired" in ended.out
    assert "about a.example.com:443" in ended.out.replace("\n", " ")
    assert "Canary" not in ended.out + ended.err


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("all is well\n")
    ended = called("read", "log", "--no-run", within=tmp_path)
    assert (ended.code, "No message about a connection is known" in ended.out) == (3, True)
    assert called("read", "missing", "--no-run", within=tmp_path).code == 2


def test_explain_takes_a_message(tmp_path: Path) -> None:
    ended = called("explain", "curl: (56) CONNECT tunnel failed, response 407", within=tmp_path)
    assert (ended.code, "proxy-login-required" in ended.out) == (0, True)
    assert "articles" in called("explain", "407", within=tmp_path).out


def test_the_run_is_for_what_the_text_is_about_and_keeps_none_of_it(tmp_path: Path) -> None:
    with start("tls-certificate-expired") as lab:
        scene = lab.scenes[0]
        text = LOG.format(host=f"127.0.0.1:{scene.endpoints[0].rpartition(':')[2].strip('/')}")
        ended = diag("read", "-", "--json", within=tmp_path, given=text.encode())
    assert ended.code == 1, ended.err
    assert causes(ended.document)
    assert any("fits" in sentence for sentence in ended.document["consequences"])
    (bundle,) = tmp_path.glob("diag-*.zip")
    with zipfile.ZipFile(bundle) as opened:
        held = b"".join(opened.read(name) for name in opened.namelist())
    assert b'"error":"expired"' in held.replace(b" ", b"")
    assert "Canary" not in ended.out + ended.err + held.decode("utf-8", "replace")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_told_by_which_way_it_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ended = called("read", "pipe", within=tmp_path)
    assert (ended.code, "diag read -" in ended.err) == (2, True)


def test_a_socket_file_is_no_refused_endpoint(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("GET https://a.example.com/ ok\nError: connect ECONNREFUSED /tmp/x.sock\n")
    ended = called("read", "log", within=tmp_path)
    assert ended.code == 0
    assert "a socket file on this computer does not answer" in ended.out + ended.err
    assert "a.example.com" not in ended.out + ended.err
