"""The server of the desk: on this computer only, from its start to its end."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server
from werkzeug.http import parse_cookie

from gouji.desk.app import create_app
from gouji.desk.desk import Desk
from gouji.desk.guard import Guard

HOST = "127.0.0.1"
"""Written as a number: ``localhost`` may go through a proxy."""

_THREADS = 8
_MOST_BYTES = 1100 * 1024 * 1024
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.5
IDLE_SECONDS = 8 * 60 * 60.0
"""After so long without a request and without work, a desk that was forgotten ends."""


@contextlib.contextmanager
def serving(desk: Desk) -> Iterator[Guard]:
    """Answer requests until the block is left; the guard gives addresses that let a browser in.

    Port 0 means that the system chooses one that is free: some systems reserve whole ranges.
    """
    logging.getLogger("waitress").setLevel(logging.ERROR)  # its warnings are none of the officer's business
    guard = Guard(desk)
    server = create_server(
        create_app(desk, guard),
        host=HOST,
        port=0,
        threads=_THREADS,
        ident=None,
        max_request_body_size=_MOST_BYTES,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = _channel_for(guard)
    desk.port = server.effective_port
    thread = threading.Thread(target=server.run, name="server", daemon=True)
    thread.start()
    threading.Thread(target=desk.read_ahead, name="read ahead", daemon=True).start()
    try:
        yield guard
    finally:
        desk.tasks.stop(_STOP_SECONDS)
        _stop(server, thread)


def _stop(server: Any, thread: threading.Thread) -> None:
    """Answer what was asked, and close all connections: a page must not take the desk for alive.

    The thread that waits for connections closes them itself. If another one did, it would go on waiting for numbers of
    files that may be those of other files by then.
    """

    def close() -> None:
        for channel in tuple(server.active_channels.values()):
            channel.handle_close()
        server.close()

    server.task_dispatcher.shutdown(timeout=_STOP_SECONDS)
    server.trigger.pull_trigger(close)
    thread.join(_STOP_SECONDS)


def _channel_for(guard: Guard) -> type[HTTPChannel]:
    """Return the connections of a desk: none reads the body of a request, which goes to the disk, of a stranger."""

    class Requests(HTTPRequestParser):  # type: ignore[misc]
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            known = guard.has_let_in(parse_cookie(self.headers.get("COOKIE", "")).get(guard.cookie, ""))
            if (self.content_length or self.chunked) and not known:
                raise ParsingError("A body is read only from the browser that was let in.")

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Requests

    return Channel


def wait_for_the_end(desk: Desk, idle: float = IDLE_SECONDS) -> None:
    """Wait until the officer ends the desk, or has forgotten it."""
    while not desk.ended.wait(_LOOK_SECONDS):
        if desk.idle(idle, _LOOK_SECONDS):
            return
