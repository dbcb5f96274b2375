"""Three hundred endpoints behind a real proxy, and a wrong password: it is sent once."""

import sys

import msgspec
import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.run import Evidence
from tests.netns import House, needs
from tests.netns.plan import ROUTER
from tests.recording.recipe import Look

RULES = """\
auth_param {scheme} program /usr/lib/squid/{helper} {{folder}}/users
auth_param {scheme} realm house
logformat who %>Hs %un %ru
access_log stdio:{{folder}}/who.log who
acl known proxy_auth REQUIRED
http_access deny !known
http_access allow all
http_port 3128
"""
HASHED = "house-user:$apr1$abcdefgh$0000000000000000000000\n"
PLAIN = "house-user:house-password\n"


@needs("squid")
@pytest.mark.parametrize(
    ("scheme", "helper", "users"), [("basic", "basic_ncsa_auth", HASHED), ("digest", "digest_file_auth", PLAIN)]
)
@pytest.mark.parametrize("kind", ["https", "http"])
def test_a_wrong_password_is_sent_once(kind: str, scheme: str, helper: str, users: str) -> None:
    with House() as house:
        squid = house.squid(RULES.format(scheme=scheme, helper=helper), files={"users": users})
        hosts = tuple(f"{kind}://s{number:03}.house.test" for number in range(300))
        look = Look(endpoints=hosts, proxy=f"http://house-user:mistyped@{ROUTER}:3128", deadline=40.0)
        command = [sys.executable, "-m", "tests.recording.look", "one-login", msgspec.json.encode(look).decode()]
        done = house.run(command, unprivileged=True, timeout=60)
        squid.stop()
        log = (squid.folder / "who.log").read_text().splitlines()
    assert done.returncode == 0, done.stderr
    evidence = msgspec.json.decode(done.stdout, type=Evidence)
    [cause] = judge(evidence, CATALOGUE).causes
    assert (cause.id, len(cause.endpoints)) == ("proxy-login-rejected", 300)
    named = [line for line in log if line.split()[1] != "-"]
    assert len(named) == 1
    assert "mistyped" not in done.stdout
