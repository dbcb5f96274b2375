"""Support's desk, shown: on a terminal, as one page for a browser, and as JSON."""
