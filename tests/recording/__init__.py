"""Cases recorded from real sockets: staged in a house of network namespaces, looked at by diag itself, and kept as plain files.

`python -m tests.recording [NAME ...]` records anew (root, Linux); what it wrote is read by a person, then committed.
"""
