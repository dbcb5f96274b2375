"""What runs in a Python (of Windows, or of Linux to compare with): commands of diag, many in one process.

A command a line comes in on standard input, as a JSON list of arguments; for each a JSON line goes out: its exit code, the ids of
the causes where it wrote a JSON report, and else what it said.
"""

import contextlib
import io
import json
import os
import sys
import warnings


def carried_out(arguments: list[str]) -> dict[str, object]:
    """One command: `exit`, `causes` (None: it wrote no report), `out` and `err`."""
    from diag.cli.main import carry_out

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = carry_out(arguments, os.environ)
    out.flush()
    text = out.buffer.getvalue().decode()
    try:
        causes = [cause["id"] for cause in json.loads(text)["causes"]]
    except (ValueError, KeyError, TypeError):
        causes = None
    return {"exit": code, "causes": causes, "out": "" if causes is not None else text, "err": err.getvalue()}


def main() -> None:
    """Carry out what comes, until nothing comes any more."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(carried_out(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
