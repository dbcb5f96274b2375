"""Recipes of the family machine: the run is about one program, and another one fares otherwise by its own rules."""

from tests.netns import House
from tests.recipes.proxy.answers import DENY_HOST, SQUID
from tests.recipes.services import (
    HOST,
    OPEN,
    OTHER,
    PROXY,
    Page,
    declared,
    healthy_service,
    name_all,
    private_authority,
    serve_pages,
    trust_file,
)
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


def as_program(house: House, client: str, environment: dict[str, str], rules: str = OPEN, *, open_way: bool = False) -> Look:
    """A service of a private authority that every program is told of, behind a real proxy."""
    authority = healthy_service(house)
    house.squid(rules)
    if not open_way:
        house.drop(port=443)
    return declared(house, authority, environment=environment, client=client)


def by_its_list(house: House, client: str, *variables: str, named: str = HOST) -> Look:
    """A service of a private authority, with an open way, and variables that name its root; its certificate is for `named`."""
    authority = private_authority()
    serve_pages(house, Page(authority.leaf(named)))
    name_all(house, HOST)
    trusted = trust_file(house, authority)
    return Look(endpoints=(f"https://{HOST}",), environment=dict.fromkeys(variables, trusted), client=client)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "machine-program-fails-alone",
        problem(
            "list-of-its-own",
            "SSL_CERT_FILE names the root that signed; curl heeds that, and Python requests does not.",
            lambda house: by_its_list(house, "requests", "SSL_CERT_FILE"),
        ),
        problem(
            "list-in-its-variable",
            "REQUESTS_CA_BUNDLE names the root that signed; Python requests heeds that, and curl does not.",
            lambda house: by_its_list(house, "curl", "REQUESTS_CA_BUNDLE"),
        ),
        problem(
            "variable-unread",
            "HTTPS_PROXY names a real proxy, without which there is no way; Java does not read that variable.",
            lambda house: as_program(house, "java", {"HTTPS_PROXY": PROXY}),
            needs=SQUID,
        ),
        problem(
            "switch-missing",
            "HTTPS_PROXY names a real proxy, without which there is no way; Node reads it only where it is told to.",
            lambda house: as_program(house, "node", {"HTTPS_PROXY": PROXY}),
            needs=SQUID,
        ),
        problem(
            "exception-unread",
            "NO_PROXY names the service with a star; the proxy refuses it, Go goes past, and curl does not.",
            lambda house: as_program(
                house, "curl", {"HTTPS_PROXY": PROXY, "NO_PROXY": f"*.{HOST.partition('.')[2]}"}, DENY_HOST, open_way=True
            ),
            needs=SQUID,
        ),
        problem(
            "exception-taken",
            "NO_PROXY names the service with a star; there is no way past the proxy, Go tries it, and curl does not.",
            lambda house: as_program(house, "go", {"HTTPS_PROXY": PROXY, "NO_PROXY": f"*.{HOST.partition('.')[2]}"}),
            needs=SQUID,
        ),
        problem(
            "variable-harms",
            "HTTPS_PROXY names a proxy that refuses the service; the direct way is open, and Java takes it.",
            lambda house: as_program(house, "requests", {"HTTPS_PROXY": PROXY}, DENY_HOST, open_way=True),
            needs=SQUID,
        ),
        near_miss(
            "the-name-is-wrong-as-well",
            "SSL_CERT_FILE names the root that signed, and Python requests does not heed it; the name is wrong as well.",
            lambda house: by_its_list(house, "requests", "SSL_CERT_FILE", named=OTHER),
            "tls-trust-stores-differ",
            "tls-name-mismatch",
        ),
        ok(
            "all-alike",
            "HTTPS_PROXY names a real proxy that lets the program in question through.",
            lambda house: as_program(house, "requests", {"HTTPS_PROXY": PROXY}),
            needs=SQUID,
        ),
        near_miss(
            "nobody-gets-through",
            "HTTPS_PROXY names a real proxy that refuses the service, and there is no way past it for other programs either.",
            lambda house: as_program(house, "requests", {"HTTPS_PROXY": PROXY}, DENY_HOST),
            "proxy-refuses-target",
            needs=SQUID,
        ),
    ),
)
