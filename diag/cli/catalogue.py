"""What reports know of causes: the checks, a team's own articles laid over theirs, and where these stand on the web.

The folder and the address are named by options, else by the profile.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.language import said, spoken
from diag.model.check import AnyCheck
from diag.profile.articles import TeamArticle, address_of_articles, article_address, for_language, laid_over, read_articles
from diag.profile.errors import UnusableFile
from diag.profile.profile import Profile
from diag.profile.registry import find_profile

F = TypeVar("F", bound=Callable[..., Any])
Catalogue = Mapping[str, AnyCheck]
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
    from diag.cli.endpoints import brought

    try:
        return find_profile(named, brought()) if named else None
    except UnusableFile as error:
        raise WrongUse(str(error)) from None


def known() -> Catalogue:
    """Return the checks by their ids; imported where they are needed."""
    from checks import CATALOGUE
    from diag.report.wording.checks import SpokenChecks

    return SpokenChecks(CATALOGUE)


def with_articles(articles: Path | None, docs: str | None, profile: Profile | None = None) -> Callable[[], Catalogue]:
    """Return what gives the checks by their ids, as reports tell of them: loaded when the first report is made, and not before.

    Raises WrongUse at once for a folder or an address that cannot be used.
    """
    own = team_articles(articles, profile)
    try:
        place = address_of_articles(docs) if docs else profile.docs if profile else ""
    except ValueError as error:
        raise WrongUse(f"--docs: {error}") from None
    if not (own or place):
        return known

    def laid(check: AnyCheck) -> AnyCheck:
        article = laid_over(check.article, own.get(check.id))
        return replace(check, article=article, article_at=article_address(place, check.id))

    def catalogue() -> Catalogue:
        from checks import CATALOGUE
        from diag.report.wording.checks import SpokenChecks

        return SpokenChecks(CATALOGUE, laid)

    return catalogue


def team_articles(folder: Path | None, profile: Profile | None = None) -> dict[str, TeamArticle]:
    """Return a team's own articles, by the ids of causes; none where neither names a folder. Raises WrongUse."""
    place = folder or (Path(profile.articles) if profile and profile.articles else None)
    try:
        return for_language(read_articles(place), spoken()) if place else {}
    except UnusableFile as error:
        where = "--articles" if folder else said("articles of the profile:")
        raise WrongUse(f"{where} {error}") from None
