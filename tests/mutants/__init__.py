"""How strong the tests are: the program is broken in small ways, one at a time, and what no test notices is listed.

`python -m tests.mutants [--number N] [--seed S] [--room ROOM]`: minutes, in copies of the tree, the worktree is left alone.
"""
