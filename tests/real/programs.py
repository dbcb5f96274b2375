"""Programs of customers, each as short as it can be: asks for one address, and ends with 0 where it got an answer."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

PYTHON = {
    "requests": "import requests; requests.get(url, timeout=4)",
    "httpx": "import httpx; httpx.get(url, timeout=4)",
    "urllib": "import urllib.request; urllib.request.urlopen(url, timeout=4).read()",
    "aiohttp": """
import aiohttp, asyncio
async def ask():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(4)) as session, session.get(url) as answer:
        await answer.read()
asyncio.run(ask())
""",
}
NODE = {
    "node": "fetch(url).then(() => 0, () => 1).then((code) => process.exit(code))",
    "axios": "require('axios').get(url, { timeout: 4000 }).then(() => 0, () => 1).then((code) => process.exit(code))",
}
JAVA = """
public class Ask {
    public static void main(String[] given) throws Exception {
        var asked = new java.net.URL(given[0]).openConnection();
        asked.setConnectTimeout(4000);
        asked.setReadTimeout(4000);
        asked.getInputStream().readAllBytes();
    }
}
"""
GO = """
package main

import ("net/http"; "os"; "time")

func main() {
    client := http.Client{Timeout: 4 * time.Second}
    if _, err := client.Get(os.Args[1]); err != nil { os.Exit(1) }
}
"""


@cache
def lack_of(name: str) -> str:
    """Why a program cannot be tried here; empty: it can."""
    if name in PYTHON:
        return "" if _loads(name) else f"{name} is not installed"
    if name == "axios":
        found = shutil.which("node") and not subprocess.run(["node", "-e", "require('axios')"], capture_output=True).returncode
        return "" if found else "axios is not where node looks for modules (NODE_PATH)"
    if name == "java":
        java = shutil.which("java")
        listed = subprocess.run([java, "--list-modules"], capture_output=True, text=True).stdout if java else ""
        return "" if "jdk.compiler" in listed else "no JDK is installed"
    return "" if shutil.which(name) else f"{name} is not installed"


def command_of(name: str, url: str, folder: Path) -> list[str]:
    """What starts the program; what has to be built for it is built in `folder`, once."""
    if name == "curl":
        return ["curl", "-fsS", "--max-time", "4", "-o", os.devnull, url]
    if name in PYTHON:
        return [sys.executable, "-c", f"url = {url!r}\n{PYTHON[name]}"]
    if name in NODE:
        return [shutil.which("node") or "node", "-e", f"const url = {json.dumps(url)};\n{NODE[name]}"]
    return [*_java(folder), url] if name == "java" else [_go(folder), url]


def environment_of(name: str) -> dict[str, str]:
    """What the program needs of ours besides what a test gives it."""
    return {"NODE_PATH": os.environ.get("NODE_PATH", "")} if name == "axios" else {}


def _loads(name: str) -> bool:
    wanted = {"urllib": "urllib.request"}.get(name, name)
    return not subprocess.run([sys.executable, "-c", f"import {wanted}"], capture_output=True).returncode


def _java(folder: Path) -> list[str]:
    source = folder / "Ask.java"
    if not source.exists():
        source.write_text(JAVA)
        subprocess.run(["javac", "-d", folder, source], check=True, capture_output=True)
    return [shutil.which("java") or "java", "-XX:TieredStopAtLevel=1", "-cp", str(folder), "Ask"]


def _go(folder: Path) -> str:
    binary = folder / "ask"
    if not binary.exists():
        (folder / "ask.go").write_text(GO)
        given = os.environ | {"GOCACHE": str(folder / "cache"), "GO111MODULE": "off"}
        subprocess.run(["go", "build", "-o", binary, folder / "ask.go"], check=True, capture_output=True, env=given)
    return str(binary)
