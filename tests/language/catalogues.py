"""The catalogue files, brought up to date: translations are kept, what changed in English is doubtful."""

from difflib import SequenceMatcher
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tests.gates.design import ROOT
from tests.language.messages import messages

LANGUAGES = ("ko", "ja")
LIKE = 0.6
"""From this likeness on (`SequenceMatcher.ratio`), a message is a changed one, and no new one."""
HEAD = """What diag says to a person. Gaps:
{host} is filled with a fact, a name or a number, as the comment above each message says.
{n:answers|answer} is English grammar: the first form for one thing, the second for several. Leave it out.
{host:이/가} (Korean) is the fact with its particle, chosen by its last letter; also {x:은/는}, {x:을/를}, {x:과/와}, {x:으로/로}.
Each gap of the English text must be in the translation, in one of these shapes; their order is free.
A message is said in English until it is translated; one that is marked "fuzzy" has changed in English."""

Key = tuple[str | None, str]


def path_of(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return ROOT / "diag" / "language" / language / "messages.po"


def read(text: str, language: str) -> dict[Key, Message]:
    """Return the messages of a catalogue that are translated, doubtful ones too."""
    return {
        key_of(message): message for message in read_po(BytesIO(text.encode()), locale=language) if message.id and message.string
    }


def key_of(message: Message) -> Key:
    """Return what a message is found by: its context, if it has any, and its English text."""
    return message.context, str(message.id)


@cache
def template(*, explained: bool = False) -> tuple[Message, ...]:
    """Return all messages without a translation, in their order. `explained`: with examples of what gaps hold."""
    return tuple(
        Message(message.text, context=message.context or None, locations=[(message.place, None)], auto_comments=message.notes)
        for message in messages(explained=explained)
    )


def updated(language: str, *texts: str, explained: bool = False) -> bytes:
    """Return the file of a language as it should be. `texts`: catalogues to take translations from, the first that has one."""
    catalogues = [read(text, language) for text in texts]
    known = {key: message for catalogue in reversed(catalogues) for key, message in catalogue.items()}
    wanted = {key_of(message) for message in template()}
    gone = [message for key, message in known.items() if key not in wanted]
    made = Catalog(locale=language, fuzzy=False, header_comment="\n".join(f"# {line}" for line in HEAD.splitlines()))
    for message in template(explained=explained):
        found = known.get(key_of(message))
        changed = None if found else next((old for old in gone if _is_like(old, message)), None)
        source = found or changed
        made.add(
            message.id,
            string=source.string if source else "",
            context=message.context,
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=source.user_comments if source else (),
            flags={"fuzzy"} if changed or (found and found.fuzzy) else (),
        )
    return _written(made)


def _is_like(old: Message, new: Message) -> bool:
    return old.context == new.context and SequenceMatcher(None, str(old.id), str(new.id)).ratio() >= LIKE


def _written(catalogue: Catalog) -> bytes:
    """The file, with no line that changes by itself: no dates, no numbers of lines, no breaks."""
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, include_lineno=False)
    head = "\n".join(f"# {line}" for line in HEAD.splitlines())
    first = f'{head}\nmsgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"MIME-Version: 1.0\\n"\n'
    body = out.getvalue().decode().replace("#, python-brace-format\n", "").replace(", python-brace-format", "").strip()
    return f'{first}"Content-Type: text/plain; charset=utf-8\\n"\n\n{body}\n'.encode()
