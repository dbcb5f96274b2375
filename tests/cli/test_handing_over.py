"""From a bundle to somebody else's hands: what is in it, stricter copies, the way back from stand-ins, keys, digests."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from diag.cli.contents import REDACTION_RULES
from tests.cli.shell import called, causes, command, diag, environment
from tests.cli.test_run import options, staged

INSIDE = "db01.inside-net.example.com"


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one bundle of a run on a computer whose NO_PROXY names an inside host, and the state of its user."""
    folder = tmp_path_factory.mktemp("left")
    with staged("proxy-login-required") as (_, scene):
        ended = diag(*options(scene), within=folder, NO_PROXY=INSIDE)
    assert ended.code == 1
    (folder / "said.txt").write_text(ended.out)
    return folder


def bundle_in(folder: Path) -> str:
    (path,) = folder.glob("diag-*.zip")
    return path.name


def digest_in(folder: Path) -> str:
    found = re.search(r"^Digest: ([0-9a-f]{64})$", (folder / "said.txt").read_text(), re.MULTILINE)
    assert found
    return found[1]


def stand_in_of(folder: Path, name: str = INSIDE) -> str:
    """The stand-in of the inside host, as the evidence has it."""
    seen = called("show", name if name.endswith(".zip") else bundle_in(folder), "--evidence", within=folder).out
    found = re.search(r"host-[a-z2-9]{6,}\.host-[a-z2-9]{6,}\.example\.com", seen)
    assert found
    return found[0]


def test_a_run_says_its_digest_what_is_in_the_bundle_and_how_to_go_back(left: Path) -> None:
    said = (left / "said.txt").read_text()
    name = bundle_in(left)
    assert digest_in(left).startswith(name[-10:-4])
    assert f"What is in it: diag show {name} --contents" in said
    assert f"diag reveal {name}" in said


def test_verify_says_that_it_is_as_it_was_written(left: Path) -> None:
    ended = called("verify", bundle_in(left), "--digest", digest_in(left), within=left)
    assert ended.code == 0
    assert "this is the bundle that diag wrote, unchanged" in " ".join(ended.out.split())
    short = called("verify", bundle_in(left), "--digest", digest_in(left)[:8].upper(), within=left)
    assert short.code == 0
    assert called("verify", bundle_in(left), within=left).code == 0


def test_verify_says_what_is_not(left: Path, tmp_path: Path) -> None:
    content = (left / bundle_in(left)).read_bytes()
    other = digest_in(left)[::-1]
    ended = called("verify", bundle_in(left), "--digest", other, within=left)
    assert ended.code == 1
    assert "this is not the bundle that diag wrote then" in " ".join(ended.out.split())
    (tmp_path / "renamed.zip").write_bytes(content)
    renamed = called("verify", "renamed.zip", within=tmp_path)
    assert renamed.code == 0
    assert "it was renamed" in renamed.out
    (tmp_path / "diag-20260101T000000Z-aaaaaa.zip").write_bytes(content)
    wrong = called("verify", "diag-20260101T000000Z-aaaaaa.zip", within=tmp_path)
    assert wrong.code == 1
    assert "the digest of another bundle" in " ".join(wrong.out.split())
    assert "give at least" not in called("verify", "renamed.zip", "--digest", "xyz", within=tmp_path).complaint
    (tmp_path / "cut.zip").write_bytes(content[:-5])
    assert called("verify", "cut.zip", within=tmp_path).code == 2


def test_the_contents_are_told_in_plain_words(left: Path) -> None:
    told = " ".join(called("show", bundle_in(left), "--contents", within=left).out.split())
    for words in (
        "evidence.jsonl",
        "manifest.json",
        "Level standard",
        "host names, replaced label by label: ",
        "private keys",
    ):
        assert words in told
    assert INSIDE not in told


def test_every_rule_has_its_words(left: Path) -> None:
    source = "".join(
        (Path(__file__).parents[2] / "diag" / "bundle" / name).read_text() for name in ("redact.py", "untrusted_text.py")
    )
    rules = set(re.findall(r'_(?:count|sub)\("([a-z-]+)"', source))
    assert rules == set(REDACTION_RULES)


def test_stand_ins_are_told_where_the_bundle_was_written(left: Path) -> None:
    stand_in = stand_in_of(left)
    ended = called("reveal", bundle_in(left), stand_in, within=left)
    assert (ended.code, ended.out) == (0, f"{stand_in}  {INSIDE}\n")
    listed = called("reveal", bundle_in(left), within=left)
    assert listed.code == 0
    assert "db01" in listed.out
    strange = called("reveal", bundle_in(left), "host-zzzzzz", within=left)
    assert strange.code == 1
    assert "is no stand-in of this bundle" in strange.out


def test_elsewhere_nobody_can_tell(left: Path, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes((left / bundle_in(left)).read_bytes())
    assert "is not on this computer" in called("reveal", "b.zip", "host-abcdef", within=tmp_path).complaint
    assert "There is no such file" in called("reveal", "c.zip", within=tmp_path).complaint


def test_a_strict_copy_has_the_same_diagnosis_and_its_own_way_back(left: Path) -> None:
    before = called("show", bundle_in(left), "--json", within=left)
    ended = called("redact", bundle_in(left), "--level", "strict", "-o", "strict.zip", within=left)
    assert (ended.code, ended.err) == (0, "")
    after = called("show", "strict.zip", "--json", within=left)
    assert causes(after.document) == causes(before.document)
    assert after.err == ""
    assert "Level strict" in called("show", "strict.zip", "--contents", within=left).out
    stand_in = stand_in_of(left, "strict.zip")
    assert stand_in != stand_in_of(left)
    assert called("reveal", "strict.zip", stand_in, within=left).out == f"{stand_in}  {INSIDE}\n"
    laxer = called("redact", "strict.zip", "--level", "standard", within=left)
    assert laxer.code == 2
    assert "what was replaced is not in it any more" in laxer.complaint


def test_keys_are_made_and_open_what_was_encrypted_to_them(tmp_path: Path) -> None:
    made = called("keygen", "key.txt", within=tmp_path)
    assert made.code == 0
    public = made.out.strip()
    assert (tmp_path / "key.txt").stat().st_mode & 0o777 == 0o600
    assert public not in made.err
    assert "is there already" in called("keygen", "key.txt", within=tmp_path).complaint
    ended = diag("demo", "--encrypt-to", public, within=tmp_path, NO_PROXY=INSIDE)
    assert ended.code == 1
    assert "It is encrypted" in ended.out
    (path,) = tmp_path.glob("diag-*")
    assert path.name.endswith(".zip.hpke")
    assert not list(tmp_path.glob("*.zip"))
    assert "open it with --identity FILE" in called("show", path.name, within=tmp_path).complaint
    opened = called("show", path.name, "--identity", "key.txt", "--json", within=tmp_path)
    assert causes(opened.document) == ["proxy-login-required"]
    assert called("verify", path.name, "--identity", "key.txt", within=tmp_path).code == 0
    assert called("diff", path.name, path.name, "--identity", "key.txt", within=tmp_path).code == 0
    assert called("reveal", path.name, within=tmp_path).code == 0, "the user may be told, though only support can open it"
    copied = called("redact", path.name, "--identity", "key.txt", "--encrypt-to", public, "-o", "c.hpke", within=tmp_path)
    assert copied.code == 0
    assert "Level strict" in called("show", "c.hpke", "--identity", "key.txt", "--contents", within=tmp_path).out


def test_a_key_that_cannot_be_used_is_said_before_anything_is_done(tmp_path: Path) -> None:
    for arguments, said in (
        (["--encrypt-to", "hpke:abc"], "is cut or misspelt"),
        (["--encrypt-to", "nowhere"], "neither a public key"),
        (["--encrypt-to", "hpke:abc", "--no-encryption"], "exclude each other"),
        (["--encrypt-to", "hpke:abc", "--no-bundle"], "choose one"),
    ):
        assert said in called("run", "https://127.0.0.1:1", *arguments, within=tmp_path).complaint
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_the_profile_are_used_unless_the_user_says_no(tmp_path: Path) -> None:
    public = called("keygen", "key.txt", within=tmp_path).out.strip()
    (tmp_path / "acme.toml").write_text(
        f'name = "acme"\nrecipients = ["age1qzwvjhc2g06c7aerawnkkgl2fc6pym7mftyvdujuft2kyuyca9kq9uhcm5", "{public}"]\n'
    )
    given = ["run", "https://127.0.0.1:1", "--profile", "./acme.toml", "-q", "--no-proxy", "--resolver", "127.0.0.1:1"]
    diag(*given, "-o", "a.hpke", within=tmp_path)
    assert (tmp_path / "a.hpke").read_bytes().startswith(b"diag-hpke")
    diag(*given, "-o", "b.zip", "--no-encryption", within=tmp_path)
    assert (tmp_path / "b.zip").read_bytes().startswith(b"PK")


def at_a_terminal(folder: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """Runs `diag` with a terminal on its stdin, and types a line."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            command(*arguments),
            cwd=folder,
            env=environment(folder, NO_PROXY=INSIDE),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.write(ours, f"{typed}\n".encode())
        out, _ = process.communicate(timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    return process.returncode, out.decode()


def test_to_keep_everything_has_to_be_typed(tmp_path: Path) -> None:
    refused = diag("run", "https://127.0.0.1:1", "--privacy", "none", within=tmp_path, given=b"keep everything\n")
    assert refused.code == 2
    assert "nobody can be asked here" in refused.complaint
    given = ["run", "https://127.0.0.1:1", "--privacy", "none", "--resolver", "127.0.0.1:1", "-o", "all.zip"]
    code, said = at_a_terminal(tmp_path, "yes", *given)
    assert code == 2
    assert "was not confirmed" in said
    assert not (tmp_path / "all.zip").exists()
    code, said = at_a_terminal(tmp_path, "keep everything", *given)
    assert code in (1, 3)
    assert "It holds what was seen with every name" in said
    assert INSIDE in called("show", "all.zip", "--evidence", within=tmp_path).out
    assert "Level none" in called("show", "all.zip", "--contents", within=tmp_path).out
    assert called("redact", "all.zip", "--level", "standard", "-o", "std.zip", within=tmp_path).code == 0
    assert INSIDE not in called("show", "std.zip", "--evidence", within=tmp_path).out
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "all.zip").write_bytes((tmp_path / "all.zip").read_bytes())
    assert "on another computer" in called("redact", "all.zip", within=elsewhere).complaint


def test_the_strict_level_leaves_no_private_address(left: Path, tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        diag(*options(scene), "--privacy", "strict", within=tmp_path, NO_PROXY=INSIDE)
    strict = called("show", bundle_in(tmp_path), "--evidence", within=tmp_path).out
    assert INSIDE not in strict
    assert re.search(r"host-[a-z2-9]{6,}", strict)


def test_what_is_kept_can_be_forgotten(tmp_path: Path) -> None:
    with staged("proxy-login-required") as (_, scene):
        assert diag(*options(scene), within=tmp_path, NO_PROXY=INSIDE).code == 1
    bundle = bundle_in(tmp_path)
    assert called("reveal", bundle, within=tmp_path).code == 0
    assert "what the stand-ins of 1 bundle stand for" in called("reveal", bundle, "--forget", within=tmp_path).out
    assert "is not on this computer" in called("reveal", bundle, within=tmp_path).complaint
    assert "Nothing was kept" in called("reveal", "--forget", within=tmp_path).out
    assert "name the bundle" in called("reveal", within=tmp_path).complaint
