"""Proxies that programs and other sessions have for themselves: from which files they are read, and what never comes out."""

from pathlib import Path

import pytest

from diag.model.machine import ProxySetting
from diag.model.route import ProxyAddress
from diag.probe.machine.settings.programs import read_programs

PROXY, OTHER = ProxyAddress("proxy.test", 3128), ProxyAddress("other.test", 8080)
UNIT = '[Service]\nEnvironment="HTTP_PROXY=http://proxy.test:3128" "NO_PROXY=.corp.test"\nEnvironment=HTTPS_PROXY=http://proxy.test:3128\n'
CLIENT = "home/.docker/config.json"
CASES: dict[str, tuple[dict[str, str], ProxySetting]] = {
    "a login's environment": (
        {"etc/environment": 'PATH="/bin"\nhttps_proxy="http://user:word@proxy.test:3128/"\nNO_PROXY=a.test,.b.test\n'},
        ProxySetting("environment_file", https=PROXY, exceptions=("a.test", ".b.test")),
    ),
    "systemd's for users": (
        {"home/.config/environment.d/50-corp.conf": "export ALL_PROXY=http://proxy.test:3128\n"},
        ProxySetting("environment_file", http=PROXY, https=PROXY),
    ),
    "git's own": (
        {"home/.gitconfig": "[core]\n\tproxy = http://never.test:1\n[http]\n\tproxy = proxy.test:3128\n"},
        ProxySetting("git", http=PROXY, https=PROXY),
    ),
    "git's of the system, the user's first": (
        {
            "etc/gitconfig": "[http]\nproxy=http://other.test:8080\n",
            "home/.config/git/config": "[http]\nproxy=http://proxy.test:3128",
        },
        ProxySetting("git", http=PROXY, https=PROXY),
    ),
    "what containers get": (
        {CLIENT: '{"auths": {}, "proxies": {"default": {"httpsProxy": "http://proxy.test:3128", "noProxy": "x"}}}'},
        ProxySetting("docker", https=PROXY, exceptions=("x",)),
    ),
    "what the daemon has": (
        {
            "etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://other.test:8080", "https-proxy": "http://proxy.test:3128"}}'
        },
        ProxySetting("docker", http=OTHER, https=PROXY),
    ),
    "what its unit has": (
        {"etc/systemd/system/docker.service.d/proxy.conf": UNIT},
        ProxySetting("docker", http=PROXY, https=PROXY, exceptions=(".corp.test",)),
    ),
}
NONE = {
    "no file": {},
    "no proxy in any": {"etc/environment": "LANG=C\n", "home/.gitconfig": "[user]\nname=x\n", CLIENT: "{}"},
    "unreadable ones": {
        CLIENT: '{"proxies": [1',
        "etc/docker/daemon.json": "[]",
        "etc/environment": "https_proxy=\n",
    },
    "odd ones": {
        CLIENT: '{"proxies": {"default": {"httpsProxy": 3}}}',
        "home/.gitconfig": "[http]\nproxy =\n",
    },
}


def read(files: dict[str, str], folder: Path) -> tuple[ProxySetting, ...]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return tuple(found.setting for found in read_programs({"HOME": str(folder / "home")}, folder))


@pytest.mark.parametrize(("files", "setting"), CASES.values(), ids=CASES)
def test_a_file_names_a_proxy_and_no_login(files: dict[str, str], setting: ProxySetting, tmp_path: Path) -> None:
    assert read(files, tmp_path) == (setting,)


@pytest.mark.parametrize("files", NONE.values(), ids=NONE)
def test_a_file_that_names_none_says_nothing(files: dict[str, str], tmp_path: Path) -> None:
    assert read(files, tmp_path) == ()
