"""A one-time upload address, as object stores sign them: whoever has it may put one file there, until it expires.

The address is a permission, so its query is never shown. Putting the same bytes twice leaves them there once; an upload session
(as Google's store has them) tells how much has arrived, and is taken up there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, Uncertain
from diag.desk.send.http_client import BUSY, TRIES, LostAnswer, Post, Reply, Request
from diag.model.obstacle import Told
from diag.model.text import clean

PIECE = 1 << 20
"""Bytes that are sent at once in a session; stores want multiples of 256 KiB."""
INCOMPLETE = 308
"""Resume Incomplete: what a session answers while something is missing."""
MOST_REDIRECTIONS = 3
MOST_STALLS = 4
"""Pieces in a row of which nothing arrives."""


@dataclass(frozen=True)
class Upload:
    """An upload address."""

    origin: str
    target: str = field(repr=False)
    """Path and query."""

    @property
    def words(self) -> Told:
        """Its host alone."""
        return Told("an upload address at {site}", {"site": self.origin.removeprefix("https://")})

    @property
    def wants_credentials(self) -> bool:
        """The address is the permission."""
        return False

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return none: a header that was not signed would make some stores refuse."""
        return {}

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Put the file there. Raises NotSent and Uncertain."""
        return self._in_session(parcel, post) if "upload_id" in self._query else self._at_once(parcel, post)

    @property
    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    def _own_headers(self, parcel: Parcel) -> dict[str, str]:
        query = self._query
        if "sig" in query and "sv" in query:
            return {"x-ms-blob-type": "BlockBlob"}
        signed = next((value for name, value in query.items() if name.lower().endswith("-signedheaders")), "")
        return {"Content-Type": parcel.media_type} if "content-type" in signed.lower().split(";") else {}

    def _at_once(self, parcel: Parcel, post: Post) -> Receipt:
        reply, lost = self._put(parcel, post)
        if reply.ok:
            tag = reply.headers.get("etag", "").strip('W/"')
            return Receipt(clean(tag, 80), whole=tag.lower() == parcel.md5)
        raise self._refused(reply, lost)

    def _put(self, parcel: Parcel, post: Post) -> tuple[Reply, bool]:
        """The last answer, and whether an earlier one was lost."""
        request = Request("PUT", self.target, self._own_headers(parcel), parcel.content)
        lost, reply = False, None
        for wait in TRIES:
            try:
                reply = self._followed(request, post)
            except LostAnswer:
                lost = True
                post.pause(wait)
                continue
            except NotSent as failure:
                raise self._perhaps(failure) if lost else failure from None
            if reply.status not in BUSY:
                return reply, lost
            post.pause(wait, reply)
        if reply is None or lost:
            raise self._perhaps(NotSent("{origin} broke off each time while the bundle was uploaded.", origin=self.origin))
        return reply, lost

    def _followed(self, request: Request, post: Post) -> Reply:
        """The answer to a request, after redirections within the same host and over https."""
        for _ in range(MOST_REDIRECTIONS):
            reply = post.once(request)
            if reply.status not in (307, 308) or "location" not in reply.headers:
                return reply
            where = reply.headers["location"]
            if where.startswith("/"):
                where = self.origin + where
            if not where.startswith(f"{self.origin}/"):
                raise self._elsewhere(where)
            request = Request(request.method, where.removeprefix(self.origin), request.headers, request.content)
        raise NotSent("{origin} sends the upload round in circles: ask support for a new upload address.", origin=self.origin)

    def _elsewhere(self, where: str) -> NotSent:
        if where.startswith("http:"):
            return NotSent(
                "{origin} sends the upload elsewhere and without encryption, which is not followed: "
                "ask support for a new upload address.",
                origin=self.origin,
            )
        return NotSent(
            "{origin} sends the upload elsewhere, which is not followed: ask support for a new upload address.",
            origin=self.origin,
        )

    def _in_session(self, parcel: Parcel, post: Post) -> Receipt:
        """Piece by piece; where the answer to one is lost, the session is asked how far it has come."""
        start = stalled = 0
        while stalled < MOST_STALLS:
            piece = parcel.content[start : start + PIECE]
            reply = self._piece(piece, f"bytes {start}-{start + len(piece) - 1}/{parcel.size}", parcel, post)
            if reply.ok:
                return Receipt(whole=_stored_size(reply) == parcel.size)
            if reply.status != INCOMPLETE:
                raise self._refused(reply, lost=False)
            reached = _reached(reply)
            stalled = 0 if reached > start else stalled + 1
            start = max(start, reached)
        raise NotSent("{origin} takes no more of the bundle: ask support for a new upload address.", origin=self.origin)

    def _piece(self, piece: bytes, place: str, parcel: Parcel, post: Post) -> Reply:
        try:
            reply = post.once(Request("PUT", self.target, {"Content-Range": place}, piece))
            if reply.status not in BUSY:
                return reply
            post.pause(TRIES[0], reply)
        except LostAnswer:
            post.pause(TRIES[0])
        return post.repeat(Request("PUT", self.target, {"Content-Range": f"bytes */{parcel.size}"}))

    def _refused(self, reply: Reply, lost: bool) -> NotSent | Uncertain:
        if lost and reply.status in (403, 409, 412):
            return self._perhaps(NotSent("{origin} broke off during the upload and refuses a second one.", origin=self.origin))
        match reply.status:
            case 400 | 401 | 403 | 404 | 409 | 410 | 412:
                until = self._expiry()
                if until:
                    return NotSent(
                        "{origin} refuses the upload (status {status}): upload addresses expire, and most hold for one upload. "
                        "It held until {until} UTC. Ask support for a new one.",
                        origin=self.origin,
                        status=reply.status,
                        until=f"{until:%Y-%m-%d %H:%M}",
                    )
                return NotSent(
                    "{origin} refuses the upload (status {status}): upload addresses expire, and most hold for one upload. "
                    "Ask support for a new one.",
                    origin=self.origin,
                    status=reply.status,
                )
            case 413:
                return NotSent("{origin} does not take files of this size: ask support for another way.", origin=self.origin)
            case status if 300 <= status < 400:
                return NotSent("{origin} sends the upload elsewhere: ask support for a new upload address.", origin=self.origin)
            case status:
                return NotSent(
                    "{origin} failed (status {status}): send the bundle again later.", origin=self.origin, status=status
                )

    def _perhaps(self, why: NotSent) -> Uncertain:
        return Uncertain(
            "{why} The bundle may have arrived: ask support to look for it, before you ask for a new address.", why=why
        )

    def _expiry(self) -> datetime | None:
        """Until when the address says that it holds; None where it does not say so in a way that is known."""
        query = {name.lower(): value for name, value in self._query.items()}
        try:
            for kind in ("x-amz", "x-goog"):
                if f"{kind}-date" in query:
                    begun = datetime.strptime(query[f"{kind}-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                    return begun + timedelta(seconds=int(query[f"{kind}-expires"]))
            if "se" in query:
                return datetime.fromisoformat(query["se"]).astimezone(UTC)
            if "expires" in query:
                return datetime.fromtimestamp(int(query["expires"]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            return None
        return None


def _reached(reply: Reply) -> int:
    """How many bytes a session has; none where it names no range."""
    named = re.fullmatch(r"(?:bytes=)?0-(\d{1,15})", reply.headers.get("range", "").strip())
    return int(named[1]) + 1 if named else 0


def _stored_size(reply: Reply) -> int | None:
    stored = reply.headers.get("x-goog-stored-content-length", "")
    if not stored:
        document = reply.document()
        stored = str(document.get("size", "")) if isinstance(document, dict) else ""
    return int(stored) if stored.isascii() and stored.isdigit() else None
