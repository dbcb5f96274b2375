"""The catalogue: one folder a family, one file a cause. Touches nothing but `diag.model`."""
