"""The pages of the kit as a browser prints them: the same numbers and slips, cut by page breaks."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import browser

from published_kit.kit import Document

_LINES = "<style>table{border-collapse:collapse}td,th{border:1px solid #000}</style>"


def printed(documents: Iterable[Document], folder: Path) -> Iterator[Document]:
    """Yield the pages among some documents as PDF files."""
    started = browser.started(folder / "browser")
    program = next(started)
    try:
        for document in documents:
            if document.name.endswith(".html"):
                path = folder / "page.html"
                path.write_bytes(document.data.replace(b"</head>", _LINES.encode("ascii") + b"</head>", 1))
                program.open(path)
                answer = program.tell("Page.printToPDF", printBackground=False)
                name = document.name.removesuffix("html") + "pdf"
                kind = f"{document.kind}, printed"
                yield replace(document, name=name, kind=kind, data=base64.b64decode(answer["data"]))
    finally:
        started.close()
