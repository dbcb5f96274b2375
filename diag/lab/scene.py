"""The words of the lab: a fault is raised on a site, and what stands there then is a scene that anyone can look at."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from diag.lab import repository
from diag.lab.authority import CertificateAuthority, IssuedCertificate, Published, write_bundle
from diag.lab.dns import DENIED_NAME, LabReply, NameServer, open_name_server
from diag.lab.http import HERE, Answerer, HttpService, LabAnswer
from diag.lab.proxy import OPEN, Proxy, Rules, TargetPlace
from diag.lab.stream import Listeners, StreamService
from diag.lab.tls import Terms, over_tls

LAB_HOST = "service.lab.test"
OTHER = "other.lab.test"
UNRELATED = "shop.example.test"
"""A host of somebody else: what answers for this one and for HOST alike is no service of either."""


@dataclass(frozen=True)
class Scene:
    """One fault, standing: where to look, and what ought to be found."""

    fault: str
    endpoints: tuple[str, ...]
    """URLs with their port, such as https://service.lab.test:41234."""
    resolver: str | None = None
    """The name server to ask, "127.0.0.1:PORT", instead of the machine's own, which knows none of these names."""
    proxy: str | None = None
    """The proxy to go through, a URL, with user and password where the scene is about a login that was given."""
    trust: str | None = None
    """Path of a PEM bundle with the root that a client of this service trusts."""
    other_resolvers: tuple[str, ...] = ()
    """Further name servers, to be asked as well; empty where one tells all."""
    expects: str | None = None
    """The cause that is wrong here, by its catalogue id; None: nothing is."""

    def to_json(self) -> dict[str, object]:
        """Return the same in JSON's own types."""
        return {
            "fault": self.fault,
            "endpoints": list(self.endpoints),
            "resolver": self.resolver,
            "other_resolvers": list(self.other_resolvers),
            "proxy": self.proxy,
            "trust": self.trust,
            "expects": self.expects,
        }


@dataclass(frozen=True)
class LabFault:
    """One named way to fail, or to be healthy."""

    name: str
    summary: str
    """One plain sentence."""
    expects: str | None
    """The cause to be found on top, by its catalogue id; None: no cause is to be found."""
    raise_it: "Callable[[Site], Awaitable[Scene]]"


class Site:
    """The ground for one fault: its own names, its own authority, its own ports. Used inside the lab's event loop."""

    def __init__(self, fault: LabFault, folder: Path, listeners: Listeners, clock: Callable[[], datetime]) -> None:
        self.listeners = listeners
        self.clock = clock
        self.tally: Counter[str] = Counter()
        """What was seen here: "dns queries", "http requests", "proxy requests", "proxy logins", "proxy tunnels"."""
        self.zone: dict[str, LabReply] = {}
        self.routes: dict[TargetPlace, TargetPlace] = {}
        """What a proxy here knows better than the client: where a host and port really are."""
        self.round_trip = 0.0
        """Seconds by which everything that stands here is far away; set before it stands."""
        self._fault = fault
        self._folder = folder
        self._names = NameServer(self.zone, self.tally)

    async def prepare(self) -> None:
        """Open the repository and make the authority whose certificates point to it."""
        library = repository.Repository()
        service = self.http(library.answers(), library.otherwise)
        self.repository_port = await self.listeners.serve(service)
        root = Published(issuer=self.published(repository.ROOT_PATH), crl=self.published(repository.ROOT_CRL_PATH))
        leaves = Published(
            issuer=self.published(repository.ISSUER_PATH),
            ocsp=self.published(repository.OCSP_PATH),
            crl=self.published(repository.CRL_PATH),
        )
        self.authority = CertificateAuthority(self.clock(), published=leaves, published_by_root=root)
        library.authority = self.authority

    @property
    def here(self) -> str:
        """The address at which everything stands."""
        return self.listeners.address

    def published(self, path: str) -> str:
        """Return the address of something that the authority publishes."""
        return f"http://{self.here}:{self.repository_port}{path}"

    def http(
        self,
        answers: Mapping[str, LabAnswer | Answerer] | None = None,
        otherwise: LabAnswer | Answerer = HERE,
        *,
        name: str = "lab-service",
        ahead: timedelta = timedelta(0),
    ) -> HttpService:
        """Return an HTTP service; with no arguments it answers 200 everywhere."""
        return HttpService(answers or {}, otherwise, clock=self.clock, tally=self.tally, name=name, ahead=ahead)

    def tls(self, credential: IssuedCertificate | None = None, service: StreamService | None = None) -> StreamService:
        """Return an HTTPS service with ordinary terms; a healthy certificate and answer unless others are given."""
        return over_tls(Terms(credential or self.authority.leaf(LAB_HOST)), service or self.http())

    async def stand(self, service: StreamService, host: str = LAB_HOST, scheme: str = "https") -> str:
        """Let `service` listen, give it the name `host`, and return its URL."""
        port = await self.listeners.serve(service, round_trip=self.round_trip)
        self.zone.setdefault(host, LabReply((self.here,)))
        return f"{scheme}://{host}:{port}"

    async def stand_behind_proxy(self, service: StreamService, host: str = LAB_HOST) -> str:
        """Let `service` listen where only a proxy finds it: connecting directly to the URL returned is refused."""
        port = await self.listeners.serve(service)
        front = self.listeners.refuse()
        self.zone.setdefault(host, LabReply((self.here,)))
        self.routes[host, front] = (self.here, port)
        return f"https://{host}:{front}"

    def nowhere(self, host: str = LAB_HOST) -> str:
        """Return a URL at whose port nobody listens."""
        return f"https://{host}:{self.listeners.refuse()}"

    def proxy(self, rules: Rules = OPEN) -> Proxy:
        """Return a proxy that resolves in this site's zone."""
        return Proxy(
            rules,
            routes=self.routes,
            addresses=lambda host: self._names.rule(host).addresses,
            may_dial=self.listeners.is_ours,
            clock=self.clock,
            tally=self.tally,
        )

    async def stand_proxy(self, service: StreamService, credentials: str = "", scheme: str = "http") -> str:
        """Let a proxy, or something that only passes for one, listen; return its URL, with credentials when given."""
        port = await self.listeners.serve(service)
        return f"{scheme}://{credentials}{'@' if credentials else ''}{self.here}:{port}"

    async def scene(
        self,
        *endpoints: str,
        proxy: str | None = None,
        resolver: str | None = None,
        other_resolvers: tuple[str, ...] = (),
        otherwise: LabReply = DENIED_NAME,
        also_trusted: Iterable[IssuedCertificate] = (),
    ) -> Scene:
        """Return what stands here now, with a name server that answers UDP and TCP unless another is given."""
        if resolver is None:
            server = NameServer(self.zone, self.tally, otherwise)
            resolver = await open_name_server(self.listeners, server, round_trip=self.round_trip)
        roots = (self.authority.root, *also_trusted)
        trust = write_bundle(self._folder / f"{self._fault.name}.pem", *(root.certificate for root in roots))
        return Scene(
            fault=self._fault.name,
            endpoints=endpoints,
            resolver=resolver,
            proxy=proxy,
            trust=str(trust),
            other_resolvers=other_resolvers,
            expects=self._fault.expects,
        )
