"""Asks the network, one file a kind of question; the only place that opens a socket."""
