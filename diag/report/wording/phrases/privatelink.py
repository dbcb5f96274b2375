"""The words of facts that only the family `privatelink` uses."""

PHRASES: dict[str, dict[str, str]] = {}
