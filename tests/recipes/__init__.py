"""All recipes, family by family. A new case is one more entry in its family, then `python -m tests.recording ITS-FOLDER`."""

from tests.recipes import (
    dns,
    http,
    machine,
    network,
    privatelink,
    proxy,
    proxy_answers,
    proxy_logins,
    tls,
    tls_certificates,
    tls_trust,
)
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *machine.RECIPES,
    *dns.RECIPES,
    *network.RECIPES,
    *proxy.RECIPES,
    *proxy_logins.RECIPES,
    *proxy_answers.RECIPES,
    *tls.RECIPES,
    *tls_certificates.RECIPES,
    *tls_trust.RECIPES,
    *http.RECIPES,
    *privatelink.RECIPES,
)
