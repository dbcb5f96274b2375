"""Pages by which guards and filters turn a request away, as data: one row a product, whatever status such a page comes with.

A *guard* (a web application firewall) stands before a service; a *filter* stands on the way from this computer, and opens
encrypted connections for that. Read are fields that nobody else writes, hosts of block pages, and sentences that the product's
own page always has; words that a service may use as well count in a page's title or in a refusal alone.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.response_author import REDIRECTS, field, target_of
from diag.knowledge.tls_inspectors import product_of
from diag.model.answer import HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.wire.chain import presented


class Guard(StrEnum):
    """Products that stand before a service."""

    CLOUDFLARE = "cloudflare"
    AWS_WAF = "aws_waf"
    AKAMAI = "akamai"
    AZURE_FRONT_DOOR = "azure_front_door"
    AZURE_APPLICATION_GATEWAY = "azure_application_gateway"
    IMPERVA = "imperva"
    F5 = "f5"
    FORTIWEB = "fortiweb"
    BARRACUDA = "barracuda"
    RADWARE = "radware"
    SUCURI = "sucuri"
    MOD_SECURITY = "mod_security"
    WORDFENCE = "wordfence"
    DATADOME = "datadome"
    HUMAN = "human"


class Filter(StrEnum):
    """Products that stand on the way from this computer."""

    ZSCALER = "zscaler"
    FORTINET = "fortinet"
    PALO_ALTO = "palo_alto"
    NETSKOPE = "netskope"
    CISCO_UMBRELLA = "cisco_umbrella"
    CISCO_WEB = "cisco_web"
    CHECK_POINT = "check_point"
    SOPHOS = "sophos"
    BLUE_COAT = "blue_coat"
    SKYHIGH = "skyhigh"
    FORCEPOINT = "forcepoint"
    IBOSS = "iboss"
    SONICWALL = "sonicwall"
    WATCHGUARD = "watchguard"
    BARRACUDA_WEB = "barracuda_web"
    TREND_MICRO = "trend_micro"
    MENLO = "menlo"
    SMOOTHWALL = "smoothwall"
    LIGHTSPEED = "lightspeed"
    SECURLY = "securly"
    NETSWEEPER = "netsweeper"
    CLOUDFLARE_GATEWAY = "cloudflare_gateway"
    SQUID = "squid"
    SQUIDGUARD = "squidguard"
    DANSGUARDIAN = "dansguardian"


class PageMark(Struct, frozen=True):
    """What shows that a page is a product's own refusal: everything that is named here, in lower case."""

    texts: tuple[str, ...] = ()
    """In the page, wherever."""
    title: tuple[str, ...] = ()
    """In its title."""
    fields: tuple[tuple[str, str], ...] = ()
    """Header fields, by name and how their value begins."""
    hosts: tuple[str, ...] = ()
    """Where it redirects to: one of these hosts, or one below them."""
    path: str = ""
    """What stands in the address that it redirects to."""
    refuses: bool = False
    """Whether it counts only with a status that refuses (4xx, 5xx): a service may use these words as well."""

    def fits(self, reply: HttpReply, page: str) -> bool:
        """Return whether an answer bears it; `page` is the answer's body as text, in lower case."""
        return (
            (reply.status >= 400 or not self.refuses)
            and all(text in page for text in self.texts)
            and all(word in _title(page) for word in self.title)
            and all(field(reply.headers, name).startswith(value) and field(reply.headers, name) for name, value in self.fields)
            and (not (self.hosts or self.path) or self._leads_there(reply))
        )

    def _leads_there(self, reply: HttpReply) -> bool:
        target = target_of(reply) if reply.status in REDIRECTS else ""
        below = not self.hosts or any(target == host or target.endswith(f".{host}") for host in self.hosts)
        return bool(target) and below and self.path in field(reply.headers, "location")


def _says(*texts: str) -> PageMark:
    return PageMark(texts=texts)


def _refuses(*texts: str) -> PageMark:
    return PageMark(texts=texts, refuses=True)


def _titled(*words: str) -> PageMark:
    return PageMark(title=words)


def _writes(name: str, value: str = "") -> PageMark:
    return PageMark(fields=((name, value),), refuses=True)


def _sends_to(*hosts: str) -> PageMark:
    return PageMark(hosts=hosts)


GUARDS: Mapping[Guard, tuple[PageMark, ...]] = {
    Guard.CLOUDFLARE: (
        _writes("cf-mitigated"),
        _refuses("error code: 1020"),
        _refuses("used cloudflare to restrict access"),
        _titled("attention required! | cloudflare"),
        _says("just a moment...", "/cdn-cgi/challenge-platform/"),
    ),
    Guard.AWS_WAF: (_writes("x-amzn-waf-action"), _refuses("the request could not be satisfied", "request blocked")),
    Guard.AKAMAI: (_refuses("access denied", "you don't have permission to access", "reference #"),),
    Guard.AZURE_FRONT_DOOR: (PageMark(("the request is blocked",), fields=(("x-azure-ref", ""),), refuses=True),),
    Guard.AZURE_APPLICATION_GATEWAY: (_refuses("403 forbidden", "microsoft-azure-application-gateway"),),
    Guard.IMPERVA: (
        _says("incapsula incident id"),
        _says("_incapsula_resource", "request unsuccessful"),
        _refuses("the incident id is:", "this page can't be displayed"),
    ),
    Guard.F5: (_says("the requested url was rejected", "please consult with your administrator"),),
    Guard.FORTIWEB: (_says("web page blocked", "attack id", "message id"), _refuses("fortiweb", "blocked")),
    Guard.BARRACUDA: (_says("barracuda web application firewall"), _refuses("barracuda networks", "blocked")),
    Guard.RADWARE: (_says("unauthorized request blocked", "we have detected unauthorized activity"),),
    Guard.SUCURI: (_writes("x-sucuri-block"), _titled("sucuri website firewall", "access denied")),
    Guard.MOD_SECURITY: (_refuses("generated by mod_security"), _refuses("generated by modsecurity")),
    Guard.WORDFENCE: (_refuses("generated by wordfence"), _refuses("access to this site has been limited by the site owner")),
    Guard.DATADOME: (PageMark(("captcha-delivery.com",), fields=(("x-datadome", ""),), refuses=True),),
    Guard.HUMAN: (_refuses("px-captcha"),),
}
"""What the page of each guard looks like: any of these."""

FILTERS: Mapping[Filter, tuple[PageMark, ...]] = {
    Filter.ZSCALER: (
        _writes("server", "zscaler"),
        _titled("internet security by zscaler"),
        _sends_to("gateway.zscaler.net", "gateway.zscalertwo.net", "gateway.zscalerthree.net", "gateway.zscloud.net"),
    ),
    Filter.FORTINET: (
        _says("fortiguard intrusion prevention"),
        _says("web filter violation", "fortiguard"),
        _titled("web filter violation"),
        _refuses("web page blocked", "forti"),
    ),
    Filter.PALO_ALTO: (
        _says("web page blocked", "blocked in accordance with company policy"),
        _says("application blocked", "blocked in accordance with company policy"),
        _says("download of virus/spyware blocked"),
        _refuses("palo alto next generation security platform"),
    ),
    Filter.NETSKOPE: (_titled("netskope", "block"), _says("blocked by netskope"), _refuses("goskope.com", "block")),
    Filter.CISCO_UMBRELLA: (
        _sends_to("block.opendns.com", "malware.opendns.com", "phish.opendns.com", "block.sse.cisco.com"),
        _says("is blocked", "cisco umbrella"),
        _refuses("site blocked", "opendns"),
    ),
    Filter.CISCO_WEB: (
        _says("this page cannot be displayed", "organization", "access policies"),
        _titled("notification: policy:"),
    ),
    Filter.CHECK_POINT: (_titled("usercheck"), _says("usercheck", "check point"), _refuses("check point", "blocked")),
    Filter.SOPHOS: (_titled("sophos", "block"), _refuses("sophos", "blocked")),
    Filter.BLUE_COAT: (
        _says("your system policy has denied access to the requested url"),
        _refuses("(policy_denied)"),
        _refuses("(content_filter_denied)"),
    ),
    Filter.SKYHIGH: (_titled("mcafee web gateway"), _titled("skyhigh", "notification"), _titled("skyhigh", "block")),
    Filter.FORCEPOINT: (
        PageMark(path="/cgi-bin/blockpage.cgi"),
        _says("/cgi-bin/blockpage.cgi"),
        _refuses("forcepoint", "blocked"),
        _refuses("websense", "blocked"),
    ),
    Filter.IBOSS: (_sends_to("iboss.com", "ibosscloud.com"), _refuses("iboss", "blocked")),
    Filter.SONICWALL: (_titled("web site blocked"), _titled("sonicwall", "block"), _writes("server", "sonicwall")),
    Filter.WATCHGUARD: (_says("request denied by watchguard"), _writes("server", "watchguard")),
    Filter.BARRACUDA_WEB: (_titled("barracuda", "block"), _refuses("barracuda web", "blocked")),
    Filter.TREND_MICRO: (_titled("trend micro", "block"), _titled("interscan web security"), _refuses("trend micro", "blocked")),
    Filter.MENLO: (_sends_to("safe.menlosecurity.com"), _refuses("menlo security", "blocked")),
    Filter.SMOOTHWALL: (_titled("smoothwall", "block"), _refuses("smoothwall", "blocked")),
    Filter.LIGHTSPEED: (_sends_to("lsaccess.me", "lsfilter.com", "block.lightspeedsystems.app"),),
    Filter.SECURLY: (_sends_to("securly.com"),),
    Filter.NETSWEEPER: (PageMark(path="/webadmin/deny"), _refuses("netsweeper", "denied")),
    Filter.CLOUDFLARE_GATEWAY: (_sends_to("blocked.teams.cloudflare.com"), _titled("cloudflare gateway", "block")),
    Filter.SQUID: (_refuses("access control configuration prevents your request from being allowed"),),
    Filter.SQUIDGUARD: (PageMark(path="/squidguard"), _says("squidguard", "denied")),
    Filter.DANSGUARDIAN: (_titled("dansguardian", "denied"), _titled("e2guardian", "denied")),
}
"""What the page of each filter looks like: any of these."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
_PAGES = ("text/", "application/xhtml", "application/json")


def guard_page(reply: HttpReply) -> Guard | None:
    """Return the guard whose refusal an answer is; None: none that is known."""
    page = _text(reply)
    return next((guard for guard, marks in GUARDS.items() if any(mark.fits(reply, page) for mark in marks)), None)


def filter_page(reply: HttpReply) -> Filter | None:
    """Return the filter whose refusal an answer is; None: none that is known."""
    page = _text(reply)
    return next((one for one, marks in FILTERS.items() if any(mark.fits(reply, page) for mark in marks)), None)


def is_sealed(view: EndpointView) -> bool:
    """Return whether nobody on the way from here can have written: a public authority signed for the host,
    and no known product did.
    """
    chain = presented(view.session.answer) if view.session and view.session_accepted else None
    if chain is None or not chain.looks_public:
        return False
    return product_of(title for certificate in chain.path for title in certificate.issuer_titles) is None


def _text(reply: HttpReply) -> str:
    """The page, with its entities resolved; empty: it is none."""
    if not field(reply.headers, "content-type").startswith(_PAGES) and reply.body.lstrip()[:1] != b"<":
        return ""
    text = reply.body.decode("utf-8", "replace")
    if "&" in text:
        from html import unescape  # it brings a large table

        text = unescape(text)
    return " ".join(text.lower().split())


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found[1] if found else ""
