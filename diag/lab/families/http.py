"""The way to the service is open, and what it says is the trouble."""

from diag.lab.http import SILENT_ANSWER, LabAnswer
from diag.lab.scene import LAB_HOST, UNRELATED, LabFault, Scene, Site

SERVER_ERROR = LabAnswer(500, b'{"error": "internal error", "id": "lab-1"}\n', "application/json")
UNAVAILABLE = LabAnswer(503, b'{"error": "down for maintenance"}\n', "application/json", (("Retry-After", "120"),))
LIMITED = LabAnswer(429, b'{"error": "too many requests"}\n', "application/json", (("Retry-After", "30"),))
MALFORMED = LabAnswer(body=b"\x00\x17\x80\xffthis is no HTTP\r\n\r\n", manner="raw")
_ELSEWHERE = LabAnswer(302, b"", headers=(("Location", "https://login.elsewhere.test/start"),))
NEXT_DOOR = LabAnswer(302, b"", headers=(("Location", "/start"),))
_PORTAL = LabAnswer(302, b"", headers=(("Location", "http://portal.inn.test/welcome"),))
_NETWORK_LOGIN = LabAnswer(511, b"<html>Log in to this network first.</html>\n", "text/html")
BY_A_GUARD = (("CF-RAY", "0000000000000000-LAB"), ("cf-mitigated", "challenge"))
WAF_PAGE = LabAnswer(403, b"<html>Attention Required! You have been blocked.</html>\n", "text/html", BY_A_GUARD)
STORAGE_FIREWALL = LabAnswer(
    403,
    b'<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationFailure</Code>'
    b"<Message>This request is not authorized to perform this operation.</Message></Error>",
    "application/xml",
    (("x-ms-request-id", "lab00000-0000-0000-0000-000000000001"), ("x-ms-error-code", "AuthorizationFailure")),
)
ADDRESS_DENIED = LabAnswer(
    403, b'{"data": null, "code": "390422", "message": "not allowed", "success": false}\n', "application/json"
)
BLOCK_PAGE = LabAnswer(
    403,
    b"<html>The requested page is blocked by policy.</html>\n",
    "text/html",
    (("X-Squid-Error", "ERR_ACCESS_DENIED 0"), ("Via", "1.1 gateway.lab.test (squid/6.6)")),
)
STORAGE_DENIED = LabAnswer(
    403,
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>'
    b"<RequestId>LAB0000000000001</RequestId></Error>\n",
    "application/xml",
    (("x-amz-request-id", "LAB0000000000001"),),
)
_SLOW = LabAnswer(delay=6.0)


async def _answering(site: Site, answer: LabAnswer, name: str = "lab-service") -> Scene:
    return await site.scene(await site.stand(site.tls(service=site.http({}, answer, name=name))))


async def _server_error(site: Site) -> Scene:
    return await _answering(site, SERVER_ERROR)


async def _unavailable(site: Site) -> Scene:
    return await _answering(site, UNAVAILABLE)


async def _rate_limited(site: Site) -> Scene:
    return await _answering(site, LIMITED)


async def _no_answer(site: Site) -> Scene:
    return await _answering(site, SILENT_ANSWER)


async def _malformed(site: Site) -> Scene:
    return await _answering(site, MALFORMED)


async def _elsewhere(site: Site) -> Scene:
    return await _answering(site, _ELSEWHERE)


async def _next_door(site: Site) -> Scene:
    return await _answering(site, NEXT_DOOR)


async def _waf(site: Site) -> Scene:
    return await _answering(site, WAF_PAGE, "cloudflare")


async def _storage_denied(site: Site) -> Scene:
    return await _answering(site, STORAGE_FIREWALL, "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0")


async def _storage_anonymous(site: Site) -> Scene:
    return await _answering(site, STORAGE_DENIED, "AmazonS3")


async def _address_denied(site: Site) -> Scene:
    return await _answering(site, ADDRESS_DENIED)


async def _block_page(site: Site) -> Scene:
    return await site.scene(await site.stand(site.http({}, BLOCK_PAGE, name="squid/6.6"), scheme="http"))


async def _slow(site: Site) -> Scene:
    return await _answering(site, _SLOW)


async def _captive(site: Site) -> Scene:
    return await _two_plain(site, _PORTAL)


async def _network_login(site: Site) -> Scene:
    return await _two_plain(site, _NETWORK_LOGIN)


async def _two_plain(site: Site, answer: LabAnswer) -> Scene:
    portal = site.http({}, answer, name="portal")
    return await site.scene(*[await site.stand(portal, host, "http") for host in (LAB_HOST, UNRELATED)])


FAULTS: tuple[LabFault, ...] = (
    LabFault("http-server-error", "The service answers with an error of its own.", "http-server-error", _server_error),
    LabFault("http-unavailable", "The service says that it is down for now.", "http-server-error", _unavailable),
    LabFault("http-rate-limited", "The service says that it was asked too often.", "http-rate-limited", _rate_limited),
    LabFault("http-no-answer", "The service takes the request and never answers.", "http-no-answer", _no_answer),
    LabFault("http-slow", "The service takes six seconds to answer.", "http-slow", _slow),
    LabFault("http-storage-denied", "An object store's firewall denies access.", "http-storage-denied", _storage_denied),
    LabFault("storage-asks-for-credentials", "An object store denies what comes without credentials.", None, _storage_anonymous),
    LabFault(
        "http-network-policy-denied",
        "The service says that this address is not allowed.",
        "http-network-policy-denied",
        _address_denied,
    ),
    LabFault("http-block-page", "A gateway answers in the service's place.", "http-block-page", _block_page),
    LabFault("http-answer-malformed", "The service answers with no HTTP.", "http-answer-malformed", _malformed),
    LabFault(
        "http-redirected-elsewhere",
        "The service sends its visitors elsewhere.",
        "http-redirected-elsewhere",
        _elsewhere,
    ),
    LabFault("http-redirected-within", "The service sends its visitors to another of its pages.", None, _next_door),
    LabFault("http-waf-blocked", "A guard in front of the service turns the request away.", "http-waf-blocked", _waf),
    LabFault("http-captive-portal", "A portal answers for two services alike.", "http-captive-portal", _captive),
    LabFault("network-login-page", "The network says that it wants a login first.", "http-captive-portal", _network_login),
)
