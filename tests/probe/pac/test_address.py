"""Where a script lies, as people write it; and how its bytes become text."""

import codecs
from pathlib import Path

import pytest

from diag.model.script import ScriptAddress
from diag.probe.pac.address import read_script
from diag.probe.pac.decode import decode, is_page


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("http://pac.test/proxy.pac", ScriptAddress("http", "pac.test", 80, "/proxy.pac"), "http://pac.test/proxy.pac"),
        ("HTTP://PAC.test:8080", ScriptAddress("http", "pac.test", 8080, "/"), "http://pac.test:8080/"),
        ("https://[::1]/p?key=hunter2#x", ScriptAddress("https", "::1", 443, "/p"), "https://[::1]/p"),
        ("http://u:hunter2@pac.test/p", ScriptAddress("http", "pac.test", 80, "/p"), "http://pac.test/p"),
        ("file:///etc/proxy.pac", ScriptAddress("file", path="/etc/proxy.pac"), "/etc/proxy.pac"),
        ("file:///C:/proxy.pac", ScriptAddress("file", path="C:/proxy.pac"), "C:/proxy.pac"),
        ("file://server/p.pac", ScriptAddress("file", path="//server/p.pac"), "//server/p.pac"),
        ("file://localhost/etc/p.pac", ScriptAddress("file", path="/etc/p.pac"), "/etc/p.pac"),
        ("data:,function hunter2(){}", ScriptAddress("data"), "data:"),
    ],
)
def test_an_address_is_read_without_what_opens_something(text: str, address: ScriptAddress, shown: str) -> None:
    read = read_script(text)
    assert read is not None
    assert read[0] == address
    assert str(read[0]) == shown
    assert read[1].reveal() == text
    assert "hunter2" not in repr(read)


def test_a_path_is_a_file() -> None:
    read = read_script("proxy.pac")
    assert read is not None
    assert read[0] == ScriptAddress("file", path=str(Path("proxy.pac").absolute()))


@pytest.mark.parametrize(
    "text",
    ["", "ftp://pac.test/p", "http://", "http://u:p@x@pac.test/", "http://pac.test:port/", "http://pac test/",
     "javascript:alert(1)", "http://pac.test/" + "x" * 5000],
)  # fmt: skip
def test_what_is_no_address_is_not_guessed_at(text: str) -> None:
    assert read_script(text) is None


@pytest.mark.parametrize(
    ("raw", "media_type", "text", "encoding"),
    [
        ("grün".encode(), "", "grün", "utf-8"),
        (codecs.BOM_UTF8 + b"x", "", "x", "utf-8"),
        (codecs.BOM_UTF8 + b"x", "text/plain; charset=latin-1", "x", "utf-8"),
        (codecs.BOM_UTF16_LE + "grün".encode("utf-16-le"), "", "grün", "utf-16-le"),
        (codecs.BOM_UTF16_BE + "grün".encode("utf-16-be"), "", "grün", "utf-16-be"),
        ("grün".encode("latin-1"), "", "grün", "iso8859-1"),
        ("grün".encode("latin-1"), "text/plain; charset=ISO-8859-1", "grün", "iso8859-1"),
        ("grün€".encode("cp1252"), "text/plain; charset=windows-1252", "grün€", "cp1252"),
        ("grün".encode("latin-1"), "text/plain; charset=utf-8", "grün", "iso8859-1"),
        ("grün".encode(), "text/plain; charset=klingon", "grÃ¼n", "iso8859-1"),
        (b"x", "text/plain; charset=base64", "x", "iso8859-1"),
    ],
)
def test_bytes_become_text(raw: bytes, media_type: str, text: str, encoding: str) -> None:
    assert decode(raw, media_type) == (text, encoding)


@pytest.mark.parametrize(
    ("text", "page"),
    [("<!DOCTYPE html>", True), ("\n <html>", True), ("<?xml ?>", True), ("<!-- hidden\nfunction", False), ("function", False)],
)
def test_a_page_is_told_from_a_script(text: str, page: bool) -> None:
    assert is_page(text) is page
