"""The words of facts that only the family `machine` uses."""

PHRASES: dict[str, dict[str, str]] = {}
