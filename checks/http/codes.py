"""The word by which a service itself names an error: services write it into a field or into a small document of their own."""

import re

from diag.model.answer import HttpReply
from diag.model.author import field

_XML = re.compile(rb"<Code>([A-Za-z0-9_.]{1,80})</Code>")
_JSON = re.compile(rb"\"(?:code|errorCode|error_code|reason|status)\"\s*:\s*\"?([A-Za-z0-9_.]{1,80})")
_ERROR_FIELD = "x-ms-error-code"
STORES = (
    ("x-amz-request-id", "Amazon S3"),
    ("x-ms-request-id", "Azure Storage"),
    ("x-guploader-uploadid", "Google Cloud Storage"),
)
"""Fields that object stores put into every answer of theirs."""


def error_words(reply: HttpReply) -> tuple[str, ...]:
    """The error codes in an answer, in order, in lower case; empty: it names none, or is no document that has any."""
    own = field(reply.headers, _ERROR_FIELD)
    kind = field(reply.headers, "content-type")
    found = _XML.findall(reply.body) if "xml" in kind else _JSON.findall(reply.body) if "json" in kind else []
    return tuple(dict.fromkeys((*((own,) if own else ()), *(word.decode("ascii").lower() for word in found))))


def object_store(reply: HttpReply) -> str:
    """Which object store wrote an answer, by its own fields; empty: none did."""
    return next((name for mark, name in STORES if field(reply.headers, mark)), "")
