"""Measurements: `python -m tests.bench` prints medians and ratios. Nothing here passes or fails; the last figures stand in README."""
