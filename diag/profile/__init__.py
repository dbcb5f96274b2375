"""Endpoint lists, and what is expected of each endpoint: where they are read from files."""
