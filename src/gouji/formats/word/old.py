"""Old Word files (.doc, .rtf) and OpenDocument texts (.odt): LibreOffice, if installed, converts them to .docx."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import Archive

_NAMES = ("soffice", "libreoffice")
SECONDS = 25
"""The time limit of a conversion; a worker has thirty seconds for the whole file."""
_MEMORY = 4 * 2**30
_ORDERLY = (0, 1)
"""The exit statuses of LibreOffice for a file that it could or could not read; a crash has another."""
LARGEST = 40 * 2**20


def as_docx(data: bytes, kind: str) -> bytes:
    """Return a text of another program (``kind`` is its extension) as .docx.

    Raises DocumentError where LibreOffice is not installed, or does not make one of it in time.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise DocumentError(
            f"这是 .{kind} 文件，读它要用 LibreOffice，这台电脑没有装。请用 Word 或者 WPS 另存为 .docx 后再读。"
        )
    if len(data) > LARGEST:
        raise DocumentError(f"这个 .{kind} 文件大得不正常，没有打开。请用 Word 或者 WPS 另存为 .docx 后再读。")
    if kind == "odt":
        _check_open_text(data)
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / f"report.{kind}", folder / "out" / "report.docx"
        source.write_bytes(data)
        status = _run(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--convert-to",
                "docx:MS Word 2007 XML",
                "--outdir",
                str(target.parent),
                str(source),
            ],
            kind,
        )
        if not target.exists() and status not in _ORDERLY:
            raise DocumentError(
                f"转换这个 .{kind} 文件时 LibreOffice 中途退出了，不一定是文件的问题。"
                "请再试一次；还不行，请用 Word 或者 WPS 另存为 .docx 后再读。"
            )
        if not target.exists():
            raise DocumentError(
                f"这个 .{kind} 文件打不开，可能已经损坏，或者设了密码。请用 Word 或者 WPS 另存为 .docx 后再读。"
            )
        return target.read_bytes()


def _check_open_text(data: bytes) -> None:
    """Check an OpenDocument text before a program that has no limits opens it.

    Raises DocumentError where it is encrypted, broken, too large or unsafe.
    """
    archive = Archive(data)
    parts = {name: archive.read(name) for name in ("META-INF/manifest.xml", "content.xml") if name in archive}
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
    if b"office:text" not in parts.get("content.xml", b""):
        raise DocumentError(
            "这个 .odt 文件里没有文字，可能已经损坏。请用 Word 或者 WPS 打开看一看，另存为 .docx 后再读。"
        )


def _run(command: list[str], kind: str) -> int:
    """Run a program and return its exit status; after the time limit, kill it with all its child processes."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_own_memory if sys.platform != "win32" else None,
    ) as process:
        try:
            return process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                if sys.platform == "win32":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
            raise DocumentError(
                f"这个 .{kind} 文件在 {SECONDS} 秒里没有转换完，没有读取。请用 Word 或者 WPS 另存为 .docx 后再读。"
            ) from None


def _own_memory() -> None:
    """Set a separate memory limit for the program, which needs more than a worker may use."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if most == resource.RLIM_INFINITY else most, most))
