"""The words of facts that only the family `privatelink` uses."""

from collections.abc import Mapping

PHRASES: dict[str, Mapping[str, str]] = {
    "other_port_is": {"answers": "it answers", "silent": "no reply either"},
}
