"""Who sends: a token from the environment, the system's keyring, or asked for; never from the command line, which others see."""

import importlib
import sys
from collections.abc import Mapping

import click

from diag.cli.errors import WrongUse
from diag.desk.send.attachment import Credentials
from diag.language import said
from diag.model.secret import Secret

TOKEN_VARIABLE, USER_VARIABLE = "DIAG_SEND_TOKEN", "DIAG_SEND_USER"


def find_credentials(origin: str, user: str, environment: Mapping[str, str]) -> Credentials:
    """Return the credentials for a case system. Raises WrongUse.

    In the keyring they stand under the service `diag:https://host` and the user's name.
    """
    user = user or environment.get(USER_VARIABLE, "")
    token = environment.get(TOKEN_VARIABLE, "")
    if not token:
        user, token = _from_keyring(f"diag:{origin}", user)
    if not token and sys.stdin.isatty():
        token = click.prompt(
            said("Token for {origin}", origin=origin), hide_input=True, default="", show_default=False, err=True
        ).strip()
    if not token:
        raise WrongUse(
            said(
                "{origin} wants a token: set {token_variable} (and {user_variable}, where there is a user)",
                origin=origin,
                token_variable=TOKEN_VARIABLE,
                user_variable=USER_VARIABLE,
            )
        )
    if not (token + user).isascii() or not (token + user).isprintable():
        raise WrongUse(said("the token or the user holds characters that cannot be sent: copy it once more, on one line"))
    return Credentials(Secret(token), Secret(user) if user else None)


def _from_keyring(service: str, user: str) -> tuple[str, str]:
    """User and token; the token is empty where there is no keyring here, or it has none."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return user, ""
    try:
        found = keyring.get_credential(service, user or None)
    except keyring.errors.KeyringError:
        return user, ""
    return (found.username or user, found.password) if found else (user, "")
