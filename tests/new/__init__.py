"""The skeleton of a new check: its file, its recipes, their places in the family's tuples, and what is left to be done."""
