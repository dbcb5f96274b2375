"""ServiceNow: the record is looked up by its number, and the file is attached to it.

Attaching to an incident takes a role that customers of a provider seldom have; for a customer-service case the table is another
one, named in the path of the site: `servicenow:https://acme.service-now.com/sn_customerservice_case`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from diag.desk.send.answers import authorization, document, listed, text_of
from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, UnusableDestination
from diag.desk.send.http_client import Post, Request
from diag.model.obstacle import Told

_TABLES = {"INC": "incident", "CS": "sn_customerservice_case", "REQ": "sc_request", "RITM": "sc_req_item"}
"""The table that a number belongs to, by the letters that it begins with."""


@dataclass(frozen=True)
class ServiceNow:
    """One record."""

    origin: str
    path: str
    case: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z]{1,10}\d{1,18}", self.case):
            raise UnusableDestination("A record of ServiceNow has a number, such as --case INC0010001")
        if not re.fullmatch(r"(/[a-z0-9_]+)?", self.path):
            raise UnusableDestination("After the site there may be the name of one table, such as /sn_customerservice_case")
        if not self._table:
            raise UnusableDestination(
                "Say which table {case} is in: servicenow:{origin}/TABLE, such as /sn_customerservice_case",
                case=self.case,
                origin=self.origin,
            )

    @property
    def words(self) -> Told:
        """Number, table and site."""
        site = self.origin.removeprefix("https://")
        return Told("{case} in {table} at {site} (ServiceNow)", {"case": self.case, "table": self._table, "site": site})

    @property
    def wants_credentials(self) -> bool:
        """A user with a password, or an OAuth token alone."""
        return True

    def headers(self, credentials: Credentials | None) -> Mapping[str, str]:
        """Return that JSON is asked for; XML would come otherwise."""
        return {"Accept": "application/json", **authorization(credentials)}

    def send(self, parcel: Parcel, post: Post) -> Receipt:
        """Look the record up, then attach. Raises NotSent and Uncertain."""
        record = self._record(post)
        place = urlencode({"table_name": self._table, "table_sys_id": record, "file_name": parcel.name})
        attach = Request("POST", f"/api/now/attachment/file?{place}", {"Content-Type": parcel.media_type}, parcel.content)
        reply = post.hand_over(attach, lambda: self._arrived(parcel, post, record))
        if isinstance(reply, Receipt):
            return reply
        made = document(reply, self.words).get("result")
        return _receipt(made, parcel) if isinstance(made, dict) else Receipt()

    @property
    def _table(self) -> str:
        return self.path.removeprefix("/") or _TABLES.get(self.case.rstrip("0123456789").upper(), "")

    def _record(self, post: Post) -> str:
        """The record's own key. Raises NotSent."""
        wanted = urlencode({"sysparm_query": f"number={self.case.upper()}", "sysparm_fields": "sys_id", "sysparm_limit": 1})
        for record in listed(
            document(post.repeat(Request("GET", f"/api/now/table/{self._table}?{wanted}")), self.words).get("result")
        ):
            key = record.get("sys_id")
            if isinstance(key, str) and re.fullmatch(r"[0-9a-f]{32}", key):
                return key
        raise NotSent(
            "{words} does not exist, or is hidden from you: check the number, and who the token belongs to.", words=self.words
        )

    def _arrived(self, parcel: Parcel, post: Post, record: str) -> Receipt | None:
        query = f"table_sys_id={record}^file_name={parcel.name}"
        reply = post.repeat(Request("GET", f"/api/now/attachment?{urlencode({'sysparm_query': query, 'sysparm_limit': 1})}"))
        if reply.status == 404:
            return None
        for attachment in listed(document(reply, self.words).get("result")):
            if attachment.get("file_name") == parcel.name:
                return _receipt(attachment, parcel, already=True)
        return None


def _receipt(attachment: dict[str, object], parcel: Parcel, *, already: bool = False) -> Receipt:
    """Sizes are texts here, and the digest is SHA-256; where there is none, the size must do."""
    digest = attachment.get("hash")
    same = digest == parcel.sha256 if digest else str(attachment.get("size_bytes")) == str(parcel.size)
    return Receipt(text_of(attachment.get("sys_id")), already=already, whole=same)
