"""Nobody but the officer's own browser is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from county import TODAY, TOWNS, County
from officer import Officer, at_the_desk


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return County(tmp_path_factory.mktemp("guarded") / "year", TOWNS).folder


@pytest.fixture
def officer(folder: Path) -> Iterator[Officer]:
    with at_the_desk(folder, TODAY) as officer:
        yield officer


def test_an_address_lets_one_browser_in_and_is_void_afterwards(officer: Officer) -> None:
    address = urlsplit(officer.guard.entry()).path
    another = officer.app.test_client()
    assert another.get("/", base_url=officer.origin).status_code == 403
    assert another.get(address, base_url=officer.origin).status_code == 302
    assert another.get("/", base_url=officer.origin).status_code == 302
    third = officer.app.test_client()
    assert third.get(address, base_url=officer.origin).status_code == 403
    assert third.get("/", base_url=officer.origin).status_code == 403


def test_an_address_that_was_not_opened_is_void_when_another_one_was(officer: Officer) -> None:
    first, second, third = (officer.app.test_client() for _ in range(3))
    forgotten, used = (urlsplit(officer.guard.entry()).path for _ in range(2))
    assert first.get(used, base_url=officer.origin).status_code == 302
    assert second.get(forgotten, base_url=officer.origin).status_code == 403
    assert third.get(urlsplit(officer.guard.entry()).path, base_url=officer.origin).status_code == 302
    assert officer.client.get("/alive", base_url=officer.origin).status_code == 204


def test_a_request_for_another_host_is_refused(officer: Officer) -> None:
    for host in ("http://localhost:8100", "http://example.com", "http://127.0.0.1:9"):
        assert officer.client.get("/", base_url=host).status_code == 400


def test_a_change_needs_the_token_of_its_own_page(officer: Officer) -> None:
    def post(**more: object) -> int:
        return officer.client.post("/end", base_url=officer.origin, **more).status_code

    with officer.app.test_request_context("/", headers={"Cookie": cookie(officer)}):
        right, other = officer.guard.token("/end"), officer.guard.token("/task/cancel")
    assert post() == 403
    assert post(data={"token": other}) == 403
    assert post(data={"token": right}, headers={"Origin": "http://example.com"}) == 403
    assert post(data={"token": right}, headers={"Sec-Fetch-Site": "cross-site"}) == 403
    assert not officer.desk.ended.is_set()
    assert post(data={"token": right}) == 200
    assert officer.desk.ended.is_set()


def cookie(officer: Officer) -> str:
    found = officer.client.get_cookie(f"gouji-desk-{officer.desk.port}", domain="127.0.0.1")
    assert found is not None
    assert found.http_only
    assert found.same_site == "Strict"
    return f"{found.key}={found.value}"


def test_every_answer_carries_the_policy_and_no_code_of_its_own(officer: Officer) -> None:
    for address in ("/", "/nothing", "/static/desk.js"):
        headers = officer.open(address).answer.headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_old_core_gets_one_plain_sentence_and_the_address_stays_good(officer: Officer) -> None:
    address = urlsplit(officer.guard.entry()).path
    old = {"User-Agent": "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko"}
    client = officer.app.test_client()
    assert "浏览器太旧" in client.get(address, base_url=officer.origin, headers=old).get_data(as_text=True)
    assert client.get(address, base_url=officer.origin).status_code == 302
