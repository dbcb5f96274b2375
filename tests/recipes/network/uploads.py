"""Recipes of large requests: what takes them, what ends them, what lets them hang, and what refuses them with a word."""

from tests.netns import House
from tests.netns.plan import SERVER
from tests.recipes.baseline import NAME
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem


def takes(port: int, most: int, how: str) -> None:
    """Answer small requests; of a large one take `most` bytes, then: `answer`, `refuse` (413), `reset`, or `hang`."""
    import contextlib
    import socket
    import struct
    import threading

    small = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def attend(guest: socket.socket) -> None:
        with guest, contextlib.suppress(OSError):
            heard = b""
            while b"\r\n\r\n" not in heard:
                heard += guest.recv(65536)
            head, _, rest = heard.partition(b"\r\n\r\n")
            if not head.startswith(b"PUT"):
                guest.sendall(small)
                return
            if how == "refuse":
                guest.sendall(refusal)
                guest.recv(65536)
                return
            taken = len(rest)
            while taken < most:
                data = guest.recv(65536)
                if not data:
                    return
                taken += len(data)
            if how == "answer":
                guest.sendall(small)
            elif how == "reset":
                guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                threading.Event().wait(30)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def _uploading(most: int, how: str, seconds: float = 5.0) -> Stage:
    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        house.serve(takes, 80, most, how, port=80)
        return Look(endpoints=(f"http://{NAME}/upload",), upload=seconds, deadline=25.0)

    return stage


RECIPES: tuple[Recipe, ...] = of(
    "network-large-requests-lost",
    problem("reset-after-a-megabyte", "A large request is reset after a megabyte.", _uploading(1_000_000, "reset"), needs=()),
    problem(
        "nothing-more-is-taken",
        "Of a large request two megabytes are taken, and no more.",
        _uploading(2_000_000, "hang"),
        needs=(),
    ),
    problem(
        "taken-and-not-answered",
        "A large request is taken as a whole, and not answered.",
        _uploading(16_000_000, "hang"),
        needs=(),
    ),
    ok("taken-and-answered", "A large request is taken as a whole, and answered.", _uploading(16_000_000, "answer"), needs=()),
    near_miss("refused-with-a-word", "A large request is refused for its size (413).", _uploading(0, "refuse"), needs=()),
)
