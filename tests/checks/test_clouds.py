"""Which cloud a private endpoint lies in, and what each row says is to be looked at there."""

import itertools
from collections.abc import Callable

import dns.message
import dns.rcode
import dns.rrset
import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from checks.privatelink import CHECKS, resolves_public, unexpectedly_private
from diag.engine.judge import judge
from diag.knowledge.clouds import Cloud, chain_of, cloud_of
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply, SystemLookup
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Resolvers
from diag.model.question import Connect, Lookup
from diag.model.verdict import Status
from diag.report.wording.sentences import tell
from tests.checks.authorities import DOMAIN_VALIDATED, leaf
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS, PROXY_IP, told
from tests.checks.verdicts import judged

INSIDE, OUTSIDE = "10.1.2.3", "203.0.113.4"
SERVER = Address("10.0.0.2", 53)
PRIVATE = Expectations(network=Network.PRIVATE)
PUBLIC = Expectations(network=Network.PUBLIC)
HOSTS = {
    Cloud.AWS: "acme.us-east-1.privatelink.example.com",
    Cloud.AZURE: "acme.west-europe.azure.privatelink.example.com",
    Cloud.GOOGLE: "acme.us-central1.gcp.privatelink.example.com",
}
OUTER = {cloud: host.replace("privatelink.", "") for cloud, host in HOSTS.items()}
PROXY = "proxy.corp.test:3128"
DENIED = b'{"code": "390422"}'
JSON = "Content-Type: application/json"


def aliased(host: str, *aliases: str, address: str = OUTSIDE) -> DnsReply:
    answer = dns.message.make_response(dns.message.make_query(host, "A"))
    chain = (host, *aliases)
    for name, target in itertools.pairwise(chain):
        answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
    answer.answer.append(dns.rrset.from_text(f"{chain[-1]}.", 60, "IN", "A", address))
    return DnsReply(answer.to_wire())


def looked_up(host: str, *addresses: str, reply: DnsReply | None = None, resolver: Address = SERVER) -> Notes:
    scene = Notes(f"https://{host}", expects=PRIVATE).lookup(*addresses)
    return scene.saw(Lookup(host, resolver, "A"), reply) if reply else scene


def denied_by(primary: str) -> Notes:
    """A name that a zone says is not there; the zone names this primary server."""
    answer = dns.message.make_response(dns.message.make_query("acme.example", "A"))
    answer.set_rcode(dns.rcode.NXDOMAIN)
    start = f"{primary}. admin.example. 1 3600 600 86400 60"
    answer.authority.append(dns.rrset.from_text("example.", 60, "IN", "SOA", start))
    return looked_up("acme.example", reply=DnsReply(answer.to_wire(), "name_not_found"))


RECOGNISED: list[tuple[str, Notes, str]] = [
    ("AWS' name of an endpoint", looked_up("vpce-1-2.vpce-svc-3.eu-west-1.vpce.amazonaws.com", INSIDE), Cloud.AWS),
    ("a bucket's", looked_up("stage.s3.us-west-2.amazonaws.com", OUTSIDE), Cloud.AWS),
    ("a region of AWS in a provider's name", looked_up("xy1.us-gov-west-1.privatelink.example.com", INSIDE), Cloud.AWS),
    ("Azure's name", looked_up("stage.blob.core.windows.net", OUTSIDE), Cloud.AZURE),
    ("Azure's name of a zone", looked_up("db.privatelink.database.windows.net", INSIDE), Cloud.AZURE),
    ("a provider's name that says Azure", looked_up("xy1.east-us-2.azure.privatelink.example.com", INSIDE), Cloud.AZURE),
    ("a provider's name that says gcp", looked_up("xy1.us-central1.gcp.privatelink.example.com", INSIDE), Cloud.GOOGLE),
    ("Google's name of an endpoint", looked_up("storage-acme.p.googleapis.com", INSIDE), Cloud.GOOGLE),
    (
        "an alias of AWS",
        looked_up("db.corp.example", INSIDE, reply=aliased("db.corp.example", "vpce-1.vpce-svc-1.eu-west-1.vpce.amazonaws.com")),
        Cloud.AWS,
    ),
    (
        "an alias of Azure, public in the end",
        looked_up("acme.example", OUTSIDE, reply=aliased("acme.example", "a.privatelink.azurewebsites.net")),
        Cloud.AZURE,
    ),
    ("Google's private addresses", looked_up("acme.example", "199.36.153.9"), Cloud.GOOGLE),
    (
        "Azure's resolver",
        looked_up("acme.example", reply=aliased("acme.example"), resolver=Address("168.63.129.16", 53)),
        Cloud.AZURE,
    ),
    ("AWS' resolver", looked_up("acme.example").machine(Resolvers((Address("fd00:ec2::253", 53),))), Cloud.AWS),
    ("Google's resolver", looked_up("acme.example").machine(Resolvers((Address("169.254.169.254", 53),))), Cloud.GOOGLE),
    ("the name before the resolver", looked_up("a.amazonaws.com").machine(Resolvers((Address("168.63.129.16", 53),))), Cloud.AWS),
    ("a private zone of AWS", denied_by("ns-1536.awsdns-00.co.uk"), Cloud.AWS),
    ("a public zone that AWS serves", denied_by("ns-1536.awsdns-12.co.uk"), None),
    ("a private zone of Azure", denied_by("azureprivatedns.net"), Cloud.AZURE),
    ("a private zone of Google", denied_by("ns-gcp-private.googledomains.com"), Cloud.GOOGLE),
    ("nothing", looked_up("acme.privatelink.example.com", INSIDE), None),
    ("an address", looked_up(INSIDE), None),
    ("a domain that only ends alike", looked_up("notamazonaws.com", INSIDE), None),
    ("a word that only looks like a region", looked_up("us-east-coast.example.com", INSIDE), None),
]


@pytest.mark.parametrize(("scene", "cloud"), [one[1:] for one in RECOGNISED], ids=[one[0] for one in RECOGNISED])
def test_a_cloud_is_recognised_by_names_chains_and_addresses(scene: Notes, cloud: str) -> None:
    assert cloud_of(scene.case) == cloud


def test_endpoints_in_several_clouds_are_in_none() -> None:
    assert cloud_of(looked_up(HOSTS[Cloud.AWS]).case, looked_up(HOSTS[Cloud.AWS]).case) == Cloud.AWS
    assert cloud_of(looked_up(HOSTS[Cloud.AWS]).case, looked_up(HOSTS[Cloud.AZURE]).case) is None


def test_the_chain_that_leads_to_a_public_address_is_told() -> None:
    host, zone = "stage.blob.core.windows.net", "stage.privatelink.blob.core.windows.net"
    scene = looked_up(host, OUTSIDE, reply=aliased(host, zone, "blob.ams1.store.core.windows.net"))
    assert chain_of(scene.case) == (zone, "blob.ams1.store.core.windows.net")
    diagnosis = judge(scene.evidence, CHECKS)
    story = tell(diagnosis.causes[0], {check.id: check for check in CATALOGUE})
    assert zone in story.seen
    assert "168.63.129.16" in story.remedy[2]


@pytest.mark.parametrize("address", ["199.36.153.4", "199.36.153.11", "2600:2d00:2:1000::1"])
def test_googles_private_addresses_are_no_public_ones(address: str) -> None:
    assert judged(resolves_public.CHECK, looked_up("storage.googleapis.com", address)).status is Status.OK
    beyond = looked_up("storage.googleapis.com", "199.36.153.12")
    assert judged(resolves_public.CHECK, beyond).status is Status.PROBLEM
    public = Notes("https://storage.googleapis.com", expects=PUBLIC).lookup(address).connect(address, "timed_out")
    assert judged(unexpectedly_private.CHECK, public).status is Status.PROBLEM


def shown(cloud: str, name: str) -> Notes:
    scene = Notes(f"https://{HOSTS[cloud]}", expects=PRIVATE).lookup(INSIDE).connect(INSIDE)
    return scene.handshake([leaf(name)])


def silent(cloud: str, other: str) -> Notes:
    scene = Notes(f"https://{HOSTS[cloud]}", expects=PRIVATE).lookup(INSIDE).connect(INSIDE, "timed_out")
    return scene.also(Connect(Address(INSIDE, 80)), Connection(other))


def missing(cloud: str) -> Notes:
    host = HOSTS[cloud]
    scene = Notes(f"https://{host}", expects=PRIVATE).lookup(failure="name_not_found")
    return scene.saw(Lookup(host, SERVER, "A"), told(host, rcode="NXDOMAIN", zone="privatelink.example.com"))


def proxied(cloud: str) -> Notes:
    scene = Notes(f"https://{HOSTS[cloud]}", proxy=PROXY, expects=PRIVATE).lookup(PROXY_IP).connect().tunnel(403)
    scene.also(Lookup(HOSTS[cloud]), SystemLookup((INSIDE,)))
    return scene.also(Connect(Address(INSIDE, 443)), Connection())


def denied(cloud: str) -> Notes:
    scene = Notes(f"https://{HOSTS[cloud]}", expects=PRIVATE).lookup(INSIDE).connect(INSIDE)
    return scene.handshake([leaf(HOSTS[cloud], policy=DOMAIN_VALIDATED)]).exchange(403, JSON, body=DENIED)


def outer(cloud: str) -> Notes:
    host = OUTER[cloud]
    scene = Notes(f"https://{host}").lookup(ADDRESS).connect().handshake([leaf(host, policy=DOMAIN_VALIDATED)])
    scene.exchange(403, JSON, body=DENIED)
    head, _, rest = host.partition(".")
    scene.also(Lookup(f"{head}.privatelink.{rest}"), SystemLookup((INSIDE,)))
    return scene.also(Connect(Address(INSIDE, 443)), Connection())


ROWS: dict[str, Callable[[str], tuple[Notes, ...]]] = {
    "privatelink-resolves-public": lambda cloud: (looked_up(HOSTS[cloud], OUTSIDE),),
    "privatelink-name-missing": lambda cloud: (missing(cloud),),
    "privatelink-endpoint-silent": lambda cloud: (silent(cloud, "timed_out"),),
    "privatelink-port-silent": lambda cloud: (silent(cloud, ""),),
    "privatelink-through-proxy": lambda cloud: (proxied(cloud),),
    "privatelink-name-uncovered": lambda cloud: (shown(cloud, "other.example.com"),),
    "privatelink-wrong-service": lambda cloud: (shown(cloud, "shop.example.org"),),
    "privatelink-partial": lambda cloud: (
        looked_up(HOSTS[cloud], OUTSIDE),
        Notes(f"https://stage.{HOSTS[cloud]}", expects=PRIVATE).lookup(INSIDE),
    ),
    "privatelink-policy-denied": lambda cloud: (denied(cloud),),
    "privatelink-public-name-used": lambda cloud: (outer(cloud),),
    "privatelink-unexpectedly-private": lambda cloud: (
        Notes(f"https://{HOSTS[cloud]}", expects=PUBLIC).lookup(INSIDE).connect(INSIDE, "timed_out"),
    ),
}
WORDS = {
    Cloud.AWS: ("VPC", "Route 53", "vpce"),
    Cloud.AZURE: ("Azure", "privatelink", "private endpoint", "virtual network", "network security group", "private DNS zone"),
    Cloud.GOOGLE: ("Google", "Cloud DNS", "Cloud NAT", "googleapis.com", "Private Service Connect", "VPC network"),
}


@pytest.mark.parametrize("cloud", list(Cloud))
@pytest.mark.parametrize("row", ROWS)
def test_each_row_says_what_to_look_at_in_that_cloud(row: str, cloud: str) -> None:
    check = next(check for check in CHECKS if check.id == row)
    diagnosis = judge(evidence_of(*ROWS[row](cloud)), CHECKS)
    cause = next(cause for cause in diagnosis.causes if cause.id == row)
    assert cause.facts["cloud"] == cloud
    story = tell(cause, {check.id: check for check in CATALOGUE})
    assert len(story.remedy) == len(check.sentences.by_cloud[cloud])
    told_all = " ".join((story.title, story.seen, story.means, *story.remedy))
    assert "not recorded" not in told_all
    assert "{" not in told_all
    assert any(word in step for word in WORDS[cloud] for step in story.remedy)
    elsewhere = set(Cloud) - {cloud}
    assert all(check.sentences.by_cloud[other] != check.sentences.by_cloud[cloud] for other in elsewhere)


def test_where_the_names_say_nothing_this_machines_own_cloud_counts() -> None:
    scene = Notes("https://acme.example", expects=PRIVATE).lookup(OUTSIDE)
    (cause,) = judge(scene.evidence, CHECKS).causes
    catalogue = {check.id: check for check in CATALOGUE}
    assert tell(cause, catalogue).remedy[0].startswith("Check that the private DNS zone for acme.example exists")
    here = replace(cause, facts={**cause.facts, "on_cloud": "Azure"})
    assert any("168.63.129.16" in step for step in tell(here, catalogue).remedy)
    elsewhere = replace(cause, facts={**cause.facts, "cloud": Cloud.GOOGLE, "on_cloud": "Azure"})
    assert any("Cloud DNS" in step for step in tell(elsewhere, catalogue).remedy)


def test_every_row_is_here() -> None:
    assert set(ROWS) == {check.id for check in CHECKS}


@pytest.mark.parametrize(
    ("cloud", "looks"),
    [
        (Cloud.AWS, ("security group", "pendingAcceptance", "route")),
        (Cloud.AZURE, ("network security group", "Approved", "route")),
        (Cloud.GOOGLE, ("firewall rule", "Accepted", "route")),
        (None, ("security group", "accepted", "route")),
    ],
)
def test_what_looks_the_same_is_listed_in_the_order_to_look(cloud: str, looks: tuple[str, ...]) -> None:
    scene = Notes(f"https://{HOSTS.get(cloud, 'acme.example')}", expects=PRIVATE).lookup(INSIDE).connect(INSIDE, "timed_out")
    scene.also(Connect(Address(INSIDE, 80)), Connection("timed_out"))
    (cause,) = [cause for cause in judge(scene.evidence, CHECKS).causes if cause.id == "privatelink-endpoint-silent"]
    story = tell(cause, {check.id: check for check in CATALOGUE})
    assert "from here they look the same" in story.means
    assert len(story.remedy) == len(looks)
    assert all(look in step for look, step in zip(looks, story.remedy, strict=True))
