"""What strangers send to the real server, byte by byte: other programs of this computer, and pages of other sites."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from county import TODAY, TOWNS, County
from pace import HANG

from gouji.desk.desk import Desk
from gouji.desk.guard import Guard
from gouji.desk.server import serving


class Wire:
    """A running desk, and connections to it."""

    def __init__(self, desk: Desk, guard: Guard, place: str) -> None:
        self.desk, self.guard, self.place = desk, guard, place
        self.host = f"Host: 127.0.0.1:{desk.port}"
        entered = self.asked(f"GET {urlsplit(guard.entry()).path} HTTP/1.1", self.host)
        found = re.search(r"Set-Cookie: ([^;]+)", entered)
        assert found, entered
        self.cookie = f"Cookie: {found[1]}"

    def asked(self, *head: str, body: bytes = b"") -> str:
        """Send a request and return the whole answer."""
        with self.connected() as connection:
            connection.sendall("\r\n".join((*head, "Connection: close", "", "")).encode("latin-1") + body)
            return received(connection)

    def status(self, *head: str, body: bytes = b"") -> int:
        return int(self.asked(*head, body=body).split(" ", 2)[1])

    @contextlib.contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.desk.port), timeout=HANG) as connection:
            yield connection

    def token(self, address: str) -> str:
        """Return the token that a page of ours offers for an address."""
        page = self.asked(f"GET /year/{self.place}/send HTTP/1.1", self.host, self.cookie)
        found = re.search(rf'action="{re.escape(address)}".*?name="token" value="(\w+)"', page, re.S)
        assert found, page
        return found[1]


def received(connection: socket.socket) -> str:
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while block := connection.recv(65536):
            answer += block
    return answer.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = County(tmp_path_factory.mktemp("wire") / "year", TOWNS).folder
    desk = Desk(folder.parent, lambda: TODAY)
    place = desk.open(folder)
    with serving(desk) as guard:
        yield Wire(desk, guard, place)


def test_it_listens_at_one_address_of_this_computer_only(wire: Wire) -> None:
    """Whoever listens at all addresses would answer at this one too."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.2", wire.desk.port), timeout=2):
        pytest.fail("it answers at other addresses")


@pytest.mark.parametrize(
    "host",
    [
        ("Host: evil.example:{port}",),
        ("Host: localhost:{port}",),
        ("Host: 127.0.0.1",),
        ("Host: 127.0.0.1:{port}.evil.example",),
        ("Host: 127.0.0.1:{port}@evil.example",),
        ("Host: 127.0.0.1:{port}", "Host: evil.example"),
        ("Host: evil.example", "Host: 127.0.0.1:{port}"),
        ("Host: evil.example", "X-Forwarded-Host: 127.0.0.1:{port}"),
        ("Host: \xff\x00",),
        ("Host: [",),
        ("Host:",),
        (),
    ],
)
def test_a_name_of_another_host_is_refused_and_told_nothing(host: tuple[str, ...], wire: Wire) -> None:
    """A page of another site that has made its name mean this computer gets no word of the year."""
    for version in ("HTTP/1.1", "HTTP/1.0"):
        head = [line.format(port=wire.desk.port) for line in host]
        answer = wire.asked(f"GET /year/{wire.place}/ {version}", *head, wire.cookie)
        assert answer.split(" ", 2)[1] == "400", answer
        assert "丰泽县" not in answer
        assert "工作文件夹" not in answer


def test_a_stranger_learns_nothing_of_which_years_are_open(wire: Wire, tmp_path: Path) -> None:
    """Neither by what is answered, nor when the folder of the year has gone."""
    gone = wire.desk.open(tmp_path / "没有的")
    for path in (f"/year/{wire.place}/", f"/year/{gone}/", "/year/00000000/", "/task/state", "/alive", "/nothing"):
        answer = wire.asked(f"GET {path} HTTP/1.1", wire.host)
        assert answer.split(" ", 2)[1] == "403", path
        assert "Set-Cookie" not in answer
        assert "丰泽县" not in answer
        assert str(tmp_path) not in answer
        assert 'name="token"' not in answer


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_a_page_of_another_port_cannot_use_the_cookie_that_its_requests_bring(site: str, wire: Wire) -> None:
    head = (f"GET /year/{wire.place}/ HTTP/1.1", wire.host, wire.cookie)
    assert wire.status(*head) == 200
    assert wire.status(*head, "Sec-Fetch-Site: none") == 200
    assert wire.status(*head, f"Sec-Fetch-Site: {site}") == 403


@pytest.mark.parametrize("origin", ["null", "http://127.0.0.1", "http://127.0.0.1:{other}", "https://127.0.0.1:{port}"])
def test_a_change_with_the_origin_of_another_page_is_refused(origin: str, wire: Wire) -> None:
    address = f"/year/{wire.place}/send/issue"
    body = f"token={wire.token(address)}".encode()
    head = (f"POST {address} HTTP/1.1", wire.host, wire.cookie, f"Content-Length: {len(body)}")
    form = "Content-Type: application/x-www-form-urlencoded"
    origin = origin.format(port=wire.desk.port, other=9)
    assert wire.status(*head, form, f"Origin: {origin}", body=body) == 403
    assert wire.status(*head, form, f"Origin: {wire.guard.origin}", f"Origin: {origin}", body=body) == 403
    assert wire.desk.tasks.last is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "GIBTESNICHT"])
def test_a_method_that_no_page_uses_does_nothing(method: str, wire: Wire) -> None:
    for path in ("/end", f"/year/{wire.place}/"):
        answer = wire.asked(f"{method} {path} HTTP/1.1", wire.host, wire.cookie)
        assert answer.split(" ", 2)[1] in ("400", "403", "405")
        assert "Access-Control" not in answer
    assert not wire.desk.ended.is_set()


def test_looking_at_the_head_of_an_address_does_not_use_it_up(wire: Wire) -> None:
    """Some programs look first at what they are to open."""
    path = urlsplit(wire.guard.entry()).path
    assert wire.status(f"HEAD {path} HTTP/1.1", wire.host) == 405
    answer = wire.asked(f"GET {path} HTTP/1.1", wire.host)
    assert " 302 " in answer
    assert "HttpOnly" in answer
    assert "SameSite=Strict" in answer
    assert "Expires" not in answer
    assert path not in answer.split("Location: ")[1]
    assert wire.status(f"GET {path} HTTP/1.1", wire.host) == 403


def test_a_cookie_of_ones_own_lets_nobody_in(wire: Wire) -> None:
    name = wire.guard.cookie
    for value in ("", "x", "None", "*", "a" * 4000, f"x; {name}=y"):
        assert wire.status("GET /alive HTTP/1.1", wire.host, f"Cookie: {name}={value}") == 403
    assert wire.status("GET /alive HTTP/1.1", wire.host, wire.cookie) == 204


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/guard.py",
        "/static/..%5c..%5cguard.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/desk.css%00.py",
        "/static/",
        "//evil.example/%2e%2e",
        "/year/{place}/..%2f..%2fend",
        "/year/{place}/file/..%2f..%2f%e8%ae%be%e7%bd%ae.toml",
        "/year/{place}/product/%2e%2e%2f%e8%ae%be",
        "/year/{place}/receive/upload/..%2f..",
        "/year/{place}/%ff%fe",
        "/year/{place}%00/",
    ],
)
def test_no_trick_with_a_path_leads_to_a_file(path: str, wire: Wire) -> None:
    answer = wire.asked(f"GET {path.format(place=wire.place)} HTTP/1.1", wire.host, wire.cookie)
    status = int(answer.split(" ", 2)[1])
    assert status in {308, 400, 404}, answer
    if status == 308:
        assert re.search(rf"Location: (http://127\.0\.0\.1:{wire.desk.port})?/(?!/)", answer), answer
    assert "root:" not in answer
    assert "def " not in answer


def test_a_request_as_to_a_proxy_is_one_to_the_desk_or_refused(wire: Wire) -> None:
    first = "GET http://evil.example/alive HTTP/1.1"
    assert wire.status(first, "Host: evil.example", wire.cookie) == 400
    assert wire.status(first, wire.host) == 403


def test_of_requests_in_one_go_each_is_judged_for_itself(wire: Wire) -> None:
    stranger = f"GET /alive HTTP/1.1\r\n{wire.host}\r\n\r\n"
    ours = f"GET /alive HTTP/1.1\r\n{wire.host}\r\n{wire.cookie}\r\nConnection: close\r\n\r\n"
    with wire.connected() as connection:
        connection.sendall((stranger + ours).encode())
        answer = received(connection)
    assert re.findall(r"HTTP/1.1 (\d+)", answer) == ["403", "204"]


def test_the_body_of_a_stranger_is_not_read_and_no_second_request_hides_in_it(wire: Wire) -> None:
    """A body goes to the disk before any page sees it, and may be a gigabyte."""
    hidden = f"GET /alive HTTP/1.1\r\n{wire.host}\r\n{wire.cookie}\r\n\r\n".encode()
    for length in ("Content-Length: 1000000000", "Transfer-Encoding: chunked", f"Content-Length: {len(hidden)}"):
        answer = wire.asked("POST /end HTTP/1.1", wire.host, length, body=hidden)
        assert re.findall(r"HTTP/1.1 (\d+)", answer) == ["400"], answer
    assert not wire.desk.ended.is_set()


@pytest.mark.parametrize(
    "length",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: -1",),
        ("Transfer-Encoding: chunked, identity",),
        ("Content-Length: 99999999999",),
    ],
)
def test_a_body_of_two_lengths_or_of_none_that_is_possible_ends_the_connection(
    length: tuple[str, ...], wire: Wire
) -> None:
    answer = wire.asked(
        "POST /end HTTP/1.1", wire.host, wire.cookie, *length, body=b"0\r\n\r\nGET /alive HTTP/1.1\r\n\r\n"
    )
    (status,) = re.findall(r"HTTP/1.1 (\d+)", answer)
    assert status in ("400", "403", "413", "501")
    assert not wire.desk.ended.is_set()


def test_a_body_in_pieces_is_judged_as_any_other(wire: Wire) -> None:
    address = "/task/cancel"
    head = (f"POST {address} HTTP/1.1", wire.host, wire.cookie, "Transfer-Encoding: chunked")
    assert wire.status(*head, "Content-Type: application/x-www-form-urlencoded", body=b"5\r\ntoken\r\n0\r\n\r\n") == 403


def test_a_huge_head_is_refused(wire: Wire) -> None:
    assert wire.status("GET /alive HTTP/1.1", wire.host, f"X-Much: {'x' * 300_000}") == 431
    assert wire.status("GET /alive HTTP/1.1", wire.host, wire.cookie) == 204


def test_a_form_of_too_many_parts_is_refused_with_a_sentence(wire: Wire) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    body = part * 20_001 + b"--x--\r\n"
    head = ("POST /end HTTP/1.1", wire.host, wire.cookie, f"Content-Length: {len(body)}")
    answer = wire.asked(*head, "Content-Type: multipart/form-data; boundary=x", body=body)
    assert " 413 " in answer
    assert "没有收" in answer
    assert not wire.desk.ended.is_set()


def test_clients_that_never_finish_a_request_keep_nobody_waiting(wire: Wire) -> None:
    waiting: list[socket.socket] = []
    with contextlib.ExitStack() as slow:
        for number in range(30):
            connection = slow.enter_context(wire.connected())
            head = f"POST /end HTTP/1.1\r\n{wire.host}\r\n{wire.cookie}\r\nContent-Length: 100\r\n\r\n"
            connection.sendall(head.encode()[: None if number % 2 else 40])
            waiting.append(connection)
        assert wire.status("GET /alive HTTP/1.1", wire.host, wire.cookie) == 204
        for connection in waiting:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):  # it was neither answered nor cut off, which would give a place free
                connection.recv(1)


def test_a_desk_that_has_ended_leaves_no_connection_and_no_thread(tmp_path: Path) -> None:
    """Over a connection that was kept, a page would take it for alive, and lose what was typed when it sends it."""
    before = set(threading.enumerate())
    desk = Desk(tmp_path, lambda: TODAY)
    with contextlib.ExitStack() as kept:
        with serving(desk):
            connection = kept.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=HANG))
            connection.sendall(f"GET /alive HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n\r\n".encode())
            assert connection.recv(1)
        assert received(connection)
        assert set(threading.enumerate()) <= before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", desk.port), timeout=HANG)
