"""What is judged with, and what reports know of causes: our checks, those that packages bring (entry points `diag.checks`), a
team's own articles laid over theirs, and where articles stand on the web.

A check that a package brings is held to the laws that ours are held to, when it is loaded. One that breaks them is left out and
named; the others are not affected.
"""

import sys
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from msgspec.structs import replace

from diag.cli.brought import brought
from diag.cli.endpoints import brought_profiles
from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.language import learn, retold, said, spoken
from diag.model.catalogue import Catalogue, KnownChecks
from diag.model.check import AnyCheck
from diag.model.text import clean
from diag.model.wire.unreadable import place
from diag.profile.errors import UnusableFile
from diag.profile.profile import Profile
from diag.profile.registry import find_profile

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from diag.profile.articles import TeamArticle

CHECKS_GROUP = "diag.checks"
"""The entry points by which a package brings checks: each names one, or a tuple of them."""
F = TypeVar("F", bound=Callable[..., Any])
_ARTICLES: Mapping[str, Any] = {
    "type": click.Path(path_type=Path, file_okay=False),
    "metavar": "FOLDER",
    "help": "Your team's own articles, <id>.md, below ours or in their place. Default: as the profile says.",
}
_DOCS = "Where the pages of diag manual stand (https): reports link to each cause's article. Default: as the profile says."
articles_option = click.option("--articles", **_ARTICLES)
profile_option = click.option(
    "--profile", metavar="NAME|FILE", help="The service whose articles are laid over ours, as its profile says."
)


def article_options(function: F) -> F:
    """Add `--articles` and `--docs`, among what is shown."""
    for one in (
        option(Section.OUTPUT, "--docs", metavar="URL", help=_DOCS),
        option(Section.OUTPUT, "--articles", **_ARTICLES),
    ):
        function = one(function)
    return function


def named_profile(named: str | None) -> Profile | None:
    """Return the profile of this name or file; None: none is named. Raises WrongUse."""
    try:
        profile = find_profile(named, brought_profiles()) if named else None
    except UnusableFile as error:
        raise WrongUse(retold(error)) from None
    if profile:
        learn(profile.words)
    return profile


def known() -> KnownChecks:
    """Return the checks by their ids; imported where they are needed."""
    from diag.report.wording.checks import SpokenChecks

    return SpokenChecks(all_checks())


@cache
def all_checks() -> Catalogue:
    """Return our checks, and those that installed packages bring; what is left out of these is said on stderr, once."""
    from checks import CATALOGUE

    found, left_out = brought_checks(CATALOGUE.ids, brought(CHECKS_GROUP))
    if left_out and _is_first():
        for line in left_out:
            print(f"diag: {line}", file=sys.stderr)
    return CATALOGUE.with_more(found)


def _is_first() -> bool:
    """Whether this is the process that the user started, and not one that helps it."""
    from multiprocessing import parent_process  # where something is to be said

    return parent_process() is None


def brought_checks(ours: Collection[str], entries: "Iterable[EntryPoint]") -> tuple[tuple[AnyCheck, ...], tuple[str, ...]]:
    """Return the checks that packages bring beside ours, given by their ids, in the order of the entries' names; and a sentence
    for each that is left out.
    """
    kept: dict[str, AnyCheck] = {}
    left_out: list[str] = []
    for entry in sorted(entries, key=lambda one: (one.name, one.value)):
        package, name = clean(entry.dist.name if entry.dist else entry.value, 80), clean(entry.name, 80)
        try:
            loaded = entry.load()
            found = loaded if isinstance(loaded, tuple | list) else (loaded,)
        except Exception as bug:  # noqa: BLE001  (what a package does costs its checks and nothing else)
            left_out.append(
                said(
                    "the checks that {package} brings as {name} are left out: they cannot be loaded ({place})",
                    package=package,
                    name=name,
                    place=place(bug),
                )
            )
            continue
        for check in found:
            wrong = _wrong_with(check, {*ours, *kept})
            if wrong:
                named = clean(str(getattr(check, "id", type(check).__name__)), 80)
                left_out.append(
                    said(
                        "{check}, of the checks that {package} brings as {name}, is left out: {wrong}",
                        check=named,
                        package=package,
                        name=name,
                        wrong="; ".join(wrong),
                    )
                )
            else:
                kept[check.id] = check
    return tuple(kept.values()), tuple(left_out)


def _wrong_with(check: object, taken: Container[str]) -> tuple[str, ...]:
    from diag.model.check_laws import complaints, is_check  # ours are held to them beforehand

    if not is_check(check):
        return (said("it is no EndpointCheck and no RunCheck"),)
    try:
        return tuple(clean(retold(line), 200) for line in complaints(cast("AnyCheck", check), taken))
    except Exception as bug:  # noqa: BLE001  (a field of it is of another kind)
        return (said("a part of it is not what it should be ({place})", place=place(bug)),)


def with_articles(articles: Path | None, docs: str | None, profile: Profile | None = None) -> Callable[[], KnownChecks]:
    """Return what gives the checks by their ids, as reports tell of them: loaded when the first report is made, and not before.

    Raises WrongUse at once for a folder or an address that cannot be used.
    """
    if not (articles or docs or (profile and (profile.articles or profile.docs))):
        return known
    from diag.profile.articles import address_of_articles, article_address, laid_over  # of teams that have their own

    own = team_articles(articles, profile)
    try:
        place = address_of_articles(docs) if docs else profile.docs if profile else ""
    except ValueError as error:
        raise WrongUse(f"--docs: {retold(error)}") from None
    if not (own or place):
        return known

    def laid(check: AnyCheck) -> AnyCheck:
        article = laid_over(check.article, own.get(check.id))
        return replace(check, article=article, article_at=article_address(place, check.id))

    def catalogue() -> KnownChecks:
        from diag.report.wording.checks import SpokenChecks

        return SpokenChecks(all_checks(), laid)

    return catalogue


def team_articles(folder: Path | None, profile: Profile | None = None) -> "dict[str, TeamArticle]":
    """Return a team's own articles, by the ids of causes; none where neither names a folder. Raises WrongUse."""
    place = folder or (Path(profile.articles) if profile and profile.articles else None)
    if place is None:
        return {}
    from diag.profile.articles import for_language, read_articles

    try:
        return for_language(read_articles(place), spoken())
    except UnusableFile as error:
        where = "--articles" if folder else said("articles of the profile:")
        raise WrongUse(f"{where} {retold(error)}") from None
