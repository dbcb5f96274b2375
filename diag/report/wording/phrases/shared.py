"""The words of facts that several families use, and those that are closed lists of the model."""

from diag.report.wording.words import CLOUD_NAMES, FAILURES, SETTING_PLACES

PHRASES: dict[str, dict[str, str]] = {
    "ending": FAILURES,
    "cloud": CLOUD_NAMES,
    "set_by": SETTING_PLACES,
    "set_in": SETTING_PLACES,
}
