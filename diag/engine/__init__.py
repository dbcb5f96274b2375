"""Investigate (walk, follow-up questions, deadlines) and judge (checks over evidence)."""
