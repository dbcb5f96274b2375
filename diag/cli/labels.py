"""Labels as the user gives them: `--label key=value`. What looks like a password or a key is refused: a label is read by many."""

import re
from collections.abc import Iterable

from diag.cli.errors import WrongUse
from diag.language import said
from diag.model.expression import expression
from diag.model.quoting import shown
from diag.model.run import LONGEST_LABEL, MOST_LABELS, Label
from diag.model.text import clean

_KEY = expression(r"[a-z][a-z0-9_]{0,31}\Z")


def read_labels(given: Iterable[str]) -> tuple[Label, ...]:
    """Return the labels, in the order of their keys. Raises WrongUse for one that is none, or a key that is given twice."""
    found: dict[str, Label] = {}
    for text in given:
        label = read_label(text)
        if label.key in found and found[label.key] != label:
            raise WrongUse(said("--label {key} is given twice: give each key once", key=label.key))
        found[label.key] = label
    if len(found) > MOST_LABELS:
        raise WrongUse(
            said(
                "--label is given {number} times, and at most {most_labels} are kept: leave some out",
                number=len(found),
                most_labels=MOST_LABELS,
            )
        )
    return tuple(found[key] for key in sorted(found))


def read_label(text: str) -> Label:
    """Return one label. Raises WrongUse."""
    key, mark, value = text.partition("=")
    key, value = key.strip(), clean(value.strip(), LONGEST_LABEL + 1)
    if not mark or not _KEY.match(key):
        raise WrongUse(said("--label {shown}: write key=value, the key in small letters, such as case=12345", shown=shown(text)))
    if not value or len(value) > LONGEST_LABEL:
        raise WrongUse(
            said(
                "--label {key} has an empty or a too long value: give 1 to {longest_label} characters",
                key=key,
                longest_label=LONGEST_LABEL,
            )
        )
    from diag.bundle.secret_shapes import opens  # where a label is given

    if any(opens(word.encode("utf-8", "replace")) for word in re.split(r"[\s/:@=&?,;]+", value)):
        raise WrongUse(
            said("--label {key}: this looks like a password or a key, and a label is read by many: leave it out", key=key)
        )
    return Label(key, value)
