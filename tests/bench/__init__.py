"""Measurements: `python -m tests.bench` prints medians; nothing here passes or fails. The last figures stand in README."""
