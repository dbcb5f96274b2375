"""The way to the service is open, and what it says is the trouble."""

from diag.lab.http import SILENT, Answer
from diag.lab.scene import HOST, OTHER, Fault, Scene, Site

SERVER_ERROR = Answer(500, b'{"error": "internal error", "id": "lab-1"}\n', "application/json")
UNAVAILABLE = Answer(503, b'{"error": "down for maintenance"}\n', "application/json", (("Retry-After", "120"),))
LIMITED = Answer(429, b'{"error": "too many requests"}\n', "application/json", (("Retry-After", "30"),))
MALFORMED = Answer(body=b"\x00\x17\x80\xffthis is no HTTP\r\n\r\n", manner="raw")
ELSEWHERE = Answer(302, b"", headers=(("Location", "https://login.elsewhere.test/start"),))
NEXT_DOOR = Answer(302, b"", headers=(("Location", "/start"),))
PORTAL = Answer(302, b"", headers=(("Location", "http://portal.lab.test/welcome"),))
NETWORK_LOGIN = Answer(511, b"<html>Log in to this network first.</html>\n", "text/html")
WAF_PAGE = Answer(403, b"<html>Attention Required! You have been blocked.</html>\n", "text/html")
STORAGE_DENIED = Answer(
    403,
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>'
    b"<RequestId>LAB0000000000001</RequestId></Error>\n",
    "application/xml",
    (("x-amz-request-id", "LAB0000000000001"),),
)
SLOW = Answer(delay=6.0)


async def _answering(site: Site, answer: Answer, name: str = "lab-service") -> Scene:
    return await site.scene(await site.stand(site.tls(service=site.http({}, answer, name=name))))


async def _server_error(site: Site) -> Scene:
    return await _answering(site, SERVER_ERROR)


async def _unavailable(site: Site) -> Scene:
    return await _answering(site, UNAVAILABLE)


async def _rate_limited(site: Site) -> Scene:
    return await _answering(site, LIMITED)


async def _no_answer(site: Site) -> Scene:
    return await _answering(site, SILENT)


async def _malformed(site: Site) -> Scene:
    return await _answering(site, MALFORMED)


async def _elsewhere(site: Site) -> Scene:
    return await _answering(site, ELSEWHERE)


async def _next_door(site: Site) -> Scene:
    return await _answering(site, NEXT_DOOR)


async def _waf(site: Site) -> Scene:
    answer = Answer(WAF_PAGE.status, WAF_PAGE.body, WAF_PAGE.kind, (("CF-RAY", "0000000000000000-LAB"),))
    return await _answering(site, answer, "cloudflare")


async def _storage_denied(site: Site) -> Scene:
    return await _answering(site, STORAGE_DENIED, "AmazonS3")


async def _slow(site: Site) -> Scene:
    return await _answering(site, SLOW)


async def _captive(site: Site) -> Scene:
    return await _two_plain(site, PORTAL)


async def _network_login(site: Site) -> Scene:
    return await _two_plain(site, NETWORK_LOGIN)


async def _two_plain(site: Site, answer: Answer) -> Scene:
    portal = site.http({}, answer, name="portal")
    return await site.scene(*[await site.stand(portal, host, "http") for host in (HOST, OTHER)])


FAULTS: tuple[Fault, ...] = (
    Fault("http-server-error", "The service answers with an error of its own.", "http-server-error", _server_error),
    Fault("http-unavailable", "The service says that it is down for now.", "http-server-error", _unavailable),
    Fault("http-rate-limited", "The service says that it was asked too often.", "http-rate-limited", _rate_limited),
    Fault("http-no-answer", "The service takes the request and never answers.", "http-no-answer", _no_answer),
    Fault("http-slow", "The service takes six seconds to answer.", "http-slow", _slow),
    Fault("http-storage-denied", "An object store denies access.", "http-storage-denied", _storage_denied),
    Fault("http-answer-malformed", "The service answers with no HTTP.", "http-answer-malformed", _malformed),
    Fault(
        "http-redirected-elsewhere",
        "The service sends its visitors elsewhere.",
        "http-redirected-elsewhere",
        _elsewhere,
    ),
    Fault("http-redirected-within", "The service sends its visitors to another of its pages.", None, _next_door),
    Fault("http-waf-blocked", "A guard in front of the service turns the request away.", "http-waf-blocked", _waf),
    Fault("http-captive-portal", "A portal answers for two services alike.", "http-captive-portal", _captive),
    Fault("network-login-page", "The network says that it wants a login first.", "http-captive-portal", _network_login),
)
