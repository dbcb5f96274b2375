"""What several causes are mended by: the topics of "Do it", and the commands of "See it for yourself".

A check names topics and commands; what stands in a topic is said once, in `diag/report/wording/how_to`.
"""

from enum import StrEnum

from msgspec import Struct


class HowTo(StrEnum):
    """A topic: steps for every system and program."""

    TRUST_ROOT = "trust_root"
    UPDATE_ROOTS = "update_roots"
    TLS_INSPECTION = "tls_inspection"
    CLIENT_CERTIFICATE = "client_certificate"
    SERVE_CERTIFICATE = "serve_certificate"
    SERVER_TLS = "server_tls"
    STARTTLS = "starttls"
    SET_PROXY = "set_proxy"
    NO_PROXY = "no_proxy"
    PROXY_LOGIN = "proxy_login"
    PROXY_SCRIPT = "proxy_script"
    ALLOW_IN_PROXY = "allow_in_proxy"
    RESOLVERS = "resolvers"
    FLUSH_DNS = "flush_dns"
    HOSTS_FILE = "hosts_file"
    LOOKUP_ORDER = "lookup_order"
    RUN_RESOLVER = "run_resolver"
    PRIVATE_ZONE = "private_zone"
    PRIVATE_RULES = "private_rules"
    SET_CLOCK = "set_clock"
    CONNECT = "connect"
    ROUTES = "routes"
    LOCAL_FIREWALL = "local_firewall"
    NETWORK_FIREWALL = "network_firewall"
    LIMITS = "limits"
    MTU = "mtu"
    IPV6 = "ipv6"
    KEEP_ALIVE = "keep_alive"
    TIME_OUT = "time_out"


class Shell(StrEnum):
    """Who reads a command."""

    SH = "sh"
    """A POSIX shell: Linux, macOS, WSL."""
    POWERSHELL = "PowerShell"


class ShellLine(Struct, frozen=True):
    """One line that shows a fault by other means than diag's, with gaps that a finding's facts fill.

    `{name}` is a fact; `{to_host}`, `{to_port}`, `{to_authority}`, `{to_origin}` and `{to_url}` are the first endpoint
    that the cause hits.
    A word in which a gap stands is quoted whole.
    """

    line: str
    shows: str
    """What tells the fault in its output: a clause without a full stop."""
    shell: Shell = Shell.SH
    unless: tuple[str, ...] = ()
    """Facts with which the line would be another."""
