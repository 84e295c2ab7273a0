"""A small IMAP server for what no real one does: its answers are written by the test. It knows one folder, INBOX."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

HOST = "127.0.0.1"
DATE = '"10-Jan-2025 09:12:33 +0800"'

Body = Callable[[bytes], bytes]


def literal(data: bytes) -> bytes:
    """Return a message as every server sends it."""
    return b"{%d}\r\n%s" % (len(data), data)


class OddServer(socketserver.ThreadingTCPServer):
    """The server: messages by number, and for some of them what is odd about the answer."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, messages: dict[int, bytes]) -> None:
        super().__init__((HOST, 0), _Session)
        self.messages = messages
        self.validity: str | None = "[UIDVALIDITY 1]"
        """What is said about the numbers of the messages; None for nothing."""
        self.dates: dict[int, str] = {}
        """INTERNALDATE of a message as it is sent; empty for none."""
        self.sizes: dict[int, int | None] = {}
        self.bodies: dict[int, Body] = {}
        self.connections = 0
        self.flagged: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast(OddServer, self.server)
        server.connections += 1
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self._answer(server, command.removeprefix("UID ").upper(), command)
            self._say(f"{tag} OK done")
            if command.upper() == "LOGOUT":
                return

    def _answer(self, server: OddServer, upper: str, command: str) -> None:
        word = upper.partition(" ")[0]
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word == "LIST":
            self._say('* LIST () "/" INBOX')
        elif word in ("SELECT", "EXAMINE"):
            self._say(f"* {len(server.messages)} EXISTS")
            if server.validity is not None:
                self._say(f"* OK {server.validity} x")
        elif word == "SEARCH":
            self._say(f"* SEARCH {' '.join(map(str, server.messages))}")
        elif word == "STORE":
            server.flagged.append(upper.split()[1])
        elif word == "FETCH":
            self._fetch(server, [int(uid) for uid in re.findall(r"\d+", upper.split()[1])], upper)

    def _fetch(self, server: OddServer, uids: list[int], upper: str) -> None:
        for uid in uids:
            data = server.messages[uid]
            facts = [b"UID %d" % uid]
            size = server.sizes.get(uid, len(data))
            if "RFC822.SIZE" in upper and size is not None:
                facts.append(b"RFC822.SIZE %d" % size)
            date = server.dates.get(uid, DATE)
            if "INTERNALDATE" in upper and date:
                facts.append(b"INTERNALDATE " + date.encode())
            if "BODY" in upper:
                facts.append(b"BODY[]<0> " + server.bodies.get(uid, literal)(data))
            self.wfile.write(b"* %d FETCH (%s)\r\n" % (uid, b" ".join(facts)))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(messages: dict[int, bytes]) -> Iterator[OddServer]:
    """Run the server."""
    with OddServer(messages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
