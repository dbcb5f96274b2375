"""Which authorities the clients on this machine are told to trust: the variables that say so, and the system's own store."""

import functools
import itertools
import os
from collections.abc import Callable, Iterator, Mapping

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
    count = functools.cache(_file)  # several variables name the same file as a rule
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


def _variable(name: str, value: str, file: Callable[[str, int], tuple[int, str]]) -> TrustVariable:
    if name == FOLDER_VARIABLE:
        count, state = _folders(value.split(os.pathsep))
    elif name in FILE_OR_FOLDER and os.path.isdir(value):
        count, state = _folders([value])
    else:
        count, state = file(value, _LONGEST_BUNDLE)
    return TrustVariable(name, clean(value), count, state)


def _folders(paths: list[str]) -> tuple[int, str]:
    """Certificates of all folders; `ok` where one folder has any, else the state of the first."""
    seen = [_folder(path) for path in paths if path]
    states = [state for _, state in seen]
    return sum(count for count, _ in seen), "ok" if "ok" in states else next(iter(states), "missing")


def _folder(path: str) -> tuple[int, str]:
    try:
        with os.scandir(path) as entries:
            listed = sorted(entry.name for entry in itertools.islice(entries, _MOST_FILES))
    except FileNotFoundError:
        return 0, "missing"
    except (OSError, ValueError):
        return 0, "unreadable"
    names = [name for name in listed if _HASHED.match(name)]
    count = sum(_file(os.path.join(path, name), _LONGEST_CERTIFICATE)[0] for name in names)
    if count or names:
        return count, "ok" if count else "unparsable"
    others = (os.path.join(path, name) for name in listed if name.endswith(_ENDINGS))
    return 0, "not_hashed" if any(
        _file(other, _LONGEST_BUNDLE)[0] for other in itertools.islice(others, _MOST_TRIED)
    ) else "empty"


def _file(path: str, limit: int) -> tuple[int, str]:
    """How many certificates OpenSSL takes from a PEM file, and its state: one broken certificate spoils the whole file."""
    contents = read_file(path, limit)
    if contents.state is not FileState.READ:
        return 0, contents.state.value
    if not contents.data.strip():
        return 0, "empty"
    claimed = len(_BEGIN.findall(contents.data))
    count = sum(_accepted(_BLOCK.findall(contents.data)))
    if not claimed and contents.complete and _is_der(contents.data):
        return 0, "der"
    return count, "ok" if count and count == claimed and contents.complete else "unparsable"


@guarded_as(False)
def _is_der(data: bytes) -> bool:
    """Whether this is one certificate in binary form (X.690), which OpenSSL takes from no file that a variable names."""
    from cryptography import x509

    x509.load_der_x509_certificate(data)
    return True


def _accepted(blocks: list[bytes]) -> Iterator[bool]:
    import ssl  # only where a variable is set

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except ssl.SSLError:
        raise Unsupported("this Python's ssl, which its OPENSSL_CONF keeps from starting") from None
    for block in blocks:
        try:
            context.load_verify_locations(cadata=block.decode("ascii"))
        except (ssl.SSLError, UnicodeDecodeError):
            yield False
        else:
            yield True
