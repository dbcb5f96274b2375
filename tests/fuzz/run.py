"""Many mutations, one after another, counted and timed."""

import random
import re
import resource
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from diag.bundle.envelope import envelope_for
from diag.bundle.keys import Identities, Recipients
from diag.bundle.level import Level
from diag.bundle.read import bundle_of
from diag.bundle.redact import redact
from diag.bundle.write import pack
from tests.bundle import sample
from tests.fuzz.harm import Came, Harm, look_for_harm, read, show_it_all
from tests.fuzz.mutations import Mutations

LONGEST = 20.0
"""Seconds of processor time that one bundle may take, everything that is shown of it included."""
SHOWN = 4
"""Of so many that are read, one is also judged again and written in every form."""


@dataclass
class Account:
    """What came of a run."""

    came: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    """By their sentences, without the number of a line."""
    shown: int = 0
    slowest: float = 0.0
    """Seconds that one reading took, of the processor's time."""


def fuzz(number: int, seed: int, shown: int = SHOWN) -> Account:
    """Reads so many spoilt bundles; the same seed spoils them alike. Raises Harm at the first that does any, naming the seed."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from diag.bundle.hpke import raw

    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    members, _ = pack(redacted, sample.diagnosis(), summary="All is said.\n", catalogue_version="1")
    private = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    identities = Identities(hpke=(private.private_bytes_raw(),))
    mutations = Mutations(members, envelope_for(Recipients(hpke=(raw(private.public_key()),))))
    good = bundle_of(members)
    account = Account()
    for one in range(number):
        content = mutations.draw(random.Random(f"{seed}/{one}"))
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            found = read(content, identities)
            account.slowest = max(account.slowest, time.process_time() - began)
            if isinstance(found, str):
                account.came[Came.REFUSED] += 1
                account.refusals[found.split(", line ")[0]] += 1
                continue
            account.came[Came.READ] += 1
            look_for_harm(found)
            if account.came[Came.READ] % shown == 0:
                account.shown += 1
                show_it_all(found, good)
        except Exception as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            raise Harm(f"mutation {one} of seed {seed}: {type(error).__name__}: {error}") from error
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return account


def peak_megabytes() -> float:
    """The largest resident size of this process so far."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage gives counts from before this program began: it is that of whoever started it, if that was larger.
        return int(re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(), re.MULTILINE)[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)
