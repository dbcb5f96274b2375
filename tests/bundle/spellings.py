"""Thirty ways to spell a text, each as some tool does, and which of them somebody can undo around another."""

import base64
import gzip
import html
import json
import quopri
import zlib
from collections.abc import Callable
from itertools import product
from urllib.parse import quote, quote_plus


def chunked(content: bytes) -> bytes:
    pieces = [content[at : at + 7] for at in range(0, len(content), 7)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def text(spell: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda content: spell(content.decode("latin-1" if not _is_utf8(content) else "utf-8")).encode()


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "HTML": text(html.escape),
    "HTML as templates write it": text(lambda shown: html.escape(shown, quote=False).replace("'", "&#39;").replace('"', "&#34;")),
    "HTML, the least": text(lambda shown: shown.replace("&", "&amp;").replace("<", "&lt;")),
    "numbers": text(lambda shown: "".join(f"&#{ord(one)};" for one in shown)),
    "numbers in hexadecimal": text(lambda shown: "".join(f"&#x{ord(one):x};" for one in shown)),
    "names": text(
        lambda shown: shown.replace("&", "&amp;").replace("'", "&apos;").replace("é", "&eacute;").replace("%", "&percnt;")
    ),
    "URL": text(lambda shown: quote(shown, safe="")),
    "URL, some of it": text(lambda shown: quote(shown, safe="'&<\"")),
    "URL, all of it": lambda content: b"".join(b"%%%02x" % byte for byte in content),
    "URL twice": text(lambda shown: quote(quote(shown, safe=""), safe="")),
    "form": text(quote_plus),
    "JSON": text(lambda shown: json.dumps(shown)[1:-1]),
    "JSON in UTF-8": text(lambda shown: json.dumps(shown, ensure_ascii=False)[1:-1]),
    "JSON as Go writes it": text(lambda shown: json.dumps(shown)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c")),
    "JSON, all of it in capitals": text(lambda shown: "".join(f"\\u{ord(one):04X}" for one in shown)),
    "script": lambda content: b"".join(b"\\x%02x" % byte for byte in content),
    "quoted-printable": quopri.encodestring,
    "hexadecimal": lambda content: content.hex().encode(),
    "hexadecimal with colons": lambda content: content.hex(":").encode(),
    "Base64": base64.b64encode,
    "Base64 for URLs": base64.urlsafe_b64encode,
    "Base64 in lines": lambda content: base64.encodebytes(b"the proxy says: " * 5 + content + b" is not the password " * 3),
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "deflate": zlib.compress,
    "gzip in Base64": lambda content: base64.b64encode(gzip.compress(content, mtime=0)),
    "chunks": chunked,
    "Latin-1": lambda content: content.decode().encode("latin-1") if _is_utf8(content) else content,
    "UTF-16": lambda content: content.decode().encode("utf-16-le") if _is_utf8(content) else content,
    "UTF-16, the other way round": lambda content: content.decode().encode("utf-16-be") if _is_utf8(content) else content,
    "capitals": text(str.upper),
}
"""Thirty ways, and one that is none."""
BINARY = {"gzip", "deflate", "UTF-16", "UTF-16, the other way round"}
OVER_BYTES = {
    "Base64",
    "Base64 for URLs",
    "Base64 in lines",
    "hexadecimal",
    "hexadecimal with colons",
    "gzip",
    "chunks",
    "script",
}
KEEPS_CASE = {"plain", "HTML", "names", "JSON", "URL", "Latin-1", "capitals"}
PAIRS = [
    (outer, inner)
    for outer, inner in product(SPELLINGS, SPELLINGS)
    if outer != inner
    and (inner not in BINARY or outer in OVER_BYTES)
    and (outer != "capitals" or inner in KEEPS_CASE)
    and not (outer == "Base64 in lines" and inner == "deflate")
]
"""An outer one around an inner one, as far as somebody who gets it could undo both."""


def spelt(value: str, *names: str) -> bytes:
    content = value.encode()
    for name in names:
        content = SPELLINGS[name](content)
    return content
