"""A team's own articles, laid over the built-in ones: a folder of Markdown files, `<id>.md` or `<id>.<language>.md`.

---
replaces = true          # else the text stands below the built-in article
article = "1a2b3c4d"     # which built-in article it was written for (`diag explain --template` fills it in)
---
What our own network team should know ...

Markdown is shown as text, and never as HTML.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from diag.language import said
from diag.model.check import AnyCheck
from diag.model.expression import expression
from diag.model.text import clean
from diag.profile.errors import UnusableFile, shown
from diag.profile.text_file import named, read_text

LARGEST_ARTICLE = 1_000_000
"""Bytes."""
LONGEST_ADDRESS = 300
"""Characters."""
MOST_ARTICLES = 2_000
_LONGEST_LINE = 2_000
_NAME = expression(r"([a-z]+(?:-[a-z0-9]+)+)(?:\.([a-z]{2,3}))?\.md\Z")
_ADDRESS = expression(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:/[A-Za-z0-9._~%/-]*)?\Z")
_FRONT = expression(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINK = expression(
    r"\]\(\s*<?([^)\s>]+)|<([a-z][a-z0-9+.-]*:[^>\s]+)>|(?<![(<\w])((?:http|ftp|file|javascript|data):[^\s)>\]]+)", re.I
)


class TeamArticle(Struct, frozen=True):
    """One file."""

    id: str
    language: str
    """Empty: none said."""
    text: str
    """Clean, line by line."""
    replaces: bool
    article: str
    """The digest of the built-in article that it was written for; empty: nobody said."""
    path: str


def read_articles(folder: Path) -> tuple[TeamArticle, ...]:
    """Return the articles of a folder, in the order of their names. Raises UnusableFile for a folder or file that is none."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".md")
    except OSError:
        raise UnusableFile(said("{folder}: there is no such folder, or you may not read it", folder=named(folder))) from None
    if len(paths) > MOST_ARTICLES:
        raise UnusableFile(said("{folder}: more than {most} articles", folder=named(folder), most=MOST_ARTICLES))
    return tuple(_article(path) for path in paths)


def _article(path: Path) -> TeamArticle:
    match = _NAME.match(path.name)
    text = read_text(path, LARGEST_ARTICLE, said("an article")).replace("\r\n", "\n")
    front = _FRONT.match(text)
    try:
        front_matter = tomllib.loads(front[1]) if front else {}
    except tomllib.TOMLDecodeError:
        raise UnusableFile(said("{path}: what stands between the first two lines of --- is no TOML", path=named(path))) from None
    replaces, article = front_matter.get("replaces", False), front_matter.get("article", "")
    if not isinstance(replaces, bool) or not isinstance(article, str):
        raise UnusableFile(said("{path}: `replaces` is true or false, and `article` a text in quotes", path=named(path)))
    body = text[front.end() :] if front else text
    lines = (clean(line, _LONGEST_LINE).rstrip() for line in body.split("\n"))
    id, language = (match[1], match[2] or "") if match else (clean(path.stem, 100), "")
    return TeamArticle(id, language, "\n".join(lines).strip(), replaces, clean(article, 100), named(path))


def for_language(articles: Iterable[TeamArticle], language: str = "") -> dict[str, TeamArticle]:
    """Return one article for each id: that of this language, where there is one, else that of none."""
    found: dict[str, TeamArticle] = {}
    for article in sorted(articles, key=lambda one: one.language == language):
        if article.language in ("", language):
            found[article.id] = article
    return found


def laid_over(text: str, article: TeamArticle | None) -> str:
    """Return a built-in article with a team's one below it, or in its place."""
    if article is None:
        return text
    return article.text if article.replaces else f"{text.rstrip()}\n\n*{said('From our team')}*\n\n{article.text}\n"


def address_of_articles(text: str) -> str:
    """Return an address of the web (https) for pages to link to, without a slash at its end. Raises ValueError."""
    given = text.strip().rstrip("/")
    if len(given) > LONGEST_ADDRESS or not _ADDRESS.match(given):
        raise ValueError(
            said("{address} is no address to link to: write it as https://docs.acme.example/diag", address=shown(text))
        )
    return given


def article_address(docs: str, id: str) -> str:
    """Return where the article of a cause stands, `docs` being where the pages of `diag manual` do; empty where that is."""
    return f"{docs}/causes/{id}.html" if docs else ""


def mark_of(check: AnyCheck) -> str:
    """Return the digest by which an article names the built-in one that it was written for."""
    return hashlib.sha256(check.article.encode()).hexdigest()[:8]


def template_of(check: AnyCheck, told: AnyCheck) -> str:
    """Return a file to begin an article with. `told`: the check in the language of whoever writes."""
    title = told.article.partition("\n")[0].strip()
    return (
        f'---\nreplaces = false\narticle = "{mark_of(check)}"\n---\n{title}\n\n'
        f"*{said('What we know of it here')}*\n\n\n*{said('Whom to ask')}*\n\n"
    )


def complaints(articles: Iterable[TeamArticle], checks: Mapping[str, AnyCheck]) -> Iterator[str]:
    """Yield what is wrong with articles, a sentence each: an id that is none, a link that is not https, an older check's text."""
    for article in articles:
        check = checks.get(article.id)
        if check is None:
            yield said("{file}: no cause is called {id}", file=article.path, id=article.id)
            continue
        for link in links_in(article.text):
            if not link.lower().startswith(("https://", "#", "mailto:")):
                yield said("{file}: the link {link} is not https", file=article.path, link=clean(link, 200))
        if article.article and article.article != mark_of(check):
            yield said(
                "{file}: it was written for an older article about {id}: compare, then write {mark}",
                file=article.path,
                id=article.id,
                mark=mark_of(check),
            )


def links_in(text: str) -> Iterator[str]:
    """Yield what a Markdown text links to."""
    for match in _LINK.finditer(text):
        yield next(part for part in match.groups() if part)
