"""The same diagnosis in several forms: on a terminal, as plain text, as JSON. One file a form."""
