"""What programs say when a connection fails: one data file a family of programs, in `data/`, and how a text is read by them.

A message is added by its file alone, with a real one beside it. `patterns` says what stands in a file, `reading` finds them in a
text, `places` the endpoints that stand around them. Nothing is asked here, and no line of the text is kept.
"""
