"""The list that a provider gave, as it was saved, looked at by the command: 120 endpoints, one of them behind a firewall."""

import json

import pytest

from tests.netns import House, needs
from tests.netns.plan import PUBLIC
from tests.real.customer import bundle_of, diag, run
from tests.recipes.services import HERE, Page, private_authority, serve_pages

pytestmark = needs("nginx")

TYPES = (
    *("SNOWFLAKE_DEPLOYMENT", "SNOWFLAKE_DEPLOYMENT_REGIONLESS", "SNOWSIGHT_DEPLOYMENT", "SNOWSQL_REPO", "CLIENT_FAILOVER"),
    *("OUT_OF_BAND_TELEMETRY", "DUO_SECURITY", "A_TYPE_OF_TOMORROW"),
    *("STAGE",) * 70,
    *("OCSP_CACHE", "CRL_DISTRIBUTION_POINT"),
    *("OCSP_RESPONDER",) * 40,
)
BLOCKED = "h017.house.test"


def entries() -> list[dict[str, object]]:
    """The list: upper case, ports as texts now and then, plain HTTP for what is about certificates."""
    found = []
    for number, word in enumerate(TYPES):
        port: object = 80 if word.startswith(("OCSP", "CRL")) else 443
        host = f"h{number:03}.house.test"
        found.append({"type": word, "host": host.upper() if number % 7 == 0 else host, "port": str(port) if number % 5 else port})
    return found


@pytest.fixture
def listed(house: House) -> House:
    hosts = [str(entry["host"]).lower() for entry in entries()]
    house.names({host: [PUBLIC[1] if host == BLOCKED else PUBLIC[0]] for host in hosts})
    (house.home / "allowlist.json").write_text(json.dumps([{"SYSTEM$ALLOWLIST()": json.dumps(entries())}]))
    return house


@pytest.mark.parametrize("rule", ["swallowed", "rejected"])
def test_one_blocked_stage_among_120_endpoints(rule: str, listed: House) -> None:
    authority = private_authority()
    plain = f"server {{ listen 80; location / {{ {HERE} }} }}"
    serve_pages(listed, Page(authority.leaf("*.house.test")), plain=plain)
    if rule == "swallowed":
        listed.drop(to=PUBLIC[1])
    else:
        listed.reject(to=PUBLIC[1])
    screen = run(listed, authority, "--allowlist", "allowlist.json")
    document = screen.document
    problems = [cause for cause in document["causes"] if cause["status"] == "problem"]
    blocked = f"https://{BLOCKED}:443"
    assert screen.code == 1
    assert [cause["endpoints"] for cause in problems] == [[blocked]]
    assert problems[0]["id"] == {"swallowed": "network-connection-filtered", "rejected": "network-connection-rejected"}[rule]
    fared = {endpoint["endpoint"]: endpoint["status"] for endpoint in document["endpoints"]}
    assert len(fared) == len(TYPES) == 120
    assert {endpoint for endpoint, status in fared.items() if status not in ("ok", "warning")} == {blocked}
    first, second, third = document["consequences"]
    host = blocked.removeprefix("https://").removesuffix(":443")
    assert first == f"Loading and unloading files does not work through {host}; through all others it does."
    assert second.startswith("PUT and GET fail")
    assert third == "Logging in and connecting by the connection URL (Client Redirect) work."
    shown = diag(listed, "show", str(bundle_of(listed)))
    assert first in " ".join(shown.out.split())
