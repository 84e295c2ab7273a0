"""An officer at the desk whose browser runs no script: follows links and sends forms as the pages offer them."""

from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from gouji.desk.app import create_app
from gouji.desk.desk import Desk
from gouji.desk.guard import Guard

PORT = 8100


class Officer:
    """A browser without script, let in to a desk."""

    def __init__(self, desk: Desk) -> None:
        desk.port = desk.port or PORT
        self.desk, self.guard = desk, Guard(desk)
        self.app = create_app(desk, self.guard)
        self.client = self.app.test_client()
        self.origin = f"http://127.0.0.1:{desk.port}"
        self.answer: TestResponse
        self.address = "/"
        self.open(urlsplit(self.guard.entry()).path)

    def open(self, address: str) -> Officer:
        """Open an address of the desk."""
        return self._take(self.client.get(address, base_url=self.origin))

    def at(self, address: str) -> Officer:
        """Open a page of the year that is open, by what follows the year in its address."""
        return self.open(f"/year/{self.place}/{address}")

    @property
    def place(self) -> str:
        """The name of the year in addresses."""
        return next(iter(self.desk.years))

    def follow(self, words: str) -> Officer:
        """Click the link with these words."""
        links = [link for link in self.page.iter("a") if words in _words(link)]
        assert links, f"no link {words} in:\n{self.text}"
        exact = [link for link in links if words == _words(link)]
        return self.open(self._absolute((exact or links)[0].get("href")))

    def press(self, words: str, files: dict[str, list[tuple[str, bytes]]] | None = None, **typed: Any) -> Officer:
        """Press the button with these words, after typing into fields of its form; a list chooses several boxes."""
        form, button = self._form_of(words)
        values = MultiDict((name, value) for name, value in form.form_values() if value is not None)
        if button.get("name"):
            values[button.get("name")] = button.get("value", "")
        for name, value in typed.items():
            assert form.inputs[name] is not None
            values.setlist(name, value if isinstance(value, list) else [value])
        for name, several in (files or {}).items():
            values.setlist(name, [FileStorage(io.BytesIO(data), file) for file, data in several])
        address = self._absolute(button.get("formaction") or form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "get":
            address = address.partition("?")[0]
            return self._take(self.client.get(address, query_string=values, base_url=self.origin))
        return self._take(self.client.post(address, data=values, base_url=self.origin, headers={"Origin": self.origin}))

    def waited(self, seconds: float = 60) -> Officer:
        """Wait for the long task and look at its page."""
        task = self.desk.tasks.last
        assert task is not None
        assert task.wait(seconds)
        return self.open("/task/")

    @property
    def page(self) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.answer.get_data(as_text=True))

    @property
    def text(self) -> str:
        return _words(self.page.find("body"))

    def _form_of(self, words: str) -> tuple[lxml.html.FormElement, lxml.html.HtmlElement]:
        for form in self.page.forms:
            for button in form.iter("button"):
                if words in _words(button):
                    return form, button
        raise AssertionError(f"no button {words} in:\n{self.text}")

    def _absolute(self, address: str) -> str:
        return urljoin(self.address, address)

    def _take(self, answer: TestResponse) -> Officer:
        while answer.status_code in (302, 303):
            answer = self.client.get(answer.headers["Location"], base_url=self.origin)
        answer.get_data()
        answer.close()
        self.answer = answer
        parts = urlsplit(answer.request.url)
        self.address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self


def _words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@contextlib.contextmanager
def at_the_desk(folder: Path | None, today: datetime.date, home: Path | None = None) -> Iterator[Officer]:
    """Give an officer at a desk on a workspace, or on none."""
    desk = Desk(home or (folder.parent if folder else Path.cwd()), lambda: today)
    if folder is not None:
        desk.open(folder)
    officer = Officer(desk)
    try:
        yield officer
    finally:
        desk.tasks.stop(60)
