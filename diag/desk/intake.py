"""Bundles on their way into the index: found, judged by workers, written by one hand, a few hundred at a time.

Size and time of a file say whether it is opened, the digest whether it is known. What is written stays, whatever happens next,
and the next call goes on from there.
"""

import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from diag.bundle.keys import Identities
from diag.desk.alike import NO_CAUSE, ClusterParts
from diag.desk.cases import CaseList, labels_in_path
from diag.desk.index import change, follow, put_bundle, put_file, put_labels
from diag.desk.reading import ReadBundle
from diag.desk.workers import GetCatalogue, judge_files
from diag.model.obstacle import Told
from diag.model.text import clean

AT_ONCE = 200
"""Files of one transaction."""
ENDINGS = (".zip", ".hpke", ".age")
"""What a folder is searched for; a file that is named by itself may have any name."""
LONGEST_FILE_NAME = 4_000
_LINK = Told("It is a link, and links are not followed: name what it leads to.")
_GONE = Told("There is no such file or folder.")
_SHUT = Told("The folder cannot be opened: check that you may read it.")


@dataclass(frozen=True, kw_only=True)
class Means:
    """What the desk judges and names with; handed in, since it knows no check by itself."""

    catalogue: GetCatalogue
    judged_by: str
    """The version of the catalogue, and of what makes cases alike."""
    title: Callable[[ClusterParts], str]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How bundles are to be taken in."""

    identities: Identities | None = None
    jobs: int = 2
    labels: Mapping[str, str] = field(default_factory=dict)
    label_from: str = ""
    cases: CaseList | None = None


@dataclass
class Taken:
    """What came of it."""

    new: int = 0
    again: int = 0
    """Judged once more, as the catalogue is another."""
    known: int = 0
    skipped: dict[str, Told] = field(default_factory=dict)
    """What was skipped now, by its path, with the sentence why."""
    understood: int = 0
    """Of those judged once more that had no cause, how many have one now."""
    not_understood: int = 0
    """How many of them had none."""
    otherwise: int = 0
    """Of those judged once more, how many have other causes than before."""
    kept: int = 0
    """Bundles that keep the judgement of an older catalogue, as their files are gone."""


def found_files(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result | Told]]:
    """Yield the files that are named or lie in named folders, each once, with its stat, or why it is none. Links stay shut."""
    for path in sorted({Path(os.path.abspath(path)) for path in paths}):
        try:
            found = path.lstat()
        except (OSError, ValueError):
            yield path, _GONE
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _in_folder(path)
        else:
            yield path, _LINK if stat.S_ISLNK(found.st_mode) else found


def _in_folder(folder: Path) -> Iterator[tuple[Path, os.stat_result | Told]]:
    waiting = [str(folder)]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            yield Path(here), _SHUT
            continue
        for entry in inside:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.name.endswith(ENDINGS) and not entry.name.startswith("."):
                yield Path(entry.path), _LINK if entry.is_symlink() else entry.stat(follow_symlinks=False)


def take_in(
    db: sqlite3.Connection, paths: Iterable[Path], means: Means, wishes: Wishes, watch: Callable[[int, int], None]
) -> Taken:
    """Bring the index up to date with these files, and with the catalogue. `watch` hears how many of how many are read."""
    return _Intake(db, means, wishes, watch).take(paths)


class _Intake:
    def __init__(self, db: sqlite3.Connection, means: Means, wishes: Wishes, watch: Callable[[int, int], None]) -> None:
        self._db = db
        self._means = means
        self._wishes = wishes
        self._watch = watch
        self._taken = Taken()
        self._moved: dict[str, Counter[str]] = {}
        self._stats: dict[str, tuple[int, int]] = {}

    def take(self, paths: Iterable[Path]) -> Taken:
        files = list(found_files(paths))
        unread = list(self._unread(files))
        stale = list(self._stale({str(path) for path in unread}))
        self._read([*unread, *stale])
        self._label(files)
        with change(self._db):
            for old, counted in self._moved.items():
                follow(self._db, old, counted.most_common(1)[0][0])
        (self._taken.kept,) = self._db.execute(
            "SELECT COUNT(*) FROM bundle WHERE judged_by != ?", (self._means.judged_by,)
        ).fetchone()
        return self._taken

    def _unread(self, files: Sequence[tuple[Path, os.stat_result | Told]]) -> Iterator[Path]:
        """The files that are not known as they are; what is no file is noted."""
        known = {path: (size, mtime) for path, size, mtime in self._db.execute("SELECT path, size, mtime_ns FROM file")}
        with change(self._db):
            for path, found in files:
                name = _name(path)
                if isinstance(found, Told):
                    self._skip(name, (0, 0), found)
                elif known.get(name) == (found.st_size, found.st_mtime_ns) and not self._is_locked(name):
                    self._taken.known += 1
                else:
                    self._stats[str(path)] = (found.st_size, found.st_mtime_ns)
                    yield path

    def _is_locked(self, name: str) -> bool:
        """Whether a file was skipped, and a key is given now that may open it."""
        if self._wishes.identities is None:
            return False
        (digest,) = self._db.execute("SELECT digest FROM file WHERE path = ?", (name,)).fetchone()
        return digest is None and name.endswith(ENDINGS[1:])

    def _stale(self, besides: set[str]) -> Iterator[Path]:
        """One file of each bundle that another catalogue judged, where one is left."""
        rows = self._db.execute(
            "SELECT bundle.digest, file.path FROM bundle JOIN file USING (digest) WHERE judged_by != ? ORDER BY path",
            (self._means.judged_by,),
        ).fetchall()
        done: set[str] = set()
        for digest, name in rows:
            path = Path(name)
            if digest not in done and name not in besides and path.is_file() and not path.is_symlink():
                done.add(digest)
                found = path.stat()
                self._stats[name] = (found.st_size, found.st_mtime_ns)
                yield path

    def _read(self, paths: Sequence[Path]) -> None:
        done = 0
        batch: list[tuple[Path, ReadBundle | Told]] = []
        for each in judge_files(paths, self._means.catalogue, self._wishes.identities, self._wishes.jobs):
            batch.append(each)
            if len(batch) == AT_ONCE:
                self._write(batch)
                done += len(batch)
                batch = []
                self._watch(done, len(paths))
        self._write(batch)
        self._watch(len(paths), len(paths))

    def _write(self, batch: Iterable[tuple[Path, ReadBundle | Told]]) -> None:
        with change(self._db):
            for path, read in batch:
                self._put(path, read)

    def _put(self, path: Path, read: ReadBundle | Told) -> None:
        name, found = _name(path), self._stats[str(path)]
        if isinstance(read, Told):
            self._skip(name, found, read)
            return
        put_file(self._db, name, found, read.digest)
        before = self._db.execute("SELECT id, judged_by FROM bundle WHERE digest = ?", (read.digest,)).fetchone()
        if before and before[1] == self._means.judged_by:
            self._taken.known += 1
            return
        was = (
            [id for (id,) in self._db.execute("SELECT id FROM cause WHERE bundle = ? ORDER BY rank", before[:1])]
            if before
            else []
        )
        titles = {cause.parts.fingerprint: self._means.title(cause.parts) for cause in read.causes}
        _, moved = put_bundle(self._db, read, titles, self._means.judged_by, self._means.now)
        for old, new in moved.items():
            self._moved.setdefault(old, Counter())[new] += 1
        if before:
            self._compare(was, [cause.parts.cause for cause in read.causes])
        else:
            self._taken.new += 1

    def _compare(self, was: list[str], now: list[str]) -> None:
        self._taken.again += 1
        self._taken.otherwise += was != now
        if NO_CAUSE in was:
            self._taken.not_understood += 1
            self._taken.understood += NO_CAUSE not in now and bool(now)

    def _skip(self, name: str, found: tuple[int, int], why: Told) -> None:
        self._taken.skipped[name] = why
        put_file(self._db, name, found, None, why)

    def _label(self, files: Iterable[tuple[Path, os.stat_result | Told]]) -> None:
        """Adds the desk's labels to what is named now, and those of the list of cases to all that it names."""
        wishes = self._wishes
        if not (wishes.labels or wishes.label_from or wishes.cases):
            return
        bundles = dict(self._db.execute("SELECT digest, id FROM bundle"))
        lying = dict(self._db.execute("SELECT path, digest FROM file WHERE digest IS NOT NULL"))
        with change(self._db):
            for path, _ in files:
                digest = lying.get(_name(path))
                if digest in bundles:
                    named = labels_in_path(wishes.label_from, path) if wishes.label_from else {}
                    put_labels(self._db, bundles[digest], {**named, **wishes.labels}.items(), "desk")
            for name, digest in lying.items() if wishes.cases else ():
                if digest in bundles and wishes.cases:
                    told = wishes.cases.labels_of(digest, Path(name).name)
                    put_labels(self._db, bundles[digest], told.items(), "cases")


def _name(path: Path) -> str:
    """A path as the index has it: safe to show. Two names that differ only in what is unsafe are one."""
    return clean(str(path), LONGEST_FILE_NAME)
