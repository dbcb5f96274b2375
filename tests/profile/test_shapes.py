"""Lists as they are in the wild: whatever the shape, the same endpoints come out."""

import codecs
import json
from pathlib import Path

import pytest

from diag.model.endpoint import Network, UnusableEndpoint
from diag.profile.allowlist import Allowlist, read_allowlist, read_substitute
from diag.profile.errors import UnusableFile
from tests.profile.shapes import ENTRIES, FOUND, OBJECTS, SHAPES


def read(folder: Path, text: str | bytes, **substitutes: str) -> Allowlist:
    path = folder / "list"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_allowlist(path, substitutes=substitutes)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_endpoints(tmp_path: Path, shape: str) -> None:
    allowlist = read(tmp_path, SHAPES[shape])
    assert tuple(map(str, allowlist.endpoints)) == FOUND
    assert allowlist.notes == ()
    if shape != "hosts and ports alone":
        assert [endpoint.role for endpoint in allowlist.endpoints] == [role for role, _, _ in ENTRIES]


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_a_list_that_a_windows_shell_wrote(tmp_path: Path, mark: bytes, encoding: str) -> None:
    assert len(read(tmp_path, mark + json.dumps(OBJECTS).encode(encoding)).endpoints) == len(FOUND)


def test_ranges_among_hosts_are_left_out_whatever_stands_beside_them(tmp_path: Path) -> None:
    allowlist = read(tmp_path, "STAGE,192.0.2.0/24\nSTAGE,a.example.com,443\nOCSP,198.51.100.0/24,80\n")
    assert [str(endpoint) for endpoint in allowlist.endpoints] == ["https://a.example.com:443"]
    assert not any("line" in note for note in allowlist.notes), allowlist.notes


def test_a_result_of_one_object_a_row_is_read(tmp_path: Path) -> None:
    rows = ["ENTRY", *(json.dumps(json.dumps(entry)).replace("\\\\", "").replace('\\"', '""') for entry in OBJECTS)]
    assert tuple(map(str, read(tmp_path, "\n".join(rows)).endpoints)) == FOUND


def test_one_place_for_several_ends_is_asked_once_and_keeps_all_its_roles(tmp_path: Path) -> None:
    entries = [
        {"type": role, "host": host, "port": 80} for role in ("OCSP_CACHE", "OCSP_CACHE_REGIONLESS") for host in ("a.b", "A.B.")
    ]
    (endpoint,) = read(tmp_path, json.dumps(entries)).endpoints
    assert (str(endpoint), endpoint.role) == ("http://a.b:80", "OCSP_CACHE OCSP_CACHE_REGIONLESS")


def test_a_wildcard_is_skipped_with_a_reason_or_asked_by_a_given_name(tmp_path: Path) -> None:
    text = json.dumps([*OBJECTS, {"type": "APPS", "host": "*.Apps.Example.com", "port": 443}])
    (note,) = read(tmp_path, text).notes
    assert "entry 6 is left out: '*.apps.example.com' stands for many names" in note
    pattern, name = read_substitute("*.apps.example.com=mine.apps.example.com")
    allowlist = read(tmp_path, text, **{pattern: name})
    assert str(allowlist.endpoints[-1]) == "https://mine.apps.example.com:443"
    assert allowlist.notes == ()


@pytest.mark.parametrize("text", ["", "=", "a=b", "*.a.com", "*.a.com=", "*.a.com=b.com", "*.a.com=*.b.a.com"])
def test_a_substitute_that_is_none(text: str) -> None:
    with pytest.raises(UnusableEndpoint, match="names no substitute"):
        read_substitute(text)


CONFIG = {
    "privatelink-account-name": "xy12345.us-east-1.privatelink",
    "privatelink-vpce-id": "com.amazonaws.vpce.us-east-1.vpce-svc-0123",
    "privatelink-account-url": "xy12345.us-east-1.privatelink.snowflakecomputing.com",
    "privatelink_ocsp-url": "ocsp.xy12345.us-east-1.privatelink.snowflakecomputing.com",
    "regionless-privatelink-account-url": "org-acct.privatelink.snowflakecomputing.com",
    "regionless-snowsight-privatelink-url": "app-org-acct.privatelink.snowflakecomputing.com",
    "privatelink-internal-stage": "sfcstage.blob.core.windows.net",
    "privatelink-connection-urls": "[first.privatelink.snowflakecomputing.com, second.privatelink.snowflakecomputing.com:443]",
    "privatelink-connection-ocsp-urls": '["ocsp.first.privatelink.snowflakecomputing.com:443"]',
    "privatelink-dashed-urls-for-duo": "[xy12345-us-east-1.snowflakecomputing.com]",
    "app-service-privatelink-url": "*.xy12345.us-east-1.privatelink.snowflakecomputing.com",
    "spcs-registry-privatelink-url": "registry.privatelink.snowflakecomputing.com",
    "privatelink-account-principal": "arn:aws:iam::000000000000:root",
}
PRIVATE = [
    ("https://xy12345.us-east-1.privatelink.snowflakecomputing.com:443", "SNOWFLAKE_DEPLOYMENT"),
    ("http://ocsp.xy12345.us-east-1.privatelink.snowflakecomputing.com:80", "OCSP_CACHE"),
    ("https://org-acct.privatelink.snowflakecomputing.com:443", "SNOWFLAKE_DEPLOYMENT_REGIONLESS"),
    ("https://app-org-acct.privatelink.snowflakecomputing.com:443", "SNOWSIGHT_DEPLOYMENT_REGIONLESS"),
    ("https://sfcstage.blob.core.windows.net:443", "STAGE"),
    ("https://first.privatelink.snowflakecomputing.com:443", "CLIENT_FAILOVER"),
    ("https://second.privatelink.snowflakecomputing.com:443", "CLIENT_FAILOVER"),
    ("http://ocsp.first.privatelink.snowflakecomputing.com:80", "OCSP_CLIENT_FAILOVER"),
    ("https://registry.privatelink.snowflakecomputing.com:443", "spcs-registry-privatelink-url"),
]
DUO = ("https://xy12345-us-east-1.snowflakecomputing.com:443", "DUO_SECURITY")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(CONFIG),
        json.dumps(json.dumps(CONFIG)),
        json.dumps([{"SYSTEM$GET_PRIVATELINK_CONFIG()": json.dumps(CONFIG)}]),
        json.dumps({"config": CONFIG}),
        "KEY\tVALUE\n" + "".join(f'{key}\t"{value}"\n' for key, value in CONFIG.items() if '"' not in value)
        + "privatelink-connection-ocsp-urls\t[ocsp.first.privatelink.snowflakecomputing.com:443]\n",
    ],
    ids=["object", "text", "row", "within", "table"],
)  # fmt: skip
def test_the_object_of_a_private_link(tmp_path: Path, text: str) -> None:
    allowlist = read(tmp_path, text)
    found = {(str(endpoint), endpoint.role): endpoint.expects.network for endpoint in allowlist.endpoints}
    assert found == {**dict.fromkeys(PRIVATE, Network.PRIVATE), DUO: Network.ANY}
    (note,) = allowlist.notes
    assert "'app-service-privatelink-url' is left out: '*.xy12345" in note


def test_a_name_of_a_private_link_is_expected_private_in_any_list(tmp_path: Path) -> None:
    entries = [{"host": "a.privatelink.example.com"}, {"host": "a.example.com"}]
    networks = [endpoint.expects.network for endpoint in read(tmp_path, json.dumps(entries)).endpoints]
    assert networks == [Network.PRIVATE, Network.ANY]


@pytest.mark.parametrize("reason", ["Fail to get SSL context", "Peer unverified", "Connection failure"])
@pytest.mark.parametrize("shape", ["{}", '"{}"', '[{{"SYSTEM$ALLOWLIST()": "{}"}}]', "SYSTEM$ALLOWLIST()\n{}\n"])
def test_a_list_that_the_service_could_not_gather_is_explained(tmp_path: Path, shape: str, reason: str) -> None:
    with pytest.raises(UnusableFile) as raised:
        read(tmp_path, shape.format(f"SYSTEM$ALLOWLIST: {reason}"))
    assert f"could not gather it: 'SYSTEM$ALLOWLIST: {reason}'. Ask for the list again in a few minutes" in str(raised.value)


def test_many_bad_entries_are_counted(tmp_path: Path) -> None:
    allowlist = read(tmp_path, json.dumps([*OBJECTS, *({"host": f"*.{n}.example.com"} for n in range(100))]))
    assert len(allowlist.notes) == 21
    assert allowlist.notes[-1].endswith("80 more entries are left out")


def test_a_list_without_end_is_cut(tmp_path: Path) -> None:
    allowlist = read(tmp_path, "\n".join(f"h{n}.example.com" for n in range(6_000)))
    assert len(allowlist.endpoints) == 5_000
    assert allowlist.notes[-1].endswith("only the first 5000 of 6000 entries are read")
