"""What real programs make of NO_PROXY, held against what is known of them: hosts and entries are paired by a table.

No packet leaves the machine: curl dials closed ports of loopback alone, the others are asked for their decision.
"""

import json
import os
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from diag.knowledge.no_proxy import CLIENTS, NoProxyReading, old_curl, old_requests
from diag.model.endpoint import parse_endpoint
from diag.model.machine import LINE_ENDS

URLS = (
    "http://example.test",
    "http://api.example.test",
    "http://notexample.test:8080",
    "http://prelocalhost",
    "http://10.1.2.3",
    "http://[fd00::1]",
    "https://xn--fsq092h.test",
    "https://EXAMPLE.test./",
    "http://api.example.test.:8080",
)
VALUES = (
    "example.test",
    ".example.test",
    "*.example.test",
    "*example.test",
    "EXAMPLE.test",
    "api.example.test:80",
    "notexample.test:8080",
    "localhost",
    "a.test example.test",
    "a.test, api.example.test ,b.test",
    "a.test,.example.test\r",
    "a.test\texample.test",
    ".example.test.",
    "a.test|example.test",
    ":8080",
    "10.0.0.0/8",
    "10.1.2.3",
    "fd00::/8",
    "fd00::1",
    "[fd00::1]",
    "*",
    "a.test,*",
    "\u793a\u4f8b.test",
)
PAIRS = tuple(product(URLS, VALUES))
BY_NAME = {client.name: client.reads for client in CLIENTS}
PROXY_PORT, SERVICE_PORT = 9, 1
NODE = """
const pairs = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { EnvHttpProxyAgent } = require("undici");
const { getProxyForUrl } = require("proxy-from-env");
(async () => {
  const axios = require.resolve("axios").replace(/axios.(?:dist|index).*$/, "axios/");
  const bypass = (await import(axios + "lib/helpers/shouldBypassProxy.js")).default;
  const said = [];
  for (const [url, value] of pairs) {
    for (const name of ["http_proxy", "https_proxy"]) process.env[name] = "http://127.0.0.1:9";
    process.env.no_proxy = value;
    const direct = await new Promise((resolve) => {
      const agent = new EnvHttpProxyAgent({ connect: (_, done) => { resolve(true); done(new Error("direct")); } });
      agent.request({ origin: new URL(url).origin, path: "/", method: "GET" }).catch(() => resolve(false));
    });
    said.push([direct, !getProxyForUrl(url) || bypass(url)]);
  }
  process.stdout.write(JSON.stringify(said));
})();
"""
GO = """
package main

import ("bufio"; "fmt"; "net/http"; "os")

func main() {
    lines := bufio.NewScanner(os.Stdin)
    for lines.Scan() {
        request, failed := http.NewRequest("GET", lines.Text(), nil)
        if failed != nil { panic(failed) }
        proxy, failed := http.ProxyFromEnvironment(request)
        fmt.Println(proxy == nil && failed == nil)
    }
}
"""
JAVA = """
import java.net.*;
import java.util.*;

class Ask {
    public static void main(String[] given) throws Exception {
        for (String scheme : List.of("http", "https")) {
            System.setProperty(scheme + ".proxyHost", "127.0.0.1");
            System.setProperty(scheme + ".proxyPort", "9");
        }
        Scanner lines = new Scanner(System.in, "UTF-8").useDelimiter("\\0");
        while (lines.hasNext()) {
            URI url = new URI(lines.next());
            System.setProperty("http.nonProxyHosts", lines.next());
            System.out.println(ProxySelector.getDefault().select(url).get(0).type() == Proxy.Type.DIRECT);
        }
    }
}
"""


def expected(name: str, url: str, value: str) -> NoProxyReading:
    return read_by(BY_NAME[name], url, value)


def read_by(read: object, url: str, value: str) -> NoProxyReading:
    endpoint = parse_endpoint(url)
    pictured = value.translate(str.maketrans("\n\v\f\r", LINE_ENDS))
    entries = tuple(entry.strip() for entry in pictured.split(",") if entry.strip())
    return read(endpoint.written, endpoint.port, endpoint.scheme, entries)  # type: ignore[operator,no-any-return]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


def test_curl_itself_agrees() -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    found = re.search(r"curl (\d+)\.(\d+)", subprocess.run([curl, "--version"], capture_output=True, text=True).stdout)
    assert found
    read = BY_NAME["curl"] if (int(found[1]), int(found[2])) >= (8, 9) else old_curl
    differing = []
    for url, value in PAIRS:
        proxy = f"http://127.0.0.1:{PROXY_PORT}"
        given = {"PATH": os.environ["PATH"], "http_proxy": proxy, "https_proxy": proxy, "no_proxy": value}
        asked = [curl, "-sv", "--max-time", "2", "--connect-to", f"::127.0.0.1:{SERVICE_PORT}", url]
        said = subprocess.run(asked, env=given, capture_output=True, text=True, errors="replace").stderr
        really = NoProxyReading.PROXIED if f"127.0.0.1:{PROXY_PORT}" in said else NoProxyReading.DIRECT
        if read_by(read, url, value) is not really:
            differing.append((url, value, really))
    assert differing == []


def test_requests_itself_agrees(environment: pytest.MonkeyPatch) -> None:
    requests = pytest.importorskip("requests")
    version = tuple(map(int, requests.__version__.split(".")[:2]))
    read = BY_NAME["Python requests"] if version >= (2, 34) else old_requests
    differing = []
    for url, value in PAIRS:
        environment.setenv("no_proxy", value)
        direct = requests.utils.should_bypass_proxies(url, None)
        really = NoProxyReading.DIRECT if direct else NoProxyReading.PROXIED
        if read_by(read, url, value) is not really:
            differing.append((url, value, really))
    assert differing == []


def test_node_itself_agrees(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    wanted = "require('undici'); require('axios'); require('proxy-from-env')"
    if subprocess.run([node, "-e", wanted], capture_output=True).returncode:
        pytest.skip("undici, axios and proxy-from-env are not where node looks for modules (NODE_PATH)")
    script = tmp_path / "ask.cjs"
    script.write_text(NODE)
    done = subprocess.run([node, script], input=json.dumps(PAIRS), capture_output=True, text=True, check=True, timeout=60)
    differing = []
    for (url, value), directs in zip(PAIRS, json.loads(done.stdout), strict=True):
        for name, direct in zip(("Node", "axios"), directs, strict=True):
            really = NoProxyReading.DIRECT if direct else NoProxyReading.PROXIED
            if expected(name, url, value) is not really:
                differing.append((name, url, value, really))
    assert differing == []


def test_go_itself_agrees(tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    (tmp_path / "ask.go").write_text(GO)
    small = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GO111MODULE": "off"}
    built = ["build", "-o", str(tmp_path / "ask"), str(tmp_path / "ask.go")]
    subprocess.run([go, *built], check=True, env=small, timeout=120, capture_output=True)
    differing = []
    for value in VALUES:
        given = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": value}
        asked = subprocess.run([tmp_path / "ask"], env=given, input="\n".join(URLS), capture_output=True, text=True, check=True)
        for url, direct in zip(URLS, asked.stdout.split(), strict=True):
            really = NoProxyReading.DIRECT if direct == "true" else NoProxyReading.PROXIED
            if expected("Go", url, value) is not really:
                differing.append((url, value, really))
    assert differing == []


def test_java_itself_agrees(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None:
        pytest.skip("no JDK is installed")
    (tmp_path / "Ask.java").write_text(JAVA)
    handed = [(url, "|".join(entry.strip() for entry in value.split(","))) for url, value in PAIRS]
    given = "\0".join(word for pair in handed for word in pair)
    command = [java, "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", str(tmp_path / "Ask.java")]
    asked = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=120)
    differing = []
    for (url, value), direct in zip(PAIRS, asked.stdout.split(), strict=True):
        really = NoProxyReading.DIRECT if direct == "true" else NoProxyReading.PROXIED
        if expected("Java", url, value) is not really:
            differing.append((url, value, really))
    assert differing == []
