"""From an account's name to the endpoints of the service: without a login, by the profile's own rules."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from diag.language import PROFILE, retold, said, translated
from diag.model.endpoint import Endpoint, Expectations, Network, UnusableEndpoint, parse_endpoint
from diag.profile.errors import UnusableAccount, shown
from diag.profile.listed import Derived
from diag.profile.profile import AccountForm, EndpointTemplate, Profile
from diag.profile.profile_file import GAP

_LONGEST = 200
"""Characters of an account's name."""


def derive_endpoints(profile: Profile, account: str, network: Network = Network.ANY) -> Derived:
    """Return the endpoints of an account, or, where the service has none, of everybody.

    Those of the private link where `network` or the name says so, else the public ones. Host names hold no underscores
    (RFC 952): where the account's name has them, hyphens stand in the hosts. Raises UnusableAccount.
    """
    if account and not profile.forms:
        raise UnusableAccount(said("the profile {name} does not say what an account is: name the endpoints", name=profile.name))
    name, private_by_name = _bare(profile, account)
    private = network is Network.PRIVATE or (network is Network.ANY and private_by_name)
    form, values = _read(profile, name, account) if account else (AccountForm("", {}, {}), {})
    places = [place for place in profile.places if place.private is private]
    if not places:
        raise UnusableAccount(
            said("the profile {name} knows no private endpoints of an account", name=profile.name)
            if private
            else said("the profile {name} knows no public endpoints of an account", name=profile.name)
        )
    expected = Network.PRIVATE if private else network
    notes = [translated(note, PROFILE) for note in (profile.note, form.note if private else "") if note]
    if "_" in name:
        notes.insert(
            0,
            said(
                "host names have no underscores: {name} is asked for as {host}",
                name=shown(name),
                host=shown(name.replace("_", "-")),
            ),
        )
    return Derived(tuple(_endpoint(place, values, expected) for place in places), tuple(notes))


def _bare(profile: Profile, account: str) -> tuple[str, bool]:
    """The account's name without what makes it a URL or a host, and whether that showed that the private link is meant."""
    where, _, path = account.strip().lower().rpartition("://")[2].partition("/")
    name = where.partition("?")[0].rpartition("@")[2].partition(":")[0].rstrip(".")
    if name in profile.web_hosts:
        return _on_a_page(path), False
    for end in profile.private_ends:
        if name.endswith(end):
            return _behind_front(profile, name.removesuffix(end), given=name), True
    for end in profile.account_ends:
        if name.endswith(end):
            return name.removesuffix(end), False
    return name, False


def _behind_front(profile: Profile, name: str, given: str) -> str:
    """The account in the name of a private host, of which the account's pages and what stands beside it have one each.

    Raises UnusableAccount for a host that many accounts share.
    """
    if any(name.startswith(front) for front in profile.shared_fronts):
        raise UnusableAccount(
            said(
                "{given} is shared by many accounts of {title}: give the name of the account",
                given=shown(given),
                title=profile.title,
            )
        )
    bare = (name.removeprefix(front) for front in profile.private_fronts if name.startswith(front))
    return next((account for account in bare if _has_host(profile, account, name)), name)


def _has_host(profile: Profile, account: str, name: str) -> bool:
    """Whether one of the private endpoints that an account's name gives has a host that begins with this name."""
    form = _form_of(profile, account)
    if form is None:
        return False
    values = _values(form, account)
    urls = (_filled(place.url, values) for place in profile.places if place.private)
    return any(url.partition("://")[2].startswith(f"{name.replace('_', '-')}.") for url in urls)


def _on_a_page(path: str) -> str:
    """The account in the path of one of the service's own pages: `ORG/ACCOUNT/...`, or `REGION/LOCATOR/...`.

    Names of organisations hold letters and digits alone, regions a hyphen.
    """
    first, _, rest = path.partition("/")
    second = rest.partition("/")[0]
    if not second or second.startswith("#"):
        return first
    return f"{second}.{first}" if "-" in first else f"{first}-{second}"


def _read(profile: Profile, name: str, given: str) -> tuple[AccountForm, Mapping[str, str]]:
    form = _form_of(profile, name)
    if form:
        return form, _values(form, name)
    examples = ", ".join(form.example for form in profile.forms)
    raise UnusableAccount(
        said(
            "{given} is no account of {title}: write it as one of {examples}",
            given=shown(given),
            title=profile.title,
            examples=examples,
        )
    )


def _values(form: AccountForm, name: str) -> dict[str, str]:
    """What stands between the dots, and what follows from it, by name."""
    values = dict(zip(form.pieces, _pieces(name), strict=True))
    return values | {word: _filled(template, values) for word, template in form.gives.items()}


def _pieces(name: str) -> list[str]:
    return name.replace("_", "-").split(".")


def _form_of(profile: Profile, name: str) -> AccountForm | None:
    """The first form that fits a name; None: none does."""
    pieces = _pieces(name)
    plain = len(name) <= _LONGEST and name.isascii() and all(piece.replace("-", "").isalnum() for piece in pieces)
    # Where dots part it, underscores tell an account's name from a region's, which has hyphens alone: `org.my_account`.
    written = name.split(".") if len(pieces) > 1 else pieces
    fitting = (form for form in profile.forms if plain and len(form.pieces) == len(pieces))
    return next((form for form in fitting if all(map(fnmatchcase, written, form.pieces.values()))), None)


def _endpoint(place: EndpointTemplate, values: Mapping[str, str], network: Network) -> Endpoint:
    expects = Expectations(network=network, required=place.required)
    try:
        return parse_endpoint(_filled(place.url, values), role=_filled(place.role, values), expects=expects)
    except UnusableEndpoint as error:
        raise UnusableAccount(said("the account gives an address that cannot be: {error}", error=retold(error))) from None


def _filled(template: str, values: Mapping[str, str]) -> str:
    return GAP.sub(lambda gap: values[gap[1]], template)
