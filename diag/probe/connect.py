"""Does this address accept a TCP connection? And where it does not: who refused it, and how."""

import asyncio
import contextlib
import errno
import ipaddress
import socket

from diag.model.address import Address
from diag.model.answer import Connection, IcmpError
from diag.model.failure import Failure, from_icmp
from diag.model.observation import Unsupported
from diag.model.question import Connect
from diag.model.system_errors import from_connecting, from_exception, number_of
from diag.probe.icmp import listen_for_refusals, read_refusal
from diag.probe.second_syn import ignore_refusal, told_too_soon
from diag.probe.streams import Ended, StreamPool, TcpStream
from diag.probe.tcp_info import read_tcp_info

_Target = tuple[str, int] | tuple[str, int, int, int]
"""A socket address of IPv4 or IPv6."""
_UNDER_WAY = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, 10035}
"""What a non-blocking connect says at first; 10035 is WSAEWOULDBLOCK."""


async def connect(question: Connect, until: float, wires: StreamPool) -> tuple[Connection, TcpStream | None]:
    """Dial, until the loop's time is `until`, or the question's own time is over.

    The wire is None where it failed; the kernel's account is there either way.

    Raises Unsupported where this system cannot set the segment size, or pass over a refusal.
    """
    if question.within:
        until = min(until, asyncio.get_running_loop().time() + question.within)
    try:
        sock, target = await _prepare_with_room(question, wires)
    except OSError as error:
        return Connection(failure=from_exception(error), number=number_of(error)), None
    wire: TcpStream | None = None
    began = asyncio.get_running_loop().time()
    try:
        number, icmp = await dial(sock, target, until)
        if number and question.without_ecn and told_too_soon(began):
            raise Unsupported("the first refusal could not be passed over")
        # A reset to the first packet is "refused". This one met an open connection, and happened to come before we looked: it is
        # told by the next question, as it is when it comes a moment later.
        afterwards = Ended(Failure.RESET) if from_connecting(number) is Failure.RESET else None
        number = 0 if afterwards else number
        source, port = _local(sock)
        answer = Connection(_word(number, icmp), number, icmp, source, read_tcp_info(sock), port)
        if not answer.failure:
            wire = await wires.adopt(sock, afterwards)
    except TimeoutError:
        source, port = _local(sock)
        answer = Connection(Failure.TIMED_OUT, source=source, tcp=read_tcp_info(sock), source_port=port)
    finally:
        if wire is None:
            sock.close()
    return answer, wire


async def _prepare_with_room(question: Connect, wires: StreamPool) -> tuple[socket.socket, _Target]:
    """See `prepare`. That descriptors are exhausted is no answer as long as we ourselves hold some without need."""
    try:
        return prepare(question)
    except OSError as error:
        if from_exception(error) != Failure.DESCRIPTORS_EXHAUSTED or not await wires.make_way():
            raise
    return prepare(question)


def prepare(question: Connect) -> tuple[socket.socket, _Target]:
    """Return a socket with all options set that have to be set before connecting, and where it shall go."""
    family, target = _resolved(question.address)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        listen_for_refusals(sock, on=True)
        if question.without_ecn:
            ignore_refusal(sock)
        if question.mss:
            _limit_segments(sock, question.mss)
        if question.interface:
            _send_through(sock, question.interface)
        if question.source:
            sock.bind(_resolved(Address(question.source, 0))[1])
    except BaseException:
        sock.close()
        raise
    return sock, target


def _resolved(address: Address) -> tuple[int, _Target]:
    """The family and the socket address of an IP literal, zone included. Nothing is looked up."""
    host = address.host.encode()  # a text would load what encodes names of other scripts
    found = socket.getaddrinfo(host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    family, _, _, _, target = found[0]
    return family, target  # type: ignore[return-value]  # AI_NUMERICHOST never yields the form without an address


def _limit_segments(sock: socket.socket, size: int) -> None:
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, size)
    except (AttributeError, OSError) as error:
        raise Unsupported("TCP_MAXSEG cannot be set here") from error


def _send_through(sock: socket.socket, interface: str) -> None:
    """Bind to an interface (Linux 5.7 and later let anybody). Elsewhere the source address alone has to decide the way."""
    if hasattr(socket, "SO_BINDTODEVICE"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())


async def dial(sock: socket.socket, target: _Target, until: float) -> tuple[int, IcmpError | None]:
    """Return the system's error number, 0 where the connection stands, and the ICMP message behind it, if any.

    Raises TimeoutError.
    """
    async with asyncio.timeout_at(until):
        try:
            number = await _writable(sock, target)
        except NotImplementedError:
            # Windows' proactor watches no sockets: it dials itself, and keeps no error queue.
            try:
                await asyncio.get_running_loop().sock_connect(sock, target)
            except OSError as error:
                return number_of(error), None
            return 0, None
    # The queue comes first: reading it also takes the error from the socket.
    refusal = read_refusal(sock)
    if refusal:
        return refusal.number, refusal.icmp
    number = number or sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if not number:
        number = _peerless(sock)
    if not number:
        listen_for_refusals(sock, on=False)
    return number, None


async def _writable(sock: socket.socket, target: _Target) -> int:
    """Start connecting and wait until the kernel has decided; the number is what connect() itself said, 0: look at the socket."""
    loop = asyncio.get_running_loop()
    decided: asyncio.Future[None] = loop.create_future()

    def decide() -> None:
        if not decided.done():
            decided.set_result(None)

    file = sock.fileno()
    loop.add_writer(file, decide)
    try:
        number = sock.connect_ex(target)
        if number not in _UNDER_WAY:
            return number
        await decided
        return 0
    finally:
        loop.remove_writer(file)


def _peerless(sock: socket.socket) -> int:
    """The number of the error that leaves a decided socket without a peer (it is hung up and says no more); 0: it has one."""
    try:
        sock.getpeername()
    except OSError as error:
        return number_of(error)
    return 0


def _local(sock: socket.socket) -> tuple[str, int]:
    """The address and the port that the system chose here; empty and 0, where it has chosen none."""
    with contextlib.suppress(OSError):
        host, port = sock.getsockname()[:2]
        return "" if ipaddress.ip_address(str(host).partition("%")[0]).is_unspecified else str(host), int(port)
    return "", 0


def _word(number: int, icmp: IcmpError | None) -> str:
    if not number:
        return ""
    return (icmp and from_icmp(icmp.version, icmp.kind, icmp.code)) or from_connecting(number)
