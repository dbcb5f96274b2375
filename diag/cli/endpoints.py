"""Which endpoints a run is about: those of the command line and of lists, or those of ./diag.toml where nothing is named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from diag.cli.errors import WrongUse
from diag.model.endpoint import Endpoint, Expectations, Network, UnusableEndpoint, parse_endpoint
from diag.profile.allowlist import read_allowlist
from diag.profile.config import read_config
from diag.profile.unusable import UnusableFile

USUAL_CONFIG = Path("diag.toml")


@dataclass(frozen=True)
class Wanted:
    """Where the endpoints come from, as the command line says it."""

    given: Sequence[str] = ()
    private: bool = False
    public: bool = False
    config: Path | None = None
    allowlist: Path | None = None
    trust: Path | None = None


@dataclass(frozen=True)
class Chosen:
    """The endpoints of a run, each once, and what had to be left out of the lists."""

    endpoints: tuple[Endpoint, ...]
    notes: tuple[str, ...] = ()


def choose_endpoints(wanted: Wanted) -> Chosen:
    """The endpoints of a run. Raises WrongUse, also where there is none."""
    if wanted.private and wanted.public:
        raise WrongUse("--private and --public exclude each other: say which one these endpoints should be")
    expects = Expectations(network=Network.PRIVATE if wanted.private else Network.PUBLIC if wanted.public else Network.ANY)
    try:
        chosen = _gathered(wanted, expects)
    except (UnusableEndpoint, UnusableFile) as error:
        raise WrongUse(str(error)) from None
    if not chosen.endpoints:
        raise WrongUse(
            "nothing to check: name an endpoint (diag run https://your-service.example.com), write a diag.toml, or try: diag demo"
        )
    return replace(chosen, endpoints=_trusting(chosen.endpoints, wanted.trust)) if wanted.trust else chosen


def _gathered(wanted: Wanted, expects: Expectations) -> Chosen:
    endpoints = [parse_endpoint(text, expects=expects) for text in wanted.given]
    notes: tuple[str, ...] = ()
    if wanted.allowlist:
        allowlist = read_allowlist(wanted.allowlist, expects)
        endpoints += allowlist.endpoints
        notes = allowlist.notes
    config = wanted.config
    if config is None and not endpoints and USUAL_CONFIG.is_file():
        config = USUAL_CONFIG
    if config is not None:
        endpoints += read_config(config)
    return Chosen(tuple(dict.fromkeys(endpoints)), notes)


def _trusting(endpoints: tuple[Endpoint, ...], trust: Path) -> tuple[Endpoint, ...]:
    """The same endpoints, those without authorities of their own trusting those of a PEM file."""
    try:
        pem = trust.read_bytes()
    except OSError as error:
        raise WrongUse(f"--trust {trust} cannot be read ({error.strerror or type(error).__name__})") from None
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise WrongUse(f"--trust {trust} holds no certificate: it must be a PEM file with the authorities to accept")
    path = str(trust.absolute())
    return tuple(
        endpoint
        if endpoint.expects.trust
        else msgspec.structs.replace(endpoint, expects=msgspec.structs.replace(endpoint.expects, trust=path))
        for endpoint in endpoints
    )
