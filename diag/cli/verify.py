"""`diag verify`: whether a bundle is as it was when it was written."""

import sys
from pathlib import Path

import click

from diag.bundle.archive import CannotRead, NewerBundle, content_of, unpack
from diag.bundle.keys import UnusableKey
from diag.bundle.read import archive_in
from diag.bundle.verify import MemberState, Verified, is_digest, verify
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, OPEN_VERDICT, WRONG_USE, WrongUse
from diag.cli.opening import identities_in, identity_option
from diag.cli.sections import Command
from diag.language import PhraseTable, retold, said
from diag.model.text import clean
from diag.report.layout.page import Page, open_page

_SAID: PhraseTable[str] = PhraseTable(
    "verified",
    {
        MemberState.CHANGED: "its content is not what the manifest lists",
        MemberState.MISSING: "the manifest lists it, and it is not there",
        MemberState.ADDED: "it is there, and the manifest does not list it",
    },
)


@click.command(
    "verify",
    cls=Command,
    ends={
        FOUND_NOTHING: "as it was written",
        FOUND_PROBLEM: "changed",
        WRONG_USE: "wrong use",
        OPEN_VERDICT: "a newer diag is needed to tell",
    },
    examples=("diag verify diag-20261128T050709Z-1a2b3c.zip --digest 1a2b3c",),
)
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option("--digest", "expected", metavar="DIGEST", help="The digest that diag run printed, or its first digits.")
@identity_option
def command(path: Path, expected: str | None, identity: Path | None) -> int:
    """Say whether a BUNDLE is as diag wrote it.

    Every part is compared with the list inside. Somebody who changes a bundle on purpose can change that list too: to be
    sure, compare the digest with the one that diag run printed, which you should have by another way than the bundle.
    """
    wanted = (expected or "").lower()
    if wanted and not is_digest(wanted):
        raise WrongUse(
            said("--digest is no digest of a bundle: give the one that diag run printed, or at least its first 6 digits")
        )
    try:
        members = unpack(archive_in(content_of(path), identities_in(identity)))
        verified = verify(members, path.name)
    except NewerBundle as error:
        print(f"diag: {path}: {retold(error)}", file=sys.stderr)
        return OPEN_VERDICT
    except (CannotRead, UnusableKey) as error:
        raise WrongUse(f"{path}: {retold(error)}") from None
    return _tell(open_page(sys.stdout), verified, wanted)


def _tell(page: Page, verified: Verified, expected: str) -> int:
    """Says it, and returns the exit code."""
    wrong = {name: state for name, state in verified.members.items() if state is not MemberState.AS_WRITTEN}
    page.verbatim(page.words(said("Digest: {digest}", digest=verified.digest)))
    for name, state in wrong.items():
        page.write(page.words(f"- {clean(name, 60)}: {_SAID[state]}"), hang=2)
    if not wrong:
        page.write(page.words(said("Its {number} {number:part|parts} are as its list says.", number=len(verified.members))))
    if not verified.in_name:
        page.write(page.words(said("The file's name holds no digest: it was renamed, which changes nothing of its content.")))
    elif not verified.named_rightly:
        page.write(
            page.words(
                said("The file's name says {in_name}..., which is the digest of another bundle.", in_name=verified.in_name)
            )
        )
    agrees = verified.digest.startswith(expected)
    if not agrees:
        page.write(page.words(said("It is not the digest that you gave: this is not the bundle that diag wrote then.")))
    good = verified.whole and verified.named_rightly and agrees
    if good and expected:
        page.write(page.words(said("It is the digest that you gave: this is the bundle that diag wrote, unchanged.")))
    elif good:
        page.write(
            page.words(said("Compare the digest with the one that diag run printed: only that shows a change made on purpose."))
        )
    else:
        page.write(page.words(said("The bundle is not as diag wrote it: ask for it once more.")))
    return FOUND_NOTHING if good else FOUND_PROBLEM
