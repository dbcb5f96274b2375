"""The faults, one file a family, each ending in its FAULTS."""
