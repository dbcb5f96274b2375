"""How it is shown: one file a form. No form imports another."""
