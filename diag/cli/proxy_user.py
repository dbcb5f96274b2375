"""The login for a proxy, where it stands in no proxy setting: asked for at the terminal, or read from the netrc file.

It is never taken from the command line, which others on this computer can see.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from diag.cli.errors import WrongUse
from diag.language import said
from diag.model.address import Authority
from diag.model.local_file import read_file
from diag.model.secret import Login

_LARGEST = 1 << 20
"""Bytes of a netrc file."""


def ask_password(user: str) -> Login:
    """Return the login of `user`, with the password asked for at the terminal and not shown; where there is none, the first line
    given.

    Raises WrongUse.
    """
    if ":" in user:
        raise WrongUse(said("--proxy-user takes the user name alone: leave the password out, and type it when diag asks"))
    if not user:
        raise WrongUse(said("--proxy-user is empty: give the user name"))
    if not sys.stdin.isatty():
        return Login(user, sys.stdin.readline().rstrip("\r\n"))
    try:
        return Login(
            user, click.prompt(said("Password for the proxy"), hide_input=True, default="", show_default=False, err=True)
        )
    except click.Abort:
        raise WrongUse(said("no password was given for --proxy-user: run diag again, and type it when asked")) from None


def from_netrc(proxies: Iterable[Authority], environment: Mapping[str, str], home: Path) -> dict[Authority, Login]:
    """Return the logins that the netrc file has for these proxies, by `machine` and the proxy's name; its `default` is for
    others.

    The file is `$NETRC`, else `.netrc` in `home`. One that is missing, is not ours alone, or cannot be read has none.
    """
    path = Path(environment.get("NETRC") or home / ".netrc")
    looked = read_file(str(path), _LARGEST)  # the library would read whatever it is, and wait for it
    if looked.why or not looked.complete:
        return {}
    import netrc  # of who has such a file

    try:
        machines = netrc.netrc(path).hosts
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return {}
    found = {proxy: machines[proxy.host] for proxy in proxies if proxy.host in machines}
    return {proxy: Login(user, password) for proxy, (user, _, password) in found.items() if user}
