"""The commands, one file each; the only room that knows probes, checks, screens and files together."""
