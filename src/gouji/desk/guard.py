"""Who may ask the desk for what: only the browser that was opened for the officer of this computer.

Other programs of this computer and pages of other sites can send requests to it as well. Each request must name our
own host; the first one brings the one-time token of the address and gets a cookie for it; every change is a POST from a
page of ours, with a token that is good for its address only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from flask import Flask, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gouji.desk.desk import Desk

_LONG = 32
_ENTRY = "/enter/"
_STATIC = "/static/"
_TOO_OLD = ("MSIE ", "Trident/")
"""What Internet Explorer and the old cores of other browsers call themselves."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""A page loads only what is ours, and runs no code that stands in it."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The tokens of a desk, and the check of every request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._secret = secrets.token_bytes(_LONG)
        self._lock = threading.Lock()
        self._entries: set[str] = set()
        self._sessions: set[str] = set()

    def entry(self) -> str:
        """Return a new address that lets one browser in, once."""
        token = secrets.token_urlsafe(_LONG)
        self._entries.add(token)
        return f"{self.origin}{_ENTRY}{token}"

    @property
    def origin(self) -> str:
        """The address of the desk, as browsers name it."""
        return f"http://127.0.0.1:{self._desk.port}"

    def token(self, address: str) -> str:
        """Return the token that a form for an address of ours must send; it is good for that path only."""
        path = address.partition("?")[0]
        return hmac.new(self._secret, f"{self._session()} {path}".encode(), hashlib.sha256).hexdigest()

    def has_let_in(self, session: str) -> bool:
        """Tell whether a cookie's value is that of a browser that was let in."""
        return session in self._sessions

    def check(self) -> ResponseReturnValue | None:
        """Refuse a request that does not come from the officer's browser, or let one in."""
        if request.environ.get("HTTP_HOST") != f"127.0.0.1:{self._desk.port}":
            abort(400)
        if any(name in request.headers.get("User-Agent", "") for name in _TOO_OLD):
            return make_response(render_template("too_old.html"))
        if request.path.startswith(_STATIC):
            return None
        if request.path.startswith(_ENTRY):
            return self._let_in(request.path.removeprefix(_ENTRY))
        # The cookie comes with requests of pages of every port of this computer.
        if request.headers.get("Sec-Fetch-Site") in ("same-site", "cross-site") or not self.has_let_in(self._session()):
            return make_response(render_template("outside.html"), 403)
        if request.method not in ("GET", "HEAD"):
            self._check_change()
        self._desk.touched()
        self._desk.fetched.set()
        return None

    def _let_in(self, token: str) -> ResponseReturnValue:
        """Exchange the token of an address for a cookie; it is void from now on, and so are those given before.

        An address that a browser did not open may still stand in a list of processes.
        """
        if request.method != "GET":
            abort(405)
        with self._lock:
            if token not in self._entries:
                known = self.has_let_in(self._session())
                return redirect("/") if known else make_response(render_template("outside.html"), 403)
            self._entries.clear()
            session = secrets.token_urlsafe(_LONG)
            self._sessions.add(session)
        answer = redirect("/")
        answer.set_cookie(self.cookie, session, httponly=True, samesite="Strict")
        return answer

    @property
    def cookie(self) -> str:
        """The name of the cookie: a browser sends cookies to every port of a host, so each desk has its own."""
        return f"gouji-desk-{self._desk.port}"

    def _session(self) -> str:
        return request.cookies.get(self.cookie, "")

    def _check_change(self) -> None:
        origin = request.headers.get("Origin")  # old browsers send none with a form of the same origin
        if origin is not None and origin != self.origin:
            abort(403)
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":  # nor typed into the address line
            abort(403)
        sent = request.headers.get("X-Desk-Token") or request.form.get("token", "")
        if not hmac.compare_digest(sent.encode(), self.token(request.path).encode()):
            abort(403)


def protect(app: Flask, guard: Guard) -> None:
    """Let the guard look at every request before anything else, and at every answer."""

    def with_headers(answer: Response) -> Response:
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    app.before_request(guard.check)
    app.after_request(with_headers)
    app.jinja_env.globals["token"] = guard.token
