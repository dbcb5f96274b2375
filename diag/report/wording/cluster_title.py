"""What a cluster of cases is called: the title of its cause, with its gaps named, and what parts it from others of that cause."""

import re
from collections.abc import Mapping

from diag.language import said
from diag.model.desk import LEFT_OUT
from diag.report.wording.sentences import Catalogue, listed, told

_WORD_FORMS = re.compile(r"\{\w+:([^|{}]*)\|[^|{}]*\}")
"""A word that goes with one thing or with several: of a cluster, nobody knows with how many."""
_GAP = re.compile(r"\{(\w+)\}")
MOST_ENDS = 2


def cluster_title(cause: str, kind: Mapping[str, tuple[str, ...]], catalogue: Catalogue) -> str:
    """Return the title. `kind`: the facts by which the cure differs, with their words; of what is not understood, its stops."""
    check = catalogue.get(cause)
    if check is None:
        ends = [word for words in kind.values() for word in words]
        if ends == [LEFT_OUT]:
            return said("Open: some endpoints are not in the bundle, which was cut for its size")
        return said("Not understood; ends at: {ends}", ends=listed(ends, MOST_ENDS)) if ends else said("Not understood")
    form = kind.get("form", ("",))
    title = _WORD_FORMS.sub(r"\1", check.sentences_for(form[0]).title)
    gaps = set(_GAP.findall(title))
    title = _GAP.sub(lambda gap: told(gap[1], kind[gap[1]]) if gap[1] in kind else f"<{gap[1].replace('_', ' ')}>", title)
    parting = [_part(name, words) for name, words in kind.items() if name not in gaps and name != "form"]
    return f"{title} ({'; '.join(parting)})" if parting else title


def _part(name: str, words: tuple[str, ...]) -> str:
    """One fact that parts clusters: its phrase, or, where it is a number or a code, with its name before."""
    phrase = told(name, words)
    return f"{name.replace('_', ' ')} {phrase}" if phrase == listed(words) else phrase
