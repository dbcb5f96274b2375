"""Whatever is handed in: one clear line that names the file and says what would do; never a traceback."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag.cli.main import carry_out
from diag.profile.allowlist import read_allowlist
from diag.profile.config import read_config
from diag.profile.errors import UnusableFile
from diag.profile.profile_file import read_profile
from diag.profile.starter import write_starter
from tests.profile.shapes import SHAPES

BUILTIN = Path(__file__).parents[2] / "diag" / "profile" / "builtin"

ENDPOINT = '[[endpoint]]\nurl = "https://a.example.com"\n'
NAMED = 'name = "acme"\n'
MARK = '[[fingerprint]]\nheader = "x-acme"\n'
AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
ACCOUNT = '[[account]]\nexample = "x"\npieces = { account = "*" }\n'

CONFIGS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "no endpoint in it: add [[endpoint]]"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff", "not UTF-8 text"),
    "a NUL": (ENDPOINT + "# \0", "holds binary data"),
    "prose": ("The endpoint is a.example.com\n", "not valid TOML"),
    "no TOML": ("x = ", "not valid TOML: Invalid value (at end of document)"),
    "JSON": ('{"endpoint": []}', "not valid TOML"),
    "twice the same key": (ENDPOINT + 'url = "b"\n', "not valid TOML: Cannot overwrite a value (at line 3"),
    "one bracket": ('[endpoint]\nurl = "a"', "line 1: endpoint must be tables: write [[endpoint]] with two brackets"),
    "a misspelt table": ("\n" + ENDPOINT.replace("endpoint", "endpoints"), "line 2: 'endpoints' is not known here: did you mean"),
    "an unknown top key": ("x = 1\n" + ENDPOINT, "line 1: 'x' is not known here: this file holds [[endpoint]]"),
    "a misspelt key": (ENDPOINT + 'netwrok = "private"', "line 3: endpoint 1 ('https://a.example.com'): 'netwrok' is not known"),
    "no url": (ENDPOINT + '[[endpoint]]\nrole = "a"', "line 3: endpoint 2: has no url: add url"),
    "a number for a url": ("[[endpoint]]\nurl = 3", "line 2: endpoint 1: url must be a text in quotes"),
    "a url that is none": ('[[endpoint]]\nurl = "ftp://a"', "line 2: endpoint 1 ('ftp://a'): url: 'ftp://a' has a scheme"),
    "a url that turns text": ('[[endpoint]]\nurl = "https://a\\u202eb"', "line 2: endpoint 1 ('https://a?b'): url holds"),
    "a url with a password": ('[[endpoint]]\nurl = "https://u:secret@a b"', "line 2: "),
    "tcp without a port": ('[[endpoint]]\nurl = "tcp://a"', "'tcp://a' needs a port"),
    "a wrong network": (ENDPOINT + 'network = "privat"', "line 3: endpoint 1 ('https://a.example.com'): network must be one of"),
    "a wrong proxy": (ENDPOINT + "proxy = 3", "proxy must be one of direct, proxied, any, not '3'"),
    "a wrong status": (ENDPOINT + "status = [99]", "status must be a list of HTTP statuses"),
    "a huge status": (ENDPOINT + f"status = [{'9' * 5000}]", "a number too large"),
    "a wrong flag": (ENDPOINT + 'required = "yes"', "required must be true or false, not 'yes'"),
    "a trust that is gone": (
        ENDPOINT + '\n# more\ntrust = "gone.pem"',
        "line 5: endpoint 1 ('https://a.example.com'): trust names",
    ),
    "two words of role": (ENDPOINT + 'role = "a b"', "role must be one word, not 'a b'"),
    "a group that is not there": (
        ENDPOINT + 'group = "g"',
        "line 3: endpoint 1 ('https://a.example.com'): there is no group 'g'",
    ),
    "a group without a name": (ENDPOINT + "[[group]]\n", "line 3: group 1: has no name"),
    "a group twice": (
        ENDPOINT + '[[group]]\nname = "g"\n[[group]]\nname = "g"',
        "line 6: group 2 ('g'): name 'g' is given twice",
    ),
    "a wrong group": (ENDPOINT + '[[group]]\nname = "g"\nproxy = "no"', "line 5: group 1 ('g'): proxy must be one of"),
    "a role without an end": (ENDPOINT + '[[role]]\nname = "r"', "line 3: role 1 ('r'): has no enables"),
    "controls that are none": ('controls = ["ftp://a"]\n' + ENDPOINT, "line 1: controls: 'ftp://a' has a scheme"),
    "controls that are no list": ('controls = "a"\n' + ENDPOINT, "line 1: controls must be a list of texts"),
    "an account alone": ('account = "a"\n' + ENDPOINT, "line 1: account needs a profile"),
    "a profile that is not there": ('profile = "acne"', "no profile is called 'acne'"),
    "a profile's file that is not there": (
        'profile = "acne.toml"',
        "line 1: profile names 'acne.toml', and there is no such file",
    ),
    "an account that is none": ('profile = "snowflake"\naccount = "a..b"', "'a..b' is no account of Snowflake"),
    "a group that is a role": (
        ENDPOINT + '[[role]]\nname = "r"\nenables = "x"\n[[group]]\nname = "r"\nenables = "y"',
        "line 7: group 1 ('r'): 'r' is the name of a role, too",
    ),
    "a group of two words": (ENDPOINT + '[[group]]\nname = "a b"\nenables = "y"', "line 4: group 1 ('a b'): the name of a group"),
    "a group without an end": (ENDPOINT + '[[group]]\nname = "g"\nwithout = "y"', "line 5: group 1 ('g'): without needs enables"),
    "a recipient that is none": (f'recipients = ["bob"]\n{ENDPOINT}', "line 1: 'bob' is no public key"),
    "a recipient with a wrong letter": (f'recipients = ["{AGE[:-1]}q"]\n{ENDPOINT}', "is no public key: give one that begins"),
    "a recipient in capitals": (f'recipients = ["{AGE.upper()}"]\n{ENDPOINT}', "is no public key"),
    "a key that is too short": (f'recipients = ["hpke:c2hvcnQ="]\n{ENDPOINT}', "'hpke:...' is no public key"),
    "a key that is not Base64": (f'recipients = ["hpke:{"?" * 44}"]\n{ENDPOINT}', "is no public key"),
    "a secret key": (
        f'recipients = ["AGE-SECRET-KEY-1SECRET"]\n{ENDPOINT}',
        "line 1: recipients holds a private key: take",
    ),
    "a secret key of diag": (f'recipients = ["hpke-secret:AAAA"]\n{ENDPOINT}', "line 1: recipients holds a private key: take"),
    "a key that is too long": (f'recipients = ["hpke:{"A" * 64}"]\n{ENDPOINT}', "is no public key"),
    "recipients without end": (f"recipients = {[f'r{n}' for n in range(17)]}\n{ENDPOINT}", "there are 17 recipients: at most 16"),
    "a case system of nobody": (f'{ENDPOINT}[case]\nsystem = "post"', "line 4: case: system must be one of upload, zendesk,"),
    "a case without a system": (f"{ENDPOINT}[case]\n", "case: has no system: add system, one of upload,"),
    "a case system in the clear": (f'{ENDPOINT}[case]\nsystem = "jira"\nurl = "http://a"', "line 5: case: url must be the https"),
    "a case system with a password": (f'{ENDPOINT}[case]\nsystem = "jira"\nurl = "https://u:secret@a"', "must hold no user,"),
    "two case systems": (f'{ENDPOINT}[[case]]\nsystem = "jira"', "case must be a table: write [case] with one bracket, once"),
    "nested without end": ("x = " + "[" * 5000, "not valid TOML"),
    "too large": (b"#" * 1_000_001, "too large for a list of endpoints: at most 1 MB are read"),
}

LISTS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "no list of endpoints: it is empty. Expected is JSON such as"),
    "blank": (" \n\t\n", "it is empty"),
    "an empty list": ("[]", "the list is empty"),
    "an empty object": ("{}", "there is no list in it"),
    "null": ("null", "there is no host name in it"),
    "a number": ("42", "there is no host name in it"),
    "prose": ("Dear customer,\nplease find attached nothing.\n", "no list of endpoints"),
    "a page": ("<!doctype html><html><body>Sign in</body></html>", "no list of endpoints"),
    "binary": (b"PK\x03\x04\xff\xfe\x00", "not UTF-8 text"),
    "a NUL": ('[{"host": "a.example.com"}]\0', "holds binary data"),
    "half a list": ('[{"host": "a.example.com"}', "it ends in the middle, in line 1: the rest was cut off"),
    "a colon that is missing": ('[{"host" "a.example.com"}]', "not valid JSON: Expecting ':' delimiter in line 1"),
    "a head alone": ("type,host,port\n", "the list is empty"),
    "nothing of use": ('[{"host": ""}]', 'entry 1 is left out: it has no "host"'),
    "wildcards alone": ('[{"host": "*.a.com"}]', "'*.a.com' stands for many names"),
    "nested without end": ("[" * 100_000, "nested too deeply"),
    "objects without end": ('{"a":' * 900 + "1" + "}" * 900, "no list of endpoints"),
    "texts within texts": (json.dumps(json.dumps(json.dumps([[[[[["x"]]]]]]))), "no list of endpoints"),
    "a huge number": (f'[{{"host": "a.b", "port": {"9" * 5000}}}]', "a number that is too large"),
    "not a number": ('[{"host": "a.b", "port": NaN}]', "'nan' is not a port"),
    "a failed query": ("SYSTEM$ALLOWLIST: Fail to get SSL context", "the service, which could not gather it"),
    "another error": ('{"error": "access denied"}', "there is no list in it"),
    "a cell without end": ('"x\n' + "y," * 100_000, "no list of endpoints"),
    "a private link of nothing": ('{"privatelink-account-name": "a"}', "the list is empty"),
    "a private link of numbers": ('{"privatelink-account-url": 3}', "'privatelink-account-url' is left out: '3' is not an entry"),
    "a host that turns text": ('[{"host": "a\u202eb.example.com"}]', "entry 1 is left out"),
    "a type that steers": ('[{"host": "a.b", "type": "\\u001b[2J"}]', "its type cannot be shown: '?[2J'"),
    "too large": (b" " * 8_000_001, "too large for a list of endpoints: at most 8 MB are read"),
}

PROFILES: dict[str, tuple[str, str]] = {
    "empty": ("", "has no name: add name"),
    "a wrong name": ('name = "A b"', "line 1: name must be one word of small letters"),
    "an unknown table": (NAMED + "[[endpoints]]\n", "'endpoints' is not known here: did you mean endpoint?"),
    "a list of endpoints": (ENDPOINT, "has no name"),
    "a role of two words": (NAMED + '[[role]]\nname = "a b"\nenables = "x"', "line 3: role 1 ('a b'): name must be one word"),
    "a wrong path": (NAMED + '[[role]]\nname = "a"\nenables = "x"\npath = "y"', "line 5: role 1 ('a'): path must begin with /"),
    "no pieces": (NAMED + '[[account]]\nexample = "x"\n', "account 1 ('x'): has no pieces"),
    "pieces of numbers": (NAMED + '[[account]]\nexample = "x"\npieces = { a = 1 }', "pieces must be names with texts"),
    "a gap in what it gives": (NAMED + ACCOUNT + 'gives = { host = "{x}" }', "host uses {x}, which is not given"),
    "a brace too many": (NAMED + ACCOUNT + 'gives = { host = "{account}}" }', "has a brace too many"),
    "a gap in an endpoint": (NAMED + ACCOUNT + '[[endpoint]]\nurl = "https://{host}"', "url uses {host}, which is not given"),
    "an endpoint that is none": (NAMED + '[[endpoint]]\nurl = "ftp://a"', "line 3: endpoint 1 ('ftp://a'): url: 'ftp"),
    "accounts without endpoints": (NAMED + ACCOUNT, "it has [[account]] but no [[endpoint]]"),
    "a fingerprint of nothing": (NAMED + '[[fingerprint]]\nmeans = "x"', "fingerprint 1: say where to look with one of header,"),
    "a fingerprint of two": (NAMED + MARK + 'field = "a"', "line 4: fingerprint 1: say where to look with one of"),
    "a code in its old place": (NAMED + '[[fingerprint]]\ncode = "1"', "line 3: fingerprint 1: 'code' is not known here"),
    "a status without a meaning": (NAMED + "[[fingerprint]]\nstatus = 513", "line 3: fingerprint 1: has no means: add"),
    "a status that is none": (NAMED + "[[fingerprint]]\nstatus = true", "status must be an HTTP status, such as status = 403"),
    "a denial without a meaning": (NAMED + MARK + 'denies = "address"', "line 4: fingerprint 1: has no means: add"),
    "a denial of who knows what": (NAMED + MARK + 'denies = "all"', "denies must be one of nothing, address, account"),
    "a header that is none": (NAMED + '[[fingerprint]]\nheader = "a b"', "line 3: fingerprint 1: 'a b' is no name of a header"),
    "a header that is not kept": (
        NAMED + '[[fingerprint]]\nheader = "Set-Cookie"\nvalue = "acme=*"',
        "line 4: fingerprint 1: what stands in 'set-cookie' is never kept",
    ),
    "a page that any page has": (NAMED + '[[fingerprint]]\npage = "the"', "page must be a text of 8 to 300 characters"),
    "a page of seven letters": (NAMED + '[[fingerprint]]\npage = "Acme in"', "page must be a text of 8 to 300 characters"),
    "a page of 301 letters": (NAMED + f'[[fingerprint]]\npage = "{"a" * 301}"', "page must be a text of 8 to 300 characters"),
    "a page with a value": (NAMED + '[[fingerprint]]\npage = "Sign in to Acme"\nvalue = "x"', "value belongs to a header or"),
    "a field that is always there": (NAMED + '[[fingerprint]]\nfield = "a"\nalways = true', "always is about headers"),
    "always, and nobody knows where": (NAMED + MARK + "always = true", "line 4: fingerprint 1: always needs hosts, such as"),
    "hosts that are none": (NAMED + MARK + 'hosts = ["https://a"]', "'https://a' is no name: write hosts as in a list"),
    "a sermon": (NAMED + MARK + f'means = "{"x" * 301}"', "means is too long: at most 300 characters"),
    "fingerprints without end": (NAMED + '[[fingerprint]]\nheader = "a"\n' * 201, "there are 201 fingerprints: at most 200"),
    "a group that is not there": (NAMED + ENDPOINT + 'group = "g"', "there is no group 'g': add [[group]]"),
    "a group with expectations": (NAMED + '[[group]]\nname = "g"\nproxy = "direct"', "'proxy' is not known here"),
    "nothing to look at": (NAMED, "nothing to check"),
}  # fmt: skip


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a call ends with, as wrong use."""
    assert carry_out(["run", "--no-bundle", *arguments], {}) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.isprintable()
    assert len(line) < 700
    assert "secret" not in line
    return line.removeprefix("diag: ")


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("fault", CONFIGS)
def test_a_diag_toml_that_cannot_be_used(fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, said = CONFIGS[fault]
    line = complaint(capsys, "--config", str(file(tmp_path, "diag.toml", content)))
    assert said in line
    assert "diag.toml" in line or "called" in line or "account of" in line


@pytest.mark.parametrize("fault", LISTS)
def test_a_list_that_cannot_be_used(fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, said = LISTS[fault]
    line = complaint(capsys, "--allowlist", str(file(tmp_path, "list.json", content)))
    assert said in line
    assert "list.json" in line


@pytest.mark.parametrize("fault", PROFILES)
def test_a_profile_that_cannot_be_used(fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, said = PROFILES[fault]
    assert said in complaint(capsys, "--profile", str(file(tmp_path, "mine.toml", content)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--account", "org-acct"], "--account has no --profile beside it"),
        (["--profile", "snowflake"], "--profile snowflake needs --account, such as orgname-account"),
        (["--profile", "https", "--account", "a"], "the profile https does not say what an account is"),
        (["--profile", "snowflake", "--account", "a..b"], "'a..b' is no account of Snowflake"),
        (["--profile", "acne"], "no profile is called 'acne'"),
        (["--profile", "./gone.toml"], "gone.toml: cannot be read (No such file or directory)"),
        (["https://a.example.com", "--control", "ftp://b"], "--control: 'ftp://b' has a scheme that diag does not speak"),
        (["https://a.example.com", "--substitute", "*.a=b.a"], "--substitute is for the wildcards of an allowlist"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in complaint(capsys, *arguments)


def test_a_name_of_a_file_cannot_steer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complaint(capsys, "--allowlist", str(file(tmp_path, "a\x1b[2J\nb", "[]")))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_list_is_read_in_part_or_refused_in_one_line(data: st.DataObject, tmp_path: Path) -> None:
    text = SHAPES[data.draw(st.sampled_from(sorted(SHAPES)))]
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    damage = data.draw(st.text(alphabet='[]{}",:;|\t\n\\ a1.*\x00\u202e\ufeff', max_size=12))
    path = file(tmp_path, "list", text[:begin] + damage + text[end:])
    try:
        said: tuple[str, ...] = read_allowlist(path).notes
    except UnusableFile as refused:
        said = (str(refused),)
    assert all(line.isprintable() and len(line) < 900 for line in said)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_toml_is_read_or_refused_in_one_line(data: st.DataObject, tmp_path: Path) -> None:
    text = data.draw(
        st.sampled_from((write_starter(), (BUILTIN / "snowflake.toml").read_text(), (BUILTIN / "https.toml").read_text()))
    )
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    damage = data.draw(st.text(alphabet="[]{}\"'=,#\n\\ a1.*{}\u202e", max_size=12))
    path = file(tmp_path, "any.toml", text[:begin] + damage + text[end:])
    said = []
    for read in (read_config, read_profile):
        try:
            read(path)
        except UnusableFile as refused:
            said.append(str(refused))
    assert all(line.isprintable() and line.startswith(str(path)) for line in said)
