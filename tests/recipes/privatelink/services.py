"""Recipes of the family privatelink: ports, certificates and refusals of what stands at a private address."""

from diag.model.verdict import Status
from tests.netns.plan import PUBLIC, SERVER
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, healthy
from tests.recipes.http.writers import answering
from tests.recording.recipe import Recipe, near_miss, of, ok, problem

ALIAS = "vpce-1.house.test"
ELSEWHERE = "service.elsewhere.test"
WITHIN = f"service.privatelink.{NAME.partition('.')[2]}"
NOT_ALLOWED = """return 403 '{"code": "390422"}';"""
BOTH = (URL, OTHER_URL)

PORT_SILENT = of(
    "privatelink-port-silent",
    problem(
        "eighty",
        "Port 80 is silent, 443 answers.",
        healthy(f"http://{NAME}", private=True, after=lambda house: house.drop(port=80)),
    ),
    problem(
        "four-four-three", "Port 443 is silent, 80 answers.", healthy(private=True, after=lambda house: house.drop(port=443))
    ),
    ok("healthy/private-endpoint"),
    near_miss(
        "both",
        "Both ports are silent.",
        healthy(private=True, after=lambda house: house.drop(to=SERVER)),
        "privatelink-endpoint-silent",
        says=Status.UNKNOWN,
    ),
)

UNCOVERED = of(
    "privatelink-name-uncovered",
    problem(
        "endpoint-name",
        "The endpoint is used under a name that the certificate is not for.",
        healthy(f"https://{ALIAS}", names={ALIAS: [SERVER]}, private=True),
    ),
    problem("address", "The endpoint is used by its address.", healthy(f"https://{SERVER}", private=True)),
    ok("healthy/private-endpoint"),
    near_miss(
        "not-private",
        "The same, and nobody expects it to be private.",
        healthy(f"https://{ALIAS}", names={ALIAS: [SERVER]}),
        "tls-name-mismatch",
        says=Status.NOT_APPLICABLE,
    ),
    near_miss("privatelink-wrong-service/somebody-else"),
)

WRONG = of(
    "privatelink-wrong-service",
    problem(
        "somebody-else",
        "Another service answers at the private address.",
        healthy(f"https://{ELSEWHERE}", names={ELSEWHERE: [SERVER]}, private=True),
    ),
    ok("healthy/private-endpoint"),
    near_miss("privatelink-name-uncovered/endpoint-name"),
)

PARTIAL = of(
    "privatelink-partial",
    problem(
        "one-of-two",
        "Of two names one leads to a private address, the other to a public one.",
        healthy(*BOTH, names={NAME: [SERVER], OTHER: [PUBLIC[0]]}, private=True),
    ),
    ok("all-private", "Both lead to private addresses.", healthy(*BOTH, names={NAME: [SERVER], OTHER: [SERVER]}, private=True)),
    near_miss(
        "all-public",
        "Both lead to public addresses.",
        healthy(*BOTH, names={NAME: [PUBLIC[0]], OTHER: [PUBLIC[0]]}, private=True),
        "privatelink-resolves-public",
    ),
)

POLICY = of(
    "privatelink-policy-denied",
    problem("code-390422", "The service does not allow what comes by the private link.", answering(NOT_ALLOWED, private=True)),
    ok("healthy/private-endpoint"),
    near_miss("bare-403", "A private endpoint that wants a login.", answering("return 403;", private=True)),
    near_miss(
        "in-public",
        "The same code, of a public endpoint.",
        answering(NOT_ALLOWED),
        "http-network-policy-denied",
        says=Status.NOT_APPLICABLE,
    ),
)

PUBLIC_NAME = of(
    "privatelink-public-name-used",
    problem(
        "the-other-answers",
        "The public name is denied, the private one leads to a private address that answers.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]], WITHIN: [SERVER]}),
    ),
    ok("healthy/one-service"),
    near_miss(
        "no-private-name",
        "The public name is denied, and there is no private one.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]]}),
        "http-network-policy-denied",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "private-name-in-public",
        "The public name is denied, and the private one leads to a public address.",
        answering(NOT_ALLOWED, names={NAME: [PUBLIC[0]], WITHIN: [PUBLIC[1]]}),
        "http-network-policy-denied",
        says=Status.UNKNOWN,
    ),
)

RECIPES: tuple[Recipe, ...] = (*PORT_SILENT, *UNCOVERED, *WRONG, *PARTIAL, *POLICY, *PUBLIC_NAME)
