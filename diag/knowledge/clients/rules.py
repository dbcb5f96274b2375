"""The rules of one program, as its data file says them: which way it takes, whom it trusts, how it names itself.

A file is TOML (https://toml.io/en/v1.0.0). What it may hold is these structs and no more: a field that is not known is refused,
so that a slip of the pen is found by the first reader.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

_Text = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\A[ -~]*\Z")]
_Texts = tuple[_Text, ...]


class ProxyRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Which settings a program takes a proxy from, first come first served."""

    https: _Texts = ()
    """Variables, and properties of Java, that hold for https and for bare TLS. Empty: it reads none."""
    http: _Texts = ()
    """The same for plain http."""
    other: _Texts = ()
    """The same for bare TCP."""
    switch: Annotated[str, Meta(max_length=60)] = ""
    """The variable without which it reads none of these; empty: it needs none."""
    switched_by: _Texts = ()
    """Options of a process that do what `switch` does."""
    system: Literal["never", "without_variables"] = "never"
    """Whether it obeys the settings of Windows and macOS."""
    exceptions: Annotated[str, Meta(max_length=40)] = ""
    """How it reads the exceptions: a name of `diag.knowledge.no_proxy.CLIENTS` or of `dialects`; empty: it knows none."""
    own: _Text = "its own settings"
    """Where a proxy is set in the program itself, as the end of "set it in ...": whatever stands there goes before all this."""


class TrustRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Which list of authorities a program asks."""

    store: Literal["system", "certifi", "java", "own"]
    """Where nothing is set: the system's, that of Python's certifi, Java's key store, or one that it brings along."""
    variables: _Texts = ()
    """Variables that name another list in its place; the first that is set counts."""
    system_by: _Texts = ()
    """Options of a process by which it asks the system's list in place of its own."""
    adds: _Texts = ()
    """Variables whose authorities come on top."""
    partial: bool = False
    """Whether an authority below a root is enough for it, where the list holds that."""
    own: _Text = "its own settings"
    """Where a list is set in the program itself, as the end of "set it in ..."."""


class TlsRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How a program speaks TLS."""

    library: _Text
    legacy_servers: bool = False
    """Whether it goes on with a server that lacks secure renegotiation (RFC 5746)."""
    revocation: Literal["none", "soft", "hard"] = "none"
    """Whether it asks if certificates are revoked; `soft`: no answer is no obstacle."""


class ClientRules(Struct, frozen=True, forbid_unknown_fields=True):
    """One program, or one family of programs that go by the same rules."""

    title: _Text
    """What people call it, such as `Python requests`."""
    proxy: ProxyRules
    trust: TrustRules
    tls: TlsRules
    aliases: _Texts = ()
    """Other names under which it is asked for."""
    agent: Annotated[str, Meta(max_length=120, pattern=r"\A[ -~]*\Z")] = ""
    """How it names itself to servers and proxies (User-Agent); empty: it says nothing, or each user something else."""
    runtime: Annotated[str, Meta(max_length=20)] = ""
    """What it runs on, as `ProcessFacts` calls it; empty: a process does not show it."""
    library: Annotated[str, Meta(max_length=60)] = ""
    """The library beside a process by which it is known; empty: the runtime alone does it all."""
    logs: _Texts = ()
    """How it is made to say more, one way a line."""
    compared: bool = False
    """Whether others are held against it: it is common, and may be at hand where they fail."""
