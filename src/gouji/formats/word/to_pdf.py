"""Word document → PDF, by the LibreOffice of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gouji.runtime.errors import GoujiError

SECONDS = 120
"""A first start makes a profile, and the machine may be busy."""

_OTHERWISE = "用 Word、WPS 把 Word 报告另存为 PDF。"

_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


class Printer:
    """A LibreOffice with a profile of its own, so that neither disturbs the one at which somebody works."""

    def __init__(self, program: str, work: Path) -> None:
        self._program, self._work = program, work

    def pdf(self, document: bytes) -> bytes:
        """Return a Word document as PDF.

        Raises GoujiError where LibreOffice does not make one in time.
        """
        source, target = self._work / "report.docx", self._work / "report.pdf"
        source.write_bytes(document)
        target.unlink(missing_ok=True)
        command = [
            self._program,
            f"-env:UserInstallation={(self._work / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck"),
            *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(self._work), str(source)),
        ]
        _run(command)
        try:
            return target.read_bytes()
        except FileNotFoundError:
            raise GoujiError(
                "LibreOffice 没有生成 PDF。请再试一次，或者用 Word、WPS 把 Word 报告另存为 PDF。"
            ) from None


@contextmanager
def printer() -> Iterator[Printer]:
    """Give a LibreOffice that prints; what it needs on the disk is gone afterwards.

    Raises GoujiError where it is not installed.
    """
    names = (shutil.which(name) for name in ("soffice", "libreoffice"))
    program = next((found for found in (*names, *filter(os.path.exists, _PLACES)) if found), None)
    if program is None:
        raise GoujiError(f"生成 PDF 要用 LibreOffice，这台电脑上没有。请安装，或者{_OTHERWISE}")
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as work:
        yield Printer(program, Path(work))


def _run(command: list[str]) -> None:
    """Run LibreOffice; after its time end it with all that it has started."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(SECONDS)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GoujiError(f"LibreOffice 在 {SECONDS} 秒里没有生成 PDF，已经停止。请稍后再试。") from None
            raise


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
