"""Workbooks as LibreOffice prints them on a machine with 宋体, and on one without it.

The fonts of Chinese offices are not free. AR PL UMing has the widths of 宋体: a digit is half a Chinese character. A
program that lacks 宋体 draws digits and letters in another font, and counts columns in its digits: here Carlito, which
has the widths of Calibri, and Chinese characters come from a third font.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import libreoffice as office
from libreoffice import LibreOffice
from widths import CARLITO, UMING

METRICS = {"song": ("AR PL UMing CN",), "calibri": ("Carlito", "AR PL UMing CN")}
"""What stands in for 宋体 and 黑体: the first font, and the one that is taken for characters which it lacks."""

_CHINESE = ("宋体", "SimSun", "黑体", "SimHei")


def fontconfig(folder: Path, metric: str) -> Path:
    """Write the settings of a machine with one of the metrics, and return their file."""
    for font in (UMING, CARLITO):
        if not font.exists():
            office.missing(f"no {font} (fonts-crosextra-carlito, fonts-arphic-uming)")
    stands_in = "".join(f"<string>{name}</string>" for name in METRICS[metric])
    aliases = "".join(
        f"<match target='pattern'><test name='family'><string>{wanted}</string></test>"
        f"<edit name='family' mode='assign' binding='strong'>{stands_in}</edit></match>"
        for wanted in _CHINESE
    )
    path = folder / f"{metric}.conf"
    path.write_text(
        f"<fontconfig><dir>{UMING.parent}</dir><dir>{CARLITO.parent}</dir>"
        f"<cachedir>{folder / 'cache'}</cachedir>{aliases}</fontconfig>",
        "utf-8",
    )
    return path


def printed(files: Sequence[Path], folder: Path, metric: str) -> Iterator[tuple[Path, str]]:
    """Yield the text of the pages of each workbook, as a PDF of LibreOffice holds it, without white space."""
    program = shutil.which("soffice") or office.missing("LibreOffice (soffice) is not installed")
    pdftotext = shutil.which("pdftotext") or office.missing("pdftotext (poppler-utils) is not installed")
    own = folder / metric
    own.mkdir()
    with mock.patch.dict(os.environ, FONTCONFIG_FILE=str(fontconfig(folder, metric))):
        for pdf in LibreOffice(program, own / "profile").convert(files, own, "pdf:calc_pdf_Export"):
            words = subprocess.run(
                [pdftotext, "-raw", str(pdf), "-"], capture_output=True, check=True, encoding="utf-8"
            )
            yield pdf, "".join(words.stdout.split())
