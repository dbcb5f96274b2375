"""Values that nobody else has, planted wherever diag looks or should not look, and searched for in all it leaves behind."""
