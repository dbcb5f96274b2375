"""Write, read, redact and seal what a run has seen.

The way out, in the order that keeps law 12 (what is judged is what is handed over):

    redacted = redact(evidence, private, level, key=secrets.token_bytes(32))    diag.bundle.redact
    diagnosis = judge(redacted.evidence, CATALOGUE)                             diag.engine.judge
    summary = ...                                                               diag.report
    written = write_bundle(redacted, diagnosis, summary=summary, into=folder, catalogue_version=...)   diag.bundle.write

and the way back:

    bundle = read_bundle(path)                                                  diag.bundle.read
    diagnosis = judge(bundle.evidence, CATALOGUE)      today's opinion; bundle.diagnosis is what the customer saw

`Redacted` carries the evidence, the account of what was replaced, and, hidden, every value that must not be in a bundle:
nothing is written before the final bytes have been searched for all of them. `Private` is what the caller knows about the
person and the machine; its logins and secrets never reach the evidence in the first place, and are searched for all the same.
"""
