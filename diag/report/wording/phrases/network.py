"""The words of facts that only the family `network` uses."""

PHRASES: dict[str, dict[str, str]] = {}
