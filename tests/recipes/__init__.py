"""All recipes, family by family. A new case is one more entry in its family, then `python -m tests.recording ITS-FOLDER`."""

from tests.recipes import authors, dns, http, machine, network, privatelink, proxy, proxy_ways, tls
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *machine.RECIPES,
    *dns.RECIPES,
    *network.RECIPES,
    *proxy.RECIPES,
    *proxy_ways.RECIPES,
    *tls.RECIPES,
    *http.RECIPES,
    *privatelink.RECIPES,
    *authors.RECIPES,
)
