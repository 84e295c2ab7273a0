"""Run the commands of the pages in a folder of the samples.

Run as ``python tools/pages.py`` to write what they print today into the pages; the tests compare it. The guide
of an officer has a year of its own (``tools/guide.py``).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from console import printed, refreshed

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import city_tables  # noqa: E402 - the tables of a city and the folder of an inspector are made by the tests' own modules
import inspected  # noqa: E402

SAMPLES = ROOT / "samples"

PAGES = ("automation.md", "fill.zh-CN.md", "inspector.zh-CN.md", "json.md", "quick-start.zh-CN.md")


_TOWNS = 10
"""As many units as have a slip each; the walk of the tests has more."""


def _published(folder: Path, page: str) -> None:
    inspected.write_reports(folder / "报告", _TOWNS, (inspected.LAST_YEAR - 1,), (".json",))
    inspected.write_reports(folder / "报告", _TOWNS, (inspected.LAST_YEAR,), (".html", ".json"))
    inspected.with_slips(folder / "报告")
    inspected.write_list(folder / "名单.xlsx", range(_TOWNS))


def _settings(folder: Path, page: str) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (folder / "设置.toml").write_text(block, "utf-8")


def _city(folder: Path, page: str) -> None:
    (folder / "市表.xlsx").write_bytes(city_tables.with_oddities())
    (folder / "各单位.xlsx").write_bytes(city_tables.unit_list(["安澜县柳塘乡人民政府", "安澜县清溪镇人民政府"]))


_DONE_IN_BETWEEN: Mapping[str, Callable[[Path, str], None]] = {
    "city": _city,
    "published": _published,
    "settings": _settings,
}


def today(page: Path) -> str:
    """Return a page with what its commands print today."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
        return refreshed(
            text,
            lambda line: printed(line, folder).replace(os.sep, "/").splitlines(),
            lambda step: _DONE_IN_BETWEEN[step](folder, text),
        )


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are out of date."""
    stale = 0
    for name in PAGES:
        page = ROOT / "docs" / name
        text = today(page)
        if text == page.read_text("utf-8"):
            continue
        stale = 1
        if "--check" in arguments:
            print(page.relative_to(ROOT))
        else:
            page.write_text(text, "utf-8")
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
