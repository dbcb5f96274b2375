"""Inside the client's room: does what `diag run` does up to the judgement, and prints the evidence as it is, unredacted.

`python -m tests.recording.look NAME JSON`, with the scene's name, from which the lab's keys are drawn, and a `Look` as JSON; the
evidence is one JSON document on stdout. A look takes little longer than its imports, so what few looks need is imported by these.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from diag.cli.diagnose import look
from diag.cli.experiments import read_control, read_trials
from diag.cli.job import Job, OutputForm
from diag.cli.ways import ChosenWays, read_ways
from diag.knowledge.clients.shelf import find_client
from diag.knowledge.public_roots import digests
from diag.model.endpoint import Expectations, Network, parse_endpoint
from diag.model.run import Evidence, Limits
from diag.profile.registry import USUAL, find_profile
from tests.recording.recipe import Look

FIRST_PORT = 20001
"""Where the lab begins to listen: it is alone in its room, so its ports are the same each time."""


def main() -> None:
    """Looks, and prints what was seen."""
    wanted = msgspec.json.decode(sys.argv[2], type=Look)
    with ExitStack() as standing:
        if wanted.lab:
            wanted = standing.enter_context(in_lab(wanted, sys.argv[1]))
        network = Network.PRIVATE if wanted.private else Network.PUBLIC if wanted.public else Network.ANY
        trust = str(Path(wanted.trust).resolve()) if wanted.trust else ""
        cert = str(Path(wanted.cert).resolve()) if wanted.cert else ""
        expects = Expectations(network=network, status=wanted.status, trust=trust, certificate=cert)
        expects = msgspec.structs.replace(expects, upload="PUT" if wanted.upload else "")
        endpoints = tuple(parse_endpoint(text, expects=expects) for text in wanted.endpoints)
        ways = read_ways(wanted.proxy, wanted.direct, wanted.resolvers, os.environ, pac=wanted.pac)
        ways = msgspec.structs.replace(ways, client=find_client(wanted.client) if wanted.client else None)
        ways = with_certificate(ways, cert, wanted.key) if cert else ways
        trials = read_trials(wanted.repeat, wanted.every, wanted.idle, wanted.load, wanted.transfer, wanted.upload)
        limits = Limits(wanted.timeout, wanted.deadline + trials.more_time(wanted.timeout, 2), revocation=wanted.revocation)
        controls = tuple(read_control(text) for text in wanted.controls)
        profile = find_profile(wanted.profile or USUAL, {})
        # What is staged here is told as if it were not; only what a certificate names may be on this computer then.
        job = Job(endpoints, ways, limits, profile, trials, controls, demo=wanted.lab)
        evidence = look(job, OutputForm(quiet=True), os.environ)
        evidence = Evidence(msgspec.structs.replace(evidence.run, demo=""), evidence.observations)
        evidence = with_public(evidence, Path(wanted.public_roots)) if wanted.public_roots else evidence
    sys.stdout.buffer.write(msgspec.json.encode(evidence))


@contextmanager
def in_lab(wanted: Look, name: str) -> Iterator[Look]:
    """The fault of the lab that is asked for, raised with the keys of the scene of that name; and what to look at there."""
    from diag.lab.site import start
    from tests.recording.sameness import seeded

    with seeded(name), start(wanted.lab, first_port=FIRST_PORT) as running:
        (scene,) = running.scenes
        yield msgspec.structs.replace(
            wanted,
            endpoints=scene.endpoints,
            resolvers=tuple(server for server in (scene.resolver, *scene.other_resolvers) if server),
            proxy=wanted.proxy or scene.proxy,
            trust=wanted.trust if wanted.trust is not None else scene.trust,
        )


def with_certificate(ways: ChosenWays, certificate: str, key: str) -> ChosenWays:
    """The same ways, with a certificate of this client's."""
    from diag.cli.client_certificate import read_credentials

    return msgspec.structs.replace(ways, credentials=read_credentials({certificate: key}))


def with_public(evidence: Evidence, authorities: Path) -> Evidence:
    """The evidence with a real public root in the place of each of these, whose part they play."""
    from cryptography import x509

    from tests.public_roots import digest_of

    text = msgspec.json.encode(evidence)
    for root, real in zip(x509.load_pem_x509_certificates(authorities.read_bytes()), sorted(digests()), strict=False):
        text = text.replace(f'"root":"{digest_of(root)}"'.encode(), f'"root":"{real}"'.encode())
    return msgspec.json.decode(text, type=Evidence)


if __name__ == "__main__":
    main()
