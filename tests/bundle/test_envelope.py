"""Encrypted bundles: HPKE as the RFC has it, one envelope for several keys, and nothing but refusals where a byte was changed."""

import base64
import builtins
import importlib
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from diag.bundle import hpke
from diag.bundle.archive import CannotRead, DamagedBundle, NewerBundle, NotABundle
from diag.bundle.envelope import EncryptedBundle, envelope_for, is_encrypted, opened
from diag.bundle.keys import (
    HPKE_PUBLIC,
    MOST_KEYS,
    Identities,
    Recipients,
    UnusableKey,
    key_id,
    new_pair,
    preferred,
    public_key,
    read_identities,
    read_recipients,
)
from diag.bundle.level import Level
from diag.bundle.read import read_bundle
from diag.bundle.redact import redact
from diag.bundle.write import write_bundle
from tests.bundle import sample

PLAIN = b"PK\x03\x04 what is in a bundle " * 40
VECTOR = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "ephemeral": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    "enc": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    "public": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    "private": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    "key": "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
    "nonce": "5c4d98150661b848853b547f",
}
"""RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode."""


def vector(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name])


def test_the_vector_of_the_standard() -> None:
    ephemeral, private = (X25519PrivateKey.from_private_bytes(vector(name)) for name in ("ephemeral", "private"))
    assert hpke.raw(private.public_key()) == vector("public")
    sealed = hpke.seal_with(ephemeral, private.public_key(), b"plain", vector("info"))
    assert sealed[:32] == vector("enc")
    assert ChaCha20Poly1305(vector("key")).decrypt(vector("nonce"), sealed[32:], b"") == b"plain"
    assert hpke.unseal(private, sealed, vector("info")) == b"plain"


def test_the_library_and_the_lines_of_the_standard_read_each_other() -> None:
    pytest.importorskip("cryptography.hazmat.primitives.hpke")
    library = importlib.import_module("cryptography.hazmat.primitives.hpke")
    suite = library.Suite(library.KEM.X25519, library.KDF.HKDF_SHA256, library.AEAD.CHACHA20_POLY1305)
    private = X25519PrivateKey.generate()
    ours = hpke.seal_with(X25519PrivateKey.generate(), private.public_key(), PLAIN, b"info")
    assert suite.decrypt(ours, private, info=b"info") == PLAIN
    theirs = suite.encrypt(PLAIN, private.public_key(), info=b"info")
    assert hpke.unseal(private, theirs, b"info") == PLAIN
    assert len(theirs) == len(PLAIN) + hpke.LONGER


def test_an_older_library_seals_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtins.__import__

    def without_hpke(
        name: str, given: object = None, local: object = None, wanted: tuple[str, ...] = (), level: int = 0
    ) -> ModuleType:
        if name == "cryptography.hazmat.primitives" and wanted and "hpke" in wanted:
            raise ImportError
        return known(name, given, local, wanted, level)  # type: ignore[arg-type]

    private = X25519PrivateKey.generate()
    monkeypatch.setattr(builtins, "__import__", without_hpke)
    sealed = hpke.seal(private.public_key(), PLAIN, b"info")
    monkeypatch.undo()
    assert hpke.unseal(private, sealed, b"info") == PLAIN


def pair(folder: Path, name: str = "key.txt") -> tuple[str, Identities]:
    """A public key as a word, and the identities of its private file."""
    content, public = new_pair()
    (folder / name).write_text(content)
    return public, read_identities(folder / name)


def test_every_recipient_opens_it_and_nobody_else(tmp_path: Path) -> None:
    one, first = pair(tmp_path, "one")
    two, second = pair(tmp_path, "two")
    _, stranger = pair(tmp_path, "three")
    envelope = envelope_for(read_recipients([one, two]))
    content = envelope.close(PLAIN)
    assert envelope.ending == ".hpke"
    assert is_encrypted(content)
    assert b"what is in a bundle" not in content
    assert opened(content, first) == opened(content, second) == PLAIN
    assert len(content) == len(PLAIN) + 17 + 2 * 88 + 16
    with pytest.raises(EncryptedBundle, match="holds another"):
        opened(content, stranger)
    with pytest.raises(EncryptedBundle, match="--identity FILE"):
        opened(content, None)
    assert envelope.close(PLAIN) != content, "each has keys of its own"


def test_no_byte_of_it_can_be_changed(tmp_path: Path) -> None:
    one, identities = pair(tmp_path)
    content = envelope_for(read_recipients([one])).close(b"PK\x03\x04")
    for at in range(9, len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises((DamagedBundle, NewerBundle, EncryptedBundle)) as caught:
            opened(changed, identities)
        assert str(caught.value).endswith(".")
    for length in range(9, len(content)):
        with pytest.raises(CannotRead):
            opened(content[:length], identities)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hpke:"], "is cut or misspelt"),
        (["hpke:AAAA"], "is cut or misspelt"),
        (["hpke:" + "*" * 44], "is cut or misspelt"),
        (["nowhere.txt"], "is neither a public key"),
        (["hpke-secret:abcdef"], "that is a private key"),
        (["AGE-SECRET-KEY-1ABC"], "that is a private key"),
        ([HPKE_PUBLIC + base64.b64encode(bytes(32)).decode(), "age1xyz"], "not to both"),
        ([HPKE_PUBLIC + base64.b64encode(bytes([n]) * 32).decode() for n in range(MOST_KEYS + 1)], "16 keys at most"),
    ],
)
def test_a_key_that_cannot_be_used_is_said_and_never_shown(words: list[str], said: str) -> None:
    with pytest.raises(UnusableKey, match=said) as caught:
        read_recipients(words)
    assert "abcdef" not in str(caught.value)


def test_a_key_that_is_no_point_is_refused_before_anything_is_done() -> None:
    with pytest.raises(UnusableKey, match="not a point"):
        envelope_for(Recipients(hpke=(bytes(32),)))


def test_a_file_of_keys(tmp_path: Path) -> None:
    one, _ = pair(tmp_path)
    (tmp_path / "team.txt").write_text(f"# the team\n\n{one}\n")
    assert read_recipients([str(tmp_path / "team.txt"), one]).hpke == (public_key(one),)
    (tmp_path / "none.txt").write_text("# nothing\n")
    with pytest.raises(UnusableKey, match="holds no public key"):
        read_recipients([str(tmp_path / "none.txt")])
    with pytest.raises(UnusableKey, match="holds the public key alone"):
        read_identities(tmp_path / "team.txt")
    (tmp_path / "large.txt").write_bytes(b"#" * 70_000)
    with pytest.raises(UnusableKey, match="too large"):
        read_identities(tmp_path / "large.txt")


def test_of_a_list_of_both_kinds_diag_takes_those_it_can_use_alone() -> None:
    assert preferred(["age1abc", "hpke:x"]) == ("hpke:x",)
    assert preferred(["age1abc"]) == ("age1abc",)


def test_keys_are_not_shown_by_accident(tmp_path: Path) -> None:
    _, identities = pair(tmp_path)
    assert base64.b64encode(identities.hpke[0]).decode() not in repr(identities)
    assert repr(identities.hpke[0])[2:-1] not in repr(identities)


def test_nothing_but_the_envelope_lies_on_the_disk(tmp_path: Path) -> None:
    one, identities = pair(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    envelope = envelope_for(read_recipients([one]))
    written = write_bundle(redacted, sample.diagnosis(), summary="Said.\n", into=folder, catalogue_version="1", envelope=envelope)
    assert [path.name for path in folder.iterdir()] == [written.path.name]
    assert written.path.name.endswith(f"{written.digest[:6]}.zip.hpke")
    assert not written.path.read_bytes().startswith(b"PK")
    assert read_bundle(written.path, identities).digest == written.digest
    with pytest.raises(EncryptedBundle):
        read_bundle(written.path)


def test_what_is_in_an_envelope_is_as_hostile_as_any_file(tmp_path: Path) -> None:
    one, identities = pair(tmp_path)
    path = tmp_path / "diag.zip.hpke"
    path.write_bytes(envelope_for(read_recipients([one])).close(b"no zip at all"))
    with pytest.raises(NotABundle):
        read_bundle(path, identities)
    inner = envelope_for(read_recipients([one])).close(path.read_bytes())
    path.write_bytes(inner)
    with pytest.raises(NotABundle):
        read_bundle(path, identities)


def test_age_opens_what_age_closed(tmp_path: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, identity in (("mine", mine), ("other", other)):
        (tmp_path / name).write_text(f"# created: today\n{identity}\n")
    envelope = envelope_for(read_recipients([str(mine.to_public())]))
    content = envelope.close(PLAIN)
    assert envelope.ending == ".age"
    assert opened(content, read_identities(tmp_path / "mine")) == PLAIN == pyrage.decrypt(content, [mine])
    with pytest.raises(EncryptedBundle, match="no identity in the file"):
        opened(content, read_identities(tmp_path / "other"))
    with pytest.raises(EncryptedBundle, match="or it was changed"):
        opened(content[:-1] + bytes([content[-1] ^ 1]), read_identities(tmp_path / "mine"))
    with pytest.raises(EncryptedBundle, match="--identity FILE"):
        opened(content, None)
    with pytest.raises(UnusableKey, match="cut or misspelt"):
        envelope_for(read_recipients([str(mine.to_public())[:-3]]))


def test_without_its_extra_age_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(UnusableKey, match=r"pip install 'diag\[age\]'"):
        envelope_for(Recipients(age=("age1abc",)))


def test_no_letter_of_a_public_key_can_be_mistyped_unseen(tmp_path: Path) -> None:
    one, _ = pair(tmp_path)
    for at in range(len("hpke:1:"), len(one)):
        for letter in "Aa0+/=":
            if one[at] != letter:
                with pytest.raises(UnusableKey, match="cut or misspelt"):
                    read_recipients([one[:at] + letter + one[at + 1 :]])


def test_a_public_key_of_the_old_form_is_still_one(tmp_path: Path) -> None:
    one, identities = pair(tmp_path)
    old = f"hpke:{base64.b64encode(public_key(one)).decode()}"
    assert opened(envelope_for(read_recipients([old])).close(PLAIN), identities) == PLAIN


def test_a_refusal_names_the_id_that_keygen_printed(tmp_path: Path) -> None:
    one, _ = pair(tmp_path)
    with pytest.raises(EncryptedBundle, match=key_id(public_key(one)).hex()):
        opened(envelope_for(read_recipients([one])).close(PLAIN), None)
