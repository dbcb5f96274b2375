"""Endpoint lists, and what is expected of them."""
