"""The answer to a Digest challenge (RFC 7616; without a qop as RFC 2069 had it)."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping

from diag.model.expression import expression
from diag.model.secret import Login, Secret
from diag.model.wire.unreadable import guarded_as

HASHES: Mapping[str, str] = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}
"""The algorithms by their names in a challenge, and by the names that `hashlib` has for them."""
_STRENGTH = ("sha-512-256", "sha-256", "md5")
_PARAMETER = expression(r'\s*,?\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


_NO_CHALLENGES: list[dict[str, str]] = []


@guarded_as(_NO_CHALLENGES)
def challenges(fields: Iterable[tuple[bytes, bytes]]) -> list[dict[str, str]]:
    """Return the Digest challenges of an answer, one a field line, as their parameters by name in lower case."""
    found = []
    for name, value in fields:
        scheme, _, parameters = value.decode("latin-1").strip().partition(" ")
        if name.lower() == b"proxy-authenticate" and scheme.lower() == "digest":
            found.append({match[1].lower(): _plain(match) for match in _PARAMETER.finditer(parameters)})
    return found


@guarded_as(None)
def answer(
    login: Login,
    offered: list[dict[str, str]],
    method: str,
    target: str,
    make_nonce: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Secret | None:
    """Return the value of Proxy-Authorization for the strongest challenge that can be answered; None: none can.

    `target` is the request's own: for CONNECT the authority. The user's name stands in it, so it is a secret.
    """
    usable = [challenge for challenge in offered if _can(challenge)]
    if not usable:
        return None
    challenge = min(usable, key=lambda one: _STRENGTH.index(_algorithm(one)))
    name, nonce, realm = _algorithm(challenge), challenge["nonce"], challenge.get("realm", "")
    ours = make_nonce()

    def digest(*parts: str) -> str:
        return hashlib.new(HASHES[name], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    user, password = login.user.reveal(), login.password.reveal()
    who = digest(user, realm, password)
    if _is_of_session(challenge):
        who = digest(who, nonce, ours)
    what = digest(method, target)
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
    bare = {"algorithm": challenge["algorithm"]} if "algorithm" in challenge else {}
    if "auth" in _qualities(challenge):
        fields |= {"cnonce": ours, "response": digest(who, nonce, "00000001", ours, "auth", what)}
        bare |= {"qop": "auth", "nc": "00000001"}
    else:
        fields["response"] = digest(who, nonce, what)
    if "opaque" in challenge:
        fields["opaque"] = challenge["opaque"]
    said = [f'{key}="{_quoted(value)}"' for key, value in fields.items()] + [f"{key}={value}" for key, value in bare.items()]
    return Secret(f"Digest {', '.join(said)}")


def _can(challenge: Mapping[str, str]) -> bool:
    qualities = _qualities(challenge)
    named = all(re.fullmatch(r"[\x20-\x7e\x80-\xff]*", challenge.get(key, "")) for key in ("nonce", "realm", "opaque"))
    return named and "nonce" in challenge and _algorithm(challenge) in HASHES and (not qualities or "auth" in qualities)


def _algorithm(challenge: Mapping[str, str]) -> str:
    return challenge.get("algorithm", "md5").lower().removesuffix("-sess")


def _is_of_session(challenge: Mapping[str, str]) -> bool:
    return challenge.get("algorithm", "").lower().endswith("-sess")


def _qualities(challenge: Mapping[str, str]) -> set[str]:
    return {word.strip().lower() for word in challenge.get("qop", "").split(",") if word.strip()}


def _plain(match: re.Match[str]) -> str:
    return match[3] if match[3] is not None else re.sub(r"\\(.)", r"\1", match[2])


def _quoted(value: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", value)
