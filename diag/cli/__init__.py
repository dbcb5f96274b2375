"""One file a command; the only place that knows probes, checks, screens and files together."""
