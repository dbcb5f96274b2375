"""Asking for TLS in the protocols of mail, which are lines of text: SMTP (RFC 5321, RFC 3207) and IMAP (RFC 9051)."""

import re
from typing import NoReturn

from diag.model.failure import Failure
from diag.model.upgrade import UpgradeRefusal
from diag.probe.conversation import Talk
from diag.probe.streams import Ended

WISH = b"STARTTLS"
_NAME, _LITERAL = b"diag.invalid", b"[127.0.0.1]"
"""The name that the client has to give: one that nobody has (RFC 2606), since ours is nobody's business. Where a server looks it
up and does not like what it finds, an address in its place (RFC 5321, section 4.1.3) says as little."""
_REPLY = re.compile(rb"([2-5]\d\d)([ -]|\Z)")
_OVERWRITTEN = re.compile(rb"X{4,}[A-Z]?\Z")
"""What some firewalls write over a word that they do not allow: as many X, or all but the last letter."""
_UNKNOWN_COMMAND = (*range(500, 505), 530)
"""By which a server says that it knows no such command; FTP servers may want a login first (RFC 959, section 4.2)."""
_READY, _DONE = 220, 250


async def smtp(talk: Talk, insist: bool) -> None:
    """Read the greeting; EHLO with its list, STARTTLS."""
    talk.step = "greeting"
    code, _ = await _reply(talk)
    if code != _READY:
        talk.refuse(UpgradeRefusal.TURNED_AWAY, code)
    talk.step = "capabilities"
    for name in (_NAME, _LITERAL):
        await talk.say(b"EHLO " + name + b"\r\n")
        code, told = await _reply(talk)
        if code == _DONE:
            break
    if code in _UNKNOWN_COMMAND:
        await _without_list(talk, code)
    if code != _DONE:
        talk.refuse(UpgradeRefusal.TURNED_AWAY, code)
    missing = _missing([line.split(b" ")[0].upper() for line in told[1:]])
    if missing and not insist:
        talk.refuse(missing)
    talk.step = "request"
    await talk.say(WISH + b"\r\n")
    code, _ = await _reply(talk)
    if code != _READY:
        talk.refuse(missing or UpgradeRefusal.REFUSED, code)


async def _without_list(talk: Talk, code: int) -> NoReturn:
    """A server that knows no EHLO knows no TLS either (RFC 5321, section 2.2.1); one that knows no HELO speaks no SMTP."""
    await talk.say(b"HELO " + _NAME + b"\r\n")
    if (await _reply(talk))[0] == _DONE:
        talk.refuse(UpgradeRefusal.NOT_OFFERED, code)
    raise Ended(Failure.MALFORMED)


async def imap(talk: Talk, insist: bool) -> None:
    """Read the greeting; CAPABILITY, STARTTLS."""
    talk.step = "greeting"
    greeting = (await talk.line()).upper()
    if greeting.startswith(b"* BYE"):
        talk.refuse(UpgradeRefusal.TURNED_AWAY)
    if not greeting.startswith((b"* OK", b"* PREAUTH")):
        raise Ended(Failure.MALFORMED)
    talk.step = "capabilities"
    await talk.say(b"d1 CAPABILITY\r\n")
    told, answer = await _tagged(talk, b"d1")
    listed = [line.split() for line in told if line.startswith(b"* CAPABILITY")]
    if answer != b"OK" or not listed:
        talk.refuse(UpgradeRefusal.TURNED_AWAY)
    missing = _missing([word for words in listed for word in words[2:]])
    if greeting.startswith(b"* PREAUTH"):
        missing = UpgradeRefusal.NOT_OFFERED  # STARTTLS is for who has not logged in yet (RFC 9051, section 6.2.1)
    if missing and not insist:
        talk.refuse(missing)
    talk.step = "request"
    await talk.say(b"d2 " + WISH + b"\r\n")
    _, answer = await _tagged(talk, b"d2")
    if answer != b"OK":
        talk.refuse(missing or UpgradeRefusal.REFUSED)


def _missing(listed: list[bytes]) -> UpgradeRefusal | None:
    """Why a list does not offer TLS; None: it does."""
    if WISH in listed:
        return None
    return UpgradeRefusal.OVERWRITTEN if any(_OVERWRITTEN.match(word) for word in listed) else UpgradeRefusal.NOT_OFFERED


async def _reply(talk: Talk) -> tuple[int, list[bytes]]:
    """One reply of SMTP: its number, and its lines without it (RFC 5321, section 4.2.1). Raises Ended."""
    told: list[bytes] = []
    while True:
        line = await talk.line()
        mark = _REPLY.match(line)
        if not mark:
            raise Ended(Failure.MALFORMED)
        told.append(line[4:])
        if mark[2] != b"-":
            return int(mark[1]), told


async def _tagged(talk: Talk, tag: bytes) -> tuple[list[bytes], bytes]:
    """The lines up to the answer to a command of IMAP, in capitals, and the answer's word. Raises Ended."""
    told: list[bytes] = []
    while True:
        line = (await talk.line()).upper()
        if line.startswith(b"* BYE"):
            talk.refuse(UpgradeRefusal.TURNED_AWAY)
        if line.startswith(tag.upper() + b" "):
            return told, [*line.split(), b""][1]
        if not line.startswith(b"*"):
            raise Ended(Failure.MALFORMED)
        told.append(line)
