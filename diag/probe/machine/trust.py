"""Which authorities the clients on this machine are told to trust: the variables that say so, and the system's own store."""

import functools
import itertools
import os
import ssl
from collections.abc import Mapping

from diag.model.expression import expression
from diag.model.local_file import FileState, read_file
from diag.model.machine import TrustSettings, TrustVariable
from diag.model.observation import Unsupported
from diag.model.text import clean
from diag.model.wire.unreadable import guarded_as

FILE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    "DENO_CERT",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "HTTPLIB2_CA_CERTS",
    "NIX_SSL_CERT_FILE",
)
"""Each names one PEM file (RFC 7468)."""
FOLDER_VARIABLE = "SSL_CERT_DIR"
"""Names one or more folders of certificates, each file called by the hash of its subject (OpenSSL's `rehash`)."""
FILE_OR_FOLDER = frozenset({"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
"""These may name such a folder too."""
_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs",
)
"""Where distributions keep the store of the system, the most common first."""
JAVA_VARIABLES = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
"""Options for every Java program. Read is one of them alone: they may hold passwords."""
JAVA_HOME_STORES = ("lib/security/cacerts", "jre/lib/security/cacerts")
JAVA_STORES = ("/etc/ssl/certs/java/cacerts", "/etc/pki/java/cacerts", "/etc/pki/ca-trust/extracted/java/cacerts")
"""Where distributions keep one for all their Javas."""
_TRUST_STORE = expression(r"(?:^|\s)-Djavax\.net\.ssl\.trustStore=(\S+)")

_LONGEST_BUNDLE = 8_000_000
_LONGEST_CERTIFICATE = 64_000
_MOST_FILES = 4_000
_MOST_TRIED = 20
_ENDINGS = (".pem", ".crt", ".cer", ".cert")
"""How files of certificates are called by people; OpenSSL looks for them by their hashes alone."""
_HASHED = expression(r"[0-9a-f]{8}\.\d{1,3}\Z")
_FIRST_LINE = rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----"
_BEGIN = expression(_FIRST_LINE)
_BLOCK = expression(_FIRST_LINE + rb"[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----")


def read_trust(environment: Mapping[str, str], system: str, root: str = "") -> TrustSettings:
    """Return the trust variables that are set, with what stands at the other end;
    `root` goes before the paths of the system's store.
    """
    count = _Count()
    named = [_variable(name, environment[name], count) for name in (*FILE_VARIABLES, FOLDER_VARIABLE) if environment.get(name)]
    store = next((path for path in _STORES if os.path.exists(root + path)), "") if system == "Linux" else ""
    return TrustSettings(tuple(named), store, _java_store(environment, system, root))


def _java_store(environment: Mapping[str, str], system: str, root: str) -> str:
    """The key store that Java programs ask: the one that options name, else that of JAVA_HOME, else the distribution's."""
    for name in JAVA_VARIABLES:
        options = environment.get(name, "")
        if options and (told := _TRUST_STORE.findall(options)):
            return clean(told[-1].strip("\"'"))
    home = environment.get("JAVA_HOME", "")
    own = [os.path.join(home, store) for store in JAVA_HOME_STORES] if home else []
    usual = [root + store for store in JAVA_STORES] if system == "Linux" else []
    found = next((path for path in (*own, *usual) if os.path.isfile(path)), "")
    return clean(found.removeprefix(root) if found in usual else found)


def _variable(name: str, value: str, count: "_Count") -> TrustVariable:
    if name == FOLDER_VARIABLE:
        certificates, state = count.in_folders(value.split(os.pathsep))
    elif name in FILE_OR_FOLDER and os.path.isdir(value):
        certificates, state = count.in_folders([value])
    else:
        certificates, state = count.in_file(value)
    return TrustVariable(name, clean(value), certificates, state)


class _Count:
    """How many certificates OpenSSL takes from files and folders, and their states. Several variables name the same file as a
    rule, and a folder holds what the file beside it holds: each file is read once, and each certificate tried once.
    """

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, str]] = {}
        self._taken: dict[bytes, bool] = {}

    def in_folders(self, paths: list[str]) -> tuple[int, str]:
        """Return the certificates of all folders; `ok` where one folder has any, else the state of the first."""
        seen = [self._in_folder(path) for path in paths if path]
        states = [state for _, state in seen]
        return sum(count for count, _ in seen), "ok" if "ok" in states else next(iter(states), "missing")

    def _in_folder(self, path: str) -> tuple[int, str]:
        try:
            with os.scandir(path) as entries:
                listed = sorted(entry.name for entry in itertools.islice(entries, _MOST_FILES))
        except FileNotFoundError:
            return 0, "missing"
        except (OSError, ValueError):
            return 0, "unreadable"
        names = [name for name in listed if _HASHED.match(name)]
        count = sum(self._read(os.path.join(path, name), _LONGEST_CERTIFICATE)[0] for name in names)
        if count or names:
            return count, "ok" if count else "unparsable"
        others = (os.path.join(path, name) for name in listed if name.endswith(_ENDINGS))
        return 0, "not_hashed" if any(self.in_file(other)[0] for other in itertools.islice(others, _MOST_TRIED)) else "empty"

    def in_file(self, path: str) -> tuple[int, str]:
        """Return the certificates of a PEM file, and its state: one broken certificate spoils the whole file."""
        if path not in self._files:
            self._files[path] = self._read(path, _LONGEST_BUNDLE)
        return self._files[path]

    def _read(self, path: str, limit: int) -> tuple[int, str]:
        contents = read_file(path, limit)
        if contents.state is not FileState.READ:
            return 0, contents.state.value
        if not contents.data.strip():
            return 0, "empty"
        claimed = len(_BEGIN.findall(contents.data))
        count = sum(map(self._takes, _BLOCK.findall(contents.data)))
        if not claimed and contents.complete and _is_der(contents.data):
            return 0, "der"
        return count, "ok" if count and count == claimed and contents.complete else "unparsable"

    def _takes(self, block: bytes) -> bool:
        if block not in self._taken:
            self._taken[block] = self._loads(block)
        return self._taken[block]

    def _loads(self, block: bytes) -> bool:
        try:
            self._openssl.load_verify_locations(cadata=block.decode("ascii"))
        except (ssl.SSLError, UnicodeDecodeError):
            return False
        return True

    @functools.cached_property
    def _openssl(self) -> ssl.SSLContext:
        try:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        except ssl.SSLError:
            raise Unsupported("this Python's ssl, which its OPENSSL_CONF keeps from starting") from None


@guarded_as(False)
def _is_der(data: bytes) -> bool:
    """Whether this is one certificate in binary form (X.690), which OpenSSL takes from no file that a variable names."""
    from cryptography import x509

    x509.load_der_x509_certificate(data)
    return True
