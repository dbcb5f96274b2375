"""Which profiles there are: ours, those that a vendor's package brings, and files; and which of ours a list belongs to."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from diag.language import said
from diag.model.endpoint import Endpoint, Network
from diag.profile.errors import UnusableFile, shown
from diag.profile.profile import Profile
from diag.profile.roles import roles_of

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

BUILTIN = ("https", "snowflake")
USUAL = "https"
GROUP = "diag.profiles"
"""The entry points by which a package brings profiles: each names the path of a TOML file, as text or as a Path."""


ANY_SERVICE = Profile(USUAL, "any HTTPS service")
"""The usual profile, as far as it matters where no endpoint says what it is for: all that its file adds is roles."""


def find_profile(text: str, brought: "Mapping[str, EntryPoint]") -> Profile:
    """Return the profile that `text` names: a file (it has a slash or ends in .toml), one of ours, or a package's.

    Raises UnusableFile.
    """
    if text.endswith(".toml") or "/" in text or "\\" in text:
        return _read(Path(text))
    if text in BUILTIN:
        return builtin(text)
    if text in brought:
        return _brought(brought[text])
    names = ", ".join((*BUILTIN, *sorted(brought)))
    raise UnusableFile(
        said(
            "no profile is called {name}: there are {names}. A file is named with its ending: ./mine.toml",
            name=shown(text),
            names=names,
        )
    )


@cache
def builtin(name: str) -> Profile:
    """Return one of our own profiles."""
    return _read(Path(__file__).with_name("builtin") / f"{name}.toml")


def _read(path: Path) -> Profile:
    from diag.profile.profile_file import read_profile  # where there is a file to be read

    return read_profile(path)


def recognise(endpoints: Iterable[Endpoint]) -> Profile:
    """Return our profile whose roles a list uses; the usual one where none fits."""
    roles = {role for endpoint in endpoints for role in roles_of(endpoint)}
    if not roles:
        return ANY_SERVICE
    fitting = (profile for profile in map(builtin, BUILTIN) if roles.intersection(profile.known_by))
    return next(fitting, builtin(USUAL))


def fit(profile: Profile, endpoints: Iterable[Endpoint], *, optional: bool = True) -> tuple[Endpoint, ...]:
    """Return the endpoints with what the profile knows of their roles and names; what was said of an endpoint itself stays.

    `optional`: whether its roles may make an endpoint one that nothing depends on; not where the user says what is required.
    """
    return tuple(_fitted(profile, endpoint, optional) for endpoint in endpoints)


class _Known(Struct, frozen=True):
    """What the roles of one endpoint say together."""

    path: str
    optional: bool


def _fitted(profile: Profile, endpoint: Endpoint, optional: bool) -> Endpoint:
    known = _known(profile, endpoint)
    expects = endpoint.expects
    private = any(fnmatchcase(endpoint.host, pattern) for pattern in profile.private_names)
    if private and expects.network is Network.ANY:
        expects = msgspec.structs.replace(expects, network=Network.PRIVATE)
    if known.optional and optional:
        expects = msgspec.structs.replace(expects, required=False)
    path = known.path if endpoint.path == "/" and endpoint.speaks_http and known.path else endpoint.path
    return msgspec.structs.replace(endpoint, path=path, expects=expects)


def _known(profile: Profile, endpoint: Endpoint) -> _Known:
    words = roles_of(endpoint)
    roles = [role for role in profile.roles if role.name in words]
    path = next((role.path for role in roles if role.path), "")
    return _Known(path, bool(roles) and len(roles) == len(words) and not any(role.required for role in roles))


def _brought(entry: "EntryPoint") -> Profile:
    """A package's profile. Its code is a stranger's: whatever it raises is an error with its name."""
    try:
        path = entry.load()
    except Exception as error:  # noqa: BLE001  (told to the user, with the package's name)
        raise UnusableFile(
            said(
                "the profile {name} ({value}) cannot be loaded: {reason}",
                name=shown(entry.name),
                value=entry.value,
                reason=type(error).__name__,
            )
        ) from None
    if not isinstance(path, str | Path):
        raise UnusableFile(
            said("the profile {name} ({value}) is no path of a TOML file", name=shown(entry.name), value=entry.value)
        )
    return _read(Path(path))
