"""A profile: what is known of one service, as data. `diag.profile.profile_file` reads one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from diag.language.spoken import OwnWords
from diag.model.fingerprint import Fingerprint, RevocationRule, Service
from diag.profile.roles import Role

if TYPE_CHECKING:
    from diag.profile.support import CaseDesk


class AccountForm(Struct, frozen=True):
    """One way to write an account's name."""

    example: str
    pieces: Mapping[str, str]
    """What stands between the dots, in order, each with a pattern (`*` stands for anything)."""
    gives: Mapping[str, str]
    """What follows, as templates over the pieces, by name."""
    note: str = ""
    """What the user must know of names derived from this form; empty: nothing."""


class EndpointTemplate(Struct, frozen=True):
    """One endpoint of every account, as templates."""

    url: str
    role: str
    private: bool
    """Whether it belongs to the private link, or to the public way."""
    required: bool


class Profile(Struct, frozen=True):
    """What is known of one service."""

    name: str
    title: str
    roles: tuple[Role, ...] = ()
    """In the order in which a reader wants to hear of them."""
    forms: tuple[AccountForm, ...] = ()
    places: tuple[EndpointTemplate, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    known_by: tuple[str, ...] = ()
    """Roles by which a list shows that it is this service's."""
    private_names: tuple[str, ...] = ()
    """Patterns of hosts that are reached over private addresses alone."""
    account_ends: tuple[str, ...] = ()
    """What may be taken off the end of an account that was given as a host."""
    private_ends: tuple[str, ...] = ()
    """The same, where it shows that the private link is meant."""
    private_fronts: tuple[str, ...] = ()
    """What may be taken off the front of such a host: those of the account's own pages, and of what stands beside it."""
    shared_fronts: tuple[str, ...] = ()
    """What a private host begins with that many accounts share: it names none of them."""
    web_hosts: tuple[str, ...] = ()
    """Hosts of the service's own pages, in whose path organisation and account stand; people copy them from the browser."""
    note: str = ""
    """What the endpoints of an account leave out; empty: nothing."""
    revocation: RevocationRule = ""
    """Whether the service's clients ask if certificates are revoked: `soft`, no answer is no obstacle; `hard`, it is one; empty:
    they do not.
    """
    recipients: tuple[str, ...] = ()
    """Public keys (`diag.bundle.keys`) that bundles for the service's support are encrypted to; empty: they are not."""

    desk: "CaseDesk | None" = None
    """Where this service's support takes in cases; None: not said."""
    articles: str = ""
    """A folder of articles of the service's own, laid over ours; an absolute path; empty: there is none."""
    docs: str = ""
    """Where the pages of `diag manual` stand on the web (https), without a slash at the end; empty: nowhere."""
    words: OwnWords = {}
    """What its texts are in other languages than English."""
    own_words: bool = False
    """Whether roles of the user's own list are among the roles."""

    def beside(
        self,
        roles: tuple[Role, ...],
        fingerprints: tuple[Fingerprint, ...] = (),
        recipients: tuple[str, ...] = (),
        desk: "CaseDesk | None" = None,
    ) -> "Profile":
        """Return the same, with what the user's own list says: roles overrule those of their names,
        recipients and desk all of them.
        """
        own = {role.name for role in roles}
        return replace(
            self,
            roles=(*roles, *(role for role in self.roles if role.name not in own)),
            fingerprints=(*fingerprints, *self.fingerprints),
            recipients=recipients or self.recipients,
            desk=desk or self.desk,
            own_words=self.own_words or bool(roles),
        )

    @property
    def service(self) -> Service:
        """What of it goes with the evidence."""
        return Service(self.name, self.own_words, self.fingerprints, self.revocation)
