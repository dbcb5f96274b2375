"""A bundle goes onto a case once, whatever happens to requests and answers on the way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from diag.desk.send import servicenow
from diag.desk.send.attachment import Credentials, NotSent, Parcel, Receipt, Uncertain
from diag.desk.send.destination import read_destination
from diag.desk.send.http_client import open_post
from diag.desk.send.proxies import SendRoute
from diag.model.obstacle import Told
from diag.model.secret import Secret
from tests.desk.send.service import Mishap, Says, serving, trust_file
from tests.desk.send.systems import SITES, TOKEN, JiraSite, SalesforceSite, Site, ZendeskSite

PARCEL = Parcel("diag-20261122T031500Z-abc123.zip", bytes(range(256)) * 400, "Diagnostic bundle.")
BUSY = Says(503)
ATTACHES = {"zendesk": "PUT", "jira": "POST", "servicenow": "POST", "salesforce": "POST"}
PLACES = {
    "zendesk": "/4711.json",
    "jira": "/attachments",
    "servicenow": "/attachment/file",
    "salesforce": "/ContentVersion",
}


class Desk:
    """A site, and who sends to it."""

    def __init__(self, site: Site, trust: Path) -> None:
        self.site = site
        self.slept: list[float] = []
        self.told: list[Told] = []
        self._trust = trust

    def send(
        self, parcel: Parcel = PARCEL, *, token: str = TOKEN, case: str = "", sleep: Callable[[float], None] | None = None
    ) -> Receipt:
        destination = read_destination(f"{self.site.to}:{self.site.origin}", case or self.site.case)
        credentials = Credentials(Secret(token), Secret(self.site.user) if self.site.user else None)
        with open_post(
            destination.origin,
            [SendRoute()],
            trust=self._trust,
            headers=destination.headers(credentials),
            tell=self.told.append,
            sleep=sleep or self.slept.append,
        ) as post:
            return destination.send(parcel, post)

    def mishap(self, kind: str, says: Says = BUSY) -> Mishap:
        """Something that happens to the request that attaches."""
        return Mishap(ATTACHES[self.site.to], kind, says, PLACES[self.site.to])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def open_desk(authority: trustme.CA, tmp_path: Path) -> Iterator[Callable[[Site], Desk]]:
    with ExitStack() as stack:

        def opened(site: Site) -> Desk:
            stack.enter_context(serving(site, authority))
            return Desk(site, trust_file(authority, tmp_path))

        yield opened


@pytest.fixture(params=SITES, ids=lambda site: site.to)
def desk(request: pytest.FixtureRequest, open_desk: Callable[[Site], Desk]) -> Desk:
    return open_desk(request.param())


def assert_kept_once(desk: Desk) -> None:
    assert [(kept.name, kept.content) for kept in desk.site.kept] == [(PARCEL.name, PARCEL.content)]


def test_it_is_attached_whole_and_the_receipt_says_so(desk: Desk) -> None:
    receipt = desk.send()
    assert_kept_once(desk)
    assert receipt.identity
    assert receipt.whole
    assert not receipt.already
    assert desk.slept == []


def test_sending_it_again_attaches_nothing(desk: Desk) -> None:
    desk.send()
    assert desk.send().already
    assert_kept_once(desk)


def test_an_answer_lost_after_success_does_not_attach_it_twice(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("lost")]
    assert desk.send().already
    assert_kept_once(desk)
    assert list(map(str, desk.told)) == ["The answer was lost; the next try is in 2 seconds."]


def test_a_request_cut_on_its_way_in_is_sent_again(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("cut"), desk.mishap("cut")]
    desk.send()
    assert_kept_once(desk)
    assert desk.slept == [2.0, 5.0]


def test_a_failure_after_success_does_not_attach_it_twice(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("lost"), Mishap("GET", "says", Says(502))]
    assert desk.send().whole
    assert_kept_once(desk)


def test_it_waits_as_long_as_it_is_told_to(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("says", Says(429, headers={"Retry-After": "31"}))]
    desk.send()
    assert_kept_once(desk)
    assert desk.slept == [31.0]


def test_it_does_not_wait_for_an_hour(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("says", Says(429, headers={"Retry-After": "3600"}))]
    with pytest.raises(NotSent, match="asks for 60 minutes of patience"):
        desk.send()
    assert desk.site.kept == []
    assert desk.slept == []


def test_a_site_that_refuses_for_now_each_time_has_not_got_it(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("says", Says(429))] * 4
    with pytest.raises(NotSent, match="takes no more requests for now"):
        desk.send()
    assert desk.site.kept == []


def test_a_site_that_breaks_off_each_time_leaves_a_doubt(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("cut")] * 4
    with pytest.raises(Uncertain, match="Look at the case before you send it again"):
        desk.send()


def test_a_site_that_can_be_asked_nothing_afterwards_leaves_a_doubt(desk: Desk) -> None:
    def gone(_: float) -> None:
        desk.site.mishaps = [Mishap("GET", "cut")] * 40

    desk.site.mishaps = [desk.mishap("lost")]
    with pytest.raises(Uncertain, match="may have arrived"):
        desk.send(sleep=gone)


def test_a_file_that_is_too_large_is_said_to_be(desk: Desk) -> None:
    desk.site.mishaps = [desk.mishap("says", Says(413))]
    with pytest.raises(NotSent, match="does not take files of this size: ask support for an upload address"):
        desk.send()


def test_a_token_that_is_over(desk: Desk) -> None:
    with pytest.raises(NotSent, match="does not accept the token"):
        desk.send(token="an old one")
    assert desk.site.kept == []


def test_a_case_that_is_not_there(desk: Desk) -> None:
    other = {"zendesk": "99", "jira": "SUP-99", "servicenow": "INC0099999", "salesforce": "00009999"}[desk.site.to]
    with pytest.raises(NotSent, match="does not exist, or is hidden from you"):
        desk.send(case=other)


def test_a_redirection_is_not_followed_and_no_token_goes_there(desk: Desk, open_desk: Callable[[Site], Desk]) -> None:
    elsewhere = open_desk(JiraSite())
    for place in (elsewhere.site.origin, elsewhere.site.origin.replace("https", "http")):
        desk.site.mishaps = [desk.mishap("says", Says(307, headers={"Location": f"{place}/login"}))]
        with pytest.raises(NotSent, match="a redirection, which is not followed"):
            desk.send()
    assert elsewhere.site.asked == []


def test_a_page_instead_of_the_interface(desk: Desk) -> None:
    desk.site.mishaps = [Mishap("GET", "says", Says(200, "<html>log in</html>"))]
    with pytest.raises(NotSent, match="not its interface"):
        desk.send()


def test_a_certificate_that_nobody_trusts(desk: Desk) -> None:
    desk._trust = trust_file(trustme.CA(), desk._trust.parent)
    with pytest.raises(NotSent, match="its certificate is not trusted here") as failure:
        desk.send()
    assert f"diag run {desk.site.origin}" in str(failure.value)
    assert desk.site.asked == []


class TestZendesk:
    def test_an_agents_comment_is_private(self, open_desk: Callable[[Site], Desk]) -> None:
        desk = open_desk(ZendeskSite())
        desk.send()
        assert [comment["public"] for comment in desk.site.comments] == [False]  # type: ignore[union-attr]

    def test_a_customer_writes_to_the_request(self, open_desk: Callable[[Site], Desk]) -> None:
        desk = open_desk(ZendeskSite(customer=True))
        desk.send()
        assert_kept_once(desk)
        assert [asked.path for asked in desk.site.of("PUT")] == ["/api/v2/requests/4711.json"]

    def test_an_upload_that_is_over_an_hour_old_is_made_again(self, open_desk: Callable[[Site], Desk]) -> None:
        desk = open_desk(ZendeskSite())
        site = desk.site
        assert isinstance(site, ZendeskSite)

        def an_hour_passes(_: float) -> None:
            site.now += 3601

        site.mishaps = [desk.mishap("cut")]
        desk.send(sleep=an_hour_passes)
        assert_kept_once(desk)
        assert len(site.of("POST")) == 2


class TestJira:
    def test_the_limit_is_asked_for_before_anything_is_sent(self, open_desk: Callable[[Site], Desk]) -> None:
        desk = open_desk(JiraSite(limit=1000))
        with pytest.raises(NotSent, match="at most 1000 bytes, and the bundle has 102400"):
            desk.send()
        assert desk.site.of("POST") == []

    def test_a_site_without_attachments(self, open_desk: Callable[[Site], Desk]) -> None:
        desk = open_desk(JiraSite())
        assert isinstance(desk.site, JiraSite)
        desk.site.enabled = False
        with pytest.raises(NotSent, match="takes no attachments"):
            desk.send()

    @pytest.mark.parametrize("identity", ["", "068", "../Case/5", "068000000000000?"])
    def test_an_identity_that_is_none_is_not_asked_for(
        self, identity: str, open_desk: Callable[[Site], Desk], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = open_desk(SalesforceSite())
        monkeypatch.setattr(SalesforceSite, "_id", lambda site, kept: identity)
        receipt = desk.send()
        assert (receipt.identity, receipt.whole) == (identity, False)
        assert not any("ContentVersion/" in asked.path for asked in desk.site.of("GET"))

    @pytest.mark.parametrize(
        ("told", "whole"),
        [
            ({"hash": PARCEL.sha256}, True),
            ({"hash": PARCEL.sha256, "size_bytes": "7"}, True),
            ({"hash": "0" * 64, "size_bytes": str(PARCEL.size)}, False),
            ({"size_bytes": str(PARCEL.size)}, True),
            ({"size_bytes": "7"}, False),
            ({}, False),
        ],
    )
    def test_a_digest_counts_more_than_a_size(self, told: dict[str, object], whole: bool) -> None:
        assert servicenow._receipt({"sys_id": "1", **told}, PARCEL).whole is whole
