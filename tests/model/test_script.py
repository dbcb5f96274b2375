"""The address of a proxy's script, as people read it."""

import pytest

from diag.model.script import ScriptAddress


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (ScriptAddress("data"), "data:"),
        (ScriptAddress("file", path="/etc/proxy.pac"), "/etc/proxy.pac"),
        (ScriptAddress("wpad", "wpad.corp.test"), "http://wpad.corp.test/wpad.dat"),
        (ScriptAddress("http", "pac.test", 80, "/p.pac"), "http://pac.test/p.pac"),
        (ScriptAddress("https", "pac.test", 443), "https://pac.test/"),
        (ScriptAddress("https", "2001:db8::1", 8443, "/p"), "https://[2001:db8::1]:8443/p"),
    ],
)
def test_a_script_is_told_by_where_it_is(script: ScriptAddress, words: str) -> None:
    assert str(script) == words
