"""What a run leaves behind, bundle and files: redacted, judged once more as it stands there, searched for secrets, written.

Whatever keeps it from being written where it was wished is said on stderr; the diagnosis stands. A bundle then goes to a folder
of the user's own: what was seen cannot be had again.
"""

import hashlib
import os
import secrets
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

from msgspec import Struct

from diag import __version__
from diag.bundle.closing import CannotEncrypt, Envelope
from diag.bundle.held_back import without_leaking
from diag.bundle.known_secrets import Private, in_unread
from diag.bundle.layout import BUG, UNREADABLE, ErrorLine
from diag.bundle.level import Level
from diag.bundle.redact import Redacted, redact
from diag.bundle.scan import Leak, scan
from diag.bundle.write import CannotWrite, Written, write_bundle
from diag.cli.catalogue import all_checks, known
from diag.cli.files import STDOUT, USUAL_PLACE, home_folder, own_folders, put, short_path, shown_path, written
from diag.cli.forms import Account, Output, written_as
from diag.cli.memory import remember
from diag.cli.streams import say
from diag.engine.judge import judge, judge_redacted
from diag.knowledge.unreadable_answers import unreadable
from diag.language import reason_of, retold, said, speaking, spoken
from diag.language.spoken import ENGLISH
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.model.secret import Credential, Login, Secret
from diag.model.wire.unreadable import place
from diag.probe.machine.system import host_name
from diag.probe.proxy_value import unread
from diag.report.forms.text import write_summary


class Prepared(Struct, frozen=True):
    """A run's evidence as it may leave this machine, and what is judged from that."""

    redacted: Redacted
    diagnosis: Diagnosis
    meaning: Sequence[str] = ()
    """What the diagnosis means for the user's work, in sentences."""
    in_english: tuple[str, ...] = ()
    """The same in English, for what programs and support read."""


class Left(Struct, frozen=True):
    """What a run has left behind."""

    bundle: Written | None = None
    lines: tuple[str, ...] = ()
    """One for each file that was written."""
    on_stdout: bytes = b""
    """What is to go to standard output in the report's place."""
    stand_ins: bool = False
    """Whether something in it was replaced."""
    missing: bool = False
    """Whether something that was wished for is not where it was wished."""
    redacted: Evidence | None = None
    """The evidence as it may be quoted; None: nothing was to leave, so nothing was redacted."""


def prepare(
    evidence: Evidence,
    diagnosis: Diagnosis,
    private: Private,
    level: Level = Level.STANDARD,
    meaning: Sequence[str] = (),
    in_english: Sequence[str] | None = None,
) -> Prepared:
    """Replace what is private; where that changes the diagnosis, it is said on stderr.

    `in_english`: what it means for the user's work in English, where `meaning` is in another language.
    """
    redacted = without_leaking(redact(evidence, private, level, key=secrets.token_bytes(32)))
    whole = len(redacted.evidence.observations) == len(evidence.observations)
    judged = judge_redacted(redacted.evidence, all_checks(), diagnosis) if whole else judge(redacted.evidence, all_checks())
    if _causes(judged) != _causes(diagnosis):
        say(said("the bundle, with private values replaced, gives another diagnosis than the report; please report this"))
    spoken_as = meaning if in_english is None else in_english
    return Prepared(redacted, judged, tuple(map(redacted.in_words, meaning)), tuple(map(redacted.in_words, spoken_as)))


def leave_files(prepared: Prepared, outputs: Iterable[Output], catalogue: KnownChecks, bundle: str = "") -> Left:
    """Write the files that are wanted; what failed was said on stderr then. A form that cannot be made costs that file.

    `bundle`: the name of the bundle's file; empty: there is none.
    """
    redacted, lines, for_stdout, missing = prepared.redacted, [], b"", False
    account = Account(
        prepared.diagnosis, redacted.evidence, prepared.meaning, bundle=bundle, quoted=redacted.evidence, catalogue=catalogue
    )
    for output in outputs:
        path = output.path
        name = said("the {form} form", form=output.form) if path == STDOUT else shown_path(path)
        try:
            content = written_as(output.form, account)
            scan({path.name: content}, redacted.private, redacted.withheld)
            if path == STDOUT:
                for_stdout = content
                continue
            put(path, content)
        except Leak:
            say(
                said(
                    "{name} was not written: it would have held a private value. Please report this as a fault of diag.",
                    name=name,
                )
            )
        except OSError as error:
            say(
                said(
                    "{name} could not be written ({reason}): choose another place. The diagnosis is not affected.",
                    name=name,
                    reason=reason_of(error),
                )
            )
        except Exception as bug:  # noqa: BLE001  (a form of ours that breaks costs that form)
            say(
                said(
                    "{name} was not written, by a fault in diag itself ({place}): please report it.", name=name, place=place(bug)
                )
            )
        else:
            lines.append(written(path, content))
            continue
        missing = True
    return Left(lines=tuple(lines), on_stdout=for_stdout, missing=missing)


def leave_bundle(
    prepared: Prepared, output: Path, envelope: Envelope | None = None, left_out: tuple[ErrorLine, ...] = ()
) -> Left:
    """Write the bundle into `output`, a file or a folder, or else into a folder of the user's own.

    What failed is said on stderr. What its stand-ins stand for is kept on this computer.
    """
    summary, translated = _summaries(prepared)
    for number, folder in enumerate(chain([output], own_folders())):
        try:
            found = write_bundle(
                prepared.redacted,
                prepared.diagnosis,
                summary=summary,
                into=folder,
                catalogue_version=catalogue_version(),
                meaning=prepared.in_english,
                translated=translated,
                left_out=left_out,
                envelope=envelope,
            )
        except CannotEncrypt as error:
            say(
                said(
                    "No bundle was written, because it could not be encrypted: {error}. The diagnosis is not affected.",
                    error=retold(error),
                )
            )
            return Left(missing=True)
        except CannotWrite as error:
            if number == 0:
                say(said("{error} The diagnosis is not affected.", error=retold(error)))
            continue
        if number:
            say(said("The bundle is in a folder of your own instead: {path}", path=found.path))
        remember(found.path, prepared.redacted.report.level, prepared.redacted.originals)
        return Left(bundle=found, missing=number > 0 and output != USUAL_PLACE)
    return Left(missing=True)


def _summaries(prepared: Prepared) -> tuple[str, dict[str, str]]:
    """The text for a ticket: in English, and besides in the language that is spoken, by its tag."""
    with speaking(ENGLISH):
        in_english = _summary(prepared, prepared.in_english)
    return in_english, {} if spoken() == ENGLISH else {spoken(): _summary(prepared, prepared.meaning)}


def _summary(prepared: Prepared, meaning: Sequence[str]) -> str:
    try:
        return write_summary(prepared.diagnosis, known(), prepared.redacted.evidence, meaning)
    except Exception as bug:  # noqa: BLE001  (a summary that cannot be made is no reason to lose the evidence)
        return said(
            "This summary could not be made, by a fault in diag itself ({place}): diag show reads the whole bundle.\n",
            place=place(bug),
        )


def left_open(evidence: Evidence) -> Iterator[ErrorLine]:
    """Yield what came and could not be read, and what of diag itself failed: a line each, for the list of what a bundle lacks."""
    for observation, missing in unreadable(evidence):
        yield ErrorLine(why=UNREADABLE, id=observation.id, detail=f"unreadable: {missing.what} ({missing.why})")
    for bug in evidence.run.bugs:
        yield ErrorLine(why=BUG, detail=f"{bug.part}: {bug.at}")


def place_of(written: Written) -> str:
    """Return where a bundle is, and how large."""
    return said("Bundle: {file} ({size} KB)", file=shown_path(written.path), size=max(1, round(written.size / 1024)))


def uses_of(
    written: Written, envelope: Envelope | None = None, *, stand_ins: bool = False, others: bool = False
) -> Iterator[str]:
    """Yield the digest of a bundle and the commands for it, a line each.

    `stand_ins`: whether it holds any; `others`: whether a cause is for somebody else to mend.
    """
    path = shlex.quote(str(written.path))
    yield said("Digest: {digest}", digest=written.digest)
    if envelope is None:
        yield said("Read it: diag show {path}", path=path)
        yield said("What is in it: diag show {path} --contents", path=path)
        if others:
            yield said("What to send to those who can fix it: diag request {path}", path=path)
    else:
        yield said("Read it, with the private key: diag show {path} --identity FILE", path=path)
    if stand_ins:
        yield said("The real names behind its stand-ins (kept on this computer alone): diag reveal {path}", path=path)


def catalogue_version() -> str:
    """Return the version of the checks: that of diag, and a digest over their ids,
    since a check may be added between versions.
    """
    ids = "\n".join(sorted(all_checks().ids))
    return f"{__version__}+{hashlib.sha256(ids.encode()).hexdigest()[:8]}"


def private_here(
    environment: Mapping[str, str],
    logins: Iterable[Login] = (),
    opening: Iterable[Secret] = (),
    credentials: Iterable[Credential] = (),
) -> Private:
    """Return what this machine knows of its user and itself, and no bundle may hold; `opening`: what else opens something."""
    credentials = tuple(credentials)
    users = [environment.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER")]
    homes = [environment.get(name, "") for name in ("HOME", "USERPROFILE")]
    with suppress(OSError, KeyError, ImportError):
        import pwd  # Windows has none

        users.append(pwd.getpwuid(os.getuid()).pw_name)
    homes += [str(home)] if (home := home_folder()) else []
    homes += [short for home in homes if (short := short_path(home))]
    domains = [environment.get(name, "") for name in ("USERDOMAIN", "USERDNSDOMAIN")]
    machine = host_name(environment)
    return Private(
        logins=(*logins, *(login for value in unread(environment) for login in in_unread(value))),
        secrets=(*opening, *(credential.passphrase for credential in credentials if credential.passphrase)),
        keys=tuple(credential.key for credential in credentials),
        users=_each_once(users),
        machines=_each_once((machine, machine.partition(".")[0], *domains)),
        homes=_each_once(homes),
    )


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _causes(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    return [(cause.id, cause.status) for cause in diagnosis.causes]
