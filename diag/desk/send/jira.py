"""Jira, in the cloud and on a company's own servers: the limit is asked for first, then the file is attached to the issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from diag.desk.send.answers import authorization, document, listed, refusal, text_of
from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, UnusableDestination
from diag.desk.send.http_client import Post, Request
from diag.desk.send.multipart import Part, multipart
from diag.model.obstacle import Told


@dataclass(frozen=True)
class Jira:
    """One issue."""

    origin: str
    path: str
    case: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,30}-\d{1,18}", self.case):
            raise UnusableDestination("An issue of Jira has a key, such as --case SUP-123")

    @property
    def words(self) -> Told:
        """Issue and site."""
        return Told(
            "issue {case} at {site} (Jira)", {"case": self.case, "site": f"{self.origin.removeprefix('https://')}{self.path}"}
        )

    @property
    def wants_credentials(self) -> bool:
        """An API token with the sender's mail address (cloud), or a personal access token alone (own servers)."""
        return True

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return both: without the second one Jira takes an upload for a forged form and refuses it."""
        return {"Accept": "application/json", "X-Atlassian-Token": "no-check", **authorization(credentials)}

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Ask for the limit, then attach. Raises NotSent and Uncertain."""
        self._hold_to_limit(parcel, post)
        body, kind = multipart(Part("file", parcel.content, parcel.media_type, parcel.name))
        attach = Request("POST", f"{self._issue}/attachments", {"Content-Type": kind}, body)
        reply = post.hand_over(attach, lambda: self._arrived(parcel, post))
        if isinstance(reply, Receipt):
            return reply
        if not reply.ok:
            raise refusal(reply, self.words)
        for attachment in listed(reply.document()):
            if attachment.get("filename") == parcel.name:
                return Receipt(text_of(attachment.get("id")), whole=attachment.get("size") == parcel.size)
        return Receipt()

    @property
    def _issue(self) -> str:
        return f"{self.path}/rest/api/2/issue/{self.case}"

    def _hold_to_limit(self, parcel: Parcel, post: Post) -> None:
        settings = document(post.repeat(Request("GET", f"{self.path}/rest/api/2/attachment/meta")), self.words)
        if settings.get("enabled") is False:
            raise NotSent("{words} takes no attachments: ask support for an upload address.", words=self.words)
        limit = settings.get("uploadLimit")
        if isinstance(limit, int) and parcel.size > limit:
            raise NotSent(
                "{words} takes files of at most {limit} bytes, and the bundle has {size}: ask support for an upload address.",
                words=self.words,
                limit=limit,
                size=parcel.size,
            )

    def _arrived(self, parcel: Parcel, post: Post) -> Receipt | None:
        issue = document(post.repeat(Request("GET", f"{self._issue}?fields=attachment")), self.words)
        fields = issue.get("fields")
        for attachment in listed(fields.get("attachment") if isinstance(fields, dict) else None):
            if attachment.get("filename") == parcel.name:
                return Receipt(text_of(attachment.get("id")), already=True, whole=attachment.get("size") == parcel.size)
        return None
