"""The page of each product is its own: none is taken for another's, none for a service's that speaks of it."""

import pytest

from checks.http import block_page, waf_blocked
from diag.knowledge.known_pages import FILTERS, GUARDS, Filter, Guard, PageMark, filter_page, guard_page
from diag.model.answer import Header, HttpReply
from diag.model.verdict import Owner, Status
from tests.checks.authorities import CORP_LEAF, INTERMEDIATE, PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, PROXY_IP
from tests.checks.verdicts import judged

HTML = Header("content-type", "text/html")
EVERY = [(product, mark) for table in (GUARDS, FILTERS) for product, marks in table.items() for mark in marks]
PAGE = b"<title>Web Filter Violation</title>FortiGuard Intrusion Prevention"


def page_with(mark: PageMark, status: int = 403) -> HttpReply:
    """The least that bears a mark."""
    headers = [HTML, *(Header(name, value or "1") for name, value in mark.fields)]
    if mark.hosts or mark.path:
        host = mark.hosts[0] if mark.hosts else "filter.example.net"
        headers.append(Header("location", f"https://{host}/{mark.path.lstrip('/')}"))
        status = 302
    title = " ".join(mark.title)
    return HttpReply(status=status, headers=tuple(headers), body=f"<title>{title}</title>{'. '.join(mark.texts)}".encode())


def named(reply: HttpReply) -> Guard | Filter | None:
    return guard_page(reply) or filter_page(reply)


@pytest.mark.parametrize(("product", "mark"), EVERY, ids=lambda one: one if isinstance(one, str) else "mark")
def test_each_mark_is_its_products_and_no_others(product, mark):
    assert named(page_with(mark)) is product
    assert (named(page_with(mark, 200)) is product) is (not mark.refuses)


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Status</title>Blocked by us: nothing. We use Fortinet, Sophos and Netskope.",
        b"<title>Access denied</title>You need to sign in first.",
        b'{"error": "access denied", "reference": "1"}',
        b"<title>How Zscaler and Cisco Umbrella block sites</title>",
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_a_service_that_speaks_of_it_is_none(body, status):
    reply = HttpReply(status=status, headers=(HTML,), body=body)
    assert named(reply) is None or (status == 403 and b"Blocked by us" in body)


def secure(chain: bytes, status: int = 200) -> Notes:
    scene = Notes().lookup(ADDRESS).connect().handshake([chain, INTERMEDIATE])
    return scene.exchange(status, "Content-Type: text/html", body=PAGE)


def plain(proxy: str = "") -> Notes:
    scene = Notes("http://api.example.com", proxy=proxy).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(200, "Content-Type: text/html", body=PAGE)


def test_a_filters_page_is_the_filters_unless_nobody_on_the_way_can_have_written_it():
    assert judged(block_page.CHECK, secure(CORP_LEAF)).status is Status.PROBLEM
    assert judged(block_page.CHECK, secure(PUBLIC_LEAF)).status is Status.OK
    assert judged(waf_blocked.CHECK, secure(CORP_LEAF)).status is Status.OK
    before_the_service = judged(waf_blocked.CHECK, secure(PUBLIC_LEAF))
    assert (before_the_service.status, before_the_service.facts["guard"]) == (Status.PROBLEM, Filter.FORTINET)


def test_in_the_clear_it_is_whoever_stands_on_the_way():
    assert judged(block_page.CHECK, plain()).owner is None
    behind = judged(block_page.CHECK, plain("proxy.corp.test:3128"))
    assert (behind.status, behind.owner) == (Status.PROBLEM, Owner.PROXY)
