"""Run the commands of the pages in a folder of the samples.

Run as ``python tools/pages.py`` to write what they print today into the pages; the tests compare it. The guide
of an officer has a year of its own (``tools/guide.py``).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from console import printed, refreshed

from gouji.formats.read import read
from gouji.formats.web.report_page import write_page
from gouji.formats.word.writer import write_document

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"

PAGES = ("automation.md", "inspector.zh-CN.md", "json.md", "quick-start.zh-CN.md")


def _published(folder: Path) -> None:
    (folder / "报告").mkdir()
    (folder / "上年").mkdir()
    write_document(read(SAMPLES / "qingxi-2025.xlsx").report, folder / "报告" / "清溪镇.docx")
    write_page(read(SAMPLES / "liutang-2025.xlsx").report, folder / "报告" / "柳塘镇.html")
    shutil.copyfile(SAMPLES / "qingxi-2024.json", folder / "上年" / "清溪镇.json")


_DONE_IN_BETWEEN: Mapping[str, Callable[[Path], None]] = {"published": _published}


def today(page: Path) -> str:
    """Return a page with what its commands print today."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
        return refreshed(
            page.read_text("utf-8"),
            lambda line: printed(line, folder).replace(os.sep, "/").splitlines(),
            lambda step: _DONE_IN_BETWEEN[step](folder),
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
