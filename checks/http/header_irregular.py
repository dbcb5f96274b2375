"""The answer breaks a rule of HTTP that some programs insist on.

*What it means*

The service answered over HTTP. A line in the head of its answer breaks the rules, such as a name with a space in it, or two
lengths that differ. Or it says that the content is compressed (gzip), and it is not. Most programs pass over it, and some refuse
the whole answer for it.

*Why it matters*

It works in curl and fails in a program that is built on a stricter library, which reports "invalid header", "illegal header
line" or a protocol error. Nothing on the network is wrong.

*What to do*

The line has to be fixed in the service; it often comes from a script, or from a device in front of it. The finding says which
programs refuse it.

*How it is told apart*

The head is read once strictly and once leniently. What begins with a status line of HTTP is HTTP; what does not is `http-
answer-malformed`. Content that is compressed with gzip begins with two fixed bytes (RFC 1952, section 2.3.1). Which programs
refuse which lines was measured (curl 7.88, requests 2.34, httpx 0.28, Node 20, Java 17).
"""

from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.response_author import BY_THE_PROXY, ON_THE_WAY, Author, author, field, speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, unknown, warning
from diag.model.wire.http_head import Irregular, read_head


class _Reader(StrEnum):
    """Programs, by how they read a head."""

    PYTHON_HTTPX = "python_httpx"
    PYTHON_REQUESTS = "python_requests"
    NODE = "node"
    JAVA_HTTP_CLIENT = "java_http_client"


_REFUSED_BY = {
    Irregular.SPACE_IN_NAME: (_Reader.PYTHON_HTTPX, _Reader.JAVA_HTTP_CLIENT),
    Irregular.NAME_NOT_ALLOWED: (_Reader.PYTHON_HTTPX, _Reader.NODE, _Reader.JAVA_HTTP_CLIENT),
    Irregular.NAME_MISSING: (_Reader.PYTHON_HTTPX,),
    Irregular.TWO_LENGTHS: (_Reader.PYTHON_HTTPX, _Reader.PYTHON_REQUESTS, _Reader.NODE),
    Irregular.UNTRUE_ENCODING: (_Reader.PYTHON_HTTPX, _Reader.PYTHON_REQUESTS),
}
"""By measurement. Of the other irregularities it is known of httpx alone."""


_GZIP, _BEGINS = ("gzip", "x-gzip"), b"\x1f\x8b"
"""The words for it in Content-Encoding (RFC 9110, section 8.4.1.3), and how such content begins."""
_WRITERS = (ON_THE_WAY.id, BY_THE_PROXY.id)


def judge(view: EndpointView) -> Finding:
    """Return whether a strict reader refuses the head of the answer, and a lenient one does not."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    head = read_head(seen.answer.first_bytes) if seen.answer.failure == Failure.MALFORMED else None
    untrue = head is None and _is_untrue(seen.answer)
    if head is None and not untrue:
        return ok(seen.observation)
    irregular = head.irregular if head else Irregular.UNTRUE_ENCODING
    refused_by = _REFUSED_BY.get(irregular, (_Reader.PYTHON_HTTPX,))
    return warning(
        seen.observation,
        about=str(view.endpoint.authority),
        rules_out=dict.fromkeys(_WRITERS, (seen.observation,) if author(view, seen) is Author.SERVICE else ()),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        irregular=irregular.value,
        refused_by=tuple(reader.value for reader in refused_by),
        form=NOT_COMPRESSED if untrue else None,
    )


def _is_untrue(answer: HttpReply) -> bool:
    """Whether the answer says that its content is compressed with gzip, and the content does not begin like that."""
    content = answer.body[: len(_BEGINS)]
    return field(answer.headers, "content-encoding") in _GZIP and len(content) == len(_BEGINS) and content != _BEGINS


NOT_COMPRESSED = "not_compressed"
"""The form where the content is not compressed as the header says."""
_NOT_COMPRESSED = Sentences(
    title="The answer of {endpoint} is not compressed as its header says",
    seen="{endpoint} answered with status {status}. Its header says that the content is compressed with gzip, and it is not.",
    means=(
        "Programs that decompress answers fail at it, though a plain curl shows it.",
        When("refused_by", (), "These programs refuse the answer: {refused_by}."),
    ),
    remedy=(
        "If you run {endpoint}, let only one place compress answers. A proxy or filter in front of the server may have"
        " decompressed it and left the header.",
        "If you do not, report it to its provider. Until then, let the program ask for uncompressed answers (Accept-Encoding:"
        " identity).",
    ),
)


CHECK = EndpointCheck(
    id="http-header-irregular",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9112#section-5",
    see=(ShellLine("curl -s -D - -o /dev/null {to_url} | cat -A", "the invalid line of the header"),),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    rivals=tuple(replace(rival, whose=True) for rival in (ON_THE_WAY, BY_THE_PROXY)),
    tokens={"irregular": Irregular, "refused_by": _Reader},
    forms=((NOT_COMPRESSED, _NOT_COMPRESSED),),
    sentences=Sentences(
        title="Some programs refuse the answer of {endpoint} because of an invalid header",
        seen="{endpoint} answered with status {status}. Its header is invalid: {irregular}.",
        means=("curl and most programs ignore it.", When("refused_by", (), "These programs refuse the answer: {refused_by}.")),
        remedy=(
            "If you run {endpoint}, fix that line of the header. A script or a device in front of the server may write it.",
            "If you do not, report it to its provider. Until then, use a program with a less strict library.",
        ),
    ),
)
