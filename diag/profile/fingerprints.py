"""How a service is known by its answers, as a profile or a list says it: `[[fingerprint]]`.

[[fingerprint]]
header = "x-acme-request-id"   # or field (of JSON), page (a text in it) or status (a number): one of the four
value = "acme-*"               # what stands in the header or field; * for anything, which is the default
always = true                  # all answers of these hosts have it: one without is less likely theirs
hosts = ["*.acme.example"]     # whose answers; default: all endpoints

[[fingerprint]]
field = "code"
value = "4711"
means = "Requests from this address are not allowed."
remedy = "Ask for the address to be added."
denies = "address"             # or account; default: nothing
address = "from {address} is"  # the text of the answer in which the address that it saw stands
"""

import re

from diag.language import said
from diag.model.fingerprint import ADDRESS_GAP, ANY, MOST_FINGERPRINTS, Denial, Fingerprint, Mark
from diag.profile.errors import shown
from diag.profile.toml_table import Document, TomlTable

KIND = "fingerprint"
_KEYS = ("header", "field", "page", "status", "value", "always", "hosts", "means", "remedy", "denies", "address")
_LONGEST = 300
"""Characters of a sentence, as many as a report takes in."""
SHORTEST_PAGE = 8
"""Characters of a text in a page: a shorter one stands in anybody's."""
NOT_KEPT = ("cookie", "auth", "token", "api-key")
"""What is in the names of headers whose values no bundle keeps."""


def read_fingerprints(document: Document) -> tuple[Fingerprint, ...]:
    """Return the `[[fingerprint]]` tables of a file. Raises UnusableFile."""
    tables = document.tables(KIND)
    if len(tables) > MOST_FINGERPRINTS:
        raise tables[MOST_FINGERPRINTS].wrong(
            "",
            said(
                "there are {number} fingerprints: at most {most} are read",
                number=len(tables),
                most=MOST_FINGERPRINTS,
            ),
        )
    return tuple(map(_fingerprint, tables))


def _fingerprint(table: TomlTable) -> Fingerprint:
    table.refuse_all_but(_KEYS)
    marks = [mark for mark in Mark if mark in table.values]
    if len(marks) != 1:
        raise table.wrong(marks[1] if marks else "", said("say where to look with one of header, field, page and status"))
    mark = marks[0]
    name, value = _looked_for(table, mark)
    denies = table.one_of("denies", Denial.NOTHING)
    means = _told(table, "means")
    if not means and (denies is not Denial.NOTHING or mark is Mark.STATUS):
        raise table.wrong(
            "denies" if denies is not Denial.NOTHING else mark, said("has no means: add what the service says by it")
        )
    always = table.flag("always", default=False)
    if always and mark is not Mark.HEADER:
        raise table.wrong("always", said("always is about headers: no other mark is in every answer"))
    hosts = _hosts(table)
    if always and not hosts:
        raise table.wrong(
            "always", said('always needs hosts, such as hosts = ["*.example.com"]: other hosts of a list lack the header')
        )
    address = _sentence(table, "address")
    if address and (address.count(ADDRESS_GAP) != 1 or len(address) < len(ADDRESS_GAP) + SHORTEST_PAGE):
        raise table.wrong(
            "address",
            said("address must be the text around it, with {example} once where the address stands", example=ADDRESS_GAP),
        )
    return Fingerprint(mark, name, value, always, hosts, means, _told(table, "remedy"), denies, address)


def _looked_for(table: TomlTable, mark: Mark) -> tuple[str, str]:
    """The name and the value that a fingerprint looks for."""
    if mark in (Mark.PAGE, Mark.STATUS) and "value" in table.values:
        raise table.wrong("value", said("value belongs to a header or a field: with {mark}, say it there", mark=mark))
    if mark is Mark.STATUS:
        return "", str(table.status("status"))
    name = table.text(mark, None)
    if mark is Mark.PAGE:
        if not SHORTEST_PAGE <= len(name) <= _LONGEST:
            raise table.wrong(
                "page",
                said(
                    "page must be a text of {least} to {most} characters that no other page has",
                    least=SHORTEST_PAGE,
                    most=_LONGEST,
                ),
            )
        return "", name
    value = table.text("value", ANY)
    if mark is Mark.HEADER:
        name = name.lower()
        if not re.fullmatch(r"[a-z0-9!#$%&'*+.^_`|~-]{1,80}", name):
            raise table.wrong("header", said("{name} is no name of a header", name=shown(name)))
        if value != ANY and any(word in name for word in NOT_KEPT):
            raise table.wrong(
                "value", said("what stands in {name} is never kept: leave value out, and its presence counts", name=shown(name))
            )
    if not name or not value or max(len(name), len(value)) > _LONGEST:
        raise table.wrong(
            "value", said("{mark} and value must hold something, and at most {most} characters", mark=mark, most=_LONGEST)
        )
    return name, value


def _hosts(table: TomlTable) -> tuple[str, ...]:
    hosts = tuple(host.lower() for host in table.texts("hosts"))
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9*._:-]{1,253}", host):
            raise table.wrong("hosts", said("{host} is no name: write hosts as in a list, * for any beginning", host=shown(host)))
    return hosts


def _told(table: TomlTable, key: str) -> str:
    """A sentence that customers read. Reports set its full stop themselves, so it is known without one, too."""
    text = table.words(key)
    for told in table.document.words.values():
        if text in told:
            told[text.rstrip(".")] = told[text].rstrip(".。")
    if len(text) > _LONGEST:
        raise table.wrong(key, said("{key} is too long: at most {most} characters are shown", key=key, most=_LONGEST))
    return text


def _sentence(table: TomlTable, key: str) -> str:
    text = table.text(key)
    if len(text) > _LONGEST:
        raise table.wrong(key, said("{key} is too long: at most {most} characters are shown", key=key, most=_LONGEST))
    return text
