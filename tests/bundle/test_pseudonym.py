"""Stand-ins keep kind and relation: what was equal, below, inside or beside stays so, and nothing else can be told."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.bundle.pseudonym import ALPHABET, Pseudonyms
from diag.model.address import IpAddress, is_private

KEY = b"k" * 32
LABELS = st.text("abcdefgh12-_", min_size=3, max_size=8).filter(lambda label: not label.isdecimal())
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "0.0.0.0/0", "fd00::/8", "2000::/3", "fe80::/64"]


@st.composite
def addresses(draw: st.DrawFn) -> IpAddress:
    block = ipaddress.ip_network(draw(st.sampled_from(BLOCKS)))
    return block[draw(st.integers(0, block.num_addresses - 1))]


def fresh(*kept: str, key: bytes = KEY) -> Pseudonyms:
    return Pseudonyms(key, frozenset(kept), keep_addresses=False)


def shared_bits(one: IpAddress, other: IpAddress) -> int:
    return one.max_prefixlen - (int(one) ^ int(other)).bit_length()


@given(NAMES, NAMES)
def test_names_keep_how_they_relate(one: str, other: str) -> None:
    names = fresh()
    new, new_other = names.host(one), names.host(other)
    assert (new == new_other) == (one == other)
    assert names.host(f"{one}.{other}") == f"{new}.{new_other}"
    assert new.endswith("." + new_other) == one.endswith("." + other)
    assert names.host(f"*.{one}") == f"*.{new}"
    assert names.host(f".{one}.") == f".{new}."


@pytest.mark.parametrize(
    ("given_", "kept", "wanted"),
    [
        ("api.acme.com", ("api", "acme", "com"), "api.acme.com"),
        ("localhost", (), "localhost"),
        ("*", (), "*"),
        ("", (), ""),
        ("192.168.*", (), "192.168.*"),
        ("acme:8080", ("acme",), "acme:8080"),
    ],
)
def test_what_is_kept_is_kept(given_: str, kept: tuple[str, ...], wanted: str) -> None:
    assert fresh(*kept).host(given_) == wanted


NOBODYS = (
    "127.0.0.53 192.0.2.1 198.51.100.7 203.0.113.9 169.254.169.254 100.100.100.200 168.63.129.16 224.0.0.251 ::1 2001:db8::7"
)


@pytest.mark.parametrize("address", NOBODYS.split())
def test_an_address_that_is_nobodys_or_everybodys_is_kept(address: str) -> None:
    assert str(fresh().address(ipaddress.ip_address(address))) == address


def test_a_name_is_told_by_its_kind_and_found_again_by_its_owner() -> None:
    names = fresh("com")
    new = names.host("db01.corp-acme.com:8080")
    first, second, rest = new.split(".")
    assert first.startswith("host-")
    assert set(first.removeprefix("host-")) <= set(ALPHABET)
    assert len(first) == len("host-") + 6
    assert rest == "com:8080"
    assert [names.originals[first], names.originals[second]] == ["db01", "corp-acme"]
    assert "db01" not in new


def test_another_key_gives_other_names() -> None:
    assert fresh().host("db01") != fresh(key=b"x" * 32).host("db01")


def test_two_values_never_share_a_token() -> None:
    names = fresh()
    tokens = {names.token("host", f"value {number}") for number in range(60_000)}
    assert len(tokens) == 60_000


@given(addresses(), addresses())
def test_addresses_keep_class_and_shared_prefixes(one: IpAddress, other: IpAddress) -> None:
    stand_ins = fresh()
    new, new_other = stand_ins.address(one), stand_ins.address(other)
    assert new.version == one.version
    assert is_private(new) == is_private(one)
    assert new.is_loopback == one.is_loopback
    assert new.is_link_local == one.is_link_local
    assert new.is_multicast == one.is_multicast
    assert new.is_unspecified == one.is_unspecified
    assert stand_ins.address(one) == new
    if is_private(one) and is_private(other) and one.version == other.version:
        assert shared_bits(new, new_other) == shared_bits(one, other)


@given(st.sampled_from(["93.184.216", "8.8.8", "151.101.1"]), st.integers(0, 255), st.integers(0, 255))
def test_public_addresses_move_to_a_range_that_is_nobodys_with_their_network(network: str, one: int, other: int) -> None:
    stand_ins = fresh()
    first = stand_ins.address(ipaddress.ip_address(f"{network}.{one}"))
    second = stand_ins.address(ipaddress.ip_address(f"{network}.{other}"))
    assert first in ipaddress.ip_network("240.0.0.0/4")
    assert first in ipaddress.ip_network(f"{second}/24", strict=False)
    assert (first == second) == (one == other)


@pytest.mark.parametrize(
    "text", ["127.0.0.53", "0.0.0.0", "255.255.255.255", "192.0.2.7", "169.254.169.254", "::1", "::", "2001:db8::7"]
)
def test_addresses_that_say_nothing_stay(text: str) -> None:
    ip = ipaddress.ip_address(text)
    assert fresh().address(ip) == ip


@pytest.mark.parametrize("prefix", ["64:ff9b::", "::ffff:"])
def test_an_address_within_another_is_replaced_and_stays_what_it_was(prefix: str) -> None:
    inside, around = ipaddress.ip_address("10.1.2.3"), ipaddress.ip_address(f"{prefix}10.1.2.3")
    moved = fresh().address(around)
    assert moved == ipaddress.ip_address(f"{prefix}{fresh().address(inside)}")
    assert moved != around


def test_an_address_does_not_stay_itself() -> None:
    stand_ins = fresh()
    moved = [stand_ins.address(ip) != ip for ip in ipaddress.ip_network("10.20.30.0/28")]
    assert all(moved)
