"""The words of facts that only the family `privatelink` uses."""

PHRASES: dict[str, dict[str, str]] = {
    "other_port_is": {"answers": "it answers", "silent": "no reply either"},
}
