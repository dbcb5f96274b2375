"""HTTP: who wrote the answer, and what it says."""
