"""Proxy scripts (PAC): fetched, decoded, and asked in a process of their own for the way to a target."""
