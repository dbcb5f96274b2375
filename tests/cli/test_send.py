"""`diag send`: it says what goes where, asks, and shows no secret; and a real object store's own code takes the bundle."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
import trustme
from keyring.credentials import Credential, SimpleCredential

from checks import CATALOGUE
from diag.bundle.envelope import envelope_for
from diag.bundle.keys import new_pair, read_recipients
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from diag.cli.errors import WrongUse
from diag.cli.sender import find_credentials
from diag.engine.judge import judge
from tests.cli.shell import Ended, command, diag, environment
from tests.desk.send.service import Asked, Mishap, Says, serving, trust_file
from tests.desk.send.systems import TOKEN, USER, JiraSite, ZendeskSite
from tests.report import samples

STORE = Path(__file__).with_name("object_store.py")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle under another name than diag gave it."""
    redacted = redact(samples.EVIDENCE, Private(), Level.STANDARD, key=b"k" * 32)
    seen = judge(redacted.evidence, CATALOGUE)
    written = write_bundle(redacted, seen, summary="", into=tmp_path, catalogue_version="1")
    return written.path.rename(tmp_path / "mine.zip")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(authority: trustme.CA, tmp_path: Path) -> str:
    return str(trust_file(authority, tmp_path))


@pytest.fixture
def jira(authority: trustme.CA) -> Iterator[JiraSite]:
    site = JiraSite()
    with serving(site, authority):
        yield site


def sent(bundle: Path, site: JiraSite | ZendeskSite, trust: str, *more: str, given: bytes = b"", **variables: str) -> Ended:
    where = ("--to", f"{site.to}:{site.origin}", "--case", site.case, "--trust", trust)
    named = {"DIAG_SEND_TOKEN": TOKEN, "DIAG_SEND_USER": USER} | variables
    return diag("send", str(bundle), *where, *more, within=bundle.parent, given=given, **named)


def test_it_says_what_goes_where_and_gives_a_receipt(bundle: Path, jira: JiraSite, trust: str) -> None:
    ended = sent(bundle, jira, trust, "--yes")
    assert ended.code == 0
    assert ended.err == ""
    said = " ".join(ended.out.split())
    for part in (
        "About to send",
        "level standard",
        "issue SUP-12",
        "directly, over https",
        "Only you can answer",
        "1. The error your program shows",
        "Sent:",
        "SHA-256",
        "whole, by the receiver",
    ):
        assert part in said
    assert TOKEN not in ended.out
    (kept,) = jira.kept
    assert kept.content == bundle.read_bytes()
    assert kept.name.startswith("diag-2026")
    assert kept.name in said


def test_again_it_is_there_already(bundle: Path, jira: JiraSite, trust: str) -> None:
    sent(bundle, jira, trust, "--yes")
    ended = sent(bundle, jira, trust, "--yes")
    assert (ended.code, len(jira.kept)) == (0, 1)
    assert "It was there already" in ended.out


def test_nobody_says_yes(bundle: Path, jira: JiraSite, trust: str) -> None:
    ended = sent(bundle, jira, trust)
    assert ended.code == 2
    assert "nobody can be asked here" in ended.err
    assert "issue SUP-12" in ended.out
    assert jira.asked == []


def test_a_failure_is_one_line(bundle: Path, jira: JiraSite, trust: str) -> None:
    ended = sent(bundle, jira, trust, "--yes", DIAG_SEND_TOKEN="an-old-one")
    assert ended.code == 1
    assert ended.err.startswith("diag: issue SUP-12")
    assert "does not accept the token" in ended.err
    assert "an-old-one" not in ended.out + ended.err


class Forgetful(JiraSite):
    """A site that knows nobody any more once it has a file."""

    def answer(self, asked: Asked) -> Says:
        return Says(401) if self.kept else super().answer(asked)


def test_what_may_have_arrived_has_a_code_of_its_own(bundle: Path, authority: trustme.CA, trust: str) -> None:
    site = Forgetful()
    site.mishaps = [Mishap("POST", "lost")]
    with serving(site, authority):
        ended = sent(bundle, site, trust, "--yes")
    assert ended.code == 3
    assert "may have arrived" in ended.err


def test_diag_toml_says_where_cases_go(bundle: Path, jira: JiraSite, trust: str) -> None:
    case = f'[case]\nsystem = "jira"\nurl = "{jira.origin}"\nproject = "SUP"\n'
    (bundle.parent / "diag.toml").write_text(f'[[endpoint]]\nurl = "https://x.example.com"\n{case}')
    known = {"DIAG_SEND_TOKEN": TOKEN, "DIAG_SEND_USER": USER}
    ended = diag("send", str(bundle), "--case", "12", "--trust", trust, "--yes", within=bundle.parent, **known)
    assert (ended.code, ended.err) == (0, "")
    assert "issue SUP-12" in ended.out
    assert len(jira.kept) == 1


def test_an_encrypted_bundle_goes_as_it_is(bundle: Path, jira: JiraSite, trust: str) -> None:
    _, public = new_pair()
    sealed = bundle.with_name("sealed.zip.hpke")
    sealed.write_bytes(envelope_for(read_recipients([public])).close(bundle.read_bytes()))
    ended = sent(sealed, jira, trust, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert "only those whom it was encrypted to can open it" in " ".join(ended.out.split())
    assert [(kept.name[:15], kept.name[-9:], kept.content) for kept in jira.kept] == [
        ("diag-encrypted-", ".zip.hpke", sealed.read_bytes())
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "http://store.example.com/x?sig=S3CRET"], "https only"),
        (["--to", "zendesk:acme"], "Say which case"),
        ([], "no destination is named"),
        (["--to", "https://store.example.com/", "--proxy", "::"], "--proxy cannot be read"),
    ],
)
def test_wrong_use(bundle: Path, arguments: list[str], said: str) -> None:
    ended = diag("send", str(bundle), *arguments, "--yes", within=bundle.parent)
    assert ended.code == 2
    assert said in ended.complaint
    assert "S3CRET" not in ended.err


def test_only_bundles_are_sent(tmp_path: Path) -> None:
    (tmp_path / "holiday.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    ended = diag("send", "holiday.zip", "--to", "zendesk:acme", "--case", "1", "--yes", within=tmp_path)
    assert ended.code == 2
    assert "not a bundle" in ended.complaint


def test_no_token_anywhere(bundle: Path, jira: JiraSite, trust: str) -> None:
    ended = sent(bundle, jira, trust, "--yes", DIAG_SEND_TOKEN="", PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    assert ended.code == 2
    assert "set DIAG_SEND_TOKEN" in ended.err


class TestKeyring:
    def test_a_token_is_found_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        null = pytest.importorskip("keyring.backends.null")
        asked = []

        class Ring(null.Keyring):  # type: ignore[misc, name-defined]
            def get_credential(self, service: str, username: str | None) -> Credential:
                asked.append((service, username))
                return SimpleCredential("ada", "t0ken")

        monkeypatch.setattr(keyring.core, "_keyring_backend", Ring())
        found = find_credentials("https://acme.zendesk.com", "", {})
        assert asked == [("diag:https://acme.zendesk.com", None)]
        assert (found.user and found.user.reveal(), found.token.reveal()) == ("ada", "t0ken")

    def test_the_environment_comes_first(self) -> None:
        found = find_credentials("https://acme.zendesk.com", "ada", {"DIAG_SEND_TOKEN": "t0ken", "DIAG_SEND_USER": "bob"})
        assert (found.user and found.user.reveal(), found.token.reveal()) == ("ada", "t0ken")

    def test_a_token_over_two_lines_is_refused(self) -> None:
        with pytest.raises(WrongUse, match="cannot be sent") as refused:
            find_credentials("https://acme.zendesk.com", "", {"DIAG_SEND_TOKEN": "t0ken\r\nX-Evil: 1"})
        assert "t0ken" not in str(refused.value)


class ObjectStore:
    """A store in a process of its own."""

    def __init__(self, pem: Path, keeps: Path) -> None:
        self._keeps = keeps
        begun = [sys.executable, str(STORE), str(pem), str(keeps)]
        self._process = subprocess.Popen(begun, env=environment(pem.parent), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout
        self.address = self._process.stdout.readline().decode().strip()

    def kept(self) -> bytes:
        """Ends the store, and gives what it had."""
        self._process.communicate(timeout=30)
        return self._keeps.read_bytes()


def test_a_presigned_put(bundle: Path, authority: trustme.CA, trust: str, tmp_path: Path) -> None:
    pytest.importorskip("moto")
    pem = tmp_path / "store.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(pem))
    store = ObjectStore(pem, tmp_path / "kept.zip")
    given = f"{store.address}\n".encode()
    ended = diag("send", str(bundle), "--to", "-", "--trust", trust, "--yes", within=bundle.parent, given=given)
    assert store.kept() == bundle.read_bytes()
    assert (ended.code, ended.err) == (0, "")
    assert "whole, by the receiver" in ended.out
    assert "Signature" in store.address
    assert "Signature" not in ended.out


def test_the_command_line_is_shown_without_a_token(tmp_path: Path) -> None:
    told = subprocess.run(
        command("send", "--help"), cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=True, text=True
    )
    assert "A token is never an argument" in " ".join(told.stdout.split())
    assert "--token" not in told.stdout
