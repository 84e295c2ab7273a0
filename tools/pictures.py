"""Make the pictures of the README from the real samples: LibreOffice prints them, pdftoppm cuts them out.

Run as ``python tools/pictures.py`` on a Debian machine with libreoffice, poppler-utils, fonts-noto-cjk,
fonts-arphic-ukai and fonts-arphic-uming. The fonts of Chinese offices are not free; free ones stand in for them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from gouji.batch import Previous
from gouji.correction import correct

ROOT = Path(__file__).parents[1]

_FONTS = {
    "宋体": "Noto Serif CJK SC",
    "仿宋_GB2312": "AR PL UMing CN",
    "楷体_GB2312": "AR PL UKai CN",
    "黑体": "Noto Sans CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
}

_PICTURES = (
    # name, sample, page, and the cut in pixels at 80 dpi: x, y, width, height
    ("workbook-cover", "qingxi-2025.xlsx", 1, (40, 40, 590, 600)),
    ("workbook-requests", "qingxi-2025.xlsx", 5, (40, 40, 590, 620)),
    ("workbook-correct", "liutang-back.xlsx", 1, (40, 40, 590, 600)),
    ("workbook-checks", "liutang-2025.xlsx", 9, (40, 40, 860, 610)),
    ("report-first", "qingxi-2025.docx", 1, (0, 0, 662, 936)),
    ("report-requests", "qingxi-2025.docx", 4, (0, 0, 662, 936)),
)
_DPI = 80


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environment = {**os.environ, "FONTCONFIG_FILE": str(_fontconfig(work))}
        for name, sample, page, cut in _PICTURES:
            pdf = _printed(work, sample, environment)
            _cut(pdf, page, cut, ROOT / "docs" / "images" / name)


def _fontconfig(work: Path) -> Path:
    aliases = "".join(
        f"<match target='pattern'><test name='family'><string>{wanted}</string></test>"
        f"<edit name='family' mode='assign' binding='strong'><string>{free}</string></edit></match>"
        for wanted, free in _FONTS.items()
    )
    path = work / "fonts.conf"
    path.write_text(
        f"<fontconfig><dir>/usr/share/fonts</dir><cachedir>{work}/cache</cachedir>{aliases}</fontconfig>", "utf-8"
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
    """Copy a sample, or make what goes back to the unit of the sample of that name."""
    if sample.exists():
        shutil.copyfile(sample, target)
    else:
        correct(sample.with_name(sample.name.replace("-back", "-2025")), target, Previous(None))
    return target


def _cut(pdf: Path, page: int, cut: tuple[int, int, int, int], target: Path) -> None:
    x, y, width, height = map(str, cut)
    where = ["-f", str(page), "-l", str(page), "-x", x, "-y", y, "-W", width, "-H", height]
    subprocess.run(["pdftoppm", "-r", str(_DPI), "-png", "-singlefile", *where, str(pdf), str(target)], check=True)


if __name__ == "__main__":
    main()
