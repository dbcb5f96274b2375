"""What this machine says of itself, one file a topic. Nothing is sent, and nothing is believed to be as it should be."""
