"""Another process on this computer, as far as it may be looked at: what decides how its connections go, no more."""
