"""What an endpoint list says, and what an account's name gives, as data: `diag.profile.config` and `diag.profile.account` read
them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from diag.language.spoken import OwnWords
from diag.model.address import Authority
from diag.model.endpoint import Endpoint, Network
from diag.model.fingerprint import Fingerprint
from diag.profile.roles import Role

if TYPE_CHECKING:
    from diag.profile.support import CaseDesk


class Config(Struct, frozen=True):
    """What a `diag.toml` says."""

    endpoints: tuple[Endpoint, ...]
    """In the order of the file."""
    roles: tuple[Role, ...] = ()
    profile: str = ""
    """The name of a profile, or the path of its file; empty: not said."""
    account: str = ""
    network: Network = Network.ANY
    """From where the endpoints should be reached that the account gives."""
    controls: tuple[Authority, ...] = ()
    """Hosts outside the service that are known to be good, to compare with."""
    fingerprints: tuple[Fingerprint, ...] = ()
    """How answers of the service are known, beside what the profile says."""
    recipients: tuple[str, ...] = ()
    """Public keys to encrypt to, in place of those of the profile; empty: it names none."""
    desk: "CaseDesk | None" = None
    """Where cases go; None: as the profile says."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """For each client certificate that endpoints name, the file of its key; empty: it is in the same file."""
    proxy: str = ""
    """The proxy that the programs go through that fail, as it is written, without a login; empty: not said."""
    words: OwnWords = field(default_factory=dict)
    """What its texts are in other languages than English."""


class Derived(Struct, frozen=True):
    """The endpoints that an account's name gives, and what to know of them."""

    endpoints: tuple[Endpoint, ...]
    notes: tuple[str, ...]
