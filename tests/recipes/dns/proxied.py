"""Names that only a proxy finds: a client whose resolver knows nothing outside, behind a real proxy."""

from diag.model.verdict import Status
from tests.netns import Answers, House
from tests.netns.plan import PUBLIC, SILENT
from tests.recipes.baseline import Break
from tests.recipes.dns.names import NOBODY, RESOLVER
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, private_authority, serve_plain
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

NEEDS = ("nginx", "squid")


def _knows_nothing(house: House) -> None:
    """The client asks a resolver of its own, which knows no name; the proxy goes on asking the router's."""
    house.resolver(Answers(NOBODY), at=[RESOLVER], where="server")
    house.resolvers(RESOLVER)


def _hears_nothing(house: House) -> None:
    house.resolvers(SILENT)


def _behind(client: Break, *, option: bool = True, **environment: str) -> Stage:
    """A healthy service behind a real proxy, which `option` names to diag, or else the environment."""

    def stage(house: House) -> Look:
        authority = healthy_service(house)
        house.squid(OPEN)
        house.reject(port=443)
        client(house)
        return declared(house, authority, proxy=PROXY if option else None, environment=environment)

    return stage


def _plain(house: House) -> Look:
    serve_plain(house)
    name_all(house, HOST, at=PUBLIC[0])
    house.squid(OPEN)
    _knows_nothing(house)
    return Look(endpoints=(f"http://{HOST}",), proxy=PROXY)


def _nobody_finds_it(house: House) -> Look:
    name_all(house, "else.house.test")
    house.squid(OPEN)
    _knows_nothing(house)
    return declared(house, private_authority(), proxy=PROXY)


LEFT = of(
    "dns-left-to-proxy",
    problem(
        "proxy-set-nowhere",
        "The proxy is named to diag alone; the client's own resolver does not know the service, the proxy's does.",
        _behind(_knows_nothing),
        needs=NEEDS,
    ),
    problem(
        "no-resolver-answers",
        "The proxy is named to diag alone; no resolver answers the client, one answers the proxy.",
        _behind(_hears_nothing),
        needs=NEEDS,
    ),
    problem(
        "forwarded-request",
        "A plain request that the proxy forwards; the client's own resolver does not know the service.",
        _plain,
        needs=NEEDS,
    ),
    problem(
        "exceptions-read-in-two-ways",
        "Go takes the service for excepted from the proxy and curl does not; the client's own resolver does not know it.",
        _behind(_knows_nothing, option=False, HTTPS_PROXY=PROXY, NO_PROXY="*.house.test"),
        "proxy-bypass-misread",
        "dns-left-to-proxy",
        needs=NEEDS,
    ),
    ok("found-here-too", "The proxy is named to diag alone; the client finds the service itself.", _behind(lambda house: None)),
    near_miss(
        "as-the-company-means-it",
        "The proxy is set for all programs; the client's own resolver does not know the service, and need not.",
        _behind(_knows_nothing, option=False, HTTPS_PROXY=PROXY, https_proxy=PROXY, HTTP_PROXY=PROXY, http_proxy=PROXY),
        says=Status.NOT_APPLICABLE,
    ),
    near_miss(
        "proxy-does-not-find-it",
        "Neither the client's resolver nor the proxy's knows the service.",
        _nobody_finds_it,
        "proxy-cannot-resolve-target",
        says=Status.NOT_APPLICABLE,
    ),
)

RECIPES: tuple[Recipe, ...] = LEFT
