"""Recipes of tls-path-missed: an authority that two roots have signed for, and the order in which a server sends both."""

from datetime import timedelta

from diag.lab.authority import CertificateAuthority, Validity, issue
from tests.netns import House
from tests.recipes.services import HOST, Page, declared, name_all, now, private_authority, serve_pages
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem


def signed_twice(*, other_first: bool) -> Stage:
    """The server sends both certificates of its issuer: by the root that this client trusts, and by another."""

    def stage(house: House) -> Look:
        authority = private_authority()
        other = CertificateAuthority(now(), title="Other", organisation="Elsewhere")
        between = authority.intermediate
        twin = issue(
            "House Intermediate",
            issuer=other.root,
            validity=Validity.around(now(), after=timedelta(days=900)),
            key=between.key,
        )
        pair = (twin.certificate, between.certificate) if other_first else (between.certificate, twin.certificate)
        serve_pages(house, Page(authority.leaf(HOST).presenting(*pair)))
        name_all(house, HOST)
        return declared(house, authority)

    return stage


RECIPES: tuple[Recipe, ...] = of(
    "tls-path-missed",
    problem(
        "dead-end-first", "Two roots have signed for the issuer; the wrong one is sent first.", signed_twice(other_first=True)
    ),
    ok("healthy/one-service"),
    near_miss("dead-end-second", "The same, and the right one is sent first.", signed_twice(other_first=False)),
)
