"""All recipes, family by family. A new scene is one more entry in its family, then `python -m tests.recording ITS-NAME`.

What a scene that exists shows of one check more is one word, `ok("healthy/one-service")`, then
`python -m tests.recording --rejudge ITS-NAME`.
"""

from tests.recipes import dns, healthy, http, machine, network, privatelink, proxy, reported, reported_answers, tls
from tests.recording.recipe import Recipe, united

RECIPES: tuple[Recipe, ...] = united(
    (
        *healthy.RECIPES,
        *machine.RECIPES,
        *dns.RECIPES,
        *network.RECIPES,
        *proxy.RECIPES,
        *tls.RECIPES,
        *http.RECIPES,
        *privatelink.RECIPES,
        *reported.RECIPES,
        *reported_answers.RECIPES,
    )
)
