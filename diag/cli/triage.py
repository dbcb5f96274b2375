"""`diag triage`: many bundles read into an index, and what needs attention first."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from sqlite3 import Connection

import click

from diag.bundle.archive import CannotRead, content_of
from diag.bundle.keys import Identities
from diag.cli.catalogue import articles_option, named_profile, profile_option, team_articles
from diag.cli.desk import get_catalogue, index_options, means, moment_of, opened_index, writer
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, WRONG_USE, WrongUse
from diag.cli.files import not_written, obstacle, put, shown_path, written
from diag.cli.labels import read_labels
from diag.cli.opening import identities_in, identity_option
from diag.cli.sections import Command
from diag.cli.suggestions import hint
from diag.desk.alike import ClusterParts
from diag.desk.attention import RULES
from diag.desk.cases import CaseList, checked_pattern, read_cases
from diag.desk.clusters import CaseFilter, desk_of, sample
from diag.desk.index import DeskError
from diag.desk.intake import Means, Taken, Wishes, take_in
from diag.desk.notes import Writer, keep_apart, known_cluster, merge, split
from diag.desk.reading import read_bundle_anew
from diag.desk.search import put_articles
from diag.desk.stock import Case, Stock, load
from diag.language import LANGUAGES, retold, said, speaking, spoken_to_programs
from diag.language.catalogue import article
from diag.language.spoken import ENGLISH
from diag.model.desk import Desk
from diag.model.text import clean
from diag.model.verdict import Owner
from diag.profile.articles import TeamArticle, laid_over
from diag.report.forms.desk.documents import write_document
from diag.report.forms.desk.text import write_desk, write_queue
from diag.report.layout.page import Page, open_page
from diag.report.wording.desk import POINTS, RULE_WORDS, told_desk

MOST_JOBS = 64
MOST_WRONG = 20
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "triage",
    cls=Command,
    ends={FOUND_NOTHING: "shown", FOUND_PROBLEM: "with --strict: a file was skipped", WRONG_USE: "wrong use"},
    examples=("diag triage cases/", "diag triage --cause dns-slow --queue", "diag triage --similar BUNDLE"),
)
@click.argument("paths", nargs=-1, metavar="[BUNDLE|FOLDER]...", type=click.Path(path_type=Path))
@index_options
@click.option("--jobs", type=int, default=0, metavar="N", help="Processes that read. Default: one a processor, two at least.")
@identity_option
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label for all bundles named now: org=acme.")
@click.option("--label-from", default="", metavar="PATTERN", help="Labels from the path: 'org/case/*' reads acme/123/x.zip.")
@click.option(
    "--cases", type=_FILE, metavar="FILE", help="A list of cases as CSV: bundle, org, case, opened, replied, solved ..."
)
@click.option("--since", metavar="DAYS|DATE", help="Only cases of the last so many days, or since a day, such as 2026-03-04.")
@click.option("--owner", type=click.Choice([owner.value for owner in Owner]), help="Only what this owner can fix.")
@click.option("--cause", default="", metavar="ID", help="Only this cause.")
@click.option("--only", "only", multiple=True, metavar="KEY=VALUE", help="Only cases with this label.")
@click.option("--cluster", default="", metavar="FP", help="Only this cluster, with its cases.")
@click.option("--similar", "like", type=_FILE, metavar="BUNDLE", help="Only clusters that are like this bundle.")
@click.option("--unknown", is_flag=True, help="Only what is not understood.")
@click.option("--queue", is_flag=True, help="Single cases in place of clusters.")
@click.option("--review", type=int, metavar="N", help="A fair sample of solved cases, for a review.")
@click.option("--all", "everything", is_flag=True, help="Show all, and not the first few.")
@click.option("--demos", is_flag=True, help="Count demonstrations (diag demo) as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--html", type=_FILE, metavar="FILE", help="Write it as one page for a browser.")
@click.option("--merge", "merged", nargs=2, metavar="FP FP", help="Let the second cluster stand in the first.")
@click.option(
    "--split",
    "alone",
    metavar="FP",
    help="Undo a merge: this one stands by itself again, or, where others were merged into it, they do.",
)
@click.option(
    "--apart",
    metavar="KEY=VALUE",
    help="With --split: keep only the cases apart that have this label, or endpoint=HOST that fares badly. --merge undoes it.",
)
@click.option("--why", default="", metavar="TEXT", help="Why, for --merge and --split.")
@click.option("--who", metavar="NAME", help="Who decides. Default: the user of this computer.")
@articles_option
@profile_option
@click.option("--strict", is_flag=True, help="Exit code 1 where a file was skipped.")
@click.option("--explain-attention", is_flag=True, help="Print the table of points, and nothing else.")
def command(
    paths: tuple[Path, ...],
    index: Path | None,
    as_of: str | None,
    jobs: int,
    identity: Path | None,
    labels: tuple[str, ...],
    label_from: str,
    cases: Path | None,
    since: str | None,
    owner: str | None,
    cause: str,
    only: tuple[str, ...],
    cluster: str,
    like: Path | None,
    unknown: bool,
    queue: bool,
    review: int | None,
    everything: bool,
    demos: bool,
    as_json: bool,
    html: Path | None,
    merged: tuple[str, str] | None,
    alone: str | None,
    apart: str | None,
    why: str,
    who: str | None,
    articles: Path | None,
    profile: str | None,
    strict: bool,
    explain_attention: bool,
) -> int:
    """Read bundles into an index, and show what needs attention first: which cases share a cause, which is new.

    Every bundle is judged anew by the checks of this diag. Without BUNDLE or FOLDER, what is in the index is shown.
    """
    page = open_page(sys.stdout)
    if explain_attention:
        _explain(page)
        return FOUND_NOTHING
    if apart and not alone:
        raise WrongUse(said("--apart says which cases --split FP keeps by themselves: name the cluster with it"))
    if html is not None and (obstacle_there := obstacle(html)):
        raise WrongUse(said("--html {file}: {obstacle_there}", file=shown_path(html), obstacle_there=obstacle_there))
    now = moment_of(as_of)
    by = means(now)
    identities = identities_in(identity)
    with opened_index(index, make=bool(paths)) as db:
        listed = read_cases(cases) if cases else None
        wishes = Wishes(
            identities=identities,
            jobs=_jobs(jobs),
            labels={label.key: label.value for label in read_labels(labels)},
            label_from=checked_pattern(label_from) if label_from else "",
            cases=listed,
        )
        taken = take_in(db, paths, by, wishes, _watch)
        if taken.new or taken.again or articles or profile:
            put_articles(db, _texts(by, team_articles(articles, named_profile(profile))))
        if merged:
            merge(db, writer(who, now), *merged, why)
        if alone:
            _split(db, writer(who, now), alone, apart, why)
        stock = load(db, now, demos=demos)
        if review is not None:
            _review(page, sample(stock, review, seed=f"{now:%Y-%m-%d}"))
            return FOUND_NOTHING
        wanted = CaseFilter(
            since=None if since is None else _since(since, now),
            owner=owner or "",
            cause=_cause(cause, stock) if cause else "",
            labels={label.key: label.value for label in read_labels(only)},
            cluster=known_cluster(db, cluster) if cluster else "",
            unknown=unknown,
        )
        likes = None if like is None else _parts_of(like, by, identities)
        desk = desk_of(stock, wanted, likes)
    notes = (*_told(taken), *_wrong(listed))
    _show(
        page,
        desk,
        notes,
        as_json=as_json,
        queue=queue or bool(cluster),
        clusters=not queue,
        html=html,
        everything=everything,
        skipped=wanted == CaseFilter() and likes is None,
    )
    return FOUND_PROBLEM if strict and taken.skipped else FOUND_NOTHING


def _since(text: str, now: datetime) -> datetime:
    """The moment from which on cases count: so many days ago, or the beginning of a day. Raises WrongUse."""
    try:
        return now - timedelta(days=int(text)) if text.isdecimal() else datetime.combine(date.fromisoformat(text), time(), UTC)
    except (ValueError, OverflowError):
        raise WrongUse(
            said("--since {since}: write a number of days, or a date, such as 2026-03-04", since=clean(text, 60))
        ) from None


def _cause(id: str, stock: Stock) -> str:
    """The cause that is meant: one of the catalogue, or one that the index knows. Raises WrongUse."""
    known = {*(check.id for check in get_catalogue()), *(cluster.id for cluster in stock.names.values())}
    if id not in known:
        raise WrongUse(
            said(
                "--cause {cause}: no cause is called that: {words}",
                cause=clean(id, 60),
                words=hint(id, sorted(known)) or said("the list is: diag checks"),
            )
        )
    return id


def _review(page: Page, cases: Sequence[Case]) -> None:
    """One line a case; where none is solved, how one becomes so."""
    for case in cases:
        page.write(page.words(f"{case.digest[:12]}  {case.labels.get('case', '')}  {case.org}  {case.file}"))
    if not cases:
        page.write(page.words(said("No case is solved yet: diag resolve BUNDLE --by CAUSE says so of one.")))


def _split(db: Connection, by: Writer, fp: str, apart: str | None, why: str) -> None:
    if apart is None:
        split(db, by, fp, why)
        return
    key, _, value = apart.partition("=")
    if not (key.strip() and value.strip()):
        raise WrongUse(said("--apart {apart}: write a label, such as product=spark, or endpoint=HOST", apart=clean(apart, 60)))
    keep_apart(db, by, fp, key.strip(), value.strip(), why)


def _show(
    page: Page,
    desk: Desk,
    notes: tuple[str, ...],
    *,
    as_json: bool,
    queue: bool,
    clusters: bool,
    html: Path | None,
    everything: bool,
    skipped: bool,
) -> None:
    """Show the desk in the forms that are wanted; `skipped`: each file that is no case is named, and not only counted."""
    import msgspec

    from diag.cli.catalogue import known

    desk = msgspec.structs.replace(desk, notes=(*desk.notes, *notes))
    if as_json:
        with speaking(spoken_to_programs(), asked_for=True):
            document = write_document(told_desk(desk, known()))
    desk = told_desk(desk, known())
    if html is not None:
        from diag.report.forms.desk.page import write_desk_page

        content = write_desk_page(desk).encode()
        try:
            put(html, content)
        except OSError as error:
            raise WrongUse(not_written(html, error)) from None
        if not as_json:
            page.verbatim(page.words(written(html, content)))
            return
    if as_json:
        sys.stdout.buffer.write(document)
        return
    most = {"most": sys.maxsize} if everything else {}
    if clusters:
        write_desk(page, desk, **most, **({} if skipped else {"most_skipped": 0}))
    if queue:
        write_queue(page, desk.queue, **most)


def _explain(page: Page) -> None:
    page.write(
        page.words(said("Points add up; ties go by organisations, then bundles. A warning never comes before a problem."), "bold")
    )
    page.rows([[page.words(POINTS[rule.name]), page.words(RULE_WORDS[rule.name])] for rule in RULES], 1, indent=2)


def _texts(by: Means, own: Mapping[str, TeamArticle]) -> Iterator[tuple[str, str, str]]:
    """All articles, a team's own laid over ours: id, first line, text. It can be looked for in every language."""
    for check in by.catalogue():
        text = laid_over(check.article, own.get(check.id))
        others = [article(language, check.id) for language in LANGUAGES if language != ENGLISH]
        yield check.id, text.partition("\n")[0], "\n\n".join((text, *others))


def _jobs(wished: int) -> int:
    return min(wished if wished > 0 else max(2, os.cpu_count() or 1), MOST_JOBS)


def _parts_of(path: Path, by: Means, identities: Identities | None) -> ClusterParts:
    """The parts of the first cause of a bundle. Raises WrongUse."""
    try:
        read = read_bundle_anew(content_of(path), by.catalogue(), identities)
    except CannotRead as error:
        raise WrongUse(f"{shown_path(path)}: {retold(error)}") from None
    if not read.causes:
        raise DeskError("Nothing is wrong in {file}: no case can be like it.", file=shown_path(path))
    return read.causes[0].parts


def _watch(done: int, all_of: int) -> None:
    """How far the reading has come, on a terminal alone."""
    if all_of and sys.stderr.isatty():
        end = "\n" if done == all_of else ""
        told = said("diag: read {done} of {total} files", done=done, total=all_of)
        print(f"\r{told}", end=end, file=sys.stderr, flush=True)


def _told(taken: Taken) -> tuple[str, ...]:
    """What came of the reading, a sentence each."""
    told = []
    if taken.new or taken.skipped:
        told.append(
            said(
                "Read now: {new} {new:new bundle|new bundles}; {known} known; {number} skipped.",
                new=taken.new,
                known=taken.known,
                number=len(taken.skipped),
            )
        )
    if taken.again:
        changed = (
            said("{otherwise} of {again} have other causes than before", otherwise=taken.otherwise, again=taken.again)
            if taken.otherwise
            else said("none has another cause")
        )
        told.append(said("Judged again by the checks of this diag: {changed}.", changed=changed))
    if taken.not_understood:
        told.append(
            said(
                "{understood} of {not_understood} cases that were not understood now have a cause.",
                understood=taken.understood,
                not_understood=taken.not_understood,
            )
        )
    if taken.kept:
        told.append(said("{kept} {kept:bundle|bundles} kept an older judgement, as the files are gone.", kept=taken.kept))
    return tuple(told)


def _wrong(cases: CaseList | None) -> tuple[str, ...]:
    """What is wrong with rows of the list of cases."""
    wrong = cases.wrong if cases else ()
    more = (said("--cases: and {number} more", number=len(wrong) - MOST_WRONG),) if len(wrong) > MOST_WRONG else ()
    return (*(said("--cases, {line}", line=clean(retold(line), 300)) for line in wrong[:MOST_WRONG]), *more)
