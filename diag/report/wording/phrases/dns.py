"""The words of facts that only the family `dns` uses."""

PHRASES: dict[str, dict[str, str]] = {}
