"""Write, read, redact and seal what a run has seen."""
