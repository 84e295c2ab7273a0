"""Make the pictures of the docs: LibreOffice prints the samples, pdftoppm crops them, Chromium shows web pages.

Run as ``python tools/pictures.py`` on a Debian machine with libreoffice, poppler-utils, chromium, chromium-driver,
chromium-l10n, fonts-noto-cjk, fonts-arphic-ukai and fonts-arphic-uming (or with their files in
``$XDG_DATA_HOME/fonts``); ``--web`` makes only those of web pages, ``--desk`` only those of the desk. The fonts of
Chinese offices are not free; free ones replace them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from guide import OWN_FORM, TODAY, Story

from gouji.collection.outgoing.board import BOARD, write_board
from gouji.collection.workspace.folder import Workspace
from gouji.formats.web.report_page import write_page
from gouji.jobs.batch import Previous
from gouji.jobs.correction import correct
from gouji.report.model import from_json

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "support")]

_FONTS = {
    "宋体": "Noto Serif CJK SC",
    "仿宋_GB2312": "AR PL UMing CN",
    "楷体_GB2312": "AR PL UKai CN",
    "黑体": "Noto Sans CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
}

_WIDTHS_COUNT = {name: {"宋体": "AR PL UMing CN"} for name in ("summary.xlsx", "own.xlsx", "liutang-back.xlsx")}
"""A sheet that is not fitted to its paper needs a font with digits as wide as those of 宋体."""

_PICTURES = (
    # name, file, page or the sheet that begins there, and the visible part in pixels at 80 dpi: x, y, width, height
    ("workbook-cover", "qingxi-2025.xlsx", 1, (44, 54, 574, 540)),
    ("workbook-requests", "qingxi-2025.xlsx", "三、依申请公开", (44, 48, 574, 586)),
    ("workbook-correct", "liutang-back.xlsx", 2, (44, 54, 574, 562)),
    ("workbook-checks", "liutang-2025.xlsx", "校验", (44, 50, 848, 568)),
    ("report-requests", "qingxi-2025.docx", 4, (74, 108, 520, 688)),
    ("own-sheet", "own.xlsx", "七、省补充表", (44, 50, 574, 418)),
    ("own-report", "own.docx", 6, (74, 108, 520, 438)),
    ("summary", "summary.xlsx", 1, (24, 44, 614, 384)),
)
_DPI = 80
_SHARPNESS = 2
"""Dots of a picture for each pixel in the numbers here, across and down; modern screens show two."""

_PAGES = (
    # name, page, width of the window, and the visible height
    ("page-wide", "page.html", 1100, 1141),
    ("page-narrow", "page.html", 375, 800),
    ("board", "board.html", 1100, 1405),
)
_PHONE = 600
"""A window narrower than this is shown as on a phone."""


def main(arguments: list[str]) -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _show_desk(work)
        if "--desk" in arguments:
            return
        _show(work)
        if "--web" in arguments:
            return
        _make_summary(work)
        _make_own_form(work)
        for name, sample, page, cut in _PICTURES:
            fonts = _fontconfig(work, {**_FONTS, **_WIDTHS_COUNT.get(sample, {})})
            environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
            pdf = _printed(work, sample, environment)
            number = page if isinstance(page, int) else _page_of(pdf, page)
            _cut(pdf, number, cut, ROOT / "docs" / "images" / name)


def _show(work: Path) -> None:
    """Take the pictures of the page of a sample, and of the board in the middle of the guide's year."""
    import browser

    write_page(from_json((ROOT / "samples" / "qingxi-2025.json").read_bytes()), work / "page.html")
    story = Story(work / "county")
    story.until("first_returns")
    with mock.patch("gouji.cli.clock.today", return_value=TODAY):
        story.run("gouji collect")
        story.run("gouji return")
        write_board(Workspace(story.office), TODAY)
    shutil.copyfile(story.office / BOARD, work / "board.html")
    for chromium in browser.started(work):
        for name, page, width, height in _PAGES:
            chromium.open(work / page, width)
            chromium.tell(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=_SHARPNESS,
                mobile=width < _PHONE,
            )
            (ROOT / "docs" / "images" / f"{name}.png").write_bytes(chromium.picture(height))


def _show_desk(work: Path) -> None:
    import browser
    from desk_pictures import take_pictures

    with mock.patch.dict(os.environ, LANGUAGE="zh_CN"):  # the browser's own words, such as those of a choice of files
        chromium = browser.Browser(work / "desk-browser")
    try:
        take_pictures(chromium, work, ROOT / "docs" / "images")
    finally:
        chromium.close()


def _make_summary(work: Path) -> None:
    """Make the totals of the guide's county, where one unit is missing."""
    story = Story(work / "totals")
    story.until("explained")
    with mock.patch("gouji.cli.clock.today", return_value=TODAY):
        story.run("gouji collect")
        story.run("gouji summary --partial")
    shutil.copyfile(story.office / "汇总" / "汇总.xlsx", work / "summary.xlsx")


def _make_own_form(work: Path) -> None:
    """Make the workbook and the report of the tutorial on own forms."""
    story = Story(work / "own")
    story.until("own_filled", OWN_FORM)
    shutil.copyfile(story.folder / "清溪镇.xlsx", work / "own.xlsx")
    story.run("gouji report --edition own-form.toml 清溪镇.xlsx -o own.docx")
    shutil.copyfile(story.folder / "own.docx", work / "own.docx")


def _fontconfig(work: Path, fonts: Mapping[str, str]) -> Path:
    aliases = "".join(
        f"<match target='pattern'><test name='family'><string>{wanted}</string></test>"
        f"<edit name='family' mode='assign' binding='strong'><string>{free}</string></edit></match>"
        for wanted, free in fonts.items()
    )
    path = work / "fonts.conf"
    path.write_text(
        "<fontconfig><dir>/usr/share/fonts</dir><dir prefix='xdg'>fonts</dir>"
        f"<cachedir>{work}/cache</cachedir>{aliases}</fontconfig>",
        "utf-8",
    )
    return path


def _printed(work: Path, sample: str, environment: dict[str, str]) -> Path:
    pdf = work / "pdf" / f"{sample}.pdf"
    if not pdf.exists():
        source = _copied(work / sample, ROOT / "samples" / sample)
        profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(work / "pdf"), str(source)]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        pdf.with_name(f"{source.stem}.pdf").rename(pdf)
    return pdf


def _copied(target: Path, sample: Path) -> Path:
    """Return a copy of a sample, or the workbook that is sent back for it; a file that exists is reused."""
    if target.exists():
        return target
    if sample.exists():
        shutil.copyfile(sample, target)
    else:
        correct(sample.with_name(sample.name.replace("-back", "-2025")), target, Previous(None))
    return target


def _page_of(pdf: Path, sheet: str) -> int:
    """Return the first page of a sheet, whose name is in the footer."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    footers = [page.strip().rpartition("\n")[2] for page in text.split("\f")]
    return 1 + next(number for number, footer in enumerate(footers) if footer.split()[:1] == [sheet])


def _cut(pdf: Path, page: int, cut: tuple[int, int, int, int], target: Path) -> None:
    x, y, width, height = (str(_SHARPNESS * pixels) for pixels in cut)
    where = ["-f", str(page), "-l", str(page), "-x", x, "-y", y, "-W", width, "-H", height]
    dpi = str(_SHARPNESS * _DPI)
    subprocess.run(["pdftoppm", "-r", dpi, "-png", "-singlefile", *where, str(pdf), str(target)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
