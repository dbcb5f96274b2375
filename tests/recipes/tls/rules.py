"""Recipes of the family tls: certificates whose path, days and names are right, and which may not be used so all the same."""

from datetime import timedelta

from msgspec.structs import replace

from diag.lab.authority import IssuedCertificate, Validity, issue, pem
from tests.netns import House
from tests.recipes.machine.compared import REPOSITORY
from tests.recipes.services import HOST, Page, name_all, now, private_authority, serve_pages, usual
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem


def _days() -> Validity:
    return Validity.around(now(), after=timedelta(days=60))


def trusted(house: House, root: IssuedCertificate, leaf: IssuedCertificate) -> Look:
    """A web server with this certificate, whose root is in the system's own store."""
    serve_pages(house, Page(leaf))
    name_all(house, HOST)
    return usual(house, root)


def limited_to(domain: str) -> Stage:
    """The company's authority in between may sign for one domain only."""

    def stage(house: House) -> Look:
        root = private_authority("Company").root
        between = issue("Company Limited", issuer=root, validity=_days(), permitted=(domain,))
        leaf = issue(HOST, issuer=between, validity=_days(), names=(HOST,))
        return trusted(house, root, leaf.presenting(between.certificate))

    return stage


def one_too_many(house: House) -> Look:
    """An authority that allows none below it has signed another one."""
    root = private_authority("Company").root
    upper = issue("Company Upper", issuer=root, validity=_days(), path_length=0)
    lower = issue("Company Lower", issuer=upper, validity=_days())
    leaf = issue(HOST, issuer=lower, validity=_days(), names=(HOST,))
    return trusted(house, root, leaf.presenting(lower.certificate, upper.certificate))


def no_authority(house: House) -> Look:
    """What signed for the server is a server's certificate itself."""
    root = private_authority("Company").root
    other = issue("other.house.test", issuer=root, validity=_days(), names=("other.house.test",))
    leaf = issue(HOST, issuer=other, validity=_days(), names=(HOST,))
    return trusted(house, root, leaf.presenting(other.certificate))


def crossed(*, known: bool) -> Stage:
    """The list here has an old root that ran out; the service sends the certificate by which it vouched for its successor.

    `known`: the public list has the successor.
    """

    def stage(house: House) -> Look:
        authority = private_authority("New")
        past = Validity.around(now(), before=timedelta(days=3000), after=timedelta(days=-200))
        older = issue("Old Root", issuer=None, validity=past)
        vouched = issue("New Root", issuer=older, validity=past, key=authority.root.key)
        leaf = authority.leaf(HOST)
        look = trusted(house, older, leaf.presenting(*leaf.chain, vouched.certificate))
        public = house.errand("authorities", {"public.pem": pem((authority.root if known else older).certificate)}) / "public.pem"
        package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {str(public)!r}\n"})
        return replace(look, environment={**look.environment, "PYTHONPATH": f"{package}:{REPOSITORY}"})

    return stage


UNFIT = "tls-certificate-unfit"
OLD_LIST = of(
    "machine-trust-store-outdated",
    problem("old-root-ran-out", "The list has an old root that ran out, and not its successor.", crossed(known=True)),
    near_miss(
        "old-root-everywhere",
        "An old root ran out, and nobody knows a successor: not this list alone is old.",
        crossed(known=False),
        "tls-certificate-expired",
    ),
)
RECIPES: tuple[Recipe, ...] = OLD_LIST + of(
    UNFIT,
    problem("lab/tls-certificate-unfit", "The certificate was issued for clients, not for servers.", in_lab(UNFIT), UNFIT),
    problem(
        "limited-to-another-domain", "The authority in between may sign for another domain only.", limited_to("else.test"), UNFIT
    ),
    problem("one-authority-too-many", "An authority that allows none below it has signed another one.", one_too_many, UNFIT),
    problem("signed-by-a-server", "What signed for the server is a server's certificate itself.", no_authority, UNFIT),
    ok("healthy/one-service"),
    near_miss(
        "limited-to-this-domain",
        "The authority in between may sign for this domain only.",
        limited_to("house.test"),
        "tls-trust-stores-differ",
    ),
    near_miss("tls-certificate-expired/behind-nginx"),
)
