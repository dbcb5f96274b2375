"""The picture at the head of README.md: `python -m tests.picture` makes it anew, from a real run."""
