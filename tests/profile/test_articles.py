"""A team's own articles: below the built-in ones or in their place, as text, and with what is wrong with them told."""

from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.profile.articles import address_of_articles, complaints, for_language, mark_of, read_articles, template_of
from diag.profile.errors import UnusableFile
from tests.cli.shell import called

ID = "proxy-login-required"
CHECK = next(check for check in CATALOGUE if check.id == ID)
BY_ID = {check.id: check for check in CATALOGUE}


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '.')}.md").write_text(text)
    return folder


def test_it_stands_below_the_article_or_in_its_place(tmp_path: Path) -> None:
    (tmp_path / f"{ID}.md").write_text("Ask the proxy team on floor 3.\n")
    (tmp_path / "dns-slow.md").write_text("---\nreplaces = true\n---\nOurs alone.\n")
    below = called("explain", ID, "--articles", str(tmp_path), within=tmp_path).out
    assert below.index("How it is told apart") < below.index("From our team") < below.index("Ask the proxy team on floor 3.")
    instead = called("explain", "dns-slow", "--articles", str(tmp_path), within=tmp_path).out
    assert "Ours alone." in instead
    assert "What it means" not in instead


def test_a_language_is_chosen(tmp_path: Path) -> None:
    (tmp_path / f"{ID}.md").write_text("plain")
    (tmp_path / f"{ID}.ko.md").write_text("프록시 팀에 문의하세요")
    found = read_articles(tmp_path)
    assert for_language(found)[ID].text == "plain"
    assert for_language(found, "ko")[ID].text == "프록시 팀에 문의하세요"
    assert for_language(found, "ja")[ID].text == "plain"


def test_what_could_steer_a_screen_is_made_safe_and_no_markup_passes(tmp_path: Path) -> None:
    (tmp_path / f"{ID}.md").write_text("<script>x</script> \x1b[2J\u202e [bold]red[/bold]\n")
    out = called("explain", ID, "--articles", str(tmp_path), within=tmp_path).out
    assert "<script>x</script>" in out
    assert "[bold]red[/bold]" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_template_is_written_and_read_again(tmp_path: Path) -> None:
    (tmp_path / f"{ID}.md").write_text(called("explain", "--template", ID, within=tmp_path).out)
    (article,) = read_articles(tmp_path)
    assert (article.replaces, article.article) == (False, mark_of(CHECK))
    assert list(complaints([article], BY_ID)) == []
    assert template_of(CHECK, CHECK).count("---") == 2


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "proxy-no-such.md").write_text("x")
    (tmp_path / f"{ID}.md").write_text(
        '---\narticle = "00000000"\n---\n[a](http://x.test) [b](https://y.test) [c](javascript:alert)\n'
    )
    ended = called("checks", "--articles", str(tmp_path), within=tmp_path)
    told = " ".join(ended.out.split())
    assert ended.code == 1
    assert "no cause is called proxy-no-such" in told
    assert "http://x.test is not https" in told
    assert "javascript:alert is not https" in told
    assert "https://y.test" not in told
    assert "for an older article" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\nreplaces = yes\n---\nx", "is no TOML"),
        ("---\nreplaces = 1\n---\nx", "is true or false"),
        ("---\narticle = 1\n---\nx", "a text in quotes"),
        ("a\0b", "binary data"),
    ],
)
def test_a_file_that_is_none_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / f"{ID}.md").write_text(text)
    with pytest.raises(UnusableFile, match=said):
        read_articles(tmp_path)
    assert called("explain", ID, "--articles", str(tmp_path), within=tmp_path).code == 2


def test_no_folder_is_a_sentence(tmp_path: Path) -> None:
    assert "there is no such folder" in called("explain", ID, "--articles", "none", within=tmp_path).complaint


@pytest.mark.parametrize("given", ["https://docs.acme.example/linux", " https://docs.acme.example/linux// "])
def test_an_address_to_link_to_loses_the_slashes_at_its_end_and_nothing_else(given: str) -> None:
    assert address_of_articles(given) == "https://docs.acme.example/linux"
