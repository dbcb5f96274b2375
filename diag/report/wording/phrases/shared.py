"""The words of facts that several families use, and those that are closed lists of the model."""

from diag.report.wording.words import FAILURES

PHRASES: dict[str, dict[str, str]] = {
    "ending": FAILURES,
}
