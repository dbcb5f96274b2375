"""Recipes of the family http: answers that begin well and do not end so, and heads that only strict programs mind."""

import gzip

from diag.model.verdict import Status
from tests.netns import House
from tests.recipes.http.answers import say
from tests.recipes.services import HOST, name_all, serve_plain
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

HEAD = "HTTP/1.1 200 OK\r\nServer: house\r\nContent-Type: text/plain\r\n"
BEGINNING = "12345678"
PACKED = gzip.compress(BEGINNING.encode(), mtime=0).decode("latin-1")
PLAIN, EVENTS = "text/plain", "text/event-stream"


def break_off(port: int, answer: str, how: str) -> None:
    """Answer with these characters, then `reset` the connection, or `wait` until the client leaves."""
    import socket
    import struct
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            guest.recv(65536)
            guest.sendall(answer.encode("latin-1"))
            if how == "wait":
                while guest.recv(65536):
                    pass
            guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def says(answer: str) -> Stage:
    """A service of plain HTTP that answers with these characters, and ends the connection."""

    def stage(house: House) -> Look:
        house.serve(say, 80, answer, port=80)
        name_all(house, HOST)
        return Look(endpoints=(f"http://{HOST}",))

    return stage


def stops(how: str, answer: str) -> Stage:
    """A service of plain HTTP that stops in the middle of this answer."""

    def stage(house: House) -> Look:
        house.serve(break_off, 80, answer, how, port=80)
        name_all(house, HOST)
        return Look(endpoints=(f"http://{HOST}",))

    return stage


def answers(directives: str) -> Stage:
    """A real web server of plain HTTP with these directives."""

    def stage(house: House) -> Look:
        serve_plain(house, directives)
        name_all(house, HOST)
        return Look(endpoints=(f"http://{HOST}",))

    return stage


CUT, HEADER, STATUS, DENIED = "http-answer-cut", "http-header-irregular", "http-status-unexpected", "http-network-policy-denied"
LONG = f"{HEAD}Content-Length: 1000\r\n\r\n{BEGINNING}"
RECIPES: tuple[Recipe, ...] = (
    *of(
        CUT,
        problem("closed", "The answer ends after 8 of the 1000 bytes that it announces.", says(LONG)),
        problem("reset", "The connection is reset after 8 of 1000 bytes.", stops("reset", LONG)),
        problem("silent", "Nothing more comes after 8 of 1000 bytes.", stops("wait", LONG)),
        problem(
            "last-chunk-missing",
            "An answer in chunks ends without its last one.",
            says(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n8\r\n{BEGINNING}\r\n"),
        ),
        ok("healthy/one-service"),
        near_miss("without-a-length", "An answer without a length ends with its connection.", says(f"{HEAD}\r\n{BEGINNING}")),
        ok(
            "declared-stream",
            "An answer that says of itself that it is a stream of events begins, and is silent for a while.",
            stops("wait", f"{HEAD.replace(PLAIN, EVENTS)}Transfer-Encoding: chunked\r\n\r\n8\r\n{BEGINNING}\r\n"),
        ),
        near_miss(
            "stream-of-events",
            "An answer that has no end, as of a stream of events, is silent for a while.",
            stops("wait", f"{HEAD}Transfer-Encoding: chunked\r\n\r\n8\r\n{BEGINNING}\r\n"),
            says=Status.UNKNOWN,
        ),
    ),
    *of(
        HEADER,
        problem(
            "space-in-a-name", "A field's name has a space in it.", says(f"{HEAD}X Powered By: b\r\nContent-Length: 0\r\n\r\n")
        ),
        problem(
            "two-lengths", "The answer announces two lengths.", says(f"{HEAD}Content-Length: 0\r\nContent-Length: 5\r\n\r\n12345")
        ),
        problem(
            "gzip-that-is-none",
            "The header says gzip, and the content is plain.",
            says(f"{HEAD}Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n{BEGINNING}"),
        ),
        problem("gzip-unsaid", "The content of a text is gzip, and the header does not say so.", says(f"{HEAD}\r\n{PACKED}")),
        ok("healthy/one-service"),
        near_miss(
            "gzip-as-it-says",
            "The header says gzip, and the content is so.",
            says(f"{HEAD}Content-Encoding: gzip\r\n\r\n{PACKED}"),
        ),
        near_miss(
            "gzip-by-its-type",
            "The content is gzip by its type.",
            says(f"{HEAD.replace(PLAIN, 'application/gzip')}\r\n{PACKED}"),
        ),
        near_miss("http-answer-malformed/plain", says=Status.UNKNOWN),
    ),
    *of(
        STATUS,
        problem("payment-wanted", "A real web server answers 402, and the list names no status.", answers("return 402;")),
        problem(
            "bucket-gone",
            "An answer says that the bucket is not there.",
            answers("return 404 '<Error><Code>NoSuchBucket</Code></Error>';"),
        ),
        problem(
            "sent-in-circles", "A redirect leads to the very address that was asked for.", answers(f"return 302 http://{HOST}/;")
        ),
    ),
    *of(
        DENIED,
        problem(
            "a-workspace-says-so",
            "A workspace says that this network is not allowed.",
            answers(
                'return 403 \'{{"message": "Source IP address: 192.0.2.9 is blocked by Databricks IP ACL"}}\';'.replace(
                    "{{", "{"
                ).replace("}}", "}")
            ),
        ),
        problem(
            "public-access-off",
            "A service says that access from public networks is off.",
            answers("return 403 'Public network access is disabled for this resource';"),
        ),
    ),
)
