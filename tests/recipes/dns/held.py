"""Resolvers that hold a zone themselves, as a company's own do for the domain that it also has in public."""

from tests.netns import Answers, House
from tests.netns.plan import ROUTER, SERVER
from tests.recipes.baseline import NAME, OTHER, bare, healthy
from tests.recipes.dns.names import RESOLVER
from tests.recording.recipe import Recipe, near_miss, of, problem

ZONE = NAME.partition(".")[2]
WITHOUT_IT = Answers({OTHER: [SERVER]}, held=[ZONE])


def _then_one_that_knows_it(house: House) -> None:
    house.resolver(Answers({NAME: [SERVER]}), at=[RESOLVER], where="server")
    house.resolvers(ROUTER, RESOLVER)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "dns-name-not-found",
        problem("own-zone-lacks-it", "The resolver holds the zone itself, without the name.", bare(names=WITHOUT_IT)),
        near_miss(
            "own-zone-has-it",
            "The resolver holds the zone itself, with the name.",
            healthy(names=Answers({NAME: [SERVER]}, held=[ZONE])),
        ),
    ),
    *of(
        "dns-resolvers-disagree",
        problem(
            "own-zone-lacks-it",
            "The first resolver holds the zone itself, without the name; the second knows it.",
            healthy(names=WITHOUT_IT, after=_then_one_that_knows_it),
        ),
    ),
)
