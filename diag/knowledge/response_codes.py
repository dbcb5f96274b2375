"""The words by which a service itself says what is wrong: codes in a field or in a small document of its own, and their meaning.

What a code means is said by the service's profile; of a few common services it is known here.
"""

import re
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.response_author import field
from diag.model.answer import HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.fingerprint import Denial, Fingerprint, Mark, json_values
from diag.model.text import clean

_XML = expression(rb"<Code>([A-Za-z0-9_.]{1,80})</Code>")
_JSON = expression(rb"\"(?:code|errorCode|error_code|reason|status)\"\s*:\s*\"?([A-Za-z0-9_.]{1,80})")
_ENDPOINT_POLICY = expression(rb"explicit deny in a VPC endpoint policy|no VPC endpoint policy allows", re.IGNORECASE)
"""How AWS ends the sentence about a denied request (IAM User Guide, "Troubleshoot access denied error messages")."""
_ERROR_FIELD = "x-ms-error-code"


class ObjectStore(StrEnum):
    """The object stores that are known by their answers."""

    S3 = "s3"
    AZURE_STORAGE = "azure_storage"
    GOOGLE_CLOUD_STORAGE = "google_cloud_storage"


STORE_WORDS = {
    "Amazon S3": ObjectStore.S3,
    "Azure Storage": ObjectStore.AZURE_STORAGE,
    "Google Cloud Storage": ObjectStore.GOOGLE_CLOUD_STORAGE,
}
_STORES = (
    ("x-amz-request-id", "Amazon S3"),
    ("x-ms-request-id", "Azure Storage"),
    ("x-guploader-uploadid", "Google Cloud Storage"),
)
"""Fields that object stores put into every answer of theirs."""
ADDRESS_CODES = frozenset({"390422", "forbiddenbyfirewall", "forbiddenbyconnection"})
"""Codes about the client's address that count without a profile, in lower case: Snowflake's, and two of Azure Key Vault."""
NETWORK_RULES = frozenset({"authorizationfailure", "securitypolicyviolated", "security_policy_violated", "vpcservicecontrols"})
"""Codes of object stores for rules about where a request comes from: Azure's firewall, Google's perimeter."""
_WORDS = 160
"""Characters of an answer's own words that are shown."""
_TAGS = expression(rb"<(?:style|script)\b.*?(?:</(?:style|script)>|\Z)|<[^>]*(?:>|\Z)", re.DOTALL | re.IGNORECASE)


class Telling(StrEnum):
    """What an answer says by a text that is always the same: why the request cannot be served."""

    CLIENT_CERTIFICATE = "client_certificate"
    PLAIN_HTTP = "plain_http"
    EXPLICIT_DENY = "explicit_deny"
    GONE = "gone"
    WRONG_HOST = "wrong_host"
    WRONG_REGION = "wrong_region"
    ACCESS_RULE = "access_rule"
    SOURCE_ADDRESS = "source_address"


_TELLING = (
    (b"no required ssl certificate was sent", Telling.CLIENT_CERTIFICATE),
    (b"the ssl certificate error", Telling.CLIENT_CERTIFICATE),
    (b"client certificate required", Telling.CLIENT_CERTIFICATE),
    (b"requires a client certificate", Telling.CLIENT_CERTIFICATE),
    (b"the plain http request was sent to https port", Telling.PLAIN_HTTP),
    (b"speaking plain http to an ssl-enabled server port", Telling.PLAIN_HTTP),
    (b"client sent an http request to an https server", Telling.PLAIN_HTTP),
    (b"this combination of host and port requires tls", Telling.PLAIN_HTTP),
    (b"explicit deny", Telling.EXPLICIT_DENY),
    (b"nosuchbucket", Telling.GONE),
    (b"the specified bucket does not exist", Telling.GONE),
    (b"accountisdisabled", Telling.GONE),
    (b"the specified account is disabled", Telling.GONE),
    (b"the billing account for the owning project is disabled", Telling.GONE),
    (b"invalid hostname", Telling.WRONG_HOST),
    (b"misdirected request", Telling.WRONG_HOST),
    (b"<code>permanentredirect</code>", Telling.WRONG_REGION),
    (b"<code>authorizationheadermalformed</code>", Telling.WRONG_REGION),
    (b"<code>illegallocationconstraintexception</code>", Telling.WRONG_REGION),
    (b"rbac: access denied", Telling.ACCESS_RULE),
)
"""Texts of common servers, in lower case."""


class NetworkRefusal(StrEnum):
    """By which rule of a well-known service the network of a request is refused."""

    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    PUBLIC_ACCESS_OFF = "public_access_off"
    PERIMETER = "perimeter"
    COUNTRY = "country"
    """The service does not serve the country that it takes the address to be in."""


NETWORK_REFUSALS = (
    (b"unauthorized network access to workspace", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"is blocked by databricks ip acl", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"blocked by your cosmos db account firewall", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"request originated from ip", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"is not allowed access. refer https://aka.ms/acr/firewall", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"ip has been prevented to connect", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"public network access is disabled", NetworkRefusal.PUBLIC_ACCESS_OFF),
    (b"public network access on this resource is disabled", NetworkRefusal.PUBLIC_ACCESS_OFF),
    (b"connections from public networks are not allowed", NetworkRefusal.PUBLIC_ACCESS_OFF),
    (b"forbiddenbyfirewall", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"forbiddenbyconnection", NetworkRefusal.PUBLIC_ACCESS_OFF),
    (b"vpcservicecontrolsuniqueidentifier", NetworkRefusal.PERIMETER),
    (b"security_policy_violated", NetworkRefusal.PERIMETER),
    (b"request is prohibited by organization's policy", NetworkRefusal.PERIMETER),
    (b"public access is disabled. please configure private endpoint", NetworkRefusal.PUBLIC_ACCESS_OFF),
    (b"access denied due to virtual network/firewall rules", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"forbidden due to traffic filtering", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"has an ip allow list enabled, and", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"ip_address_not_on_access_list", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"the web app you have attempted to reach has blocked your access", NetworkRefusal.ADDRESS_NOT_ALLOWED),
    (b"unsupported_country_region_territory", NetworkRefusal.COUNTRY),
    (b"user location is not supported for the api use", NetworkRefusal.COUNTRY),
    (b"is configured to block access from your country", NetworkRefusal.COUNTRY),
    (b"has banned the country or region your ip address is in", NetworkRefusal.COUNTRY),
)
"""How Databricks, Cosmos DB, Container Registry, Service Bus, Key Vault, Google's perimeters, Azure AI, Elastic Cloud, GitHub,
MongoDB Atlas and Azure App Service say it, in lower case; and how OpenAI, Google's Gemini, CloudFront and Cloudflare say that
they do not serve a country.
"""


class Front(StrEnum):
    """Servers that many sites share, whose page says that none of them has this name."""

    HEROKU = "heroku"
    GITHUB_PAGES = "github_pages"
    FASTLY = "fastly"
    VERCEL = "vercel"
    CLOUD_FOUNDRY = "cloud_foundry"
    AZURE_APP_SERVICE = "azure_app_service"


_FRONTS = (
    (b"<title>no such app</title>", Front.HEROKU),
    (b"there isn't a github pages site here", Front.GITHUB_PAGES),
    (b"fastly error: unknown domain", Front.FASTLY),
    (b"<title>microsoft azure web app - error 404</title>", Front.AZURE_APP_SERVICE),
)
"""What their pages hold, in lower case. A default page that only says 404 says nothing of names: its server may know the name."""
_FRONT_FIELDS = (
    ("x-vercel-error", "deployment_not_found", Front.VERCEL),
    ("x-cf-routererror", "unknown_route", Front.CLOUD_FOUNDRY),
)
_ABOUT_ADDRESSES = expression(
    rb"\bip[ -]?(?:address|allow ?list|white ?list|access list|restriction|filter)|\bsource (?:ip|address|network)\b"
    rb"|\bfrom (?:this|your) (?:ip|network|location)\b"
    rb"|\b(?:virtual network|vnet|firewall) (?:rule|polic)|\bnetwork polic(?:y|ies)\b",
    re.IGNORECASE,
)
_TURNED_AWAY = expression(
    rb"\b(?:not (?:been )?(?:allowed|permitted|authori[sz]ed|white ?listed|in the|on the)|isn'?t (?:allowed|permitted)"
    rb"|blocked|denied|forbidden|restricted|rejected)\b",
    re.IGNORECASE,
)
"""What a refusal by address is about, and that it is one, whoever says it."""
_NOT_SERVED = range(400, 500)
_NOT_HERE = range(300, 500)
"""An object store says with a redirect, too, that a bucket lives in another region."""
_REFUSED = frozenset({401, 403})


class _Refusal(Struct, frozen=True):
    """What a service says by a code."""

    code: str
    means: str
    remedy: str
    """What its profile advises; empty: nothing."""


def error_words(reply: HttpReply) -> tuple[str, ...]:
    """Return the error codes in an answer, in order, in lower case; empty: it names none, or is no document that has any."""
    own = field(reply.headers, _ERROR_FIELD)
    kind = field(reply.headers, "content-type")
    found = _XML.findall(reply.body) if "xml" in kind else _JSON.findall(reply.body) if "json" in kind else []
    return tuple(dict.fromkeys((*((own,) if own else ()), *(word.decode("ascii").lower() for word in found))))


def object_store(reply: HttpReply) -> str:
    """Return which object store wrote an answer, by its own fields; empty: none did."""
    return next((name for mark, name in _STORES if field(reply.headers, mark)), "")


def refusal(view: EndpointView, reply: HttpReply, of: Denial) -> _Refusal | None:
    """Return the documented code by which the service refuses; None: by none.

    Whether the service wrote that is another question.
    """
    told = next((one for one in view.fingerprints if one.denies is of and one.is_in(reply)), None)
    if told is not None:
        return _Refusal(_said(told, reply), told.means, told.remedy)
    known = next((word for word in error_words(reply) if word in ADDRESS_CODES), "") if of is Denial.ADDRESS else ""
    return _Refusal(known, "", "") if known else None


def telling(reply: HttpReply) -> Telling | None:
    """Return what an answer that does not serve says of why, by texts that are always the same, or as a refusal that speaks of
    addresses; None: nothing that is known. With a redirect, only that a bucket lives in another region counts.
    """
    if reply.status not in _NOT_HERE:
        return None
    text = reply.body.lower()
    known = next((word for mark, word in _TELLING if mark in text), None)
    if reply.status not in _NOT_SERVED:
        return known if known is Telling.WRONG_REGION else None
    by_address = reply.status in _REFUSED and _ABOUT_ADDRESSES.search(text) and _TURNED_AWAY.search(text)
    return known or (Telling.SOURCE_ADDRESS if by_address else None)


def network_refusal(reply: HttpReply) -> NetworkRefusal | None:
    """Return the rule by which a well-known service refuses the network of the request; None: by none that is known."""
    text = reply.body.lower()
    return next((rule for mark, rule in NETWORK_REFUSALS if mark in text), None) if reply.status in _NOT_SERVED else None


def unserved_by(reply: HttpReply) -> Front | None:
    """Return the shared server that says that it has no site of this name; None: none says so."""
    if reply.status < 400:
        return None
    signed = next((front for name, value, front in _FRONT_FIELDS if field(reply.headers, name) == value), None)
    text = reply.body.lower()
    return signed or next((front for mark, front in _FRONTS if mark in text), None)


def words_of(reply: HttpReply) -> str:
    """Return the beginning of what an answer says in text, safe to show and on one line; empty: it says nothing that is text."""
    if not field(reply.headers, "content-type").startswith(
        ("text/", "application/json", "application/xml", "application/problem")
    ):
        return ""
    text = clean(_TAGS.sub(b" ", reply.body).decode("utf-8", "replace"))
    return " ".join(text.split())[:_WORDS]


def refuses_network(view: EndpointView, reply: HttpReply) -> str:
    """Return the code by which a service or its object store refuses the network that a request came from; empty: it does not."""
    refused = refusal(view, reply, Denial.ADDRESS)
    return refused.code if refused else next((word for word in error_words(reply) if word in NETWORK_RULES), "")


def names_endpoint_policy(reply: HttpReply) -> bool:
    """Return whether AWS says in its own answer that the policy of a VPC endpoint denies, or does not allow, the request."""
    return reply.status == 403 and bool(error_words(reply)) and _ENDPOINT_POLICY.search(reply.body) is not None


def own_code(view: EndpointView, reply: HttpReply) -> str | None:
    """Return the code in an answer whose meaning its profile tells; None: there is none."""
    told = _meant(view, reply)
    return _said(told, reply) if told else None


def own_meaning(view: EndpointView, reply: HttpReply) -> str | None:
    """Return what that code means, in its profile's words; None: there is none."""
    told = _meant(view, reply)
    return told.means.rstrip(".") if told else None


def _meant(view: EndpointView, reply: HttpReply) -> Fingerprint | None:
    return next((one for one in view.fingerprints if one.means and one.is_in(reply)), None)


def _said(told: Fingerprint, reply: HttpReply) -> str:
    """The code as it stands in the answer: a pattern may fit several."""
    match told.where:
        case Mark.HEADER:
            return field(reply.headers, told.name)
        case Mark.FIELD:
            return next((value for value in json_values(reply, told.name)), told.value)
        case _:
            return told.value
