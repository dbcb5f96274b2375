"""TLS: what was presented, what was refused, and by whom."""
