"""Programs of the machine that unpack a .rar: which are here, and how one is run.

A program gets the path of one file and nothing that stands in the file. It writes to a pipe, has a limited time, starts
without a shell, and is looked for where programs are installed, never in the current folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gouji.runtime.errors import DocumentError, GoujiError

SECONDS = 20.0
"""How long all programs together may take for one archive: a worker has more, and says less."""


class Missing(msgspec.Struct, frozen=True):
    """What is not on this machine and would open a file; the next run tries again."""

    sentence: str


class Program(msgspec.Struct, frozen=True):
    """A program that writes the files of an archive to its output, in their order."""

    command: tuple[str, ...]
    """The path of the archive follows it."""
    is_certain: bool = False
    """Whether it reads every .rar: libarchive leaves some ways of packing out, and so do free builds of 7-Zip."""


_UNRAR, _UNAR = ("p", "-inul", "-p-"), ("-q", "-o", "-")
_SEVENZIP, _LIBARCHIVE = ("x", "-so", "-bd", "-p-"), ("-x", "-O", "-f")


def for_rar() -> Iterator[Program]:
    """Yield the programs that are on this machine, the best first."""
    if sys.platform == "win32":
        yield from _on_windows()
        return
    for name in ("unrar", "rar"):
        if found := shutil.which(name):
            yield Program((found, *_UNRAR), is_certain=not Path(found).resolve().name.endswith("-free"))
    if found := shutil.which("unar"):
        yield Program((found, *_UNAR), is_certain=True)
    for name in ("7zz", "7z"):
        if found := shutil.which(name):
            yield Program((found, *_SEVENZIP))
    # The tar of macOS is libarchive's.
    if found := shutil.which("bsdtar") or (shutil.which("tar", path="/usr/bin") if sys.platform == "darwin" else None):
        yield Program((found, *_LIBARCHIVE))


def _on_windows() -> Iterator[Program]:
    folders = {os.environ.get(name, "") for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")} - {""}
    for path, options in (("WinRAR/UnRAR.exe", _UNRAR), ("7-Zip/7z.exe", _SEVENZIP)):
        for program in sorted(Path(folder, path) for folder in folders):
            if program.is_file():
                yield Program((str(program), *options), is_certain=True)
    tar = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "tar.exe")  # libarchive.s
    if tar.is_file():
        yield Program((str(tar), *_LIBARCHIVE))


def outputs(data: bytes, ending: str, most: int) -> Iterator[tuple[Program, bytes]]:
    """Yield each program with what it writes for an archive, at most so many bytes.

    Raises DocumentError where the time is up, GoujiError where the disk takes no more.
    """
    deadline = time.monotonic() + SECONDS
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as folder:
        archive = Path(folder, f"archive{ending}")
        try:
            archive.write_bytes(data)
        except OSError:
            raise GoujiError(f"临时文件夹写不进去：{folder}。请看看磁盘是不是满了，再收一遍。") from None
        for program in for_rar():
            output = _output([*program.command, str(archive)], most, deadline, folder)
            if output is not None:
                yield program, output


def _output(command: list[str], most: int, deadline: float, folder: str) -> bytes | None:
    """Return what a program writes; None where it cannot be started."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), stop)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            output = process.stdout.read(most)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if late.is_set():
        raise DocumentError(
            "解压程序很久没有解完，压缩包不正常，没有拆开。"
            "请解压以后把里面的文件放进“回收”文件夹，或者请单位压缩成 .zip 重新发送。"
        )
    return output
