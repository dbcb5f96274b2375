"""Which program asks which list of authorities, and what that list says of a chain: one table for the checks and the reports.

A program's list is a fact of the program, and no two families agree. Said is only what was asked: a list that diag cannot read
is "not looked at", never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from diag.model.answer import Session, Trust
from diag.model.endpoint_view import EndpointView
from diag.model.machine import TrustVariable
from diag.model.observation import Observation
from diag.model.question import Handshake, Verify
from diag.model.view import Answered
from diag.model.wire.chain import accepts, presented

PUBLIC = "certifi"
"""The trust of the public list."""
SYSTEM = "system"
JAVA = "java"
USERS = {
    "REQUESTS_CA_BUNDLE": "Python requests",
    "CURL_CA_BUNDLE": "curl and Python requests",
    "NODE_EXTRA_CA_CERTS": "Node.js",
    "AWS_CA_BUNDLE": "AWS CLI and SDKs",
    "PIP_CERT": "pip",
    "GIT_SSL_CAINFO": "git",
    "CARGO_HTTP_CAINFO": "cargo",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": "gcloud",
    "DENO_CERT": "Deno",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": "gRPC",
    "HTTPLIB2_CA_CERTS": "Python httplib2",
}
"""Who heeds a variable. SSL_CERT_FILE and SSL_CERT_DIR are not here: they *are* the system's store for diag and for OpenSSL."""
OPENSSL_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
ADDITIONS = frozenset({"NODE_EXTRA_CA_CERTS", "DENO_CERT"})
"""Variables whose file is added to the list that the program brings along."""
READABLE = "ok"
_NAMES = {SYSTEM: "the system's store", PUBLIC: "the public list (certifi)", JAVA: "Java's key store"}


class Says(StrEnum):
    """What a list says of a chain."""

    YES = "yes"
    NO = "no"
    NOT_LOOKED = "not looked at"


@dataclass(frozen=True)
class Opinion:
    """What one list says, and where that was seen."""

    store: str
    """`system`, `certifi`, `java`, or a variable's name."""
    accepts: bool
    seen: Observation

    @property
    def name(self) -> str:
        """The list's name in a sentence."""
        return _NAMES.get(self.store, f"the file of {self.store}")


@dataclass(frozen=True)
class Client:
    """One family of programs, and whether its list accepts the chain."""

    name: str
    store: str
    """Its list, in words."""
    says: Says


@dataclass(frozen=True)
class ClientOpinions:
    """Programs as facts of a verdict: three columns of one length."""

    clients: tuple[str, ...]
    stores: tuple[str, ...]
    accepts: tuple[str, ...]
    """Words of `Says`."""

    @classmethod
    def of(cls, clients: tuple[Client, ...]) -> "ClientOpinions":
        """The table of these, in their order."""
        return cls(
            tuple(client.name for client in clients),
            tuple(client.store for client in clients),
            tuple(client.says.value for client in clients),
        )


@dataclass(frozen=True)
class Lists:
    """Every list of authorities that is known here, and what each says of the chain that an endpoint presented."""

    view: EndpointView
    session: Answered[Handshake, Session]

    @property
    def wanted(self) -> Iterator[Verify]:
        """The same chain, held against each of them; nothing is sent for it."""
        yield self._held(PUBLIC)
        if self._java:
            yield self._held(self._java)
        for variable in self.variables:
            yield self._held(variable.path)

    @cached_property
    def opinions(self) -> tuple[Opinion, ...]:
        """What the lists say that could be asked, the system's first."""
        return tuple(self._opinions())

    @cached_property
    def variables(self) -> tuple[TrustVariable, ...]:
        """The variables that name a list of their own, and whose file can be read."""
        settings = self.view.machine.trust
        return tuple(one for one in settings.answer.variables if one.name in USERS and one.state == READABLE) if settings else ()

    @property
    def _java(self) -> str:
        settings = self.view.machine.trust
        return settings.answer.java if settings else ""

    def _opinions(self) -> Iterator[Opinion]:
        if self.session.question.trust == SYSTEM:
            yield Opinion(SYSTEM, not self.session.answer.verify_errors, self.session.observation)
        public = self._answer(PUBLIC)
        if public:
            yield Opinion(PUBLIC, _says_yes(public), public)
        java = self._answer(self._java) if self._java else None
        if java:
            yield Opinion(JAVA, _says_yes(java), java)
        for variable in self.variables:
            told = self._answer(variable.path)
            if told is None or (variable.name in ADDITIONS and public is None):
                continue
            yes = _says_yes(told) or (variable.name in ADDITIONS and public is not None and _says_yes(public))
            yield Opinion(variable.name, yes, told)

    def _held(self, trust: str) -> Verify:
        return Verify(presented=self.session.question, trust=trust)

    def _answer(self, trust: str) -> Observation | None:
        seen = self.view.asked(self._held(trust))
        return seen if seen and isinstance(seen.answer, Trust) and not seen.answer.failure else None

    @property
    def clients(self) -> tuple[Client, ...]:
        """The programs that customers use, each with its list; those of a variable only where it is set."""
        return tuple(self._clients())

    def _clients(self) -> Iterator[Client]:
        yield self._client("curl", "CURL_CA_BUNDLE", self._natively)
        yield self._client("Python requests with Snowflake's connector", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", PUBLIC)
        yield self._client("Python httpx", SYSTEM if self._openssl_is_told else PUBLIC)
        yield self._client("Python's own ssl and urllib", SYSTEM)
        yield self._client("Go", self._natively)
        yield self._client(".NET with Snowflake's driver", self._natively)
        yield self._client("Java with Snowflake's JDBC driver", JAVA)
        yield self._brings_along("Node.js with Snowflake's driver", "NODE_EXTRA_CA_CERTS")
        for variable in self.variables:
            if variable.name == "DENO_CERT":
                yield self._brings_along(USERS[variable.name], variable.name)
            elif variable.name not in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
                yield self._client(USERS[variable.name], variable.name)
        yield Client("Snowflake's ODBC and Go drivers", "a list that comes with the driver", Says.NOT_LOOKED)

    def _client(self, name: str, *stores: str) -> Client:
        """A program that asks the first of these lists that there is; the last is the one it has without any setting."""
        known = {opinion.store: opinion for opinion in self.opinions}
        set_here = {variable.name for variable in self.variables}
        store = next((store for store in stores[:-1] if store in set_here), stores[-1])
        found = known.get(store)
        named = found.name if found else _NAMES.get(store, f"the file of {store}" if store in USERS else "the system's own list")
        return Client(name, named, Says.NOT_LOOKED if found is None else Says.YES if found.accepts else Says.NO)

    def _brings_along(self, name: str, variable: str) -> Client:
        """A program with a list of its own, much like the public one, to which a variable's file is added."""
        known = {opinion.store: opinion for opinion in self.opinions}
        found = known.get(variable) or known.get(PUBLIC)
        added = f" and the file of {variable}" if variable in known else ""
        words = f"a public list of its own (asked: certifi){added}"
        return Client(name, words, Says.NOT_LOOKED if found is None else Says.YES if found.accepts else Says.NO)

    @property
    def _openssl_is_told(self) -> bool:
        settings = self.view.machine.trust
        return settings is not None and any(one.name in OPENSSL_VARIABLES for one in settings.answer.variables)

    @property
    def _natively(self) -> str:
        """The list of programs that ask the system: on Windows and macOS they do not heed OpenSSL's variables."""
        system = self.view.machine.system
        native = system is not None and system.answer.system in ("Windows", "Darwin")
        return "native" if native and self._openssl_is_told else SYSTEM


def lists_of(view: EndpointView) -> Lists | None:
    """The lists, for the chain that an endpoint presented on the walk; None: it presented none that can be read."""
    if view.session is None or presented(view.session.answer) is None:
        return None
    return Lists(view, view.session)


def names(clients: tuple[Client, ...], says: Says) -> tuple[str, ...]:
    """The programs whose list says so."""
    return tuple(client.name for client in clients if client.says is says)


def _says_yes(seen: Observation) -> bool:
    return isinstance(seen.answer, Trust) and accepts(seen.answer)
