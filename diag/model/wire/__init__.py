"""Recorded bytes turned into the facts that checks ask about; unreadable is a fact too."""
