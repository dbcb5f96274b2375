"""A 403 of a proxy, of a filter, of a content network, of object storage and of the service are five different things.

Told by the command itself, and told again of its bundle, which holds by what the service is known.
"""

import pytest

from tests.netns import House, needs
from tests.netns.plan import PUBLIC
from tests.real.customer import bundle_of, diag
from tests.recipes.baseline import NAME
from tests.recipes.http.answers import content_network
from tests.recipes.http.authors import ACME, AZURE, MARK, NOT_ALLOWED, XML, intercepted, store
from tests.recipes.http.writers import answering
from tests.recipes.proxy.answers import DENY_ALL
from tests.recipes.services import PROXY
from tests.recording.recipe import Look, Stage

pytestmark = needs("nginx", "squid")


def behind_squid(house: House) -> Look:
    look = answering("return 200;", names={NAME: [PUBLIC[0]]})(house)
    house.squid(DENY_ALL)
    house.reject(port=443)
    return Look(endpoints=look.endpoints, trust=look.trust, proxy=PROXY)


FIREWALL = 'return 403 "<Error><Code>AuthorizationFailure</Code></Error>";'
FORBIDDEN: dict[str, tuple[Stage, tuple[str, ...], str]] = {
    "the company's proxy": (behind_squid, ("proxy-refuses-target",), "proxy"),
    "a transparent proxy": (intercepted, ("http-block-page",), "network"),
    "nobody who signs": (answering("return 403;", scheme="http"), ("http-block-page",), "network"),
    "a content network": (content_network("CloudFront", 403), ("http-waf-blocked",), "service"),
    "an object store": (store(f"{MARK} {FIREWALL}", XML, *AZURE), ("http-storage-denied",), "cloud"),
    "a policy of the service": (answering(NOT_ALLOWED), ("http-network-policy-denied",), "cloud"),
    "the service, for a login": (answering(f"{MARK} return 403;"), (), ""),
    "the service, in the clear": (answering(f"{MARK} return 403;", scheme="http"), (), ""),
}


def without_command(causes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Causes without the command that shows them: with the stand-ins of a bundle none would work, so there is none."""
    return [{name: value for name, value in cause.items() if not name.startswith("see_it")} for cause in causes]


@pytest.mark.parametrize("author", FORBIDDEN)
def test_who_says_403(author: str, house: House) -> None:
    stage, causes, owner = FORBIDDEN[author]
    look = stage(house)
    (house.home / "acme.toml").write_text(ACME)
    given = ["--profile", "acme.toml", "--timeout", "2", "--json"]
    given += ["--trust", look.trust] if look.trust else []
    given += ["--proxy", look.proxy] if look.proxy else []
    screen = diag(house, "run", *look.endpoints, *given)
    assert tuple(screen.causes) == causes
    assert {cause["owner"] for cause in screen.document["causes"]} == ({owner} if owner else set())
    again = diag(house, "show", str(bundle_of(house)), "--json")
    assert without_command(again.document["causes"]) == without_command(screen.document["causes"])
    if author == "a policy of the service":
        (cause,) = again.document["causes"]
        assert (cause["facts"]["code"], cause["facts"]["reading"]) == ("4711", "Requests from this address are not allowed.")
        assert cause["remedy"][0] == "Ask the administrator of the account to add the address."
