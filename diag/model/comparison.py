"""Two runs side by side, A and B: which causes and endpoints fare otherwise, and which facts that could explain it differ."""

from enum import StrEnum

from msgspec import Struct

from diag.model.diagnosis import Cause, Outcome
from diag.model.endpoint_view import Stage


class Change(StrEnum):
    """What became of something from A to B."""

    FIXED = "fixed"
    """It was wrong in A, and B looked and found it well."""
    NEW = "new"
    """It is wrong in B, and A looked and found it well."""
    CHANGED = "changed"
    """Both, and not alike."""
    STILL = "still"
    """Both, and alike."""
    UNDECIDED = "undecided"
    """One of them could not look, or could not tell: nothing is called fixed or new by that."""


class Matter(StrEnum):
    """What is compared of the way to an endpoint, from the ground up."""

    TIME = "time"
    SYSTEM = "system"
    OPENSSL = "openssl"
    INTERFACES = "interfaces"
    GATEWAY = "gateway"
    HOSTS = "hosts"
    RESOLVERS = "resolvers"
    ROUTE = "route"
    PROXY_LOGIN = "proxy_login"
    ADDRESSES = "addresses"
    NETWORK = "network"
    TRUST = "trust"
    ISSUER = "issuer"
    CERTIFICATE = "certificate"
    CHAIN = "chain"
    TLS_VERSION = "tls_version"
    TLS_GROUP = "tls_group"
    PORT = "port"


class Difference(Struct, frozen=True):
    """One fact that is not the same, or that cannot be compared."""

    matter: str
    """A word of `Matter`; of a cause the fact's own name."""
    a: str
    b: str
    explains: bool = False
    """Whether it could explain why one works and the other fails."""
    comparable: bool = True
    """False: at least one side holds a stand-in for a private value, so nobody can say whether they differ."""


class CauseChange(Struct, frozen=True):
    """One cause that is in A, in B, or in both."""

    change: Change
    a: Cause | None
    b: Cause | None
    facts: tuple[Difference, ...] = ()
    """Its facts that are not the same in both."""
    explained_by: str = ""
    """The cause that it is a mere consequence of on the side where it does not stand by itself; empty: none."""

    @property
    def cause(self) -> Cause:
        """The cause as B has it, else as A has it."""
        found = self.b or self.a
        assert found is not None
        return found


class Fared(Struct, frozen=True):
    """How an endpoint fared on one side."""

    status: Outcome
    reached: Stage
    arrived: bool
    causes: tuple[str, ...]


class EndpointChange(Struct, frozen=True):
    """One endpoint that both runs looked at."""

    endpoint: str
    """As A names it."""
    change: Change
    a: Fared
    b: Fared
    differences: tuple[Difference, ...]
    """What most likely explains the change comes first; what cannot be compared comes last."""
    alike: int
    """How many facts are the same in both."""


class Comparison(Struct, frozen=True):
    """Everything that two runs have in common, and where they part."""

    causes: tuple[CauseChange, ...]
    endpoints: tuple[EndpointChange, ...]
    only_a: tuple[str, ...]
    """Endpoints that B did not look at."""
    only_b: tuple[str, ...]
    failing_only_a: tuple[str, ...] = ()
    """Of those that B did not look at: which do not answer as they should."""
    failing_only_b: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything is known to differ; what cannot be compared does not count."""
        return (
            bool(self.only_a or self.only_b)
            or any(cause.change is not Change.STILL for cause in self.causes)
            or any(_differs(endpoint) for endpoint in self.endpoints)
        )


def _differs(endpoint: EndpointChange) -> bool:
    return endpoint.change is not Change.STILL or any(found.comparable for found in endpoint.differences)
