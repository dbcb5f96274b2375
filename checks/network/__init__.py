"""Paths: what happens to packets between here and an address."""
