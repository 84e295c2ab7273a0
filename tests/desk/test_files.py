"""Received files are saved as they came, folders open by their key; nothing else of the computer can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from county import TODAY, TOWNS, County
from flask import render_template_string
from officer import Officer, at_the_desk

from gouji.desk.views import folders

RECEIVED = "一张网页.html"
CONTENT = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    county = County(tmp_path_factory.mktemp("files") / "year", TOWNS)
    (county.folder / "回收" / RECEIVED).write_bytes(CONTENT)
    county.run("collect")
    return county.folder


@pytest.fixture
def officer(folder: Path) -> Iterator[Officer]:
    with at_the_desk(folder, TODAY) as officer:
        yield officer


def place(officer: Officer) -> str:
    return next(iter(officer.desk.years))


def test_a_received_file_is_saved_under_its_name_and_never_shown_as_a_page(officer: Officer) -> None:
    year = officer.desk.year(place(officer))
    assert year is not None
    with year.workspace.ledger() as ledger:
        (sha256,) = ledger.files()
    answer = officer.open(f"/year/{place(officer)}/file/{sha256}").answer
    assert answer.data == CONTENT
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["0" * 64, "..%2f设置.toml", "设置.toml", "%2e%2e/名册.xlsx"])
def test_only_files_of_the_ledger_can_be_asked_for(officer: Officer, name: str) -> None:
    assert officer.open(f"/year/{place(officer)}/file/{name}").answer.status_code == 404


def pressed(officer: Officer, key: str) -> Officer:
    address = f"/year/{place(officer)}/open"
    button = "{% from '_files.html' import folder_button with context %}{{ folder_button(key, '打开') }}"
    cookie = officer.client.get_cookie(f"gouji-desk-{officer.desk.port}", domain="127.0.0.1")
    assert cookie is not None
    with officer.app.test_request_context("/", headers={"Cookie": f"{cookie.key}={cookie.value}"}):
        form = render_template_string(button, place=place(officer), key=key)
        assert f'action="{address}"' in form
        token = officer.guard.token(address)
    answer = officer.client.post(address, base_url=officer.origin, data={"token": token, "key": key})
    officer.answer = answer
    return officer.open(answer.headers["Location"]) if answer.status_code == 302 else officer


def test_a_folder_of_the_list_opens_and_no_other(
    officer: Officer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(folders, "shown", lambda path: opened.append(path) or True)
    assert "文件夹已经打开" in pressed(officer, "received").text
    assert "还没有这个文件夹" in pressed(officer, "pages").text
    assert pressed(officer, "../..").answer.status_code == 400
    assert opened == [(folder / "回收").resolve()]


def test_where_there_is_no_file_manager_the_path_is_said(
    officer: Officer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "shown", lambda path: False)
    assert str(folder.resolve() / "下发") in pressed(officer, "issued").text
