"""Scenes recorded from real sockets: staged in a house of network namespaces, looked at by diag itself, and kept as plain files.

`python -m tests.recording [SCENE ...]` records anew (root, Linux). `python -m tests.recording --rejudge [SCENE ...]` stages
nothing, and writes anew what must come out of what is recorded: after a check was added or changed, or claims a scene that
exists. Both print what is otherwise now; what they wrote is read by a person, then committed. Where two changes meet in a scene,
take either side of it and judge it anew.
"""
