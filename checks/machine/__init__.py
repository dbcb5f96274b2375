"""This computer: its clock, its routes, its limits, its trust."""
