"""A good bundle, changed in many ways: each is refused in one sentence, or read without harm. In full: `python -m tests.fuzz`.

What strangers say on the way of a whole run is spoilt in `tests.fuzz.whole`.
"""
