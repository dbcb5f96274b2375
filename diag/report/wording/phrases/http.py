"""The words of facts that only the family `http` uses."""

PHRASES: dict[str, dict[str, str]] = {}
