"""Resolvers that are for certain names alone, as `resolvectl` and `scutil` tell of them."""

from pathlib import Path

import pytest

from diag.model.address import Address
from diag.model.machine import Resolvers, ScopedResolvers
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.probe.machine.nsswitch import asks_resolved, sources_of_hosts
from diag.probe.machine.programs import run_program
from diag.probe.machine.resolved import read_links
from diag.probe.machine.scutil import blocks, in_scope

DNS = """\
Global:
Link 2 (eth0p):
Link 3 (eth0): 192.168.178.1 fd00::de39:6fff:fe10:1
Link 4 (wlan0): 10.9.9.9
Link 5 (tun0): 10.8.0.1 10.8.0.2:5353 10.8.0.3#dns.corp.example fe80::1
"""
DOMAIN = """\
Global:
Link 2 (eth0p):
Link 3 (eth0): fritz.box
Link 4 (wlan0):
Link 5 (tun0): ~corp.example corp-lab.example ~10.in-addr.arpa
        ~eu.corp.example ~asia.corp.example ~very-long-name.corp.example
"""
STATUS = """\
Global
         Protocols: +LLMNR +mDNS -DNSOverTLS DNSSEC=no/unsupported
  resolv.conf mode: stub

Link 2 (eth0p)
Current Scopes: LLMNR/IPv6
     Protocols: -DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported

Link 3 (eth0)
Current Scopes: DNS LLMNR/IPv4 LLMNR/IPv6
     Protocols: +DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
   DNS Servers: 192.168.178.1 fd00::de39:6fff:fe10:1
    DNS Domain: fritz.box

Link 4 (wlan0)
Current Scopes: none
     Protocols: +DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
   DNS Servers: 10.9.9.9

Link 5 (tun0)
Current Scopes: DNS LLMNR/IPv4 LLMNR/IPv6
     Protocols: -DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
   DNS Servers: 10.8.0.1 10.8.0.2:5353 10.8.0.3#dns.corp.example fe80::1
    DNS Domain: ~corp.example corp-lab.example ~10.in-addr.arpa ~eu.corp.example
                ~asia.corp.example ~very-long-name.corp.example
"""
"""As systemd-resolved 252 of Debian 12 said it, which was given these links; the wireless one has no carrier."""

HOME = tuple(Address(host, 53) for host in ("192.168.178.1", "fd00::de39:6fff:fe10:1"))
VPN = (Address("10.8.0.1", 53), Address("10.8.0.2", 5353), Address("10.8.0.3", 53))


def told(dns: str, domain: str = "", status: str = "") -> dict[tuple[str, ...], str]:
    return {("resolvectl", "dns"): dns, ("resolvectl", "domain"): domain, ("resolvectl", "status"): status}


def state(link: str, rest: bool = True) -> str:
    return f"\nLink 2 ({link})\nCurrent Scopes: DNS\n     Protocols: {'+' if rest else '-'}DefaultRoute -LLMNR\n"


def links(said: dict[tuple[str, ...], str]) -> tuple[ScopedResolvers, ...]:
    return read_links(lambda command: tuple(said[command].splitlines()) if command in said else None)


LAPTOP = told(DNS, DOMAIN, STATUS)


def test_links_with_their_domains() -> None:
    further = ("asia.corp.example", "very-long-name.corp.example")
    domains = ("corp.example", "corp-lab.example", "10.in-addr.arpa", "eu.corp.example", *further)
    assert links(LAPTOP) == (
        ScopedResolvers(HOME, ("fritz.box",), rest=True, interface="eth0"),
        ScopedResolvers(VPN, domains, interface="tun0"),
    )


@pytest.mark.parametrize(
    ("name", "servers"),
    [
        ("db.corp.example", VPN),
        ("corp.example", VPN),
        ("db.notcorp.example", HOME),
        ("corp-lab.example", VPN),
        ("www.example.com", HOME),
        ("nas.fritz.box", HOME),
    ],
)
def test_a_name_goes_to_those_that_it_fits_best(name: str, servers: tuple[Address, ...]) -> None:
    stub = (Address("127.0.0.53", 53),)
    seen = Resolvers(stub, scoped=links(LAPTOP), hands_on=True)
    assert seen.asked_for(name) == stub
    assert seen.behind(name) == servers
    assert Resolvers(HOME[:1], scoped=links(LAPTOP)).asked_for(name) == servers


def test_the_longest_domain_decides_and_equals_are_asked_alike() -> None:
    one, two, three = (Address(f"192.0.2.{number}", 53) for number in (1, 2, 3))
    scoped = (
        ScopedResolvers((one,), ("example",), whole=True),
        ScopedResolvers((two,), ("b.example",), rest=True),
        ScopedResolvers((three, one), ("b.example",)),
        ScopedResolvers((), ("a.b.example",)),
    )
    seen = Resolvers((), scoped=scoped)
    assert seen.asked_for("a.b.example") == (two, three, one)
    assert seen.asked_for("a.example") == (one,)
    assert seen.asked_for("elsewhere.test") == (one,), "what is for all names comes before what is for the rest"
    assert Resolvers((one,), scoped=scoped[2:]).asked_for("elsewhere.test") == (one,)


def test_a_server_with_all_that_may_be_written_beside_it() -> None:
    words = "192.0.2.1#dns.example 192.0.2.2:5353%eth0#x [2001:db8::1]:853#y 2001:db8::2 fe80::1 fe80::2%eth1 nonsense 300.1.2.3"
    dns = f"Link 2 (eth0): {words}\nLink 9 (a (b)): 192.0.2.9\nGlobal: 192.0.2.8\n"
    seen = links(told(dns, "Global: ~.\n", state("eth0") + state("a (b)", rest=False)))
    assert seen[0].servers == (Address("192.0.2.1", 53), Address("192.0.2.2", 5353), Address("2001:db8::1", 853))
    assert seen[1] == ScopedResolvers((Address("192.0.2.9", 53),), interface="a (b)")
    assert seen[2] == ScopedResolvers((Address("192.0.2.8", 53),), whole=True, rest=True)


def test_a_link_local_server_is_of_its_link() -> None:
    assert links(told("Link 2 (eth0): fe80::1\n", status=state("eth0")))[0].servers == (Address("fe80::1%eth0", 53),)


@pytest.mark.parametrize(
    "text", ["", "Global:\n", "Failed to get global data: Connection timed out\n", "\x00\xff\n  \n", ": 1\n"]
)
def test_nothing_to_be_learnt_is_no_scope(text: str) -> None:
    assert links(told(text, DOMAIN, STATUS)) == ()
    assert links({}) == ()


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("hosts: files resolve [!UNAVAIL=return] dns\n", True),
        ("passwd: files\nhosts:      mymachines resolve [!UNAVAIL=return] files myhostname dns\n", True),
        ("hosts: files dns resolve\n", False),
        ("hosts: files dns # resolve\n", False),
        ("hosts: files mdns4_minimal [NOTFOUND=return] dns\n", False),
        ("networks: resolve\n", False),
        ("", False),
    ],
)
def test_who_is_asked_by_nsswitch(text: str, asks: bool) -> None:
    assert asks_resolved(sources_of_hosts(text.splitlines())) is asks


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[NOTFOUND=return]", "[NOTFOUND=return]"),
        ("[notfound=RETURN]", "[NOTFOUND=return]"),
        ("[ !UNAVAIL = return ]", "[!UNAVAIL=return]"),
        ("[UNAVAIL=continue NOTFOUND=return]", "[UNAVAIL=continue NOTFOUND=return]"),
        ("[LATER=return]", "other"),
        ("[]", "other"),
    ],
)
def test_what_follows_from_an_answer_is_read_however_it_is_written(written: str, read: str) -> None:
    assert sources_of_hosts([f"hosts: files {written} dns"]) == ("files", read, "dns")


def linux(root: Path, resolv: str, nsswitch: str) -> tuple[Resolvers, list[tuple[str, ...]]]:
    (root / "etc").mkdir()
    (root / "etc/resolv.conf").write_text(resolv)
    (root / "etc/nsswitch.conf").write_text(nsswitch)
    ran: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...]) -> tuple[str, ...] | None:
        ran.append(command)
        return tuple(LAPTOP[command].splitlines())

    seen = Inspector({}, system="Linux", root=str(root), run=run).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    return seen, ran


def test_the_stub_hands_on(tmp_path: Path) -> None:
    seen, _ = linux(tmp_path, "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch fritz.box\n", "hosts: files dns\n")
    assert (seen.servers, seen.hands_on, len(seen.scoped)) == ((Address("127.0.0.53", 53),), True, 2)


def test_nsswitch_has_links_take_names_from_resolv_conf(tmp_path: Path) -> None:
    seen, _ = linux(tmp_path, "nameserver 192.168.178.1\nnameserver 10.8.0.1\n", "hosts: resolve [!UNAVAIL=return] dns\n")
    assert not seen.hands_on
    assert seen.asked_for("db.corp.example") == VPN


def test_nobody_is_run_where_systemd_resolved_is_not_asked(tmp_path: Path) -> None:
    seen, ran = linux(tmp_path, "nameserver 127.0.0.1\n", "hosts: files dns\n")
    assert (seen.scoped, seen.hands_on, ran) == ((), False, [])


def test_a_real_program_is_run_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "resolvectl"
    program.write_text(
        '#!/bin/sh\ncase "$1" in dns) echo "Link 2 (eth0): 192.0.2.1";; domain) echo "Link 2 (eth0): ~a.test";;'
        ' status) printf "Link 2 (eth0)\\nCurrent Scopes: DNS\\n";; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert read_links(run_program) == (ScopedResolvers((Address("192.0.2.1", 53),), ("a.test",), interface="eth0"),)


SCUTIL = """\
DNS configuration

resolver #1
  search domain[0] : home.test
  nameserver[0] : 192.0.2.1
  if_index : 6 (en0)
  flags    : Request A records, Request AAAA records

resolver #2
  domain   : Corp.Example.
  nameserver[0] : 10.8.0.1
  nameserver[1] : 10.8.0.2
  port     : 5353
  if_index : 19 (utun4)
  flags    : Supplemental, Request A records
  reach    : 0x00000003 (Reachable,Transient Connection)
  order    : 101600

resolver #3
  domain   : local
  options  : mdns
  nameserver[0] : 224.0.0.251
  timeout  : 5

DNS configuration (for scoped queries)

resolver #1
  domain   : other.example
  nameserver[0] : 203.0.113.1
"""


def test_macos_has_resolvers_for_one_domain() -> None:
    servers = tuple(Address(host, 5353) for host in ("10.8.0.1", "10.8.0.2"))
    assert list(in_scope(blocks(SCUTIL.splitlines()))) == [ScopedResolvers(servers, ("corp.example",), interface="utun4")]


SEVERAL = """\
DNS configuration

resolver #1
  search domain[0] : home-domain
  nameserver[0] : 192.0.2.53
  if_index : 16 (ppp0)
  flags    : Supplemental, Request A records
  order    : 100000

resolver #2
  search domain[0] : lan
  nameserver[0] : 10.0.2.1
  nameserver[1] : 192.0.2.53
  if_index : 4 (en0)
  flags    : Request A records
"""


def test_macos_asks_every_resolver_that_is_for_no_domain() -> None:
    seen = Inspector({}, system="Darwin", run=lambda _: tuple(SEVERAL.splitlines())).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    assert seen.servers == (Address("192.0.2.53", 53), Address("10.0.2.1", 53))
    assert seen.search == ("home-domain", "lan")
