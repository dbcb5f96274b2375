"""Which program asks which list of authorities, and what that list says of a chain: one table for the checks and the reports.

A program's list is a fact of the program, and no two families agree. Said is only what was asked: a list that diag cannot read
is "not looked at", never guessed.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from diag.knowledge.untrusted_chain import strictly
from diag.model.answer import Session, Trust
from diag.model.endpoint_view import EndpointView
from diag.model.machine import TrustVariable
from diag.model.observation import Observation
from diag.model.question import Handshake, Verify
from diag.model.view import Answered
from diag.model.wire.chain import UNTRUSTED, accepts, codes, finds_path, presented, untrusted

PUBLIC = "certifi"
"""The trust of the public list."""
SYSTEM = "system"


class Store(StrEnum):
    """A list of authorities, by who keeps it, or by the variable that names its file."""

    SYSTEM = "system"
    CERTIFI = "certifi"
    JAVA = "java"
    NATIVE = "native"
    """The system's own, where diag was told of another by a variable that only OpenSSL heeds."""
    PUBLIC_OF_ITS_OWN = "public_of_its_own"
    """One that a program brings along, much like the public one."""
    OF_THE_DRIVER = "of_the_driver"
    REQUESTS_CA_BUNDLE = "REQUESTS_CA_BUNDLE"
    CURL_CA_BUNDLE = "CURL_CA_BUNDLE"
    NODE_EXTRA_CA_CERTS = "NODE_EXTRA_CA_CERTS"
    AWS_CA_BUNDLE = "AWS_CA_BUNDLE"
    PIP_CERT = "PIP_CERT"
    GIT_SSL_CAINFO = "GIT_SSL_CAINFO"
    CARGO_HTTP_CAINFO = "CARGO_HTTP_CAINFO"
    CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE = "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE"
    DENO_CERT = "DENO_CERT"
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
    HTTPLIB2_CA_CERTS = "HTTPLIB2_CA_CERTS"


class Program(StrEnum):
    """A family of programs that ask the same list."""

    CURL = "curl"
    PYTHON_REQUESTS = "python_requests"
    PYTHON_HTTPX = "python_httpx"
    PYTHON_SSL = "python_ssl"
    GO = "go"
    DOTNET = "dotnet"
    JAVA = "java"
    NODE = "node"
    DRIVERS_WITH_LISTS = "drivers_with_lists"
    AWS = "aws"
    PIP = "pip"
    GIT = "git"
    CARGO = "cargo"
    GCLOUD = "gcloud"
    DENO = "deno"
    GRPC = "grpc"
    PYTHON_HTTPLIB2 = "python_httplib2"


USERS = {
    Store.REQUESTS_CA_BUNDLE: Program.PYTHON_REQUESTS,
    Store.CURL_CA_BUNDLE: Program.CURL,
    Store.NODE_EXTRA_CA_CERTS: Program.NODE,
    Store.AWS_CA_BUNDLE: Program.AWS,
    Store.PIP_CERT: Program.PIP,
    Store.GIT_SSL_CAINFO: Program.GIT,
    Store.CARGO_HTTP_CAINFO: Program.CARGO,
    Store.CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: Program.GCLOUD,
    Store.DENO_CERT: Program.DENO,
    Store.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: Program.GRPC,
    Store.HTTPLIB2_CA_CERTS: Program.PYTHON_HTTPLIB2,
}
"""Who heeds a variable. SSL_CERT_FILE and SSL_CERT_DIR are not here: they *are* the system's store for diag and for OpenSSL."""
OPENSSL_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
ADDITIONS = frozenset({Store.NODE_EXTRA_CA_CERTS, Store.DENO_CERT})
"""Variables whose file is added to the list that the program brings along."""
CONTENT_WITH_LESS = frozenset({Program.CURL, Program.GO})
"""Programs that take any authority of their list for the end of a chain, root or not. (Python does from 3.13 on.)"""
READABLE = "ok"


class Says(StrEnum):
    """What a list says of a chain."""

    YES = "yes"
    NO = "no"
    NOT_LOOKED_AT = "not_looked_at"


class Opinion(Struct, frozen=True):
    """What one list says, and where that was seen."""

    store: Store
    accepts: bool
    seen: Observation


class Client(Struct, frozen=True):
    """One family of programs, and whether its list accepts the chain."""

    program: Program
    store: Store
    says: Says
    added: Store | None = None
    """The variable whose file the program adds to its list."""


class ClientOpinions(Struct, frozen=True):
    """Programs as facts of a verdict: three columns of one length."""

    clients: tuple[str, ...]
    """Words of `Program`."""
    stores: tuple[str, ...]
    """Words of `Store`."""
    accepts: tuple[str, ...]
    """Words of `Says`."""

    @classmethod
    def of(cls, clients: tuple[Client, ...]) -> "ClientOpinions":
        """Return the table of these, in their order."""
        return cls(
            tuple(client.program.value for client in clients),
            tuple((client.added or client.store).value for client in clients),
            tuple(client.says.value for client in clients),
        )


TOKENS: Mapping[str, type[StrEnum]] = {"clients": Program, "stores": Store, "accepts": Says}
"""The lists of the words in those columns."""


class Lists(Struct, frozen=True, dict=True):
    """Every list of authorities that is known here, and what each says of the chain that an endpoint presented."""

    view: EndpointView
    session: Answered[Handshake, Session]

    @property
    def wanted(self) -> Iterator[Verify]:
        """The same chain, held against each of them; nothing is sent for it."""
        if self.session.question.trust != SYSTEM:
            yield self._held(SYSTEM)
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
            yield Opinion(Store.SYSTEM, not self.session.answer.verify_errors, self.session.observation)
        elif system := self._answer(SYSTEM):
            yield Opinion(Store.SYSTEM, _says_yes(system), system)
        public = self._answer(PUBLIC)
        if public:
            yield Opinion(Store.CERTIFI, _says_yes(public), public)
        java = self._answer(self._java) if self._java else None
        if java:
            yield Opinion(Store.JAVA, _says_yes(java), java)
        for variable in self.variables:
            told, store = self._answer(variable.path), Store(variable.name)
            if told is None or (store in ADDITIONS and public is None):
                continue
            yes = _says_yes(told) or (store in ADDITIONS and public is not None and _says_yes(public))
            yield Opinion(store, yes, told)

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
        yield self._client(Program.CURL, Store.CURL_CA_BUNDLE, self._natively)
        yield self._client(Program.PYTHON_REQUESTS, Store.REQUESTS_CA_BUNDLE, Store.CURL_CA_BUNDLE, Store.CERTIFI)
        yield self._client(Program.PYTHON_HTTPX, Store.SYSTEM if self._openssl_is_told else Store.CERTIFI)
        yield self._client(Program.PYTHON_SSL, Store.SYSTEM)
        yield self._client(Program.GO, self._natively)
        yield self._client(Program.DOTNET, self._natively)
        yield self._client(Program.JAVA, Store.JAVA)
        yield self._brings_along(Program.NODE, Store.NODE_EXTRA_CA_CERTS)
        for variable in self.variables:
            store = Store(variable.name)
            if store is Store.DENO_CERT:
                yield self._brings_along(USERS[store], store)
            elif store not in (Store.CURL_CA_BUNDLE, Store.REQUESTS_CA_BUNDLE, Store.NODE_EXTRA_CA_CERTS):
                yield self._client(USERS[store], store)
        yield Client(Program.DRIVERS_WITH_LISTS, Store.OF_THE_DRIVER, Says.NOT_LOOKED_AT)

    def _client(self, program: Program, *stores: Store) -> Client:
        """A program that asks the first of these lists that there is; the last is the one it has without any setting."""
        known = {opinion.store: opinion for opinion in self.opinions}
        set_here = {variable.name for variable in self.variables}
        store = next((store for store in stores[:-1] if store in set_here), stores[-1])
        found = known.get(store)
        if found and store is Store.SYSTEM and program in CONTENT_WITH_LESS and self._halfway:
            return Client(program, store, Says.YES)
        return Client(program, store, _said(found))

    def _brings_along(self, program: Program, variable: Store) -> Client:
        """A program with a list of its own, much like the public one, to which a variable's file is added."""
        known = {opinion.store: opinion for opinion in self.opinions}
        found = known.get(variable) or known.get(Store.CERTIFI)
        return Client(program, Store.PUBLIC_OF_ITS_OWN, _said(found), variable if variable in known else None)

    @property
    def _halfway(self) -> bool:
        """Whether the system's list holds an authority below the root alone, which is enough for some."""
        seen = self.view.asked(strictly(self.session.question))
        only_path = codes(self.session.answer) <= UNTRUSTED
        return untrusted(self.session.answer) and only_path and seen is not None and _finds(seen)

    @property
    def _openssl_is_told(self) -> bool:
        settings = self.view.machine.trust
        return settings is not None and any(one.name in OPENSSL_VARIABLES for one in settings.answer.variables)

    @property
    def _natively(self) -> Store:
        """The list of programs that ask the system: on Windows and macOS they do not heed OpenSSL's variables."""
        system = self.view.machine.system
        native = system is not None and system.answer.system in ("Windows", "Darwin")
        return Store.NATIVE if native and self._openssl_is_told else Store.SYSTEM


def lists_of(view: EndpointView) -> Lists | None:
    """Return the lists, for the chain that an endpoint presented on the walk; None: it presented none that can be read."""
    if view.session is None or presented(view.session.answer) is None:
        return None
    return Lists(view, view.session)


def programs(clients: tuple[Client, ...], says: Says) -> tuple[str, ...]:
    """Return the programs whose list says so, as words of `Program`."""
    return tuple(client.program.value for client in clients if client.says is says)


def _said(found: Opinion | None) -> Says:
    return Says.NOT_LOOKED_AT if found is None else Says.YES if found.accepts else Says.NO


def _says_yes(seen: Observation) -> bool:
    return isinstance(seen.answer, Trust) and accepts(seen.answer)


def _finds(seen: Observation) -> bool:
    return isinstance(seen.answer, Trust) and finds_path(seen.answer)
