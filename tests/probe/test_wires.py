"""What was received is never lost, and one connection serves a whole walk."""

from diag.model.address import Authority
from diag.model.question import Connect, Exchange, Handshake
from tests.probe.asking import ask
from tests.probe.authority import issue
from tests.probe.peers import http, peer, secured


def test_walk_is_one_connection() -> None:
    with peer(secured(http(), issue("localhost"))) as service:
        dial = Connect(service.address)
        shake = Handshake(dial, server_name="localhost")
        get = Exchange(shake, Authority("localhost", 443))
        connection, session, reply = ask(dial, shake, get)
        assert connection.failure == ""
        assert session.finished
        assert session.version == "TLSv1.3"
        assert reply.status == 200
        assert reply.body == b"hello"
        assert reply.complete
        assert service.connections == 1
