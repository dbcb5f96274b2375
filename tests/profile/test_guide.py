"""The guide for vendors: its profile is read as it stands, and gives what the guide says."""

import re
from pathlib import Path

from diag.profile.account import derive_endpoints
from diag.profile.profile_file import read_profile

GUIDE = Path(__file__).parents[2] / "docs" / "profiles.md"


def test_the_profile_in_the_guide_can_be_copied(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "acme.toml").write_text(examples[0], "utf-8")
    profile = read_profile(tmp_path / "acme.toml")
    endpoints = derive_endpoints(profile, "https://shop.eu-west.acme.example").endpoints
    assert [str(endpoint.authority) for endpoint in endpoints] == [
        "shop.eu-west.acme.example:443",
        "files.eu-west.acme.example:443",
    ]
    assert [endpoint.expects.required for endpoint in endpoints] == [True, False]
    assert [role.enables for role in profile.roles] == ["logging in", "loading files"]


def test_every_key_of_the_top_is_in_the_guide() -> None:
    from diag.profile import profile_file

    assert [key for key in profile_file._TOP if f"`{key}`" not in GUIDE.read_text("utf-8")] == []


def test_the_profile_in_the_guide_speaks_other_languages(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "acme.toml").write_text(examples[0], "utf-8")
    assert read_profile(tmp_path / "acme.toml").words["ko"]["loading files"] == "파일 올리기와 내려받기"
