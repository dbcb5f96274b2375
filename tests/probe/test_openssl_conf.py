"""What OPENSSL_CONF says to other programs does not change what is seen here."""

import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.probe.authority import issue
from tests.probe.peers import linger, peer, secured

STRICT = """
openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = strict
[strict]
MinProtocol = TLSv1.3
CipherString = AES256-SHA:@SECLEVEL=5
Ciphersuites = TLS_AES_128_GCM_SHA256
"""
ASK = """
import sys
from diag.model.address import Address
from diag.model.question import Connect, Handshake
from tests.probe.asking import ask
session, = ask(Handshake(Connect(Address("127.0.0.1", int(sys.argv[1]))), server_name="localhost"))
print(session.failure, session.version, session.cipher, session.verify_errors)
"""


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_configuration_of_openssl_steers_nothing(newest: ssl.TLSVersion, tmp_path: Path) -> None:
    conf = tmp_path / "openssl.cnf"
    conf.write_text(STRICT)

    def session(**environment: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", ASK, str(service.address.port)],
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    with peer(secured(linger, issue("localhost"), newest=newest)) as service:
        plain = session()
        assert newest.name.replace("_", ".") in plain
        assert session(OPENSSL_CONF=str(conf)) == plain
