"""The proxy script that the user says is obeyed: `--pac URL|FILE|auto`."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from diag.cli.errors import WrongUse
from diag.engine.route import SCRIPT_OPTION
from diag.language import UNSUPPORTED, said, translated
from diag.model.observation import Unsupported
from diag.model.route import Route, RouteReason
from diag.model.script import ScriptAddress
from diag.model.secret import Secret

DETECT = "auto"
"""What stands for: the script is to be found by DNS."""


class Pac(Struct, frozen=True):
    """A script that decides the way."""

    address: ScriptAddress | None
    """None: it has to be found."""
    source: Secret | None = None
    """Its whole address, with login and query."""

    @property
    def route(self) -> Route:
        """What is known of the way before the script is asked."""
        return Route(RouteReason.SCRIPT, source=SCRIPT_OPTION, script=self.address)

    @property
    def sources(self) -> Mapping[ScriptAddress, Secret]:
        """The whole address, by the one that may be seen."""
        return {self.address: self.source} if self.address and self.source else {}

    def secrets(self) -> Iterator[Secret]:
        """Yield what of the address must be in no bundle: the login, the query, and the values in it."""
        parts = urlsplit(self.source.reveal()) if self.source and self.address and self.address.host else None
        if parts is None:
            return
        found = [unquote(parts.password or ""), parts.password, parts.query, *(value for _, value in parse_qsl(parts.query))]
        yield from (Secret(value) for value in dict.fromkeys(found) if value)


def read_pac(text: str) -> Pac:
    """Return the script that `--pac` names. Raises WrongUse, in words that never hold its login or query."""
    from diag.probe.pac.address import read_script  # seldom needed
    from diag.probe.pac.sandbox import engine_folder

    try:
        engine_folder()
    except Unsupported as missing:
        raise WrongUse(f"--pac: {translated(str(missing), UNSUPPORTED)}") from None
    if text == DETECT:
        return Pac(None)
    read = read_script(text)
    if read is None:
        raise WrongUse(
            said("the value of --pac cannot be read: write a URL such as http://pac.example.com/proxy.pac, a file, or auto")
        )
    return Pac(*read)
