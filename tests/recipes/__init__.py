"""All recipes, family by family. A new case is one more entry in its family, then `python -m tests.recording ITS-FOLDER`."""

from tests.recipes import dns, http, machine, network, privatelink, proxy, tls
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *machine.RECIPES,
    *dns.RECIPES,
    *network.RECIPES,
    *proxy.RECIPES,
    *tls.RECIPES,
    *http.RECIPES,
    *privatelink.RECIPES,
)
