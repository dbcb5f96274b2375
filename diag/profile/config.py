"""`diag.toml`: the endpoint list, and what is expected of each endpoint.

    [[endpoint]]
    url = "https://acme.privatelink.example.com"   # https, http, tls, tcp, postgres, mysql, smtp, imap or ldap
    role = "account"          # an open word
    network = "private"       # private, public or any (default)
    proxy = "direct"          # direct, proxied or any (default)
    status = [200, 403]       # default: any answer of the service itself
    trust = "corp-ca.pem"     # relative to this file; default: what this client trusts
    cert = "client.pem"       # shown where the service asks for a client certificate; PEM or PKCS #12
    key = "client.key"        # its private key; default: it is in the same file
    required = true           # default
    group = "office"          # what is not said here is taken from the group of this name

    [[group]]                 # the same keys as an endpoint, but url, role and group, for several endpoints
    name = "office"
    enables = "working from the office"

    [[role]]                  # what stops working without the endpoints of a role
    name = "account"
    enables = "logging in"

Before all tables may stand `proxy`, `profile`, `account`, `network` (for the endpoints that the account gives), `controls` and
`recipients`. `[[fingerprint]]` is described in `diag.profile.fingerprints`, `[case]` in `diag.profile.support`.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from diag.language import retold, said
from diag.model.address import Authority
from diag.model.endpoint import Endpoint, Expectations, ExpectedRoute, Network, UnusableEndpoint, parse_endpoint
from diag.profile.errors import UnusableFile, shown
from diag.profile.fingerprints import KIND, read_fingerprints
from diag.profile.groups import group_of, read_groups, role_with, roles_in
from diag.profile.listed import Config
from diag.profile.roles import each_once, read_role
from diag.profile.support import read_desk, read_recipients
from diag.profile.text_file import named
from diag.profile.toml_table import Document, TomlTable, names_of

_EXPECTED = ("network", "proxy", "status", "trust", "cert", "key", "required")
ENDPOINT = ("url", "role", "group", *_EXPECTED)
_TOP = ("proxy", "profile", "account", "network", "controls", "recipients", "endpoint", "group", "role", KIND, "case")


def read_config(path: Path) -> Config:
    """Return what a `diag.toml` says. Raises UnusableFile."""
    document = Document(path, said("a list of endpoints"))
    top = document.top()
    top.refuse_all_but(_TOP, said("this file holds [[endpoint]], [[group]], [[role]], [[fingerprint]] and [case] tables"))
    named_roles = tuple(map(read_role, names_of(document.tables("role")).values()))
    groups = read_groups(document, _EXPECTED, named_roles)
    for group in groups.values():
        _expectations(group, None, required=True)
    roles = (*named_roles, *roles_in(groups))
    optional = {role.name for role in roles if not role.required}
    endpoints = [_endpoint(table, groups, optional) for table in document.tables("endpoint")]
    profile, account = _profile(top), top.text("account")
    if not endpoints and not profile:
        raise UnusableFile(
            said('{path}: no endpoint in it: add [[endpoint]] and, below it, url = "https://..."', path=named(path))
        )
    if account and not profile:
        raise top.wrong("account", said('account needs a profile that says what to do with it, such as profile = "snowflake"'))
    controls = tuple(_control(top, url) for url in top.texts("controls"))
    return Config(
        each_once(endpoints),
        roles,
        profile,
        account,
        top.one_of("network", Network.ANY),
        controls,
        read_fingerprints(document),
        read_recipients(top),
        read_desk(document),
        _keys((*groups.values(), *document.tables("endpoint"))),
        _proxy(top),
        document.words,
    )


def _profile(top: TomlTable) -> str:
    """A profile's file stands relative to this one; a name stays a name."""
    given = top.text("profile")
    return top.file("profile") if given.endswith(".toml") else given


def _proxy(top: TomlTable) -> str:
    given = top.text("proxy")
    if "@" in given:
        raise top.wrong(
            "proxy", said("proxy must not hold a login: leave out what stands before @, and give it with --proxy-user")
        )
    return given


def _endpoint(table: TomlTable, groups: Mapping[str, TomlTable], optional: AbstractSet[str]) -> Endpoint:
    table.refuse_all_but(ENDPOINT)
    group = group_of(table, groups)
    url, role = table.text("url", None), table.text("role")
    if len(role.split()) > 1:
        raise table.wrong("role", said("role must be one word, not {role}", role=shown(role)))
    try:
        expects = _expectations(table, group, required=role not in optional)
        return parse_endpoint(url, role=role_with(role, group), expects=expects)
    except UnusableEndpoint as error:
        raise table.wrong("url", said("url: {error}", error=retold(error))) from None


def _expectations(table: TomlTable, group: TomlTable | None, *, required: bool) -> Expectations:
    """What a table says, and its group where it says nothing; `required` where neither says whether it is."""

    def source(key: str) -> TomlTable:
        return group if group is not None and key not in table.values else table

    return Expectations(
        network=source("network").one_of("network", Network.ANY),
        proxy=source("proxy").one_of("proxy", ExpectedRoute.ANY),
        status=source("status").statuses("status"),
        trust=source("trust").file("trust"),
        certificate=source("cert").file("cert"),
        required=source("required").flag("required", default=required),
    )


def _keys(tables: Iterable[TomlTable]) -> dict[str, str]:
    """The file of the key for each client certificate that these tables name. Raises UnusableFile."""
    keys: dict[str, str] = {}
    for table in tables:
        certificate, key = table.file("cert"), table.file("key")
        if key and not certificate:
            raise table.wrong("key", said('key needs cert beside it, which names the certificate: cert = "client.pem"'))
        if certificate:
            keys[certificate] = key or keys.get(certificate, "")
    return keys


def _control(top: TomlTable, url: str) -> Authority:
    try:
        return parse_endpoint(url).authority
    except UnusableEndpoint as error:
        raise top.wrong("controls", said("controls: {error}", error=retold(error))) from None
