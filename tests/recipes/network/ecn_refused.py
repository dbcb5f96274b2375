"""Recipes of network-ecn-refused: a client that asks for ECN with each connection, and devices that take it amiss or do not."""

from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.services import HOST, PROXY, declared, healthy_service, name_all, private_authority
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


def refused(house: House) -> Look:
    """A healthy service; the router resets what asks for ECN."""
    look = served(house)
    house.refuse_ecn()
    return look


def served(house: House) -> Look:
    """A healthy service, and nobody who minds."""
    authority = healthy_service(house)
    house.asking_for_ecn()
    return declared(house, authority)


def one_of_two(house: House) -> Look:
    """Of two addresses, what asks the one for ECN is reset."""
    authority = healthy_service(house)
    house.names({HOST: list(PUBLIC[:2])})
    house.asking_for_ecn()
    house.refuse_ecn(to=PUBLIC[0])
    return declared(house, authority)


def at_the_proxy(house: House) -> Look:
    """A real proxy, before which what asks for ECN is reset."""
    authority = healthy_service(house)
    house.squid()
    house.asking_for_ecn()
    house.refuse_ecn(port=3128)
    house.reject(port=443)
    return declared(house, authority, proxy=PROXY)


def nobody_listens(house: House) -> Look:
    """Nobody listens, whatever is asked for."""
    name_all(house, HOST)
    house.asking_for_ecn()
    return declared(house, private_authority())


def dropped(house: House) -> Look:
    """The router drops what asks for ECN without a word: the second packet of each connection arrives."""
    look = served(house)
    house.refuse_ecn(how="drop")
    return look


RECIPES: tuple[Recipe, ...] = of(
    "network-ecn-refused",
    problem("on-the-way", "The client asks for ECN with each connection, and the router resets such packets.", refused),
    problem("at-one-of-two", "The same for one of two addresses; the other is served.", one_of_two),
    problem("before-a-proxy", "The same before a real proxy.", at_the_proxy, needs=("nginx", "squid")),
    ok("served", "The client asks for ECN with each connection, and nobody minds.", served),
    near_miss(
        "nobody-listens",
        "The client asks for ECN with each connection, and nobody listens at the port.",
        nobody_listens,
        "network-connection-refused",
        needs=(),
    ),
    near_miss(
        "dropped-on-the-way",
        "The client asks for ECN with each connection, and the router drops such packets without a word.",
        dropped,
        "network-packet-loss",
    ),
)
