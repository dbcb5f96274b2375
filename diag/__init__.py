"""diag: looks once at everything between this machine and a cloud service, and says which one thing is wrong.

What is public here: `look`, `read`, `Seen`, `Unusable` (see `diag.library`); they are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diag.library import Seen as Seen
    from diag.library import Unusable as Unusable
    from diag.library import look as look
    from diag.library import read as read

__version__ = "0.1.0"
__all__ = ["Seen", "Unusable", "look", "read"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'diag' has no attribute {name!r}")
    from diag import library

    return getattr(library, name)
