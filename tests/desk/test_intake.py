"""Bundles on their way into the index: judged anew, counted once, and nothing that lies among them harms or stops the rest."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from checks import CATALOGUE
from diag.bundle import layout
from diag.bundle.archive import unpack
from diag.bundle.layout import ErrorLine, lines
from diag.bundle.seal import sealed
from diag.bundle.write import zipped
from diag.cli.desk import means
from diag.desk import index as index_module
from diag.desk import workers
from diag.desk.clusters import CaseFilter, desk_of
from diag.desk.index import DeskError, open_index, spoken
from diag.desk.intake import Means, Taken, Wishes, take_in
from diag.desk.reading import read_bundle_anew
from diag.desk.stock import load
from diag.model.endpoint import Endpoint
from tests.bench.corpus import Planned, content_of, evidence_of
from tests.bundle.hostile import ARCHIVES, DOCUMENTS
from tests.desk import deadly
from tests.desk.corpus import BEGAN, NOW
from tests.desk.test_alike import parts_in
from tests.recording.scene import read_scene

ROOT = Path(__file__).resolve().parents[2]
UNREAD = "a fact that is an object"
"""Its fault lies in the recorded matrix, which the desk does not read."""
ONE = "dns-no-address/name-without-address"


def bundle(scene: str = ONE, org: str = "acme", host: str = "") -> bytes:
    plan = Planned(scene, org, BEGAN)
    if not host:
        return content_of(plan)
    members = unpack(content_of(plan))
    name = evidence_of(plan).run.trails[0].endpoint.host.encode()
    return resealed({key: value.replace(name, host.encode()) for key, value in members.items()})


def resealed(members: dict[str, bytes]) -> bytes:
    rest = {name: content for name, content in members.items() if name != layout.MANIFEST}
    manifest = msgspec.json.decode(members[layout.MANIFEST])
    manifest["members"] = msgspec.to_builtins(sealed(rest))
    return zipped({layout.MANIFEST: layout.JSON.encode(manifest), **rest})


def cut(scene: str, lost: int, org: str = "acme") -> bytes:
    """A bundle of four endpoints, of which so many were left out for the size of it, as the writer leaves them out."""
    members = unpack(content_of(Planned(scene, org, BEGAN, endpoints=4)))
    run = msgspec.json.decode(members[layout.RUN_MEMBER])
    gone = [Endpoint(**{name: trail["endpoint"][name] for name in ("host", "port", "scheme")}) for trail in run["trails"][-lost:]]
    ids = {id for trail in run["trails"][-lost:] for id in (*trail["walk"], *trail.get("followed", ()))}
    ids -= {id for trail in run["trails"][:-lost] for id in (*trail["walk"], *trail.get("followed", ()))}
    run["trails"][-lost:] = [{"endpoint": trail["endpoint"], "route": trail["route"]} for trail in run["trails"][-lost:]]
    evidence = [line for line in members[layout.EVIDENCE].splitlines(True) if msgspec.json.decode(line)["id"] not in ids]
    told = tuple(ErrorLine(layout.SIZE, endpoint=str(endpoint)) for endpoint in gone)
    cut_short = {layout.RUN_MEMBER: layout.JSON.encode(run), layout.EVIDENCE: b"".join(evidence), layout.ERRORS: lines(told)}
    return resealed({**members, **cut_short})


def taken_in(db: sqlite3.Connection, *paths: Path, by: Means | None = None, **wishes: object) -> Taken:
    return take_in(db, paths, by or means(NOW), Wishes(jobs=1, **wishes), lambda done, all_of: None)  # type: ignore[arg-type]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path / "new.db"


@pytest.fixture
def fresh(empty: Path) -> sqlite3.Connection:
    return open_index(empty, make=True)


def causes(db: sqlite3.Connection) -> list[tuple[str, str]]:
    return db.execute("SELECT digest, cause.id FROM cause JOIN bundle ON bundle.id = bundle ORDER BY digest, rank").fetchall()


def test_every_bundle_stands_in_the_clusters_of_its_scene(indexed: Path, truth: dict[str, str]) -> None:
    """At any customer, week, level and number of endpoints; and scenes share a cluster only where cause and kind are equal."""
    db = open_index(indexed)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, parts in db.execute(
        "SELECT path, parts FROM file JOIN bundle USING (digest) LEFT JOIN cause ON cause.bundle = bundle.id "
        "LEFT JOIN cluster USING (fp)"
    ):
        found[path] |= {parts} if parts else set()
    assert set(found) == set(truth)
    must: dict[str, set[str]] = {}
    for scene in set(truth.values()):
        evidence = read_scene(scene).evidence
        must[scene] = {msgspec.json.encode(parts, order="sorted").decode() for parts in parts_in(evidence)}
    assert {path: parts for path, parts in found.items() if parts != must[truth[path]]} == {}


def test_what_the_customer_was_told_is_never_believed(fresh: sqlite3.Connection, tmp_path: Path) -> None:
    members = unpack(bundle())
    told = msgspec.json.decode(members[layout.VERDICTS])
    told["verdict"], told["causes"], told["verdicts"] = "ok", [], []
    forged = [{**msgspec.json.decode(members[layout.VERDICTS])["causes"][0], "id": f"http-forged-{n}\x1b[2J"} for n in range(300)]
    (tmp_path / "plain.zip").write_bytes(resealed(members))
    (tmp_path / "silent.zip").write_bytes(resealed({**members, layout.VERDICTS: layout.JSON.encode(told)}))
    (tmp_path / "loud.zip").write_bytes(resealed({**members, layout.VERDICTS: layout.JSON.encode({**told, "causes": forged})}))
    taken_in(fresh, tmp_path)
    assert {id for _, id in causes(fresh)} == {"dns-no-address"}
    then = {len(msgspec.json.decode(row)) for (row,) in fresh.execute("SELECT then_causes FROM bundle")}
    assert then == {0, 1, 200}
    assert not fresh.execute("SELECT COUNT(*) FROM bundle WHERE then_causes LIKE '%' || char(27) || '%'").fetchone()[0]


def test_what_a_cut_bundle_no_longer_holds_is_not_called_well(fresh: sqlite3.Connection, tmp_path: Path) -> None:
    """It is judged by what is left; the rest stands as left out, and leaves the case open where nothing else is wrong."""
    (tmp_path / "well.zip").write_bytes(cut("healthy/one-service", 2))
    (tmp_path / "all.zip").write_bytes(cut("healthy/one-service", 4, "b"))
    (tmp_path / "bad.zip").write_bytes(cut("lab/http-server-error", 1, "c"))
    (tmp_path / "whole.zip").write_bytes(content_of(Planned("healthy/one-service", "d", BEGAN, endpoints=4)))
    taken_in(fresh, tmp_path)
    kept = fresh.execute("SELECT path, verdict, whole, left_out, bundle.endpoints, cause.id FROM file JOIN bundle USING (digest) "
                         "LEFT JOIN cause ON cause.bundle = bundle.id").fetchall()  # fmt: skip
    assert {Path(path).stem: row for path, *row in kept} == {
        "well": ["unknown", 0, 2, 4, "unknown"],
        "all": ["unknown", 0, 4, 4, "unknown"],
        "bad": ["problem", 0, 1, 4, "http-server-error"],
        "whole": ["ok", 1, 0, 4, None],
    }
    assert fresh.execute("SELECT COUNT(*) FROM endpoint WHERE status = 'left_out' AND reached = 'start'").fetchone() == (7,)
    held = load(fresh, NOW)
    assert {case.left_out: case.traits["route"] for case in held.cases if not case.whole and case.verdict == "unknown"} == {
        2: frozenset(),
        4: frozenset(),
    }
    desk = desk_of(held, CaseFilter())
    assert desk.cut == 3
    assert {(entry.whole, entry.left_out) for entry in desk.queue} == {(False, 2), (False, 4), (False, 1)}
    stop = next(cluster for cluster in desk.clusters if cluster.cause == "unknown")
    assert (stop.cut, stop.title) == (2, "Open: some endpoints are not in the bundle, which was cut for its size")
    assert "nothing_arrives" not in " ".join(reason.rule for reason in stop.reasons)


def test_an_older_index_becomes_todays_and_its_bundles_are_read_again(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(cut("healthy/one-service", 1))
    old = sqlite3.connect(empty)
    old.executescript(f"{index_module.VERSIONS[0]}PRAGMA user_version = 1;")
    stat = (tmp_path / "x.zip").stat()
    digest = read_bundle_anew((tmp_path / "x.zip").read_bytes(), CATALOGUE).digest
    old.execute("INSERT INTO bundle (digest, began, ended, judged_by) VALUES (?, '', '', ?)", (digest, means(NOW).judged_by))
    old.execute("INSERT INTO file VALUES (?, ?, ?, ?, NULL)", (str(tmp_path / "x.zip"), stat.st_size, stat.st_mtime_ns, digest))
    old.execute("INSERT INTO cluster VALUES ('aaaaaaaaaaaa', '{}', 'x', 'x', 'bbbbbbbbbbbb')")
    old.commit()
    old.close()
    db = open_index(empty)
    assert db.execute("SELECT whole FROM bundle").fetchone() == (None,)
    assert taken_in(db).again == 1
    assert db.execute("SELECT whole, left_out FROM bundle").fetchone() == (0, 1)
    assert db.execute("SELECT merged_into FROM cluster WHERE fp = 'aaaaaaaaaaaa'").fetchone() == ("bbbbbbbbbbbb",)


def test_the_same_bundle_in_two_folders_counts_once_and_is_not_opened_twice(fresh: sqlite3.Connection, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.zip").write_bytes(bundle())
    first, again = taken_in(fresh, tmp_path), taken_in(fresh, tmp_path)
    assert (first.new, first.known) == (1, 1)
    assert (again.new, again.known, again.again) == (0, 2, 0)
    assert fresh.execute("SELECT COUNT(*) FROM file").fetchone() == (2,)


def test_hostile_files_are_listed_with_the_readers_sentence_and_the_rest_goes_on(
    fresh: sqlite3.Connection, tmp_path: Path
) -> None:
    hostile = {f"a{n}.zip": content for n, (_, content) in enumerate(ARCHIVES.values())}
    documents = {name: told for name, told in DOCUMENTS.items() if name != UNREAD}
    hostile |= {f"d{n}.zip": zipped(members) for n, (_, members) in enumerate(documents.values())}
    assert len(hostile) >= 24
    sentences = {f"a{n}.zip": said for n, (said, _) in enumerate(ARCHIVES.values())}
    sentences |= {f"d{n}.zip": said for n, (said, _) in enumerate(documents.values())}
    for name, content in hostile.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "good.zip").write_bytes(bundle())
    (tmp_path / "link.zip").symlink_to(tmp_path / "good.zip")
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "fifo").mkdir()
    os.mkfifo(tmp_path / "fifo" / "pipe.zip")
    taken = taken_in(fresh, tmp_path, tmp_path / "gone.zip")
    assert taken.new == 1
    skipped = {Path(path).name: why for path, why in fresh.execute("SELECT path, why FROM skipped")}
    listed = {name: why for name, why in skipped.items() if name in hostile}
    assert listed.keys() == hostile.keys()
    assert [name for name, why in listed.items() if sentences[name] not in why and "in verdicts.json" not in why] == []
    assert "links are not followed" in skipped["link.zip"]
    assert "no such file" in skipped["gone.zip"]
    assert "not a file" in skipped["pipe.zip"]


def test_a_worker_that_dies_or_never_ends_costs_its_file(
    fresh: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LONGEST_READ", 1.0)
    for name, host in (("1", ""), ("2", "deadly.house.test"), ("3", "endless.house.test"), ("4", "")):
        (tmp_path / f"{name}.zip").write_bytes(bundle(org=name, host=host))
    by = replace(means(NOW), catalogue=deadly.catalogue, title=lambda parts: parts.cause)
    taken = taken_in(fresh, tmp_path, by=by)
    assert taken.new == 2
    assert {Path(path).name: str(why) for path, why in taken.skipped.items()} == {
        "2.zip": str(workers._DIED),
        "3.zip": str(workers._TOO_LONG),
    }


def test_another_catalogue_judges_all_again_and_says_what_changed(fresh: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(bundle())
    (tmp_path / "y.zip").write_bytes(bundle(org="other"))
    older = replace(means(NOW), catalogue=catalogue_without, judged_by="older")
    taken_in(fresh, tmp_path, by=older)
    assert {id for _, id in causes(fresh)} == {"unknown"}
    (tmp_path / "y.zip").unlink()
    taken = taken_in(fresh)
    assert (taken.again, taken.not_understood, taken.understood, taken.kept) == (1, 1, 1, 1)
    assert sorted(id for _, id in causes(fresh)) == ["dns-no-address", "unknown"]


def catalogue_without():  # type: ignore[no-untyped-def]
    return tuple(check for check in CATALOGUE if check.id != "dns-no-address")


def test_a_note_follows_its_cluster_where_what_makes_cases_alike_changes(fresh: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(bundle("lab/proxy-login-required"))
    taken_in(fresh, tmp_path, by=replace(means(NOW), catalogue=catalogue_coarse, judged_by="older"))
    ((old,),) = fresh.execute("SELECT fp FROM cause").fetchall()
    taken_in(fresh)
    ((new,),) = fresh.execute("SELECT fp FROM cause").fetchall()
    assert new != old
    assert fresh.execute("SELECT merged_into FROM cluster WHERE fp = ?", (old,)).fetchone() == (new,)


def catalogue_coarse():  # type: ignore[no-untyped-def]
    return tuple(msgspec.structs.replace(check, alike=()) for check in CATALOGUE)


def test_what_is_committed_stays_when_it_is_interrupted(
    fresh: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diag.desk import intake

    monkeypatch.setattr(intake, "AT_ONCE", 2)
    for number in range(5):
        (tmp_path / f"{number}.zip").write_bytes(bundle(org=str(number)))

    def interrupted(done: int, all_of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(fresh, [tmp_path], means(NOW), Wishes(jobs=1), interrupted)
    assert fresh.execute("SELECT COUNT(*) FROM bundle").fetchone() == (2,)
    assert taken_in(fresh, tmp_path).new == 3


def test_the_index_is_its_owners_alone(empty: Path) -> None:
    open_index(empty, make=True).close()
    assert empty.stat().st_mode & 0o777 == 0o600


def test_no_index_a_newer_one_and_another_programs_are_told_in_a_sentence(empty: Path, tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="diag triage FOLDER reads bundles and makes one"):
        open_index(empty)
    open_index(empty, make=True).execute("PRAGMA user_version = 99")
    with pytest.raises(DeskError, match="A newer diag made the index"):
        open_index(empty)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(DeskError, match="another program's database"):
        open_index(tmp_path / "other.db", make=True)
    (tmp_path / "junk.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DeskError, match="is no index of diag, or is damaged"):
        open_index(tmp_path / "junk.db")


def test_a_locked_index_waits_and_then_says_so(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_index(empty, make=True).close()
    monkeypatch.setattr(index_module, "WAIT", 0.1)
    holder = sqlite3.connect(empty, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    db = open_index(empty)
    with pytest.raises(DeskError, match="wait for it, or ask who runs it"), spoken(empty):
        db.execute("BEGIN IMMEDIATE")
    holder.execute("ROLLBACK")
    holder.close()


SMALL_DISK = """
mount -t tmpfs -o size={size}k tmpfs disk && cp desk.db disk/
{python} -m diag triage bundles --jobs 1 --index disk/desk.db
echo $?
mkdir after && cp disk/* after/
"""
"""A disk that holds an index and hardly more, and which these lines alone see."""


@pytest.mark.skipif(not (shutil.which("unshare") and os.geteuid() == 0), reason="mounts a disk of its own, as root on Linux")
def test_a_full_disk_is_told_in_a_sentence_and_what_was_there_stays(tmp_path: Path) -> None:
    for folder in ("bundles", "disk"):
        (tmp_path / folder).mkdir()
    (tmp_path / "old.zip").write_bytes(bundle())
    db = open_index(tmp_path / "desk.db", make=True)
    taken_in(db, tmp_path / "old.zip")
    db.close()
    (tmp_path / "bundles" / "new.zip").write_bytes(bundle(org="other"))
    size = (tmp_path / "desk.db").stat().st_size // 1024 + 48  # what readers and writer share takes 32
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", SMALL_DISK.format(size=size, python=sys.executable)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.stdout.splitlines()[-1] == "2", ended.stdout + ended.stderr
    assert "The disk is full: what was read until then is kept" in ended.stderr
    kept = sqlite3.connect(tmp_path / "after" / "desk.db")
    # "NULL value" is what SQLite before 3.41 says of any table without row numbers whose key is not its first columns.
    assert {said for (said,) in kept.execute("PRAGMA integrity_check")} <= {"ok", "NULL value in label.value"}
    assert kept.execute("SELECT org.value FROM bundle JOIN labels AS org ON org.bundle = bundle.id").fetchall() == [("acme",)]


def test_two_read_while_one_writes(empty: Path) -> None:
    writer = open_index(empty, make=True)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO file VALUES ('x', 0, 0, NULL, 'why', NULL)")
    seen: list[int] = []

    def read() -> None:
        seen.append(open_index(empty).execute("SELECT COUNT(*) FROM file").fetchone()[0])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    writer.execute("COMMIT")
    assert seen == [0, 0]


def test_the_desk_is_not_loaded_by_a_plain_run() -> None:
    code = "import sys, diag.cli.run; print([name for name in sys.modules if name.startswith('diag.desk') or name == 'sqlite3'])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
