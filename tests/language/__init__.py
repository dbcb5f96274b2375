"""The catalogues of other languages: brought up to date with what diag says, and held to it."""
