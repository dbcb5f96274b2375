"""The words of facts that several families use, and those that are closed lists of the model."""

from collections.abc import Mapping

from diag.report.wording.words import CLOUD_NAMES, FAILURES, SETTING_PLACES

PHRASES: dict[str, Mapping[str, str]] = {
    "ending": FAILURES,
    "cloud": CLOUD_NAMES,
    "set_by": SETTING_PLACES,
    "set_in": SETTING_PLACES,
    "spoken": {
        "tls": "TLS",
        "http": "HTTP",
        "ssh": "SSH",
        "smtp_or_ftp": "SMTP or FTP",
        "imap": "IMAP",
        "pop3": "POP3",
        "redis_or_pop3": "Redis or POP3",
        "vnc": "VNC",
        "html": "a bare page (HTML)",
        "mysql": "MySQL",
        "http_2": "HTTP/2",
    },
}
