"""The real thing on a real Windows CPython, which runs here under Wine: every staged fault, and the commands.

`build` puts that Python together once, of packages; `inside` is what runs in it; `python -m tests.windows` prints the table
of all demonstrations, Linux beside Windows.
"""
