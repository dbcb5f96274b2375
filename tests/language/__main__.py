"""Bring the catalogues up to date and say what they lack: `python -m tests.language`.

`--check` writes nothing. `--join`: after a merge that left both sides in a file, takes the translations of both.
"""

import argparse
import subprocess

from tests.language.catalogues import LANGUAGES, path_of, updated
from tests.language.lacking import lacking


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--join", action="store_true", help="take the translations of both sides of a merge")
    parser.add_argument("--all", action="store_true", help="name everything that is lacking")
    asked = parser.parse_args()
    for language in LANGUAGES:
        path = path_of(language)
        texts = _sides(language) if asked.join else [path.read_text("utf-8")] if path.exists() else []
        if not asked.check:
            path.write_bytes(updated(language, *texts, explained=True))
        lacks = lacking(language)
        for kind, entries in lacks.items():
            print(f"{language}: {len(entries)} {kind}")
            for entry in entries if asked.all else entries[:5]:
                print(f"    {entry}")


def _sides(language: str) -> list[str]:
    """Both sides of a merge, ours first."""
    path = f"diag/language/{language}/messages.po"
    said = (subprocess.run(["git", "show", f":{side}:{path}"], capture_output=True, text=True, check=False) for side in (2, 3))
    return [side.stdout for side in said if side.returncode == 0] or [path_of(language).read_text("utf-8")]


if __name__ == "__main__":
    main()
