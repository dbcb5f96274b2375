"""The mechanical part of docs/style.md: what a machine can hold of the sentences that users read."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import diag
from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.check import AnyCheck, Sentences
from diag.report.wording.phrases import PHRASES
from tests.bench.corpus import widened
from tests.each import of_each
from tests.gates.sources import modules_of, nodes_of
from tests.recording.scene import outcomes, read_scene, scene_names

DIAG = Path(diag.__file__).parent
LONGEST = 25
"""Words of a sentence; a gap counts as one."""
LONGEST_TITLE = 100
LONGEST_IN_ARTICLES = 30
LONGEST_PHRASE = 20
FOR_ENGINEERS = "How it is told apart"
"""The section of an article that may be denser."""
NOT_OURS = re.compile(
    r"\b(whoever|mend(s|ed)?|swallow(s|ed)?|on the way|reads? along|comes? about|came about|in the place of|for want of"
    r"|let(s)? (it )?through|turn(s|ed)? away|known to be good|goes over to|looks after|see (that|whether)|have the \w+ team"
    r"|memory for names|lists? of (trusted )?authorities|this client|named for it|encrypted connections?|say(s)? no|list asks)\b",
    re.IGNORECASE,
)
"""The right column of the glossary."""
INTERNAL = re.compile(r"\b(GENERIC|STAGE|other_names|not said|not recorded|for none)\b")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z{\"'(`]|diag\b|curl\b)")
_NESTED = re.compile(r"\([^()]*\(")
_CHOICE = re.compile(r"\{([a-z][a-z0-9_]*):[^{}]*\}")
_ALONE = r"(?<!of )(?<!for )(?<!above )(?<!from )(?<!to )(?<!let )"
"""A fact after these is not what the verb is about."""
_PRESENT = (
    "is|are|has|have|does|do|gives?|answers?|refuses?|rejects?|accepts?|runs?|knows?|fails?|belongs?"
    "|points?|resolves?|wants?|sends?|needs?|works?|redirects?|presents?|uses?|speaks?|names?|limits?|takes?|signs?|inspects?"
)
"""Verbs in the present tense, which differ for one and for several."""


def id_of(check: AnyCheck) -> str:
    return check.id


def told(check: AnyCheck) -> tuple[Sentences, ...]:
    return (check.sentences, *(said for _, said in check.forms))


def texts(check: AnyCheck) -> Iterator[str]:
    """All that a report says of a cause."""
    for said in told(check):
        yield from said.texts
    for rival in check.rivals or ():
        yield from (text for text in (rival.words, rival.decided_by) if text)
    yield from (text for text in (check.ask, check.asks_for) if text)


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(_CHOICE.sub("x", text).strip()) if sentence]


def paragraphs(article: str) -> Iterator[tuple[str, str]]:
    """Each paragraph of an article with its section's title; the opening has none."""
    section = ""
    for paragraph in re.split(r"\n\s*\n", article.strip()):
        if re.fullmatch(r"\*[^*\n]+\*", paragraph.strip()):
            section = paragraph.strip().strip("*")
        else:
            yield section, " ".join(paragraph.split())


def words(sentence: str) -> int:
    return len(sentence.split())


@cache
def several() -> frozenset[str]:
    """The facts that are more than one thing in some recorded scene, or would be where it is met at two endpoints."""
    first = {name.partition("/")[0]: name for name in reversed(scene_names())}
    met = [line["facts"] for lines in outcomes().values() for line in lines if "cause" in line]
    for name in first.values():
        met += [cause.facts for cause in judge(widened(read_scene(name).evidence, 2), CATALOGUE).causes]
    found = {fact for facts in met for fact, value in facts.items() if isinstance(value, list | tuple) and len(value) > 1}
    assert found >= {"name", "subject"}
    return frozenset(found)


@of_each(CATALOGUE, id_of)
def test_a_sentence_is_short_and_in_the_words_of_the_glossary(check: AnyCheck) -> None:
    for text in texts(check):
        assert not NOT_OURS.search(text), text
        assert not INTERNAL.search(text), text
        assert not _NESTED.search(text), text
        for sentence in sentences(text):
            assert words(sentence) <= LONGEST, f"{words(sentence)} words: {sentence}"


@of_each(CATALOGUE, id_of)
def test_a_title_is_one_short_clause(check: AnyCheck) -> None:
    for said in told(check):
        assert len(_CHOICE.sub("x", said.title)) <= LONGEST_TITLE, said.title
        assert not said.title.endswith((".", "!", "?"))


@of_each(CATALOGUE, id_of)
def test_a_step_is_whole_and_begins_with_a_capital_or_a_gap(check: AnyCheck) -> None:
    for said in told(check):
        for text in said.texts[1:]:
            assert text[0].isupper() or text.startswith(("{", "curl", "diag", "/")), text
            assert text.endswith((".", "?", "}")) or ": " in text, text


def test_a_verb_goes_with_one_thing_and_with_several() -> None:
    wrong = re.compile(rf"{_ALONE}\{{({'|'.join(sorted(several()))})\}} ({_PRESENT})\b")
    titles = {said.title for check in CATALOGUE for said in told(check)}
    assert [text for check in CATALOGUE for text in texts(check) if text not in titles and wrong.search(text)] == []


def test_a_phrase_is_a_clause_without_a_capital_or_a_full_stop() -> None:
    names = re.compile(r"[A-Z]|.*\d")
    for fact, phrases in PHRASES.items():
        for word, phrase in phrases.items():
            assert not NOT_OURS.search(phrase), f"{fact}={word}: {phrase}"
            assert words(phrase) <= LONGEST_PHRASE, f"{fact}={word}: {phrase}"
            assert not phrase.endswith("."), f"{fact}={word}: {phrase}"
            assert names.match(phrase) or phrase[0].islower() or phrase[0] in "./", f"{fact}={word}: {phrase}"


@of_each(CATALOGUE, id_of)
def test_an_article_is_in_sentences_that_one_can_read(check: AnyCheck) -> None:
    for section, paragraph in paragraphs(check.article):
        for sentence in sentences(paragraph):
            assert section == FOR_ENGINEERS or not NOT_OURS.search(sentence), sentence
            assert words(sentence) <= LONGEST_IN_ARTICLES, f"{words(sentence)} words: {sentence}"


SAID_BY_COMMANDS = {
    "WrongUse", "say", "CannotKeep", "CannotLook", "CannotWrite", "DamagedBundle", "DeskError", "EncryptedBundle", "NewerBundle",
    "NotABundle", "NotSent", "Uncertain", "UnusableAccount", "UnusableDestination", "UnusableEndpoint", "UnusableFile",
    "UnusableKey",
}  # fmt: skip
"""What is given to these, a person reads on standard error."""


def messages() -> Iterator[tuple[str, str, str]]:
    """Where each message of a command stands, what it is given to, and its text with `x` for what is filled in."""
    for source in modules_of("diag"):
        for node in nodes_of(source):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID_BY_COMMANDS):
                continue
            if text := _constant(node.args[0]) if node.args else "":
                yield f"{source.relative_to(DIAG)}:{node.lineno}", node.func.id, text


def _constant(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
    return ""


def test_what_a_command_says_is_short_and_in_the_words_of_the_glossary() -> None:
    said = list(messages())
    assert len(said) > 150
    for place, _, text in said:
        assert not NOT_OURS.search(text), f"{place}: {text}"
        assert not _NESTED.search(text), f"{place}: {text}"
        for sentence in sentences(text):
            assert words(sentence) <= LONGEST, f"{place}: {words(sentence)} words: {sentence}"


def test_a_wrong_call_is_told_what_is_wrong_and_then_what_would_do() -> None:
    for place, of, text in messages():
        if of == "WrongUse":
            assert ": " in text or text.endswith(" x"), f"{place}: {text}"
            assert not text.endswith("."), f"{place}: {text}"
            assert text[0] in "-x{" or text[0].islower(), f"{place}: {text}"
