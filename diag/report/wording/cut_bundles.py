"""What the desk says of bundles that were cut for the size: they are judged by what is left, and the rest is not called well."""

from diag.model.desk import QueueEntry
from diag.report.wording.words import count_words


def cut_words(cut: int) -> str:
    """Return what it means that so many bundles were cut; `diag show` says what went."""
    was = "was" if cut == 1 else "were"
    return f"{count_words(cut, 'bundle')} {was} cut for the size, and judged by what is left: diag show BUNDLE says what went."


def entry_cut_words(entry: QueueEntry) -> str:
    """Return what is not in the bundle of a case, which was cut."""
    if not entry.left_out:
        return "The bundle was cut for its size, and is judged by what is left: every endpoint is still in it."
    return f"The bundle was cut for its size: {entry.left_out} of {count_words(entry.endpoints, 'endpoint')} are not in it."
