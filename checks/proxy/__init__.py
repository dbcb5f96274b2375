"""Proxies: the way this client would really go, and who refuses there."""
