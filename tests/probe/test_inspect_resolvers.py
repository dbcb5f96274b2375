"""Resolvers as the systems write them down."""

from pathlib import Path

import pytest

from diag.model.address import Address
from diag.model.machine import Resolvers, ScopedResolvers
from diag.model.observation import Unsupported
from diag.model.question import Inspect, Topic
from diag.probe.inspect import Inspector
from diag.probe.machine.programs import RunProgram


def linux(root: Path, text: bytes | None) -> Resolvers:
    (root / "etc").mkdir()
    if text is not None:
        (root / "etc/resolv.conf").write_bytes(text)
    seen = Inspector({}, system="Linux", root=str(root)).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    return seen


def at(*hosts: str, port: int = 53) -> tuple[Address, ...]:
    return tuple(Address(host, port) for host in hosts)


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("nameserver 192.0.2.1\n", at("192.0.2.1")),
        ("nameserver\t192.0.2.1", at("192.0.2.1")),
        ("nameserver 192.0.2.1 # ours\nnameserver 192.0.2.2;theirs\n", at("192.0.2.1")),
        ("nameserver 192.0.2.1\r\nnameserver 192.0.2.2 # a comment\r\n", at("192.0.2.2")),
        ("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\nnameserver 192.0.2.3\n", at("192.0.2.3")),
        (" nameserver 192.0.2.1\nnameservers 192.0.2.2\nNAMESERVER 192.0.2.3\nnameserver 192.0.2.4", at("192.0.2.4")),
        ("nameserver 2001:DB8::0:1\nnameserver fe80::1%eth0\n", at("2001:db8::1", "fe80::1%eth0")),
        ("nameserver 127.1\n", at("127.0.0.1")),
        ("nameserver host.test\nnameserver 192.0.2.999\nnameserver fe80::1%\x1b\nnameserver\nnameserver ::1\n", at("::1")),
        ("".join(f"nameserver 192.0.2.{n}\n" for n in range(1, 6)), at("192.0.2.1", "192.0.2.2", "192.0.2.3")),
    ],
)
def test_servers_as_glibc_reads_them(tmp_path: Path, text: str, servers: tuple[Address, ...]) -> None:
    seen = linux(tmp_path, text.encode())
    assert (seen.servers, seen.source) == (servers, "resolv.conf")


@pytest.mark.parametrize("text", [None, b"", b"search corp.test\n", b"\x00\xff\xfe garbage\n" * 100])
def test_where_none_is_named_this_machine_is_asked(tmp_path: Path, text: bytes | None) -> None:
    seen = linux(tmp_path, text)
    assert (seen.servers, seen.source) == (at("127.0.0.1"), "default")


@pytest.mark.parametrize(
    ("line", "flaw", "meant"),
    [
        ("nameserver 192.0.2.1\r", "line_end", at("192.0.2.1")),
        ("search corp.test\r", "line_end", ()),
        ("nameservers 192.0.2.1", "keyword", at("192.0.2.1")),
        ("NAMESERVER 192.0.2.1", "keyword", at("192.0.2.1")),
        ("  nameserver 2001:db8::1", "indented", at("2001:db8::1")),
        ("nameserver=192.0.2.1", "keyword", at("192.0.2.1")),
        ("nameserver 192.0.2.1:53", "port", at("192.0.2.1")),
        ("nameserver 192.0.2.1#5353", "port", at("192.0.2.1")),
        ("nameserver [2001:db8::1]:53", "port", at("2001:db8::1")),
        ("nameserver dns.corp.test", "name", ()),
        ("nameserver 192.0.2.1,192.0.2.2", "several", at("192.0.2.1", "192.0.2.2")),
        (r"nameserver 192.0.2.1\nnameserver 192.0.2.2", "several", at("192.0.2.1", "192.0.2.2")),
        ("nameserver", "no_value", ()),
        ("nameserver 192.0.2.999", "address", ()),
        ("\ufeffnameserver 192.0.2.1", "encoding", at("192.0.2.1")),
        ("<html>", "keyword", ()),
    ],
)
def test_a_line_that_says_something_else_than_was_meant(tmp_path: Path, line: str, flaw: str, meant: tuple[Address, ...]) -> None:
    seen = linux(tmp_path, line.encode() + b"\noptions timeout:1\n")
    (misread,) = seen.misread
    assert (misread.number, misread.flaw, misread.meant) == (1, flaw, meant)
    assert (seen.servers, seen.source, seen.passed_over) == (at("127.0.0.1"), "default", meant)


@pytest.mark.parametrize(
    "text",
    ["nameserver 192.0.2.1 # our own, not 192.0.2.9\n", "# nameserver 192.0.2.1\r\n;\n\r\nsortlist 192.0.2.0\noptions word\n"],
)
def test_comments_and_what_other_systems_know_are_understood(tmp_path: Path, text: str) -> None:
    assert linux(tmp_path, text.encode()).misread == ()


def test_a_second_address_on_a_line_is_passed_over(tmp_path: Path) -> None:
    seen = linux(tmp_path, b"nameserver 192.0.2.1 192.0.2.2\n")
    assert (seen.servers, seen.misread[0].flaw, seen.passed_over) == (at("192.0.2.1"), "several", at("192.0.2.2"))


def test_after_three_no_other_is_asked(tmp_path: Path) -> None:
    seen = linux(tmp_path, b"".join(b"nameserver 192.0.2.%d\n" % number for number in range(1, 6)))
    assert (seen.beyond, seen.passed_over) == (at("192.0.2.4", "192.0.2.5"),) * 2


def test_musl_takes_a_carriage_return_for_a_blank(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/ld-musl-x86_64.so.1").touch()
    seen = linux(tmp_path, b"nameserver 192.0.2.1\r\n")
    assert (seen.servers, seen.misread) == (at("192.0.2.1"), ())


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (
            b"passwd: files\nhosts:\tfiles mdns4_minimal [NOTFOUND=return] dns # ours\n",
            "files mdns4_minimal [NOTFOUND=return] dns",
        ),
        (b"hosts: files [ !UNAVAIL=return ] ours sss\n", "files [!UNAVAIL=return] other sss"),
        (b"hosts: files\nhosts: dns\n", "dns"),
        (b"# hosts: dns\n", ""),
    ],
)
def test_where_programs_take_names_from(tmp_path: Path, text: bytes, sources: str) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/nsswitch.conf").write_bytes(text)
    (tmp_path / "etc/resolv.conf").write_bytes(b"nameserver 192.0.2.1\n")
    seen = Inspector({}, system="Linux", root=str(tmp_path)).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    assert seen.sources == tuple(sources.split())


def test_a_program_that_remembers_for_all_is_seen(tmp_path: Path) -> None:
    (tmp_path / "run/nscd").mkdir(parents=True)
    (tmp_path / "run/nscd/socket").touch()
    assert linux(tmp_path, b"nameserver 192.0.2.1\n").cached_by == "nscd"


def test_search_domains_and_options(tmp_path: Path) -> None:
    options = b"options ndots:5 timeout:1\noptions rotate word:of:a x=1 ndots:x edns0\n"
    seen = linux(tmp_path, b"domain first.test\nsearch EU.corp.test. corp.test .\n" + options)
    assert seen.search == ("eu.corp.test", "corp.test")
    assert seen.options == ("ndots:5", "timeout:1", "rotate", "edns0")


def test_the_last_of_domain_and_search_counts(tmp_path: Path) -> None:
    assert linux(tmp_path, b"search a.test b.test\ndomain c.test d.test\n").search == ("c.test",)


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "etc/resolv.conf").mkdir(parents=True)
    with pytest.raises(Unsupported):
        Inspector({}, system="Linux", root=str(tmp_path)).ask(Inspect(Topic.RESOLVERS))


SCUTIL = """\
DNS configuration

resolver #1
  domain   : corp.test
  nameserver[0] : 198.51.100.1
  flags    : Supplemental, Request A records

resolver #2
  search domain[0] : home.test
  search domain[1] : Other.test
  nameserver[0] : 192.0.2.1
  nameserver[1] : 2001:db8::1
  port     : {port}
  if_index : 6 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #3
  domain   : local
  options  : mdns

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 203.0.113.1
  if_index : 7 (en7)
  flags    : Scoped, Request A records
"""


def macos(output: str | None) -> Resolvers:
    run: RunProgram = lambda _: None if output is None else tuple(output.splitlines())  # noqa: E731
    seen = Inspector({}, system="Darwin", run=run).ask(Inspect(Topic.RESOLVERS))
    assert isinstance(seen, Resolvers)
    return seen


@pytest.mark.parametrize(("port", "number"), [("5353", 5353), ("x", 53)])
def test_macos_asks_those_that_are_for_no_domain(port: str, number: int) -> None:
    servers = at("192.0.2.1", "2001:db8::1", port=number)
    vpn = ScopedResolvers(at("198.51.100.1"), ("corp.test",))
    seen = macos(SCUTIL.format(port=port))
    assert seen == Resolvers(servers, ("home.test", "other.test"), source="scutil", scoped=(vpn,))
    assert seen.asked_for("db.corp.test") == at("198.51.100.1")
    assert seen.asked_for("corp.test.example") == servers
    assert seen.behind("db.corp.test") == ()


def test_macos_may_have_none() -> None:
    assert macos("No DNS configuration available\n") == Resolvers((), source="scutil")
    with pytest.raises(Unsupported):
        macos(None)
