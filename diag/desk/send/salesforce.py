"""Salesforce: the file becomes a ContentVersion, published on the case from the first moment on."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from diag.desk.send.answers import authorization, document, listed, refusal, text_of
from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, UnusableDestination
from diag.desk.send.http_client import Post, Request
from diag.desk.send.multipart import Part, multipart
from diag.model.obstacle import Told

IDENTITY = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
"""Of a record: 15 characters, or 18 with those that guard against wrong case."""
OF_CASES = "500"
"""What the identity of every case begins with."""


@dataclass(frozen=True)
class Salesforce:
    """One case."""

    origin: str
    path: str
    case: str

    def __post_init__(self) -> None:
        if not (re.fullmatch(r"\d{1,14}", self.case) or self._is_identity):
            raise UnusableDestination(
                "A case of Salesforce has a number, such as --case 00001026, or an identity that begins with 500"
            )

    @property
    def words(self) -> Told:
        """Case and site."""
        return Told("case {case} at {site} (Salesforce)", {"case": self.case, "site": self.origin.removeprefix("https://")})

    @property
    def wants_credentials(self) -> bool:
        """An access token (OAuth) alone."""
        return True

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return the bearer's header: a session is whoever's has it."""
        bearer = Credentials(credentials.token) if credentials else None
        return {"Accept": "application/json", **authorization(bearer)}

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Find the newest interface and the case, then publish. Raises NotSent and Uncertain."""
        interface = self._interface(post)
        case = self.case if self._is_identity else self._looked_up(post, interface)
        told = {"Title": parcel.name, "PathOnClient": parcel.name, "Description": parcel.note, "FirstPublishLocationId": case}
        body, kind = multipart(
            Part("entity_content", json.dumps(told).encode(), "application/json"),
            Part("VersionData", parcel.content, parcel.media_type, parcel.name),
        )
        publish = Request("POST", f"{interface}/sobjects/ContentVersion", {"Content-Type": kind}, body)
        reply = post.hand_over(publish, lambda: self._arrived(parcel, post, interface, case))
        if isinstance(reply, Receipt):
            return reply
        if not reply.ok:
            raise refusal(reply, self.words)
        return self._checked(text_of(document(reply, self.words).get("id")), parcel, post, interface)

    @property
    def _is_identity(self) -> bool:
        return self.case.startswith(OF_CASES) and bool(IDENTITY.fullmatch(self.case))

    def _interface(self, post: Post) -> str:
        """The path of the newest version of the interface that this site has."""
        reply = post.repeat(Request("GET", "/services/data/"))
        if not reply.ok:
            raise refusal(reply, self.words)
        paths = [
            str(one["url"]) for one in listed(reply.document()) if re.fullmatch(r"/services/data/v\d+\.\d+", str(one.get("url")))
        ]
        if not paths:
            raise NotSent(
                "{words} answers with something that is not its interface: check the name of the site.", words=self.words
            )
        return max(paths, key=lambda path: float(path.rpartition("v")[2]))

    def _query(self, soql: str, post: Post, interface: str) -> list[dict[str, object]]:
        return listed(document(post.repeat(Request("GET", f"{interface}/query?q={quote(soql)}")), self.words).get("records"))

    def _looked_up(self, post: Post, interface: str) -> str:
        """The case's identity by its number."""
        soql = f"SELECT Id FROM Case WHERE CaseNumber = '{self.case}' LIMIT 1"  # noqa: S608  (digits alone)
        for record in self._query(soql, post, interface):
            identity = str(record.get("Id"))
            if IDENTITY.fullmatch(identity):
                return identity
        raise NotSent(
            "{words} does not exist, or is hidden from you: check the number, and who the token belongs to.", words=self.words
        )

    def _arrived(self, parcel: Parcel, post: Post, interface: str, case: str) -> Receipt | None:
        soql = (
            "SELECT ContentDocument.LatestPublishedVersionId, ContentDocument.ContentSize FROM ContentDocumentLink "  # noqa: S608
            f"WHERE LinkedEntityId = '{case}' AND ContentDocument.Title = '{parcel.name}' LIMIT 1"
        )
        for link in self._query(soql, post, interface):
            kept = link.get("ContentDocument")
            if isinstance(kept, dict):
                identity = text_of(kept.get("LatestPublishedVersionId"))
                return Receipt(identity, already=True, whole=kept.get("ContentSize") == parcel.size)
        return None

    def _checked(self, identity: str, parcel: Parcel, post: Post, interface: str) -> Receipt:
        """The receipt, held against what was stored."""
        if not IDENTITY.fullmatch(identity):
            return Receipt(identity)
        fields = "?fields=Checksum,ContentSize"
        reply = post.repeat(Request("GET", f"{interface}/sobjects/ContentVersion/{identity}{fields}"))
        stored = reply.document() if reply.ok else None
        whole = isinstance(stored, dict) and (stored.get("Checksum"), stored.get("ContentSize")) == (parcel.md5, parcel.size)
        return Receipt(identity, whole=whole)
