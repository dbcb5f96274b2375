"""The language that the system speaks with its user, where no variable of the environment says it: Windows and macOS."""

import plistlib
import sys
from collections.abc import Callable
from pathlib import Path

PREFERENCES = Path("~/Library/Preferences/.GlobalPreferences.plist")
"""Where macOS keeps what a user has set for every program."""
_LANGUAGES = {0x11: "ja", 0x12: "ko"}
"""Primary language identifiers of Windows ([MS-LCID], section 2.2): the low ten bits of a language identifier."""


def windows_language() -> int:
    """Return the identifier of the language that Windows shows itself in."""
    import ctypes  # of Windows alone

    return int(ctypes.windll.kernel32.GetUserDefaultUILanguage())  # type: ignore[attr-defined, unused-ignore]


def system_language(
    platform: str = sys.platform, preferences: Path = PREFERENCES, windows: Callable[[], int] = windows_language
) -> str:
    """Return the language as a locale, such as `ko_KR`; empty: the system does not say, or it is none that diag speaks."""
    if platform == "win32":
        return _LANGUAGES.get(windows() & 0x3FF, "")
    return _of_macos(preferences.expanduser()) if platform == "darwin" else ""


def _of_macos(preferences: Path) -> str:
    try:
        kept = plistlib.loads(preferences.read_bytes())
    except Exception:  # noqa: BLE001  (whatever a broken file makes of the reader, it costs the language and nothing else)
        return ""
    if not isinstance(kept, dict):
        return ""
    languages = kept.get("AppleLanguages")  # the first is what it shows itself in; the locale may be of another land
    first = languages[0] if isinstance(languages, list) and languages else kept.get("AppleLocale")
    return first if isinstance(first, str) else ""
