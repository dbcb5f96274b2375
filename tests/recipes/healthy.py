"""Scenes of nobody's own, in which nothing is wrong: what many checks look at and are content with."""

from tests.netns import Answers
from tests.netns.plan import PRIVATE, SERVER, SERVER6
from tests.recipes.baseline import NAME, healthy
from tests.recipes.dns.names import also
from tests.recipes.network.comparisons import second_way
from tests.recipes.privatelink.addresses import service_at
from tests.recording.recipe import Recipe, in_lab, scene

RECIPES: tuple[Recipe, ...] = (
    scene("healthy/one-service", "A service that works.", healthy()),
    scene(
        "healthy/both-families",
        "A service that works, with addresses of both families.",
        healthy(names={NAME: [SERVER, SERVER6]}),
    ),
    scene(
        "healthy/two-resolvers",
        "A service that works, and two resolvers that agree.",
        healthy(after=also(Answers({NAME: [SERVER]}))),
    ),
    scene("healthy/two-wires", "Two wires lead out, and both work.", healthy(after=second_way)),
    scene("healthy/private-address", "A private address that answers.", service_at(PRIVATE[0], private=True)),
    scene("healthy/private-endpoint", "A private endpoint that works.", healthy(private=True)),
    scene("lab/healthy", "A service of the lab that works.", in_lab("healthy")),
)
