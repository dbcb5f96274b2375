"""Recipes of tls-path-missed: an authority that two roots have signed for, and the order in which a server sends both."""

from datetime import timedelta

from diag.lab.authority import CertificateAuthority, Validity, issue
from tests.netns import House
from tests.recipes.services import HOST, Page, declared, name_all, now, private_authority, serve_pages
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

PAST = Validity(now() - timedelta(days=900), now() - timedelta(days=3))
FUTURE = Validity.around(now(), after=timedelta(days=900))


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


def neither(*, other_first: bool, other: Validity, other_trusted: bool = False) -> Stage:
    """The same, and the certificate by the root that this client trusts has expired."""

    def stage(house: House) -> Look:
        authority = private_authority()
        elsewhere = CertificateAuthority(now(), title="Other", organisation="Elsewhere")
        key = authority.intermediate.key
        own = issue("House Intermediate", issuer=authority.root, validity=PAST, key=key)
        twin = issue("House Intermediate", issuer=elsewhere.root, validity=other, key=key)
        pair = (twin.certificate, own.certificate) if other_first else (own.certificate, twin.certificate)
        serve_pages(house, Page(authority.leaf(HOST).presenting(*pair)))
        name_all(house, HOST)
        return declared(house, authority, *([elsewhere] if other_trusted else []))

    return stage


RECIPES: tuple[Recipe, ...] = of(
    "tls-path-missed",
    problem(
        "dead-end-first", "Two roots have signed for the issuer; the wrong one is sent first.", signed_twice(other_first=True)
    ),
    ok("healthy/one-service"),
    near_miss(
        "neither-way-is-good",
        "Two roots have signed for the issuer: one is not trusted here, what the other signed has expired.",
        neither(other_first=True, other=FUTURE),
        "tls-issuer-untrusted",
    ),
    near_miss(
        "both-ways-have-expired",
        "Two trusted roots have signed for the issuer, and both certificates have expired.",
        neither(other_first=False, other=PAST, other_trusted=True),
        "tls-certificate-expired",
    ),
    near_miss("dead-end-second", "The same, and the right one is sent first.", signed_twice(other_first=False)),
)
