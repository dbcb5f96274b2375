"""Real servers whose protocols go over to TLS: databases, mail, a directory. Each as small as it can be, on its own port."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from diag.lab.authority import IssuedCertificate, pem
from tests.netns import House, Servant

POSTGRES = str(max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), default=Path("postgres"), key=lambda path: path.parts))
"""The server's program, which no search path knows on Debian."""
MARIADB, POSTFIX, DOVECOT, SLAPD = "mariadbd", "postfix", "dovecot", "slapd"
POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
myhostname = mail.house.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = all
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_delay_reject = no
smtpd_relay_restrictions = reject
"""
POSTFIX_MASTER = """\
{port} inet n - n - - smtpd{options}
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT_CONF = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
protocols = imap
ssl = {ssl}
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secured}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def postgres(
    house: House, credential: IssuedCertificate | None, port: int = 5432, clients: IssuedCertificate | None = None
) -> Servant:
    """PostgreSQL with a new, empty cluster, as a user that is not root; with no credential, without TLS.

    `clients` is the authority of its clients' certificates; None: it asks for none.
    """
    folder = _furnished(house, "postgres", credential, owner="postgres")
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    new = [str(Path(POSTGRES).with_name("initdb")), "-D", str(folder / "data"), "-A", "trust", "-N", "--locale=C"]
    subprocess.run([*as_user, *new], capture_output=True, check=True, cwd=folder)
    settings = ["listen_addresses=*", f"unix_socket_directories={folder}"]
    if credential:
        settings += ["ssl=on", f"ssl_cert_file={folder}/cert.pem", f"ssl_key_file={folder}/key.pem"]
    if clients:
        (folder / "clients.pem").write_bytes(pem(clients.certificate))
        settings.append(f"ssl_ca_file={folder}/clients.pem")
    (folder / "data" / "pg_hba.conf").write_text("host all all all trust\n")
    options = [word for setting in settings for word in ("-c", setting)]
    return house.serve([*as_user, POSTGRES, "-D", folder / "data", "-p", port, *options], port=port, folder=folder)


def mariadb(house: House, credential: IssuedCertificate | None, port: int = 3306) -> Servant:
    """MariaDB without accounts, which greets everybody; with no credential, without TLS."""
    folder = _furnished(house, "mariadb", credential)
    (folder / "data").mkdir()
    secured = [f"--ssl-cert={folder}/cert.pem", f"--ssl-key={folder}/key.pem"] if credential else ["--skip-ssl"]
    return house.serve(
        [
            MARIADB,
            "--no-defaults",
            "--user=root",
            f"--datadir={folder}/data",
            "--skip-grant-tables",
            "--innodb=OFF",
            "--default-storage-engine=Aria",
            "--bind-address=0.0.0.0",
            "--max-connections=10",
            f"--socket={folder}/socket",
            f"--pid-file={folder}/pid",
            f"--port={port}",
            *secured,
        ],
        says="ready for connections",
        folder=folder,
    )


def postfix(
    house: House, credential: IssuedCertificate | None, *settings: str, port: int = 587, at_once: bool = False
) -> Servant:
    """Postfix, which takes no mail; with no credential, without TLS; `at_once`, with TLS from the first byte on."""
    folder = _furnished(house, "postfix", credential)
    for name in ("queue", "data", "etc"):
        (folder / name).mkdir()
    _give(folder / "data", "postfix")
    lines = list(settings)
    if credential:
        lines += [
            "smtpd_tls_security_level = may",
            f"smtpd_tls_cert_file = {folder}/cert.pem",
            f"smtpd_tls_key_file = {folder}/key.pem",
        ]
    (folder / "etc" / "main.cf").write_text(POSTFIX_MAIN.format(folder=folder) + "\n".join(lines) + "\n")
    options = "\n  -o smtpd_tls_wrappermode=yes" if at_once else ""
    (folder / "etc" / "master.cf").write_text(POSTFIX_MASTER.format(port=port, options=options))
    return house.serve([POSTFIX, "-c", folder / "etc", "start-fg"], port=port, folder=folder)


def dovecot(house: House, credential: IssuedCertificate | None, *, port: int = 143, at_once: int = 0) -> Servant:
    """Dovecot for IMAP at `port`, and at `at_once` with TLS from the first byte on (0: nowhere)."""
    folder = _furnished(house, "dovecot", credential)
    config = DOVECOT_CONF.format(folder=folder, ssl="yes" if credential else "no", plain=port, secured=at_once)
    if credential:
        config += f"ssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem\n"
    (folder / "dovecot.conf").write_text(config)
    return house.serve([DOVECOT, "-F", "-c", folder / "dovecot.conf"], port=port or at_once, folder=folder)


def slapd(house: House, credential: IssuedCertificate | None, *, port: int = 389, at_once: bool = False) -> Servant:
    """OpenLDAP without data; `at_once`, with TLS from the first byte on."""
    folder = _furnished(house, "slapd", credential)
    config = f"pidfile {folder}/pid\nargsfile {folder}/arguments\n"
    if credential:
        config += f"TLSCertificateFile {folder}/cert.pem\nTLSCertificateKeyFile {folder}/key.pem\n"
    (folder / "slapd.conf").write_text(config)
    scheme = "ldaps" if at_once else "ldap"
    return house.serve(
        [SLAPD, "-d", "0", "-f", folder / "slapd.conf", "-h", f"{scheme}://0.0.0.0:{port}/"], port=port, folder=folder
    )


def mail_filter(port: int, origin: str, hidden: str, shown: str) -> None:
    """Pass every connection on to `origin` (host:port); in what comes back in the clear, write `shown` in place of `hidden`."""
    import contextlib
    import socket
    import threading

    def attend(guest: socket.socket) -> None:
        host, _, there = origin.rpartition(":")
        with guest, contextlib.suppress(OSError), socket.create_connection((host, int(there))) as far:
            back = threading.Thread(target=carry, args=(far, guest, hidden.encode(), shown.encode()))
            back.start()
            carry(guest, far, b"", b"")
            back.join()

    def carry(source: socket.socket, sink: socket.socket, old: bytes, new: bytes) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data.replace(old, new) if old and data[:1] not in (b"\x16", b"\x15") else data)
            sink.shutdown(socket.SHUT_WR)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def guests(address: str, port: int, number: int) -> None:
    """Open so many connections, and keep them."""
    import socket
    import time

    held = [socket.create_connection((address, port)) for _ in range(number)]
    time.sleep(0.3)
    print("all are in", flush=True)
    while held:
        time.sleep(1)


def _furnished(house: House, name: str, credential: IssuedCertificate | None, owner: str = "") -> Path:
    """A folder with certificate and key in it, which belong to the one who serves."""
    files = {"cert.pem": pem(credential.certificate, *credential.chain), "key.pem": credential.key_pem()} if credential else {}
    folder = house.errand(name, files)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o600)
        if owner and shutil.which("setpriv"):
            _give(path, owner)
    return folder


def _give(path: Path, owner: str) -> None:
    user = pwd.getpwnam(owner)
    os.chown(path, user.pw_uid, user.pw_gid)
