"""No verdict rests on the words of an error: a TLS library's differ by version. Matched are numbers, bytes, words of ours."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.gates.sources import modules_of, nodes_of, offences

LOOKED_AT = modules_of("checks", "diag.knowledge", "diag.model", "diag.engine", "diag.probe")
REASONS = re.compile(
    r"certificate verify failed|unable to get (local )?issuer|self[- ]signed certificate|certificate has expired"
    r"|wrong version number|packet length too long|record layer failure|unexpected eof|no protocols available"
    r"|unknown ca\b"
    r"|sslv3 alert|tlsv1 alert|ssl/tls alert|handshake failure|unsupported protocol|no shared cipher|hostname mismatch"
    r"|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|UNEXPECTED_EOF|TLSV1_ALERT|SSLV3_ALERT|NO_SHARED_CIPHER",
    re.IGNORECASE,
)
"""What OpenSSL and Python's ssl say of an error, in words and in the names of their reasons."""
TELLING = {"reason", "verify_message", "strerror"}
"""Attributes of an exception that hold such words. An HTTP answer has a `reason` too, which is another thing."""
OF_TLS = {"SSL.Error", "ssl.SSLError", "crypto.Error"}
"""Exceptions of which nothing at all is read: they are the reason of another, and no more."""
OURS = {"Unsupported", "EOFError", "JSException"}
"""Exceptions that diag itself raises, with words or bytes of its own in them, and what a proxy script throws."""


def literals(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """The texts of a file, without those for people (docstrings, what a command to be copied shows) and the names of files."""
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("ShellLine", "dormant"):
            told |= {id(argument) for argument in node.args}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in told:
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


def caught(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.ExceptHandler, str]]:
    """Every handler that names its exception, but for those of our own."""
    for node in nodes:
        if (
            isinstance(node, ast.ExceptHandler)
            and node.name
            and getattr(node.type, "attr", getattr(node.type, "id", "")) not in OURS
        ):
            yield node, node.name


def test_no_reason_of_openssl_is_spelt_out() -> None:
    assert offences(lambda path: filter(REASONS.search, literals(nodes_of(path))), LOOKED_AT) == []


def test_no_error_s_words_are_looked_at() -> None:
    """What is caught is known by its type and its numbers: neither `str(error)` nor `error.args` nor `error.reason` is read."""
    assert offences(lambda path: looked_at(nodes_of(path)), LOOKED_AT) == []


def looked_at(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield where the words of an error that was caught are read."""
    for handler, name in caught(nodes):
        for node in ast.walk(handler):
            match node:
                case ast.Attribute(value=ast.Name(id=read), attr=field) if read == name and field in TELLING | {"args"}:
                    yield f"line {node.lineno} reads {name}.{field}"
                case ast.Call(func=ast.Name(id="str" | "repr"), args=given):
                    if name in [one.id for one in given if isinstance(one, ast.Name)]:
                        yield f"line {node.lineno} spells {name} out"
                case ast.FormattedValue(value=ast.Name(id=written)) if written == name:
                    yield f"line {node.lineno} writes {name} into a text"


def handled(handler: ast.ExceptHandler) -> set[str]:
    """The exceptions that a handler names."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(kind) for kind in kinds if kind is not None}


def used(handler: ast.ExceptHandler) -> list[str]:
    """What is done with the error in a handler, other than to name it as the reason of another."""
    reasons = {id(node.cause) for node in ast.walk(handler) if isinstance(node, ast.Raise) and node.cause}
    names = [node for node in ast.walk(handler) if isinstance(node, ast.Name) and node.id == handler.name]
    return [f"line {name.lineno}" for name in names if id(name) not in reasons]


def test_an_error_of_tls_is_a_reason_and_no_more() -> None:
    assert offences(lambda path: used_of_tls(nodes_of(path)), LOOKED_AT) == []


def used_of_tls(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield where something is done with an error of TLS."""
    for handler, _ in caught(nodes):
        if handled(handler) & OF_TLS:
            yield from used(handler)


def test_the_search_would_find_them() -> None:
    bad = "try:\n    pass\nexcept SSL.Error as error:\n    if 'unknown ca' in str(error):\n        raise Ended from error\n"
    nodes = [*ast.walk(ast.parse(bad))]
    assert any(REASONS.search(text) for text in literals(nodes))
    ((handler, name),) = caught(nodes)
    assert name == "error"
    assert handled(handler) == {"SSL.Error"}
    assert list(used_of_tls(nodes)) == ["line 4"]
    assert list(looked_at(nodes)) == ["line 4 spells error out"]
