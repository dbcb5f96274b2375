"""What is known of the programs that customers use: one data file a program, in `data/`, and what follows from its rules here.

A program is added by its file alone. `rules` says what stands in one, `shelf` reads them, `way` and `manner` apply one to a
machine and an endpoint. Nothing is asked here.
"""
