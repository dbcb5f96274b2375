"""The computer itself: its clock, its routes, its limits, its trust."""
