"""The words of facts that only the family `tls` uses."""

PHRASES: dict[str, dict[str, str]] = {}
