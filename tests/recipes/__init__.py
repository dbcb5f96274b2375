"""All recipes, family by family. A new case is one more entry in its family, then `python -m tests.recording ITS-FOLDER`."""

from tests.recipes import dns, http, machine, network, paths_more, privatelink, proxy, tls
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *machine.RECIPES,
    *dns.RECIPES,
    *network.RECIPES,
    *paths_more.RECIPES,
    *proxy.RECIPES,
    *tls.RECIPES,
    *http.RECIPES,
    *privatelink.RECIPES,
)
