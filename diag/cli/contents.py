"""What is in a bundle, in plain words, for whoever has to allow that it leaves."""

from collections.abc import Iterator

from diag.bundle import layout
from diag.bundle.level import Level, level_of
from diag.bundle.read import Bundle
from diag.language import PhraseTable, said
from diag.model.answer import HttpReply
from diag.model.question import Exchange
from diag.model.text import clean
from diag.report.layout.page import Page

_MEMBERS: PhraseTable[str] = PhraseTable(
    "members",
    {
        layout.MANIFEST: "what this bundle is: versions, times, the level of redaction, and a checksum of every other part",
        layout.RUN_MEMBER: "the endpoints that were looked at, by which way, and in which order",
        layout.EVIDENCE: "what was asked of this computer and the network, and what came back: one line each",
        layout.VERDICTS: "the diagnosis, as it was shown",
        layout.SUMMARY: "the diagnosis as text, to paste into a ticket",
        layout.REDACTION: "which rules replaced something, and how often; no values",
        layout.ERRORS: "what could not be looked at or was left out, and why",
    },
)
LEVELS: PhraseTable[Level] = PhraseTable(
    "levels",
    {
        Level.STANDARD: "standard: names of people, computers, and hosts other than your endpoints and proxies are stand-ins.",
        Level.STRICT: "strict: names and addresses are stand-ins, but for your endpoints and the certificates of public"
        " authorities. (Any certificate stays whole that came with a signed answer on whether it is revoked: the signature is"
        " over its names.)",
        Level.NONE: "none: names and addresses are as they were; passwords, tokens and cookies are removed.",
    },
)
REDACTION_RULES: PhraseTable[str] = PhraseTable(
    "redaction_rules",
    {
        "address": "addresses, replaced by others of the same kind",
        "assigned-secret": "what a server's text gives as a password, token, key or signature, removed",
        "authentication-token": "tokens of a login in a text of a server, removed",
        "certificate": "certificates of authorities that are not public, described with stand-ins for their names",
        "dns-message": "DNS answers with names or addresses replaced in them",
        "encoded": "private values that a server wrote in Base64 or another encoding, removed",
        "home-folder": "home folders in a text, with the user's name replaced",
        "host-name": "host names, replaced label by label",
        "interface": "names of network interfaces",
        "issued-secret": "keys and tokens in a text of a server, known by their form, removed",
        "layered": "lines of a server's text that held a private value in an unusual spelling, removed",
        "machine": "the name of this computer in a text",
        "name": "other names",
        "path": "folders and files",
        "person": "names of people and accounts in a text",
        "private-key": "private keys in a text of a server, removed",
        "realm": "what a server calls what it guards",
        "secret": "passwords and other secrets of the run in a text, removed",
        "secret-field": "header fields that carry credentials or cookies, removed",
        "unread": "texts of servers beyond what is looked through in one run, removed",
        "url-query": "logins, questions and keys in an address in a text, removed",
    },
)
"""What each rule of redaction replaced. A rule of a newer diag is shown by its name."""
_WANTED: PhraseTable[str] = PhraseTable(
    "wanted",
    {"certificate": "its issuer's certificate", "crl": "a list of revoked certificates", "ocsp": "whether it is revoked"},
)
_NOT_IN_IT: PhraseTable[str] = PhraseTable(
    "not_in_it",
    {
        "secrets": "passwords, tokens, cookies, private keys",
        "surroundings": "the environment, command lines, logs, packet captures",
        "answers": "what a server sent beyond the first bytes of each answer",
        "stand-ins": "what the stand-ins stand for: that stays on the computer that wrote the bundle",
    },
)


def write_contents(page: Page, bundle: Bundle) -> None:
    """Write every member with its size, what was replaced, what is left out, and what is never in a bundle."""
    page.write(page.words(said("What is in this bundle"), "bold"))
    for name in sorted(bundle.members):
        size = len(bundle.members[name])
        page.write(page.words(f"{name}  {_size(size)}"), indent=3)
        page.write(page.words(_about(name)), indent=6)
    page.heading(said("What was replaced"))
    level = level_of(bundle.manifest.privacy)
    known = level.value == bundle.manifest.privacy
    page.write(
        page.words(said("Level {level}", level=LEVELS[level]) if known else _unknown_level(bundle.manifest.privacy)), indent=3
    )
    for line in (*_replaced(bundle), *_left_out(bundle)):
        page.write(page.words(f"- {line}"), indent=3, hang=2)
    if bundle.evidence.run.labels:
        page.heading(said("What was said of the run (--label)"))
        for label in bundle.evidence.run.labels:
            page.write(page.words(f"- {label.key} = {label.value}"), indent=3, hang=2)
    page.heading(said("Who was asked because a certificate names it"))
    for line in _fetched(bundle) or (said("nobody"),):
        page.write(page.words(f"- {line}"), indent=3, hang=2)
    page.heading(said("What is not in it"))
    for line in _NOT_IN_IT.values():
        page.write(page.words(f"- {line}"), indent=3, hang=2)
    page.blank()
    page.write(page.words(said("Read all of it: diag show BUNDLE --evidence prints every observation as it stands there.")))


def _about(name: str) -> str:
    """What a member holds."""
    if name in _MEMBERS:
        return _MEMBERS[name]
    if layout.is_known(name):
        return said("the same text in the language of whoever ran diag")
    return said("a part that this version of diag does not know")


def _fetched(bundle: Bundle) -> tuple[str, ...]:
    """The places that certificates named and that were asked, each once, with what came of it."""
    lines = []
    for observation in bundle.evidence.observations:
        question, answer = observation.question, observation.answer
        if isinstance(question, Exchange) and question.wants:
            lines.append(
                said(
                    "{authority}, for {wants}: {came}",
                    authority=clean(str(question.authority), 300),
                    wants=_WANTED[question.wants],
                    came=_came(answer),
                )
            )
    return tuple(dict.fromkeys(lines))


def _came(answer: object) -> str:
    if not isinstance(answer, HttpReply) or not (answer.body or answer.withheld):
        return said("nothing came")
    if answer.withheld:
        return said(
            "something else came ({kind}, {size}), and is not kept",
            kind=clean(answer.withheld.kind, 40),
            size=_size(answer.withheld.size),
        )
    return said("it came ({size})", size=_size(len(answer.body)))


def _unknown_level(word: str) -> str:
    return said("A level that this version of diag does not know ('{word}'): it is treated as the strictest.", word=word)


def _replaced(bundle: Bundle) -> Iterator[str]:
    rules = {rule: times for rule, times in bundle.report.rules.items() if times > 0}
    if not rules:
        yield said("nothing had to be replaced")
    for rule, times in sorted(rules.items()):
        yield said("{rule}: {times} {times:time|times}", rule=REDACTION_RULES.get(rule, rule), times=times)


def _left_out(bundle: Bundle) -> Iterator[str]:
    dropped = sum(times for times in bundle.report.dropped.values() if times > 0)
    if dropped:
        yield said("left out, because nothing says how private it is: {dropped} {dropped:field|fields}", dropped=dropped)
    if bundle.left_out:
        gone = said("{n} {n:endpoint|endpoints}", n=len(bundle.left_out))
        yield said("left out, because the bundle would have been too large: what was seen at {gone}", gone=gone)
    large = sum(line.why == layout.SIZE and not line.endpoint for line in bundle.errors)
    if large:
        yield said(
            "left out, because the bundle would have been too large: {large} {large:piece|pieces} of raw content", large=large
        )


def _size(size: int) -> str:
    return said("{size} bytes", size=size) if size < 1024 else f"{round(size / 1024)} KB"
