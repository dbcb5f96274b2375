"""The program inside the single file: diag, or, where it was started for that, the process in which a proxy script runs."""

import sys

from diag.probe.pac.worker import WORD

if sys.argv[1:2] == [WORD]:
    from diag.probe.pac import worker

    del sys.argv[1]
    worker.main()
else:
    from diag.__main__ import start

    start()
