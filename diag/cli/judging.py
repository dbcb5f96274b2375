"""Judging a bundle: anew, unless not all of what was seen is in it."""

from diag.bundle.read import Bundle
from diag.cli.catalogue import all_checks
from diag.engine.judge import judge
from diag.language import said
from diag.model.diagnosis import Diagnosis


def diagnosed(bundle: Bundle) -> Diagnosis:
    """Return the diagnosis of a bundle by the checks of this diag; that of then,
    where not all of what was seen is in the bundle.
    """
    return judge(bundle.evidence, all_checks()) if bundle.whole else bundle.diagnosis


def why_not_again(bundle: Bundle) -> tuple[str, ...]:
    """Return why a bundle is not judged again, in a sentence; empty: it is."""
    if bundle.whole:
        return ()
    looked, gone = len(bundle.evidence.run.trails), len(bundle.left_out)
    what = (
        said("what was seen at {gone} of its {looked} {looked:endpoint|endpoints}", gone=gone, looked=looked)
        if gone
        else said("a part of what was seen")
    )
    return (
        said(
            "{what} is left out of this bundle for its size, so the diagnosis is the one of then, by the checks of then",
            what=what,
        ),
    )
