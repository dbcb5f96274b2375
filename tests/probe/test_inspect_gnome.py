"""What GNOME says about proxies, from recorded samples and from its own program."""

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from diag.model.machine import ProxySetting, ScriptAddress
from diag.model.route import ProxyAddress
from diag.probe.inspect import Inspector
from diag.probe.machine.settings.gnome import read_gnome
from tests.probe.test_inspect_proxies import OTHER, PROXY, seen


def gsettings(tmp_path: Path, text: str, code: int = 0) -> tuple[ProxySetting, ...]:
    """With a program of that name on the PATH that prints `text`."""
    (tmp_path / "text").write_text(text)
    program = tmp_path / "gsettings"
    program.write_text(
        f'#!/bin/sh\nread -r line < "$0"\nwhile IFS= read -r line; do echo "$line"; done < {tmp_path}/text\nexit {code}\n'
    )
    program.chmod(0o755)
    return seen(Inspector({"PATH": str(tmp_path), "DCONF_PROFILE": "user"}, system="Linux"))


GNOME = """\
org.gnome.system.proxy autoconfig-url 'http://pac.test/'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', "it's", 'u:p@x.test']
org.gnome.system.proxy mode '{mode}'
org.gnome.system.proxy use-same-proxy {same}
org.gnome.system.proxy.ftp host 'ftp.test'
org.gnome.system.proxy.http authentication-password 'opensesame'
org.gnome.system.proxy.http authentication-user 'hunter'
org.gnome.system.proxy.http host '{http}'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host '{https}'
org.gnome.system.proxy.https port 3129
org.gnome.system.proxy.socks host '{socks}'
org.gnome.system.proxy.socks port 0
"""
IGNORED = ("localhost", "127.0.0.0/8", "it's", "@")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"mode": "none"}, ProxySetting("gnome")),
        ({"mode": "manual"}, ProxySetting("gnome", http=PROXY, https=OTHER, exceptions=IGNORED)),
        ({"mode": "manual", "https": ""}, ProxySetting("gnome", http=PROXY, https=PROXY, exceptions=IGNORED)),
        ({"mode": "manual", "https": "", "same": "false"}, ProxySetting("gnome", http=PROXY, exceptions=IGNORED)),
        (
            {"mode": "manual", "http": "", "https": "", "socks": "::1"},
            ProxySetting("gnome", socks=ProxyAddress("::1", 1080, "socks5h"), exceptions=IGNORED),
        ),
        (
            {"mode": "manual", "https": "https://proxy.test"},
            ProxySetting("gnome", http=PROXY, exceptions=IGNORED, readable=False),
        ),
        ({"mode": "auto"}, ProxySetting("gnome", script=ScriptAddress("http", "pac.test", 80, "/"))),
        ({"mode": "nonsense"}, ProxySetting("gnome")),
    ],
)
def test_modes_of_gnome(tmp_path: Path, values: dict[str, str], expected: ProxySetting) -> None:
    usual = {"http": "proxy.corp.test", "https": "other.corp.test", "socks": "", "same": "true"}
    found = gsettings(tmp_path, GNOME.format(**usual | values))
    assert found == (expected,)
    assert b"sesame" not in msgspec.json.encode(found)


def test_gnome_is_told_to_detect(tmp_path: Path) -> None:
    text = "org.gnome.system.proxy mode 'auto'\norg.gnome.system.proxy autoconfig-url ''\n"
    assert gsettings(tmp_path, text) == (ProxySetting("gnome", detect=True),)


def test_where_gnome_does_not_tell_there_is_no_setting(tmp_path: Path) -> None:
    assert gsettings(tmp_path, "No such schema “org.gnome.system.proxy”", code=1) == ()
    assert gsettings(tmp_path, "") == ()
    assert seen(Inspector({"PATH": "relative", "DCONF_PROFILE": "user"}, system="Linux")) == ()


def test_long_lists_of_gnome_are_whole(tmp_path: Path) -> None:
    hosts = [f"host-{number}.corp.test" for number in range(500)]
    text = f"org.gnome.system.proxy mode 'manual'\norg.gnome.system.proxy ignore-hosts {hosts}\n"
    assert gsettings(tmp_path, text)[0].exceptions == tuple(hosts)


@pytest.mark.skipif(not shutil.which("gsettings"), reason="there is no gsettings here")
def test_the_real_gsettings(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(tmp_path)}

    def set_to(schema: str, key: str, value: str) -> None:
        ended = subprocess.run(
            ["gsettings", "set", schema, key, value], env=environment, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            pytest.skip(f"gsettings keeps nothing here: {ended.stderr.strip()}")

    proxy = "org.gnome.system.proxy"
    set_to(proxy, "mode", "manual")
    set_to(proxy, "ignore-hosts", "['*.corp.test', \"it's\", 'a\\\\b']")
    set_to(f"{proxy}.http", "host", "proxy.corp.test")
    set_to(f"{proxy}.http", "authentication-password", "opensesame")
    expected = ProxySetting("gnome", http=PROXY, https=PROXY, exceptions=("*.corp.test", "it's", "a\\b"))
    assert seen(Inspector(environment, system="Linux")) == (expected,)
    set_to(proxy, "mode", "auto")
    assert seen(Inspector(environment, system="Linux")) == (ProxySetting("gnome", detect=True),)
    set_to(proxy, "ignore-hosts", "[]")
    set_to(proxy, "mode", "manual")
    assert seen(Inspector(environment, system="Linux"))[0].exceptions == ()


@pytest.mark.skipif(not shutil.which("gsettings"), reason="there is no gsettings here")
def test_looking_leaves_no_file(tmp_path: Path) -> None:
    seen(Inspector({"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DCONF_PROFILE": "user"}, system="Linux"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("home/.config/dconf/user", ""),
        ("home/.config/glib-2.0/settings/keyfile", ""),
        ("etc/dconf/db/local", ""),
        ("usr/share/dconf/profile/user", ""),
        ("usr/share/glib-2.0/schemas/50_acme.gschema.override", "[org.gnome.system.proxy]\nmode='auto'\n"),
    ],
)
def test_the_program_is_run_where_something_may_be_set(tmp_path: Path, file: str, text: str) -> None:
    told: list[str] = []

    def run(command: tuple[str, ...]) -> tuple[str, ...]:
        told.append(command[-1])
        return ("org.gnome.system.proxy mode 'auto'",)

    (tmp_path / "gsettings").touch(mode=0o755)
    place = tmp_path / "usr/share/glib-2.0/schemas/10_other.gschema.override"
    place.parent.mkdir(parents=True)
    place.write_text("[org.gnome.desktop.background]\n")
    (tmp_path / "etc/dconf/db").mkdir(parents=True)
    environment = {"PATH": str(tmp_path), "HOME": "/home"}
    assert read_gnome(environment, run, str(tmp_path)) is None
    assert not told, "it would say what it begins with"
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    found = read_gnome(environment, run, str(tmp_path))
    assert found
    assert found.setting.detect
    assert told == ["org.gnome.system.proxy"]
