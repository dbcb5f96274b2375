"""Zendesk: the file is uploaded for a token, and the token goes into a comment on the ticket.

The token holds for an hour and for one comment. Agents may comment on any ticket, customers on their own requests only, at
another address; which of the two the sender is shows when the ticket is read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from diag.desk.send.answers import authorization, document, listed, refusal, text_of
from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, UnusableDestination
from diag.desk.send.http_client import Post, Reply, Request
from diag.model.obstacle import Told
from diag.model.secret import Secret

AS_AGENT, AS_CUSTOMER = ("tickets", "ticket"), ("requests", "request")
"""The two addresses of a ticket, with the word for it in what is sent there."""
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Zendesk:
    """One ticket."""

    origin: str
    path: str
    case: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{1,18}", self.case):
            raise UnusableDestination("A ticket of Zendesk has a number, such as --case 12345")

    @property
    def words(self) -> Told:
        """Ticket and site."""
        return Told("ticket {case} at {site} (Zendesk)", {"case": self.case, "site": self.origin.removeprefix("https://")})

    @property
    def wants_credentials(self) -> bool:
        """An API token with the sender's mail address, or an OAuth token alone."""
        return True

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return the login; with an API token the user is written as `mail/token`."""
        if credentials is not None and credentials.user is not None:
            user = credentials.user.reveal()
            named = user if user.endswith("/token") else f"{user}/token"
            credentials = Credentials(credentials.token, Secret(named))
        return {"Accept": "application/json", **authorization(credentials)}

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Read the ticket, uploads, comments. Raises NotSent and Uncertain."""
        address = self._address(post)
        uploaded = self._upload(parcel, post)
        reply = post.hand_over(self._comment(parcel, uploaded, address), lambda: self._arrived(parcel, post, address))
        if isinstance(reply, Reply) and reply.status in (400, 422):
            # A token that is over an hour old or used up is refused so; the comment has not been made.
            uploaded = self._upload(parcel, post)
            reply = post.hand_over(self._comment(parcel, uploaded, address), lambda: self._arrived(parcel, post, address))
        if isinstance(reply, Receipt):
            return reply
        if not reply.ok:
            raise refusal(reply, self.words)
        shown = self._arrived(parcel, post, address)
        return replace(shown, already=False) if shown else Receipt()

    def _address(self, post: Post) -> tuple[str, str]:
        reply = post.repeat(Request("GET", f"{self.path}/api/v2/tickets/{self.case}.json"))
        if reply.status not in (403, 404):
            document(reply, self.words)
            return AS_AGENT
        document(post.repeat(Request("GET", f"{self.path}/api/v2/requests/{self.case}.json")), self.words)
        return AS_CUSTOMER

    def _arrived(self, parcel: Parcel, post: Post, address: tuple[str, str]) -> Receipt | None:
        """Whether a comment has the file already; the newest hundred are looked at."""
        newest = urlencode({"sort": "-created_at", "page[size]": 100})
        reply = post.repeat(Request("GET", f"{self.path}/api/v2/{address[0]}/{self.case}/comments.json?{newest}"))
        for comment in listed(document(reply, self.words).get("comments")):
            for attachment in listed(comment.get("attachments")):
                if attachment.get("file_name") == parcel.name:
                    return Receipt(text_of(attachment.get("id")), already=True, whole=attachment.get("size") == parcel.size)
        return None

    def _upload(self, parcel: Parcel, post: Post) -> str:
        """Uploads for a token. One that is never used is thrown away by Zendesk, so trying twice does no harm."""
        target = f"{self.path}/api/v2/uploads.json?filename={quote(parcel.name)}"
        reply = post.repeat(Request("POST", target, {"Content-Type": parcel.media_type}, parcel.content))
        uploaded = document(reply, self.words).get("upload")
        token = uploaded.get("token") if isinstance(uploaded, dict) else None
        if not isinstance(token, str) or not token:
            raise NotSent("{words} took the file and gave no token for it: send the bundle again later.", words=self.words)
        return token

    def _comment(self, parcel: Parcel, token: str, address: tuple[str, str]) -> Request:
        """An agent's comment is a private note; a customer's can only be public, and is so within the ticket."""
        comment: dict[str, object] = {"body": parcel.note, "uploads": [token]}
        if address == AS_AGENT:
            comment["public"] = False
        content = json.dumps({address[1]: {"comment": comment}}).encode()
        return Request("PUT", f"{self.path}/api/v2/{address[0]}/{self.case}.json", _JSON, content)
