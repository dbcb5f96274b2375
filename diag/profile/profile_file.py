"""The file of a profile: what is known of one service, in TOML; ours or a vendor's.

name = "acme"
title = "Acme Cloud"

[[role]]                                  # what the endpoints are for
name = "login"
enables = "logging in"
without = "Nobody can sign in."

[[account]]                               # how accounts are written, and what follows from that
example = "orgname-account"
pieces = { account = "*-*" }              # what stands between the dots, and what it looks like
gives = { host = "{account}.acme.example" }

[[endpoint]]                              # where the service of an account is
url = "https://{host}"
role = "login"
group = "core"

[[group]]                                 # what stops working without several endpoints together
name = "core"
enables = "all daily work"

Further `articles` (a folder of one's own), `docs` (where those of diag stand on the web), `recipients`,
`[[fingerprint]]` (`diag.profile.fingerprints`) and `[case]` (`diag.profile.support`).
"""

import re
from collections.abc import Mapping
from pathlib import Path

from diag.language import retold, said
from diag.model.endpoint import Expectations, Network, UnusableEndpoint, parse_endpoint
from diag.model.fingerprint import REVOCATION_RULES, RevocationRule
from diag.profile.articles import address_of_articles
from diag.profile.errors import UnusableFile, shown
from diag.profile.fingerprints import KIND, read_fingerprints
from diag.profile.groups import group_of, read_groups, role_with, roles_in
from diag.profile.profile import AccountForm, EndpointTemplate, Profile
from diag.profile.roles import read_role
from diag.profile.support import read_desk, read_recipients
from diag.profile.text_file import named
from diag.profile.toml_table import Document, TomlTable, names_of

_TOP = (
    *("name", "title", "known_by", "private_names", "account_ends", "private_ends", "private_fronts", "shared_fronts"),
    *("web_hosts", "note", "recipients", "revocation", "articles", "docs"),
)
_TABLES = ("role", "group", "account", "endpoint", KIND, "case")
GAP = re.compile(r"\{([a-z_]+)\}")


def read_profile(path: Path) -> Profile:
    """Return the profile in a file. Raises UnusableFile."""
    document = Document(path, said("a profile"))
    top = document.top()
    top.refuse_all_but(
        (*_TOP, *_TABLES),
        said("a profile holds [[role]], [[group]], [[account]], [[endpoint]], [[fingerprint]] and [case] tables"),
    )
    name = top.text("name", None)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name):
        raise top.wrong("name", said("name must be one word of small letters, digits and hyphens, not {name}", name=shown(name)))
    forms = tuple(map(_form, document.tables("account")))
    known = set.intersection(*({*form.pieces, *form.gives} for form in forms)) if forms else set()
    roles = tuple(map(read_role, names_of(document.tables("role")).values()))
    groups = read_groups(document, (), roles)
    places = tuple(_place(table, known, forms, groups) for table in document.tables("endpoint"))
    profile = Profile(
        name=name,
        title=top.text("title") or name,
        roles=(*roles, *roles_in(groups)),
        forms=forms,
        places=places,
        fingerprints=read_fingerprints(document),
        known_by=top.texts("known_by"),
        private_names=top.texts("private_names"),
        account_ends=top.texts("account_ends"),
        private_ends=top.texts("private_ends"),
        private_fronts=top.texts("private_fronts"),
        shared_fronts=top.texts("shared_fronts"),
        web_hosts=top.texts("web_hosts"),
        note=top.words("note"),
        revocation=_revocation(top),
        recipients=read_recipients(top),
        desk=read_desk(document),
        articles=top.folder("articles"),
        docs=_docs(top),
        words=document.words,
    )
    if forms and not places:
        raise UnusableFile(
            said("{path}: it has [[account]] but no [[endpoint]]: say where the service of an account is", path=named(path))
        )
    return profile


def _docs(top: TomlTable) -> str:
    given = top.text("docs")
    try:
        return address_of_articles(given) if given else ""
    except ValueError as error:
        raise top.wrong("docs", said("docs: {error}", error=retold(error))) from None


def _revocation(top: TomlTable) -> RevocationRule:
    given = top.text("revocation")
    word = next((word for word in REVOCATION_RULES if word == given), None)
    if word is None:
        raise top.wrong("revocation", said("revocation must be soft or hard, not {given}", given=shown(given)))
    return word


def _form(table: TomlTable) -> AccountForm:
    table.refuse_all_but(("example", "pieces", "gives", "note"))
    pieces, gives = table.text_by_name("pieces"), table.text_by_name("gives")
    if not pieces:
        raise table.wrong("pieces", said('has no pieces: add pieces = { account = "*" }'))
    for name, template in gives.items():
        _refuse_unknown_gaps(table, "gives", template, {*pieces}, name)
    return AccountForm(table.text("example", None), pieces, gives, table.words("note"))


def _place(
    table: TomlTable, known: set[str], forms: tuple[AccountForm, ...], groups: Mapping[str, TomlTable]
) -> EndpointTemplate:
    table.refuse_all_but(("url", "role", "group", "network", "required"))
    place = EndpointTemplate(
        url=table.text("url", None),
        role=role_with(table.text("role"), group_of(table, groups)),
        private=table.one_of("network", Network.PUBLIC) is Network.PRIVATE,
        required=table.flag("required", default=True),
    )
    _refuse_unknown_gaps(table, "url", place.url, known, "url")
    _refuse_unknown_gaps(table, "role", place.role, known, "role")
    try:
        parse_endpoint(GAP.sub("x", place.url), expects=Expectations())
    except UnusableEndpoint as error:
        raise table.wrong("url", said("url: {error}", error=retold(error))) from None
    if not forms and GAP.search(place.url):
        raise table.wrong("url", said("url uses an account, and there is no [[account]] table that says how one is written"))
    return place


def _refuse_unknown_gaps(table: TomlTable, key: str, template: str, known: set[str], what: str) -> None:
    unknown = sorted(set(GAP.findall(template)) - known)
    if unknown:
        there = ", ".join(sorted(known)) or said("nothing")
        raise table.wrong(
            key,
            said(
                "{what} uses {gap}, which is not given in every case: given is {there}",
                what=what,
                gap=f"{{{unknown[0]}}}",
                there=there,
            ),
        )
    if re.search(r"[{}]", GAP.sub("", template)):
        raise table.wrong(
            key,
            said("{key}: {template} has a brace too many: write {example}", key=key, template=shown(template), example="{name}"),
        )
