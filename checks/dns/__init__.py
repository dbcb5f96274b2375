"""Names: what the resolvers here answer, and where they differ."""
