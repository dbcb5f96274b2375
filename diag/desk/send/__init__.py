"""Handing a bundle over: to a one-time upload address, or onto a case in the provider's case system."""
