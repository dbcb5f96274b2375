"""The words that all else is written in. Imports nothing of ours."""
