"""What was received is never lost, one connection serves a whole walk, and nothing stays open."""

import asyncio
import socket

import pytest

from diag.model.address import Address, Authority
from diag.model.question import Connect, Exchange, Handshake, Tunnel
from diag.probe.connect import connect
from diag.probe.streams import Ended, StreamPool, TcpStream
from tests.probe.asking import ask, prober
from tests.probe.authority import issue
from tests.probe.peers import http, linger, peer, proxying, reset, secured

ALERT = bytes.fromhex("15030300020228")


async def dialled(listener: socket.socket, wires: StreamPool) -> tuple[TcpStream, socket.socket]:
    question = Connect(Address(*listener.getsockname()))
    _, wire = await connect(question, asyncio.get_running_loop().time() + 5, wires)
    assert wire
    return wire, listener.accept()[0]


def test_walk_is_one_connection() -> None:
    with peer(secured(http(), issue("localhost"))) as service:
        dial = Connect(service.address)
        shake = Handshake(dial, server_name="localhost")
        connection, session, reply = ask(dial, shake, Exchange(shake, Authority("localhost", 443)))
    assert (connection.failure, session.finished, reply.status) == ("", True, 200)
    assert service.connections == 1


def test_walk_through_a_proxy_is_one_connection() -> None:
    with peer(secured(http(), issue("localhost"))) as service, peer(proxying()) as proxy:
        dial = Connect(proxy.address)
        target = Authority("127.0.0.1", service.address.port)
        through = Tunnel(dial, Authority("proxy.test", 3128), target)
        shake = Handshake(through, server_name="localhost")
        *_, reply = ask(dial, through, shake, Exchange(shake, Authority("localhost", 443)))
    assert reply.status == 200
    assert (proxy.connections, service.connections) == (1, 1)


def test_an_experiment_gets_a_connection_of_its_own() -> None:
    with peer(secured(http(), issue("localhost"))) as service:
        dial = Connect(service.address)
        _, first, second = ask(dial, Handshake(dial, server_name="localhost"), Handshake(dial, server_name="other.test"))
    assert first.finished
    assert second.finished
    assert second.stage == ""
    assert service.connections == 2


def test_where_a_fresh_connection_fails_the_stage_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dial = Connect(Address(*listener.getsockname()))
    shake = Handshake(dial)
    through = Tunnel(dial, Authority("proxy.test", 3128), Authority("service.test", 443))
    session, reply, tunnelled = ask(shake, Exchange(shake, Authority("service.test", 443)), through)
    assert (session.stage, session.failure) == ("connect", "refused")
    assert (reply.stage, reply.failure) == ("connect", "refused")
    assert (tunnelled.stage, tunnelled.failure) == ("connect", "refused")


def test_where_a_fresh_tunnel_fails_the_stage_says_so() -> None:
    with peer(http(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")) as proxy:
        through = Tunnel(Connect(proxy.address), Authority("proxy.test", 3128), Authority("service.test", 443))
        (session,) = ask(Handshake(through))
    assert (session.stage, session.failure) == ("tunnel", "tunnel_refused")


def test_received_bytes_survive_a_reset() -> None:
    async def read() -> tuple[bytes, str]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires = StreamPool(room=1)
            wire, accepted = await dialled(listener, wires)
            accepted.sendall(ALERT)
            reset(accepted)
            await asyncio.sleep(0.05)
            data = await wire.read()
            with pytest.raises(Ended) as ended:
                await wire.read()
            await wires.close()
            return data, ended.value.failure

    assert asyncio.run(read()) == (ALERT, "reset")


def test_received_bytes_survive_a_write_that_fails() -> None:
    async def read() -> tuple[bytes, str]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires = StreamPool(room=1)
            wire, accepted = await dialled(listener, wires)
            accepted.sendall(ALERT)
            reset(accepted)
            # Our loop has not looked at the socket since: the write is the first to meet the reset.
            await wire.write(b"x")
            data = await wire.read()
            with pytest.raises(Ended) as ended:
                await wire.read()
            await wires.close()
            return data, ended.value.failure

    data, failure = asyncio.run(read())
    assert data == ALERT
    assert failure in ("reset", "cut")


def test_the_account_is_kept_past_the_end() -> None:
    async def read() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires = StreamPool(room=1)
            wire, accepted = await dialled(listener, wires)
            with accepted:
                accepted.sendall(ALERT)
                await wire.read()
                await wires.close()
            assert wire.tcp
            return wire.tcp.bytes_received

    assert asyncio.run(read()) == len(ALERT)


def test_much_data_is_taken_bit_by_bit() -> None:
    size = 3_000_000

    async def read(address: Address) -> int:
        wires = StreamPool(room=1)
        _, wire = await connect(Connect(address), asyncio.get_running_loop().time() + 5, wires)
        assert wire
        await asyncio.sleep(0.1)
        total, largest = 0, 0
        while data := await wire.read():
            total += len(data)
            largest = max(largest, len(data))
            await asyncio.sleep(0)
        await wires.close()
        assert largest < 1_000_000
        return total

    with peer(lambda connection: connection.sendall(bytes(size))) as service:
        assert asyncio.run(read(service.address)) == size


def test_who_writes_waits_while_the_other_side_does_not_keep_up() -> None:
    async def written() -> list[bool]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires = StreamPool(room=1)
            wire, accepted = await dialled(listener, wires)
            with accepted:
                wire.pause_writing()
                writing = asyncio.create_task(wire.write(b"x"))
                await asyncio.sleep(0.01)
                waited = not writing.done()
                wire.resume_writing()
                await writing
                await wires.close()
            return [waited, writing.done()]

    assert asyncio.run(written()) == [True, True]


def test_parking_has_room_for_so_many() -> None:
    with peer(linger) as service:

        async def park() -> list[bool]:
            wires = StreamPool(room=2)
            questions = [Connect(service.address, mss=mss) for mss in (1000, 1001, 1002)]
            for question in questions:
                _, wire = await connect(question, asyncio.get_running_loop().time() + 5, wires)
                assert wire
                wires.park(question, wire)
            kept = [wires.take(question) is not None for question in questions]
            await wires.close()
            return kept

        assert asyncio.run(park()) == [False, True, True]


@pytest.mark.parametrize(("idle", "kept"), [(0.1, True), (1.2, False)], ids=["ended at once", "ended of idleness"])
def test_parked_wire_that_ended(idle: float, kept: bool) -> None:
    async def wait() -> bool:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires = StreamPool(room=2)
            wire, accepted = await dialled(listener, wires)
            question = Connect(Address(*listener.getsockname()))
            wires.park(question, wire)
            accepted.close()
            await asyncio.sleep(idle)
            taken = wires.take(question)
            await wires.close()
            return taken is not None

    assert asyncio.run(wait()) is kept


def test_cancelled_questions_leave_nothing_open() -> None:
    with peer(linger) as service:

        async def cancel() -> None:
            asked = prober()
            dial = Connect(service.address)
            asking = [
                asyncio.ensure_future(asked.ask(Handshake(dial), {}, 5)),
                asyncio.ensure_future(asked.ask(Exchange(dial, Authority("service.test", 80)), {}, 5)),
                asyncio.ensure_future(
                    asked.ask(Tunnel(dial, Authority("proxy.test", 3128), Authority("service.test", 443)), {}, 5)
                ),
            ]
            await asyncio.sleep(0.1)
            for task in asking:
                task.cancel()
            results = await asyncio.gather(*asking, return_exceptions=True)
            await asked.close()
            assert all(isinstance(result, asyncio.CancelledError) for result in results)

        asyncio.run(cancel())
    assert service.connections == 3
