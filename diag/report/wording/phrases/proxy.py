"""The words of facts that only the family `proxy` uses."""

PHRASES: dict[str, dict[str, str]] = {}
