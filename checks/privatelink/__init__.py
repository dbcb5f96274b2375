"""Private endpoints: names and addresses that should stay inside."""
