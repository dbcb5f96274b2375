"""The form for a terminal: the diagnosis, and beneath it, where it is wished, every observation."""
