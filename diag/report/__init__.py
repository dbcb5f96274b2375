"""One diagnosis in many forms, one file a form."""
