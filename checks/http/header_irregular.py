"""The answer breaks a rule of HTTP that some programs insist on.

*What it means*

The service answered over HTTP. A line in the head of its answer breaks the rules, such as a name with a space in it, or two
lengths that differ. Most programs pass over it, and some refuse the whole answer for it. Or the header says that the content is
compressed, which it is not, or the other way round.

*Why it matters*

It works in curl and fails in a program that is built on a stricter library, which reports "invalid header", "illegal header
line" or a protocol error. Nothing on the network is wrong.

*What to do*

The line has to be fixed in the service; it often comes from a script, or from a device in front of it. The finding says which
programs refuse it.

*How it is told apart*

The head is read once strictly and once leniently. What begins with a status line of HTTP is HTTP; what does not is `http-
answer-malformed`. Which programs refuse which lines was measured (curl 7.88, requests 2.34, httpx 0.28, Node 20, Java 17). Where
the header says that the content is compressed (gzip), its first bytes are looked at, and where it says nothing of it as well.
"""

from enum import StrEnum

from msgspec.structs import replace

from diag.knowledge.response_author import BY_THE_PROXY, ON_THE_WAY, Author, author, speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import ShellLine
from diag.model.question import Exchange
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning
from diag.model.view import Answered
from diag.model.wire.content_coding import CodingFault
from diag.model.wire.http_head import Irregular, read_head


class _Reader(StrEnum):
    """Programs, by how they read a head."""

    GO = "go"
    PYTHON_HTTPX = "python_httpx"
    PYTHON_REQUESTS = "python_requests"
    NODE = "node"
    JAVA_HTTP_CLIENT = "java_http_client"


_REFUSED_BY = {
    Irregular.SPACE_IN_NAME: (_Reader.PYTHON_HTTPX, _Reader.JAVA_HTTP_CLIENT),
    Irregular.NAME_NOT_ALLOWED: (_Reader.PYTHON_HTTPX, _Reader.NODE, _Reader.JAVA_HTTP_CLIENT),
    Irregular.NAME_MISSING: (_Reader.PYTHON_HTTPX,),
    Irregular.TWO_LENGTHS: (_Reader.PYTHON_HTTPX, _Reader.PYTHON_REQUESTS, _Reader.NODE),
}
"""By measurement. Of the other irregularities it is known of httpx alone."""


_UNDO_CODINGS = (_Reader.PYTHON_REQUESTS, _Reader.PYTHON_HTTPX, _Reader.NODE, _Reader.GO)
"""These end with an error where a coding is claimed that is not there."""
NOT_CODED, NOT_SAID = "not_coded", "not_said"
"""The forms where the header and the content differ about the coding."""
_WRITERS = (ON_THE_WAY.id, BY_THE_PROXY.id)


def judge(view: EndpointView) -> Finding:
    """Return whether a strict reader refuses the head of the answer, and a lenient one does not."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    if seen.answer.coding in _BY_CODING:
        return _coded_otherwise(view, seen)
    head = read_head(seen.answer.first_bytes) if seen.answer.failure == Failure.MALFORMED else None
    if head is None:
        return ok(seen.observation)
    refused_by = _REFUSED_BY.get(head.irregular, (_Reader.PYTHON_HTTPX,))
    return warning(
        seen.observation,
        about=str(view.endpoint.authority),
        rules_out=dict.fromkeys(_WRITERS, (seen.observation,) if author(view, seen) is Author.SERVICE else ()),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        irregular=head.irregular.value,
        refused_by=tuple(reader.value for reader in refused_by),
    )


def _coded_otherwise(view: EndpointView, seen: Answered[Exchange, HttpReply]) -> Finding:
    form = _BY_CODING[seen.answer.coding]
    return warning(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY if form == NOT_CODED else Confidence.CERTAIN,
        rules_out=dict.fromkeys(_WRITERS, (seen.observation,) if author(view, seen) is Author.SERVICE else ()),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        refused_by=tuple(reader.value for reader in _UNDO_CODINGS) if form == NOT_CODED else None,
        form=form,
    )


_BY_CODING = {CodingFault.CLAIMED.value: NOT_CODED, CodingFault.MISSING.value: NOT_SAID}
_NOT_CODED = Sentences(
    title="The answer of {endpoint} says that it is compressed, and it is not",
    seen="{endpoint} answered with status {status}. Its header says that the content is compressed (Content-Encoding: gzip), but"
    " the content does not begin as gzip does.",
    means=(
        "These programs try to undo the compression, and refuse the answer: {refused_by}. Others take it as it is.",
        "diag asked without Accept-Encoding. Programs that ask for compression may get another answer.",
    ),
    remedy=(
        "If you run {endpoint}, have it send Content-Encoding only with what is compressed. A script, a cache or a device in"
        " front of the server may write it.",
        "If you do not, report it to its provider.",
    ),
)
_NOT_SAID = Sentences(
    title="The answer of {endpoint} is compressed, and its header does not say so",
    seen="{endpoint} answered with status {status}. Its header says that the content is text, but it begins as gzip does. No"
    " Content-Encoding says so.",
    means="Programs take the content for text as it stands, and cannot read it.",
    remedy=(
        "If you run {endpoint}, have it send Content-Encoding: gzip with what it compresses, or compress nothing. A script, a"
        " cache or a device in front of the server may lose it.",
        "If you do not, report it to its provider.",
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
    rivals=(
        *(replace(rival, whose=True) for rival in (ON_THE_WAY, BY_THE_PROXY)),
        Rival(
            "right-when-asked-for",
            where="form",
            among=(NOT_CODED,),
            decided_by="the same request by curl --compressed",
            words="programs that ask for compression get an answer that is right",
        ),
    ),
    tokens={"irregular": Irregular, "refused_by": _Reader},
    alike=("form",),
    forms=((NOT_CODED, _NOT_CODED), (NOT_SAID, _NOT_SAID)),
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
