"""What a release is made of: one file for those without Python, an archive for those with one, and what stands beside them.

`python -m release WHAT FOLDER` makes one of `archive`, `file`, `sbom`, `checksums`, `manifests`; `try` does what a customer does
with the file, `starts` times it beside the installed command. `windows-file` and `windows-try` do so for Windows, under Wine.
Needs the extra `diag[release]`, and for the file a C compiler (`CC`, else `cc`; on Windows `gcc`).
"""
