"""What a case system's refusal means for the person who sends: one table, since they all speak HTTP."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from diag.desk.send.attachment import Credentials, NotSent
from diag.desk.send.http_client import Reply
from diag.model.obstacle import Told
from diag.model.text import clean

LONGEST_QUOTE = 200


def refusal(reply: Reply, place: Told) -> NotSent:
    """Return the sentence for an answer that is no success; `place` is where the bundle should have gone."""
    match reply.status:
        case 400 | 422:
            if why := _said(reply):
                return NotSent("{place} does not accept the request: {why}. The bundle was not sent.", place=place, why=why)
            return NotSent("{place} does not accept the request. The bundle was not sent.", place=place)
        case 401:
            return NotSent("{place} does not accept the token: it may have expired. Get a new one and send again.", place=place)
        case 403:
            return NotSent(
                "{place} knows you, but does not let you attach files there: ask who runs it for that permission.", place=place
            )
        case 404:
            return NotSent(
                "{place} does not exist, or is hidden from you: check the number, and who the token belongs to.", place=place
            )
        case 413:
            return NotSent("{place} does not take files of this size: ask support for an upload address.", place=place)
        case 429:
            return NotSent("{place} takes no more requests for now: send the bundle again later.", place=place)
        case status if 300 <= status < 400:
            return NotSent(
                "{place} answers with a redirection, which is not followed: tokens are for one place only. Check the name of "
                "the site. Its login page may be in between.",
                place=place,
            )
        case status:
            return NotSent("{place} failed (status {status}). Send the bundle again later.", place=place, status=status)


def document(reply: Reply, place: Told) -> dict[str, Any]:
    """Return the JSON object of a success. Raises NotSent."""
    if not reply.ok:
        raise refusal(reply, place)
    found = reply.document()
    if not isinstance(found, dict):
        raise NotSent("{place} answers with something that is not its interface: check the name of the site.", place=place)
    return found


def authorization(credentials: Credentials | None) -> Mapping[str, str]:
    """Return the header that says who sends; none where nobody is named."""
    if credentials is None:
        return {}
    token = credentials.token.reveal()
    if credentials.user is None:
        return {"Authorization": f"Bearer {token}"}
    pair = f"{credentials.user.reveal()}:{token}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode('ascii')}"}


def listed(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON list; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """Return a JSON value that should be a short text or a number; empty where it is neither."""
    return clean(str(value), LONGEST_QUOTE) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _said(reply: Reply) -> str:
    """What the receiver itself gives as the reason, where one of the usual fields holds it."""
    found = reply.document()
    for part in [found, *listed(found)] if isinstance(found, list) else [found]:
        if not isinstance(part, dict):
            continue
        messages = part.get("errorMessages")
        error = part.get("error")
        inner = error.get("message") if isinstance(error, dict) else error
        first = messages[0] if isinstance(messages, list) and messages else None
        for said in (part.get("message"), first, part.get("description"), inner):
            if isinstance(said, str) and said:
                return clean(said, LONGEST_QUOTE)
    return ""
