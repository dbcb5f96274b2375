"""What a second look finds behind a failed handshake: each fault is that fault and not its neighbour."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import SSL

from diag import lab
from diag.lab.tls import Terms, over_tls
from diag.lab.upgrade import AGREEING, MYSQL_REQUEST_BYTES, Manner, UpgradeReader, ldap, mysql

HOST = b"service.lab.test"
PATIENCE = 20.0
PADDING = [b"pad-%03d" % number for number in range(250)]


class Client:
    """One TLS connection by OpenSSL to a scene's first endpoint; nothing is verified."""

    def __init__(self, scene, *, name=b"service.lab.test", versions=("1.2", "1.3"), ciphers=b"", protocols=(), own=None):
        self.alerts, self.staple = [], b""
        known = {"1.1": SSL.TLS1_1_VERSION, "1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(known[versions[0]])
        context.set_max_proto_version(known[versions[-1]])
        if ciphers:
            context.set_cipher_list(ciphers)
        if own:
            context.use_certificate(own.certificate)
            context.use_privatekey(own.key)
            for certificate in own.chain:
                context.add_extra_chain_cert(certificate)
        context.set_info_callback(self._note)
        context.set_ocsp_client_callback(self._keep)
        port = urlsplit(scene.endpoints[0]).port
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.tls = SSL.Connection(context, None)
        self.tls.set_connect_state()
        self.tls.request_ocsp()
        if name:
            self.tls.set_tlsext_host_name(name)
        if protocols:
            self.tls.set_alpn_protos(list(protocols))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _note(self, _, where, what):
        if where & SSL.SSL_CB_READ_ALERT == SSL.SSL_CB_READ_ALERT:
            self.alerts.append(what & 0xFF)

    def _keep(self, _, staple, __):
        self.staple = staple
        return True

    def step(self, act):
        """Do `act`, feeding it; EOFError at the end, TimeoutError after `patience`."""
        while True:
            try:
                done = act()
            except SSL.WantReadError:
                self.flush()
                data = self._socket.recv(65_536)
                if not data:
                    raise EOFError from None
                self.tls.bio_write(data)
            else:
                self.flush()
                return done

    def flush(self):
        try:
            while True:
                self._socket.sendall(self.tls.bio_read(65_536))
        except SSL.WantReadError:
            pass

    def status(self):
        """Handshake, ask, and give the status."""
        self.step(self.tls.do_handshake)
        self.tls.send(b"GET / HTTP/1.1\r\nHost: service.lab.test\r\n\r\n")
        self.flush()
        return int(self.step(lambda: self.tls.recv(65_536)).split(b" ")[1])

    def refusal(self):
        """The alerts with which the server ends it, at the handshake or right after."""
        with pytest.raises((SSL.Error, EOFError)):
            self.status()
        return self.alerts

    def patience(self, seconds):
        self._socket.settimeout(seconds)


@pytest.fixture
def scene(request):
    with lab.start(request.param) as running:
        yield running.scenes[0]


def standing(*names):
    return pytest.mark.parametrize("scene", names, indirect=True)


@standing("tls-version-rejected")
def test_an_old_server_speaks_with_an_old_client(scene):
    with Client(scene) as client:
        assert client.refusal() == [70]
    with Client(scene, versions=("1.1",), ciphers=b"ALL:@SECLEVEL=0") as client:
        assert client.status() == 200
        assert client.tls.get_protocol_version_name() == "TLSv1.1"


@standing("tls-no-shared-cipher")
def test_a_wider_cipher_list_is_served(scene):
    with Client(scene) as client:
        assert client.refusal() == [40]
    with Client(scene, versions=("1.2",), ciphers=b"ALL:@SECLEVEL=0") as client:
        assert client.status() == 200


@standing("tls-sni-filtered", "tls-name-unrecognized")
def test_another_name_is_served(scene):
    with Client(scene, name=b"other.lab.test") as client:
        assert client.status() == 200


@standing("tls-name-unrecognized")
def test_no_name_is_not_recognised_either(scene):
    with Client(scene, name=None) as client:
        assert client.refusal() == [112]


@standing("tls-sni-filtered")
def test_no_name_is_not_filtered(scene):
    with Client(scene, name=None) as client:
        assert client.status() == 200


@standing("tls-handshake-cut")
def test_a_cut_is_for_every_name(scene):
    for name in (b"other.lab.test", None):
        with Client(scene, name=name) as client, pytest.raises((ConnectionResetError, BrokenPipeError)):
            client.status()


@standing("tls-alpn-refused")
def test_a_refused_protocol_is_not_missed_when_none_is_offered(scene):
    with Client(scene, protocols=(b"h2", b"http/1.1")) as client:
        assert client.refusal() == [120]
    with Client(scene) as client:
        assert client.status() == 200
    with Client(scene, protocols=(b"h2", b"lab/1")) as client:
        assert client.status() == 200


@standing("tls-large-hello-dropped")
def test_a_large_hello_is_dropped_and_a_small_one_served(scene):
    with Client(scene, protocols=PADDING) as client:
        client.patience(0.3)
        with pytest.raises(TimeoutError):
            client.status()
    with Client(scene, versions=("1.2",)) as client:
        assert client.status() == 200


@standing("tls-client-certificate-required", "tls-client-certificate-required-12")
def test_a_certificate_is_demanded(scene):
    expected = 40 if scene.fault.endswith("12") else 116
    with Client(scene) as client:
        assert client.refusal() == [expected]
        assert client.tls.get_client_ca_list()


@pytest.mark.parametrize("newest", ["1.2", "1.3"])
def test_a_demanded_certificate_is_accepted(newest):
    made = []

    async def raise_it(site):
        made.append(site.authority.leaf("client.lab.test", purposes=[ExtendedKeyUsageOID.CLIENT_AUTH]))
        demanding = Terms(
            site.authority.leaf("service.lab.test"), newest=newest, client_authority=site.authority.root.certificate
        )
        return await site.scene(await site.stand(over_tls(demanding, site.http())))

    fault = lab.LabFault("client-certificate-given", "One is given.", None, raise_it)
    with lab.start(fault) as running, Client(running.scenes[0], own=made[0]) as client:
        assert client.status() == 200


@pytest.mark.parametrize(
    ("scene", "status"),
    [
        ("healthy-stapled", ocsp.OCSPCertStatus.GOOD),
        ("certificate-revoked-stapled", ocsp.OCSPCertStatus.REVOKED),
    ],
    indirect=["scene"],
)
def test_a_staple_says_how_the_certificate_stands(scene, status):
    with Client(scene) as client:
        assert client.status() == 200
        response = ocsp.load_der_ocsp_response(client.staple)
        presented = client.tls.get_peer_certificate(as_cryptography=True)
        assert response.certificate_status is status
        assert response.serial_number == presented.serial_number


@standing("healthy")
def test_a_healthy_server_takes_either_version_and_settles_on_a_protocol(scene):
    for version in ("1.2", "1.3"):
        with Client(scene, versions=(version,), protocols=(b"h2", b"http/1.1")) as client:
            assert client.status() == 200
            assert client.tls.get_protocol_version_name() == f"TLSv{version}"
            assert client.tls.get_alpn_proto_negotiated() == b"http/1.1"


@pytest.mark.parametrize("heard", [b"", b"\x30", b"\x30\x1d\x02"])
def test_a_client_that_leaves_amid_its_wish_gets_nothing(heard):
    assert asyncio.run(ldap(UpgradeReader(Leaving(heard)), AGREEING)) is (len(heard) > 2)


class Leaving:
    """A stream on which a client says a little and leaves."""

    def __init__(self, heard):
        self.heard = heard

    async def receive(self):
        said, self.heard = self.heard, b""
        return said

    async def send(self, data):
        assert data


@pytest.mark.parametrize("agrees", [True, False])
def test_a_mysql_server_that_has_no_tls_goes_over_for_nobody(agrees):
    reader = UpgradeReader(Leaving(bytes(MYSQL_REQUEST_BYTES)))
    assert asyncio.run(mysql(reader, Manner(agrees=agrees))) is agrees
