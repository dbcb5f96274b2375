"""Which endpoints a run is about: those of the command line and of lists, or those of ./diag.toml where nothing is named."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from diag.cli.brought import brought
from diag.cli.errors import WrongUse
from diag.cli.files import shown_path
from diag.language import PROFILE, learn, of_system, retold, said, translated
from diag.model.endpoint import Endpoint, Expectations, Network, UnusableEndpoint, parse_endpoint
from diag.model.local_file import read_file
from diag.model.run import MOST_ENDPOINTS, Control
from diag.profile.errors import UnusableAccount, UnusableFile
from diag.profile.listed import Config, Derived
from diag.profile.profile import Profile
from diag.profile.registry import GROUP, find_profile, fit, recognise
from diag.profile.roles import each_once

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from diag.profile.allowlist import Allowlist

USUAL_CONFIG = Path("diag.toml")
_LARGEST_STORE = 16 << 20
"""Bytes of a file of authorities."""


class Wanted(Struct, frozen=True):
    """Where the endpoints come from, as the command line says it."""

    given: Sequence[str] = ()
    network: Network = Network.ANY
    """Over which addresses those of the command line should be reached."""
    config: Path | None = None
    allowlist: Path | None = None
    trust: Path | None = None
    certificate: Path | None = None
    """What this client shows where an endpoint asks for a certificate and the list names none for it."""
    key: Path | None = None
    """The key of `certificate`; None: it is in the same file."""
    profile: str = ""
    """A profile's name, or the path of its file; empty: the one that the endpoints show."""
    account: str = ""
    substitutes: Sequence[str] = ()
    """`*.example.com=probe.example.com`: which name to ask for a wildcard of the allowlist."""


class Chosen(Struct, frozen=True):
    """The endpoints of a run, each once, what is known of their service, and what had to be left out of the lists."""

    endpoints: tuple[Endpoint, ...]
    profile: Profile
    notes: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    """Hosts outside the service that the list names to compare with."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """For each client certificate that endpoints name, the file of its key; empty: it is in the same file."""
    proxy: str = ""
    """The proxy that the list names for all of them; empty: none."""


def choose_endpoints(wanted: Wanted) -> Chosen:
    """Return the endpoints of a run. Raises WrongUse, also where there is none."""
    try:
        chosen = _gathered(wanted)
    except (UnusableEndpoint, UnusableFile, UnusableAccount) as error:
        raise WrongUse(retold(error)) from None
    if wanted.trust:
        chosen = replace(chosen, endpoints=_trusting(chosen.endpoints, wanted.trust))
    if wanted.key and not wanted.certificate:
        raise WrongUse(said("--key has no --cert beside it: name the certificate that the key belongs to with --cert"))
    return _showing(chosen, wanted.certificate, wanted.key) if wanted.certificate else chosen


def _gathered(wanted: Wanted) -> Chosen:
    network = wanted.network
    expects = Expectations(network=network)
    endpoints = [parse_endpoint(text, expects=expects) for text in wanted.given]
    listed = _allowlist(wanted, expects)
    of_list = listed.endpoints if listed else ()
    account, named = wanted.account, wanted.profile
    config = Config(())
    path = wanted.config
    if path is None and not (endpoints or of_list or account or named) and USUAL_CONFIG.is_file():
        path = USUAL_CONFIG
    if path is not None:
        from diag.profile.config import read_config  # of lists alone

        config = read_config(path)
        account, named = account or config.account, named or config.profile
        network = config.network if network is Network.ANY else network
    if account and not named:
        raise WrongUse(said("--account has no --profile beside it: add one, such as --profile snowflake, or a file"))
    endpoints += config.endpoints
    profile = find_profile(named, brought_profiles()) if named else recognise((*endpoints, *of_list))
    profile = profile.beside(config.roles, config.fingerprints, config.recipients, config.desk)
    learn(profile.words)
    learn(config.words)
    derived = _derived(profile, account, network)
    endpoints = [*fit(profile, endpoints, optional=False), *fit(profile, (*derived.endpoints, *of_list))]
    if not endpoints:
        raise WrongUse(_nothing(profile, named))
    # What an account's name leaves out is in the list, where there is one.
    left_out = translated(profile.note, PROFILE)
    derived_notes = [note for note in derived.notes if note != left_out or not of_list]
    controls = tuple(Control(one) for one in config.controls)
    once = each_once(endpoints)
    beyond = (
        (
            said(
                "only the first {most_endpoints} of {number} endpoints are looked at",
                most_endpoints=MOST_ENDPOINTS,
                number=len(once),
            ),
        )
        if len(once) > MOST_ENDPOINTS
        else ()
    )
    notes = (*(listed.notes if listed else ()), *derived_notes, *beyond)
    return Chosen(once[:MOST_ENDPOINTS], profile, notes, controls, config.keys, config.proxy)


def _allowlist(wanted: Wanted, expects: Expectations) -> "Allowlist | None":
    """The list that is named; None: none is."""
    if wanted.allowlist is None:
        if wanted.substitutes:
            raise WrongUse(
                said("--substitute is for the wildcards of an allowlist, and none is named: name one with --allowlist")
            )
        return None
    from diag.profile.allowlist import read_allowlist, read_substitute  # of lists alone

    return read_allowlist(wanted.allowlist, expects, dict(map(read_substitute, wanted.substitutes)))


def _derived(profile: Profile, account: str, network: Network) -> Derived:
    """What the account gives, or what the profile names for everybody."""
    if account or (profile.places and not profile.forms):
        from diag.profile.account import derive_endpoints  # of accounts alone

        return derive_endpoints(profile, account, network)
    return Derived((), ())


def _nothing(profile: Profile, named: str) -> str:
    if named and profile.forms:
        examples = " or ".join(form.example for form in profile.forms[:2])
        return said(
            "--profile {name} needs --account, such as {examples}, or a list: --allowlist FILE",
            name=profile.name,
            examples=examples,
        )
    return said(
        "nothing to check: name an endpoint (diag run https://your-service.example.com), write a diag.toml "
        "(diag init), or try: diag demo"
    )


def brought_profiles() -> "dict[str, EntryPoint]":
    """Return the profiles that installed packages bring, by name."""
    return {entry.name: entry for entry in brought(GROUP)}


def _showing(chosen: Chosen, certificate: Path, key: Path | None) -> Chosen:
    """The same, endpoints without a client certificate of their own showing this one."""
    path = str(certificate.absolute())
    endpoints = (
        endpoint
        if endpoint.expects.certificate
        else msgspec.structs.replace(endpoint, expects=msgspec.structs.replace(endpoint.expects, certificate=path))
        for endpoint in chosen.endpoints
    )
    return replace(chosen, endpoints=tuple(endpoints), keys={**chosen.keys, path: str(key.absolute()) if key else ""})


def _trusting(endpoints: tuple[Endpoint, ...], trust: Path) -> tuple[Endpoint, ...]:
    """The same endpoints, those without authorities of their own trusting those of a PEM file."""
    found, name = read_file(str(trust), _LARGEST_STORE), shown_path(trust)
    if found.why:
        raise WrongUse(
            said(
                "--trust {name} cannot be read ({why}): check the path, and that you may read it",
                name=name,
                why=of_system(found.why),
            )
        )
    if not found.complete:
        raise WrongUse(
            said("--trust {name} is far too large for a trust store: name a PEM file with root certificates", name=name)
        )
    if b"-----BEGIN CERTIFICATE-----" not in found.data:
        raise WrongUse(
            said("--trust {name} holds no certificate: name a PEM file with the root certificates to trust", name=name)
        )
    path = str(trust.absolute())
    return tuple(
        endpoint
        if endpoint.expects.trust
        else msgspec.structs.replace(endpoint, expects=msgspec.structs.replace(endpoint.expects, trust=path))
        for endpoint in endpoints
    )
