"""The files in a workspace that open its desk with a double click, and collect the files that are dropped on them.

They look for gouji on the PATH, then for the Python that made the workspace, then for an offline bundle beside the
workspace (a folder with ``gouji.bat`` or ``gouji.sh`` at its top). Python gets ``-P``: it must import nothing from the
workspace, which is the folder that a double click starts it in.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from gouji.runtime.output import write_aside

BAT, COMMAND, DESKTOP = "双击开始.bat", "双击开始.command", "双击开始.desktop"
NAMES = (BAT, COMMAND, DESKTOP)
_BUNDLES = ("gouji.bat", "gouji.sh")

# A Chinese Windows reads a batch file as GBK. It reads each line anew, so the first lines can switch others to GBK.
_BAT = """\
@echo off
chcp 936 >nul 2>nul
rem 双击打开勾稽的页面；把收到的文件拖到这个图标上，就收这些文件。
setlocal
set "GOUJI_HERE=%~dp0."
set "GOUJI_PYTHON={python}"
set "GOUJI_BUNDLE="
where gouji >nul 2>nul
if not errorlevel 1 goto path
if exist "%GOUJI_PYTHON%" goto python
for /d %%d in ("%~dp0..\\*") do if exist "%%d\\gouji.bat" set "GOUJI_BUNDLE=%%d\\gouji.bat"
if exist "%~dp0..\\gouji.bat" set "GOUJI_BUNDLE=%~dp0..\\gouji.bat"
if defined GOUJI_BUNDLE goto bundle
echo 没有找到勾稽。请把勾稽的文件夹解压到这个工作文件夹旁边，再双击一次。
pause
exit /b 2
:path
call gouji desk -w "%GOUJI_HERE%" %*
goto end
:python
"%GOUJI_PYTHON%" -P -m gouji desk -w "%GOUJI_HERE%" %*
goto end
:bundle
call "%GOUJI_BUNDLE%" desk -w "%GOUJI_HERE%" %*
:end
set "GOUJI_STATUS=%errorlevel%"
if not "%GOUJI_STATUS%"=="0" pause
exit /b %GOUJI_STATUS%
"""

_COMMAND = """\
#!/bin/sh
# 双击打开勾稽的页面；后面写了文件的，先收这些文件。
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python={python}
bundle=
for each in "$here"/../*/gouji.sh "$here"/../gouji.sh; do
  if [ -f "$each" ]; then bundle=$each; fi
done
if command -v gouji >/dev/null 2>&1; then
  gouji desk -w "$here" "$@"
elif [ -f "$python" ]; then
  "$python" -P -m gouji desk -w "$here" "$@"
elif [ -n "$bundle" ]; then
  sh "$bundle" desk -w "$here" "$@"
else
  echo "没有找到勾稽。请把勾稽的文件夹解压到这个工作文件夹旁边，再双击一次。"
  false
fi
status=$?
if [ "$status" -ne 0 ] && [ -t 0 ]; then
  printf "按回车关闭："
  read -r answer
fi
exit "$status"
"""

# It starts the launcher beside it. The desktop says where that is (%k); where it does not, we use the first place.
_DESKTOP = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=双击开始
Comment=打开勾稽的页面；把收到的文件拖到这个图标上，就收这些文件
Exec=sh -c {script} gouji %k %F
Terminal=true
Categories=Office;
"""
_FROM_DESKTOP = """\
here={here}; \
case "$1" in *.desktop) there=${{1%/*}}; shift; if [ -f "$there/{command}" ]; then here=$there; fi;; esac; \
exec sh "$here/{command}" "$@"\
"""


def outside_bundle(folder: Path) -> Path:
    """Return a folder, or where it is inside an offline bundle, the one beside the bundle.

    A bundle is replaced whole by its next version: no year may be inside it.
    """
    folder = folder.resolve()
    bundle = next((top for top in (folder, *folder.parents) if any((top / name).is_file() for name in _BUNDLES)), None)
    return bundle.parent if bundle else folder


def write_launchers(folder: Path, into: Path | None = None) -> None:
    """Write the launchers into a workspace; existing ones are kept.

    ``into`` is where the folder is put together, if it is moved to its place later. Raises GoujiError where they cannot
    be written.
    """
    place = into or folder
    for name, data in launchers(folder, Path(sys.executable)).items():
        if not (place / name).exists():
            write_aside(place / name, data)
    _let_start(place)


def _let_start(folder: Path) -> None:
    """Make the launchers of a workspace executable."""
    for name in (COMMAND, DESKTOP):
        with suppress(OSError):
            (folder / name).chmod(0o755)


def launchers(folder: Path, python: Path, *, windows: bool = os.name == "nt") -> dict[str, bytes]:
    """Return the launchers of a workspace, by file name; ``python`` is the interpreter that runs gouji here."""
    folder = folder.resolve()
    home = _home(folder, python.absolute())
    bat = _BAT.format(python=_for_cmd(home) if windows else "")
    command = _COMMAND.format(python="" if windows else _for_sh(home))
    script = _FROM_DESKTOP.format(here=shlex.quote(str(folder)), command=COMMAND)
    return {
        BAT: bat.replace("\n", "\r\n").encode("gbk", errors="replace"),
        COMMAND: os.fsencode(command),
        DESKTOP: _DESKTOP.format(script=_for_exec(script)).encode("utf-8", errors="surrogateescape"),
    }


def _home(folder: Path, python: Path) -> str:
    """Return the path of an interpreter; relative to the workspace where both may be moved together with a bundle."""
    bundle = next((top for top in python.parents if any((top / name).is_file() for name in _BUNDLES)), None)
    return os.path.relpath(python, folder) if bundle and folder.is_relative_to(bundle.parent) else str(python)


def _for_cmd(home: str) -> str:
    path = home.replace("%", "%%")
    return path if Path(home).is_absolute() else f"%~dp0{path}"


def _for_sh(home: str) -> str:
    return shlex.quote(home) if Path(home).is_absolute() else f'"$here"/{shlex.quote(home)}'


def _for_exec(script: str) -> str:
    """Return a text as one argument of a line Exec= (freedesktop.org, Desktop Entry Specification)."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", script).replace("%", "%%")
    return '"{}"'.format(quoted.replace("\\", "\\\\"))
