"""The documentation site, built and opened from the disk: its search works, pages fit, and it loads nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import browser as chromium
import pypdfium2
import pytest
from browser import Browser
from pace import HANG

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


_RESULTS = "[...document.querySelectorAll('a.md-search-result__link')].map(link => link.getAttribute('href'))"
_SAID = "document.querySelector('.md-search-result__meta')"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("mkdocs") is None or find_spec("material") is None or find_spec("jieba") is None:
        chromium.missing("the documents' tools are not installed: pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


def found(browser: Browser, words: str) -> list[str]:
    """Return the pages that the search offers for words, as somebody types them."""
    box = browser.driver.find_element("css selector", ".md-search__input")
    browser.driver.execute_script(f"{_SAID}.textContent = ''")
    box.click()
    box.clear()
    box.send_keys(words)
    end = time.monotonic() + HANG
    while not re.search(r"\d|没有找到", str(browser.ask(f"{_SAID}.textContent"))):
        assert time.monotonic() < end, f"the search says nothing about {words!r}"
        time.sleep(0.1)
    names: list[str] = browser.ask(_RESULTS)
    return [re.sub(r"[?#].*", "", name).rpartition("/")[2] for name in names]


@pytest.mark.parametrize(
    "words, page",
    [
        ("上年结转", "officer-guide.zh-CN.html"),
        ("授权码", "mail.zh-CN.html"),
        ("离线包", "offline-bundle.zh-CN.html"),
        ("待改正", "officer-guide.zh-CN.html"),
        ("启用编辑", "questions.zh-CN.html"),
        ("万元", "questions.zh-CN.html"),
        ("检查人", "inspector.zh-CN.html"),
        ("requests.balance", "rules.html"),
        ("exit code", "automation.html"),
    ],
)
def test_the_search_works_in_pages_opened_as_files(browser: Browser, site: Path, words: str, page: str) -> None:
    browser.open(site / "index.html")
    assert page in found(browser, words)


def test_the_search_does_not_find_a_missing_word(browser: Browser, site: Path) -> None:
    browser.open(site / "index.html")
    assert found(browser, "xylophone") == []


def pages(site: Path) -> list[Path]:
    # The page for what is not there has its addresses from a server's root.
    return [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]


def test_the_site_loads_nothing_from_other_hosts(site: Path) -> None:
    for page in pages(site):
        text = page.read_text("utf-8")
        fetched = re.findall(r"<(?:script|img|iframe|source)[^>]*\bsrc=\"?([^\"\s>]+)", text)
        fetched += re.findall(r"<link[^>]*rel=\"?(?:stylesheet|icon|preload)\"?[^>]*href=\"?([^\"\s>]+)", text)
        assert fetched
        assert [address for address in fetched if address.startswith(("http", "//"))] == [], page.name


def test_no_page_is_wider_than_the_window_and_no_picture_is_missing(browser: Browser, site: Path) -> None:
    assert len(pages(site)) > 15
    for page in pages(site):
        for width in (1280, 390):
            browser.open(page, width)
            assert browser.sideways() == 0, (page.name, width)
            assert browser.ask("[...document.images].filter(each => !each.naturalWidth).map(each => each.src)") == []


def test_each_of_the_two_trials_prints_on_one_sheet(site: Path, browser: Browser) -> None:
    browser.open(site / "trial.zh-CN.html")
    with pypdfium2.PdfDocument(browser.printed()) as paper:
        assert [[round(points / 72 * 25.4) for points in page.get_size()] for page in paper] == [[210, 297]] * 2
        assert "勾稽的页面" in paper[1].get_textpage().get_text_bounded().splitlines()[0]
