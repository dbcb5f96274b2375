"""What the desk says of bundles that were cut for the size: they are judged by what is left, and the rest is not called well."""

from diag.language import said
from diag.model.desk import QueueEntry


def cut_words(cut: int) -> str:
    """Return what it means that so many bundles were cut; `diag show` says what went."""
    return said(
        "{cut} {cut:bundle was|bundles were} cut for the size, and judged by what is left: diag show BUNDLE says what went.",
        cut=cut,
    )


def entry_cut_words(entry: QueueEntry) -> str:
    """Return what is not in the bundle of a case, which was cut."""
    if not entry.left_out:
        return said("The bundle was cut for its size, and is judged by what is left: every endpoint is still in it.")
    return said(
        "The bundle was cut for its size: {left_out} of {total} {total:endpoint|endpoints} are not in it.",
        left_out=entry.left_out,
        total=entry.endpoints,
    )
