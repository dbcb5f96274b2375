"""The four case systems, as strict as their documents say they are."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from tests.desk.send.service import Asked, Says, Service

TOKEN = "t0ken-of-support"
USER = "ada@example.com"
HOUR = 3600.0


@dataclass
class Kept:
    """One file that a system has."""

    name: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.content)


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{TOKEN}".encode()).decode()


class ZendeskSite(Service):
    """Uploads give tokens, which hold for an hour and for one comment."""

    case = "4711"
    to = "zendesk"
    user = USER

    def __init__(self, *, customer: bool = False) -> None:
        super().__init__()
        self.customer = customer
        self.now = 0.0
        self.uploads: dict[str, tuple[Kept, float]] = {}
        self.comments: list[dict[str, Any]] = []

    @property
    def kept(self) -> list[Kept]:
        return [file for comment in self.comments for file in comment["files"]]

    def answer(self, asked: Asked) -> Says:
        if asked.headers.get("authorization") != basic(f"{USER}/token"):
            return Says(401, {"error": "Couldn't authenticate you"})
        if asked.path == "/api/v2/uploads.json":
            return self._upload(asked)
        found = re.fullmatch(r"/api/v2/(tickets|requests)/(\d+)(/comments)?\.json", asked.path)
        if not found or found[2] != self.case:
            return Says(404, {"error": "RecordNotFound"})
        if self.customer and found[1] == "tickets":
            return Says(403, {"error": "Forbidden"})
        word = found[1].removesuffix("s")
        if found[3] and asked.query != {"sort": "-created_at", "page[size]": "100"}:
            return Says(400, {"error": "InvalidPaginationParameter"})
        if found[3]:
            return Says(200, {"comments": [self._shown(comment) for comment in reversed(self.comments)]})
        return self._comment(asked, word) if asked.method == "PUT" else Says(200, {word: {"id": int(self.case)}})

    def _upload(self, asked: Asked) -> Says:
        if not asked.query.get("filename") or asked.headers.get("content-type") != "application/zip":
            return Says(400, {"error": "RecordInvalid"})
        token = f"upload-{len(self.uploads)}"
        self.uploads[token] = Kept(asked.query["filename"], asked.content), self.now
        return Says(201, {"upload": {"token": token}})

    def _comment(self, asked: Asked, word: str) -> Says:
        comment: dict[str, Any] = asked.document[word]["comment"]  # type: ignore[index]
        files = []
        for token in comment["uploads"]:
            kept, born = self.uploads.get(token, (None, 0.0))
            if kept is None or self.now - born > HOUR:
                return Says(422, {"error": "RecordInvalid", "description": "Upload token is invalid"})
            files.append(kept)
        for token in comment["uploads"]:
            del self.uploads[token]
        self.comments.append({"files": files, "body": comment["body"], "public": comment.get("public", True)})
        return Says(200, {word: {"id": int(self.case)}})

    def _shown(self, comment: dict[str, Any]) -> dict[str, Any]:
        files = [{"id": 900 + number, "file_name": file.name, "size": file.size} for number, file in enumerate(comment["files"])]
        return {"body": comment["body"], "attachments": files}


class JiraSite(Service):
    """A form with a file, refused without the header that says it is not forged."""

    case = "SUP-12"
    to = "jira"
    user = USER

    def __init__(self, limit: int = 10_000_000) -> None:
        super().__init__()
        self.limit = limit
        self.enabled = True
        self.kept: list[Kept] = []

    def answer(self, asked: Asked) -> Says:
        if asked.headers.get("authorization") != basic(USER):
            return Says(401, {"errorMessages": ["Client must be authenticated to access this resource."]})
        match asked.method, asked.path:
            case "GET", "/rest/api/2/attachment/meta":
                return Says(200, {"enabled": self.enabled, "uploadLimit": self.limit})
            case "GET", path if path == f"/rest/api/2/issue/{self.case}":
                return Says(200, {"key": self.case, "fields": {"attachment": self._listed(self.kept)}})
            case "POST", path if path == f"/rest/api/2/issue/{self.case}/attachments":
                return self._attach(asked)
        return Says(404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]})

    def _attach(self, asked: Asked) -> Says:
        if asked.headers.get("x-atlassian-token") != "no-check":
            return Says(403, {"errorMessages": ["XSRF check failed"]})
        name, content = asked.parts["file"]
        if len(content) > self.limit:
            return Says(413, {"errorMessages": ["The attachment is too large."]})
        self.kept.append(Kept(str(name), content))
        return Says(200, self._listed(self.kept[-1:]))

    def _listed(self, files: list[Kept]) -> list[dict[str, Any]]:
        return [{"id": str(100 + self.kept.index(file)), "filename": file.name, "size": file.size} for file in files]


class ServiceNowSite(Service):
    """A record by its number, and a file for its key; sizes are texts."""

    case = "INC0010001"
    to = "servicenow"
    user = USER
    key = "9d385017c611228701d22104cc95c371"

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Kept] = []

    def answer(self, asked: Asked) -> Says:
        if asked.headers.get("authorization") != basic(USER):
            return Says(401, {"error": {"message": "User Not Authenticated", "detail": "Required to provide Auth information"}})
        match asked.method, asked.path:
            case "GET", "/api/now/table/incident":
                found = asked.query["sysparm_query"] == f"number={self.case}"
                return Says(200, {"result": [{"sys_id": self.key}] if found else []})
            case "GET", "/api/now/attachment":
                query = dict(term.split("=", 1) for term in asked.query["sysparm_query"].split("^"))
                there = [kept for kept in self.kept if kept.name == query["file_name"] and query["table_sys_id"] == self.key]
                return Says(200, {"result": [self._shown(kept) for kept in there]})
            case "POST", "/api/now/attachment/file":
                return self._attach(asked)
        return Says(400, {"error": {"message": "Requested URI does not represent any resource"}})

    def _attach(self, asked: Asked) -> Says:
        if "content-type" not in asked.headers or not {"table_name", "table_sys_id", "file_name"} <= asked.query.keys():
            return Says(400, {"error": {"message": "Missing required parameter"}})
        if (asked.query["table_name"], asked.query["table_sys_id"]) != ("incident", self.key):
            return Says(404, {"error": {"message": "No Record found"}})
        self.kept.append(Kept(asked.query["file_name"], asked.content))
        return Says(201, {"result": self._shown(self.kept[-1])})

    def _shown(self, kept: Kept) -> dict[str, str]:
        return {
            "sys_id": f"{self.kept.index(kept):032x}",
            "file_name": kept.name,
            "size_bytes": str(kept.size),
            "hash": hashlib.sha256(kept.content).hexdigest(),
        }


class SalesforceSite(Service):
    """A bearer's session; the file is a record of its own, linked to the case."""

    case = "00001026"
    to = "salesforce"
    user = ""
    key = "500AB0000012345AAA"

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Kept] = []

    def answer(self, asked: Asked) -> Says:
        if asked.path == "/services/data/":
            versions = ("9.0", "62.0", "64.0")
            return Says(200, [{"version": one, "url": f"/services/data/v{one}"} for one in versions])
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Says(401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])
        match asked.method, asked.path:
            case "GET", "/services/data/v64.0/query":
                return Says(200, {"records": self._records(asked.query["q"])})
            case "POST", "/services/data/v64.0/sobjects/ContentVersion":
                return self._publish(asked)
            case "GET", path if path.startswith("/services/data/v64.0/sobjects/ContentVersion/068"):
                kept = self.kept[int(path[-12:])]
                checksum = hashlib.md5(kept.content, usedforsecurity=False).hexdigest()
                return Says(200, {"Checksum": checksum, "ContentSize": kept.size})
        return Says(404, [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}])

    def _records(self, soql: str) -> list[dict[str, Any]]:
        number = re.search(r"FROM Case WHERE CaseNumber = '([^']*)'", soql)
        if number:
            return [{"Id": self.key}] if number[1] == self.case else []
        link = re.search(r"LinkedEntityId = '([^']*)' AND ContentDocument.Title = '([^']*)'", soql)
        assert link
        there = [kept for kept in self.kept if (link[1], link[2]) == (self.key, kept.name)]
        return [{"ContentDocument": {"LatestPublishedVersionId": self._id(kept), "ContentSize": kept.size}} for kept in there]

    def _publish(self, asked: Asked) -> Says:
        parts = asked.parts
        told = Asked("", "", {}, {}, parts["entity_content"][1]).document
        assert isinstance(told, dict)
        if told.get("FirstPublishLocationId") != self.key:
            return Says(400, [{"message": "Case: id value of incorrect type", "errorCode": "MALFORMED_ID"}])
        self.kept.append(Kept(told["Title"], parts["VersionData"][1]))
        return Says(201, {"id": self._id(self.kept[-1]), "success": True, "errors": []})

    def _id(self, kept: Kept) -> str:
        return f"068{self.kept.index(kept):012d}"


SITES = (ZendeskSite, JiraSite, ServiceNowSite, SalesforceSite)
Site = ZendeskSite | JiraSite | ServiceNowSite | SalesforceSite
