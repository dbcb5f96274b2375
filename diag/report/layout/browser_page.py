"""What every page for a browser is made with: one rule for what comes onto it, and a policy that lets it load and run nothing.

The policy (Content Security Policy, level 3) allows the one style sheet in the page, by its digest.
"""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from diag.language import filled, said, translated
from diag.model.text import clean

LONGEST_TEXT = 4_000


def page_environment() -> Environment:
    """Return what fills our templates. The one rule: texts are cleaned (`diag.model.text`), then escaped; a gap is an error."""
    environment = Environment(
        loader=_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
    )
    environment.globals |= {"said": said, "said_with_code": _said_with_code}
    return environment


def _said_with_code(sentence: str, **gaps: str) -> Markup:
    """Return a sentence in the language that is spoken, its gaps filled with what is set as code."""
    template = str(escape(translated(sentence)))
    coded = {name: str(Markup("<code>{}</code>").format(clean(text, LONGEST_TEXT))) for name, text in gaps.items()}
    return Markup(filled(template, coded.__getitem__, lambda _: True))  # noqa: S704  (each part of it is escaped)


def policy_and_style(*sheets: str) -> tuple[str, Markup]:
    """Return the policy of a page and the style sheet that it allows, which is these of ours, one after the other."""
    style = _style(sheets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return policy, Markup(style)  # noqa: S704  (our own files, without a value in them)


def _safe(value: object) -> object:
    return clean(value, LONGEST_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _templates() -> PackageLoader:
    return PackageLoader("diag.report.forms")


@cache
def _style(sheets: tuple[str, ...]) -> str:
    return "".join(_templates().get_source(page_environment(), sheet)[0] for sheet in sheets)
