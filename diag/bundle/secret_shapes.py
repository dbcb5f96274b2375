"""What shows by its own shape, or by the name that it stands under, that it opens something; whoever wrote it.

Names are judged by the words in them (`x-vault-token`, `client_secret`), values by the shapes that their issuers document: most
of today's keys and tokens begin with letters that say whose they are.
"""

import itertools
import re
from functools import lru_cache

from diag.bundle.encodings import decoded
from diag.model.expression import expression

REMOVED = b"(removed)"
"""What stands for what is gone."""

_OPENING = (
    "token|secret|session|sessid|credential|jwt|assertion|cookie|passw|passphrase|signature|csrf|xsrf|apikey|authkey|accesskey"
    "|privatekey|samlre"
)
_WORDS = frozenset(
    {"auth", "authorization", "authentication", "key", "keys", "pwd", "sig", "sas", "otp", "ticket", "sid", "bearer", "pat"}
)
_OFFERS = frozenset({"www-authenticate", "proxy-authenticate"})
"""What a server offers, not what it gives (RFC 9110, section 11): ways of logging in, which judgements read."""
_SAYS_SECRET = expression(_OPENING)


def names_secret(field: str) -> bool:
    """Return whether a header field's name says that its value opens something; `field` in lower case."""
    if field in _OFFERS:
        return False
    return bool(_SAYS_SECRET.search(field)) or not _WORDS.isdisjoint(re.split(r"[^a-z0-9]+", field))


_NAMES = (
    rb"(?:passw(?:or)?d|passphrase|pwd|secret|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|auth[_-]?(?:key|code)"
    rb"|token|signature|credential|assertion|jwt|session[_-]?(?:id|key)|sessid|saml(?:request|response)"
    rb"|(?<![a-z])(?:sig|pass|passcode|otp|pin))"
)
_QUOTE = rb"(?:\\?[\"']|&quot;)?"
_VALUE = rb"((?<=[\"'])[^\"'<>\r\n\\]{6,}|[^\s\"'<>&;,\\]{6,})"
ASSIGNED = expression(rb"(?i)(" + _NAMES + rb"s?(?:>|" + _QUOTE + rb"[ \t]*[:=][ \t]*" + _QUOTE + rb"))" + _VALUE)
"""What a page, JSON or XML gives under a name that says it opens something."""
ENTERED = expression(rb"(?i)(" + _NAMES + rb"[^<>]{0,80}?\bvalue=" + _QUOTE + rb")" + _VALUE)
"""The same of a form's field (HTML, section 4.10.5)."""
COOKIE = expression(rb"(?i)(http-equiv=[\"']?set-cookie[\"']?[^<>]{0,80}?content=[\"']?)[^\"'<>]{1,4000}")
"""A cookie that a page sets by itself."""
REFERENCE = expression(rb"(?i)(\b(?:href|src|action|url|location)[ \t]*=[ \t]*[\"']?[^\s\"'<>?]{0,500}+\?)[^\s\"'<>]+")
"""Where a page leads, with a question: addresses in it may lack their scheme and host."""
BARE_LOGIN = expression(
    rb"(?i)(?<![a-z0-9.-])(?!(?:mailto|sips?|xmpp|acct|https?|socks[45]?[ah]?):)[a-z0-9._+%-]{1,64}:[^\s/@:\"'<>]{3,200}@(?=[a-z0-9\[])"
)
"""A login before a host, where no scheme stands before it."""
LOGIN_OPTION = expression(rb"(?i)((?<![\w-])(?:-u|--user|--proxy-user)[ =][\"']?)[^\s:\"'<>]{1,64}:[^\s\"'<>]{1,200}")
"""A login on a command line, as curl takes it."""
RESPONSE = expression(rb"(?i)(\bresponse[ \t]*=[ \t]*\"?)[0-9a-f]{32,128}")
"""What a password was made into (RFC 7616, section 3.4)."""
BASIC = expression(rb"(?i)\b(Basic[ \t]+)([a-z0-9+/]{4,15}={0,2})(?![a-z0-9+/=])")
"""A short login (RFC 7617), which a word may look like."""


def short_login(found: re.Match[bytes]) -> bytes:
    """Return what stays of a match of `BASIC`: all of it, unless there is a colon in what it encodes."""
    return found[1] + REMOVED if b":" in decoded(found[2]) else found[0]


_FAMILIAR = (
    b"otp", b"pin",
    b"pass", b"pwd", b"secret", b"key", b"auth", b"token", b"signature", b"credential", b"assertion", b"jwt", b"session",
    b"sessid", b"saml", b"sig",
)  # fmt: skip


def may_assign(content: bytes) -> bool:
    """Return whether any of those names can stand in it: much faster than to look for them."""
    lower = content.lower()
    return any(name in lower for name in _FAMILIAR)


TICKET = expression(rb"(?i)\b(NTLM|Negotiate|Kerberos|Basic|Bearer|Digest)([ \t]+)[a-z0-9+/_.~-]{16,}+=*")
"""A scheme of HTTP authentication (RFC 9110, section 11) with a token behind it."""
PRIVATE_KEY = expression(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"
    rb"|(?:AGE-SECRET-KEY-1|hpke-secret:)[^\s\"'<>]{1,200}",
    re.DOTALL,
)
"""RFC 7468, also one that is cut; and those of one line."""
MARKS_OF_KEYS = (b"PRIVATE KEY", b"AGE-SECRET-KEY-1", b"hpke-secret:")


def private_key(content: bytes) -> re.Pattern[bytes] | None:
    """Return what finds private keys, where one can stand in `content`; None: none can."""
    return PRIVATE_KEY if any(mark in content for mark in MARKS_OF_KEYS) else None


_OF_GITLAB = "pat ptt rt dt cbt ft agent soat imt oas ffct"
SHAPES: tuple[tuple[tuple[bytes, ...], bytes], ...] = (
    ((b"eyJ",), rb"eyJ[A-Za-z0-9_-]{6,}+(?:\.[A-Za-z0-9_-]*+){1,4}"),  # JWS and JWE (RFC 7515, RFC 7516)
    (
        (b"AKIA", b"ASIA", b"AROA", b"AIDA", b"ABIA", b"ACCA", b"ANPA", b"ANVA", b"AGPA", b"AIPA"),
        rb"A(?:KIA|SIA|ROA|IDA|BIA|CCA|NPA|NVA|GPA|IPA)[A-Z2-7]{16}",  # AWS
    ),
    ((b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"), rb"gh[pousr]_[A-Za-z0-9]{16,}+"),
    ((b"github_pat_",), rb"github_pat_[A-Za-z0-9_]{16,}+"),
    (
        tuple(f"gl{kind}-".encode() for kind in _OF_GITLAB.split()),
        rb"gl(?:pat|ptt|rt|dt|cbt|ft|agent|soat|imt|oas|ffct)-[A-Za-z0-9_-]{16,}+",
    ),
    ((b"xox",), rb"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+"),
    ((b"xapp-",), rb"xapp-\d-[A-Za-z0-9-]{8,}+"),
    ((b"AIza",), rb"AIza[A-Za-z0-9_-]{30,}+"),
    ((b"ya29.",), rb"ya29\.[A-Za-z0-9_-]{10,}+"),
    ((b"GOCSPX-",), rb"GOCSPX-[A-Za-z0-9_-]{16,}+"),
    ((b"1//0",), rb"1//0[A-Za-z0-9_-]{20,}+"),
    ((b"7Q~", b"8Q~"), rb"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,}+"),  # Entra ID
    ((b"sk_", b"rk_", b"pk_", b"whsec_"), rb"(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}+"),
    ((b"sk-",), rb"sk-[A-Za-z0-9_-]{20,}+"),
    ((b"npm_",), rb"npm_[A-Za-z0-9]{30,}+"),
    ((b"pypi-",), rb"pypi-[A-Za-z0-9_-]{16,}+"),
    ((b"SG.",), rb"SG\.[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{16,}+"),
    ((b"SK",), rb"SK[0-9a-f]{32}"),
    ((b"hvs.", b"hvb.", b"hvr."), rb"hv[sbr]\.[A-Za-z0-9_-]{20,}+"),
    (
        (b"s.",),
        rb"s\.(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{24}(?![A-Za-z0-9])(?:\.[A-Za-z0-9]{5}(?![A-Za-z0-9]))?",
    ),
    ((b"b.AAAAAQ",), rb"b\.AAAAAQ[A-Za-z0-9_-]{60,}+"),  # Vault, before 1.10
    ((b"dapi",), rb"dapi[0-9a-f]{32}"),
    ((b"doo_v1_", b"dop_v1_", b"dor_v1_"), rb"do[opr]_v1_[0-9a-f]{40,}+"),
    ((b"shpat_", b"shpca_", b"shppa_", b"shpss_"), rb"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ((b":AA",), rb"\d{8,10}:AA[A-Za-z0-9_-]{30,}+"),
    ((b"TlRMTVNTUA",), rb"TlRMTVNTUA[A-Za-z0-9+/]{10,}+=*"),  # NTLM
    ((b"YII",), rb"YII[A-Za-z0-9+/]{40,}+=*"),  # SPNEGO and Kerberos (RFC 4178, RFC 4121), longer than 255 bytes
    ((b"NRAK-",), rb"NRAK-[A-Z0-9]{20,}+"),
    ((b"ATATT3",), rb"ATATT3[A-Za-z0-9_=-]{20,}+"),
)
"""Keys and tokens that bear their issuer's mark, most of them at their beginning: the marks, one of which each holds, and what it
looks like."""

_MARKED = tuple((mark, shape) for marks, shape in SHAPES for mark in marks)


def issued(content: bytes) -> re.Pattern[bytes] | None:
    """Return what finds the keys and tokens of those shapes that can stand in `content`; None: none can."""
    shapes = tuple(dict.fromkeys([shape for mark, shape in _MARKED if mark in content]))
    return _any_shape(shapes) if shapes else None


@lru_cache(maxsize=256)
def _any_shape(shapes: tuple[bytes, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(shapes) + rb")")


LONG_KEY = expression(rb"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
"""As long as AWS's secret keys, which begin as they like."""
_SEGMENT = expression(rb"[A-Za-z0-9_~.%=+-]{20,}")
"""A part of a path that is too long for a word."""
_HEXADECIMAL = expression(rb"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,}")


def long_key(found: re.Match[bytes]) -> bytes:
    """Return what stays of a match of `LONG_KEY`: all of it, unless it looks as random as a key."""
    return REMOVED if is_mixed(found[0]) else found[0]


def is_mixed(word: bytes) -> bool:
    """Return whether letters of both cases and digits stand in it all mixed up, as in no word, no name and no digest."""
    turns = sum(_kind(one) != _kind(other) for one, other in itertools.pairwise(word))
    kinds = {_kind(character) for character in word}
    return {"A", "a", "0"} <= kinds and turns * 3 >= len(word)


def _kind(character: int) -> str:
    shown = chr(character)
    return "A" if shown.isupper() else "a" if shown.islower() else "0" if shown.isdigit() else "-"


def opens(segment: bytes) -> bool:
    """Return whether a part of a path looks like a key: of a webhook, a signed link, a share."""
    known = issued(segment)
    if known and known.match(segment):
        return True
    return bool(_HEXADECIMAL.fullmatch(segment)) or (bool(_SEGMENT.fullmatch(segment)) and is_mixed(segment))
