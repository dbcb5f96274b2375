"""What a cluster of cases is called: the title of its cause, with its gaps named, and what parts it from others of that cause."""

from collections.abc import Mapping

from diag.language import filled, gaps_of, said, spoken
from diag.language.spoken import ENGLISH
from diag.model.catalogue import KnownChecks
from diag.model.desk import LEFT_OUT
from diag.report.wording.sentences import listed, told

MOST_ENDS = 2


def cluster_title(cause: str, kind: Mapping[str, tuple[str, ...]], catalogue: KnownChecks) -> str:
    """Return the title; a word in it goes with one thing, since nobody knows with how many.

    `kind`: the facts by which the cure differs, with their words; of what is not understood, its stops.
    """
    check = catalogue.get(cause)
    if check is None:
        ends = [word for words in kind.values() for word in words]
        if ends == [LEFT_OUT]:
            return said("Open: some endpoints are not in the bundle, which was cut for its size")
        return said("Not understood; ends at: {ends}", ends=listed(ends, MOST_ENDS)) if ends else said("Not understood")
    form = kind.get("form", ("",))
    template = check.sentences_for(form[0]).title
    title = filled(
        template, lambda name: told(name, kind[name]) if name in kind else f"<{name.replace('_', ' ')}>", lambda _: True
    )
    gaps = gaps_of(template)
    parting = [_part(name, words) for name, words in kind.items() if name not in gaps and name != "form"]
    return f"{title} ({'; '.join(parting)})" if parting else title


def _part(name: str, words: tuple[str, ...]) -> str:
    """One fact that parts clusters: its phrase, or, where it is a number or a code, with its name before.

    Facts have names in English alone: in another language the name stands as the id that it is.
    """
    phrase = told(name, words)
    if phrase != listed(words):
        return phrase
    return f"{name.replace('_', ' ')} {phrase}" if spoken() == ENGLISH else f"`{name}={phrase}`"
