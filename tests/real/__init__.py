"""Acceptance: the command as customers run it, in a room of the house, against the real servers that they meet."""
