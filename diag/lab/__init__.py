"""Mock services that fail on purpose, each in one named way."""
