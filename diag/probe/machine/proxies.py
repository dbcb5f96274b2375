"""The proxies that environment variables name. Of their values only what `ProxyAddress` holds comes out: never a login."""

from collections.abc import Mapping

from diag.model.machine import Proxies, ProxyVariable
from diag.model.text import clean
from diag.probe.proxy_value import EXCEPTIONS, VARIABLES, flaw, read_proxy, scheme_of

MOST_EXCEPTIONS = 2_000
LONGEST_EXCEPTION = 255


def read_proxies(environment: Mapping[str, str]) -> Proxies:
    """Every proxy variable that is there, an empty one too, and the entries of the first exception list that is not empty.

    Entries stand as commas separate them: white space inside one stays, since clients differ about it. One with `@` may be a
    login, is no host for any client, and is kept as `@` alone.
    """
    source = next((name for name in EXCEPTIONS if environment.get(name)), "")
    entries = environment.get(source, "").split(",") if source else []
    return Proxies(
        tuple(_variable(name, environment[name]) for name in VARIABLES if name in environment),
        tuple(_exception(entry) for entry in entries[:MOST_EXCEPTIONS] if entry.strip()),
        source,
    )


def _variable(name: str, value: str) -> ProxyVariable:
    seen = read_proxy(value)
    return ProxyVariable(
        name, seen[0] if seen else None, readable=seen is not None or not value, scheme=scheme_of(value), flaw=flaw(value)
    )


def _exception(entry: str) -> str:
    return "@" if "@" in entry else clean(entry.strip(), LONGEST_EXCEPTION)
