"""Make a zipped folder that runs gouji without an installation and without a network.

For Windows it holds the official embeddable Python, given by path, with the packages beside it. For Linux it holds the
wheels, from which ``gouji.sh`` makes an environment for the machine's own Python on its first start::

    python -m tools.bundle --platform win_amd64 --python python-3.12.8-embed-amd64.zip -o gouji-win.zip
    python -m tools.bundle --platform linux_x86_64 -o gouji-linux.zip

It is never a self-extracting program, because virus scanners stop those. It contains the documentation as web pages.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.wheels import ROOT, Target, WheelError, fetch, own_wheel, pip

PLATFORMS = ("win_amd64", "linux_x86_64", "linux_aarch64")
PYTHONS = ("3.13", "3.12", "3.11")
LAUNCHERS = Path(__file__).parent / "launchers"
DESKTOP = "双击开始.desktop"
SUMS = "SHA256SUMS.txt"
GUIDE = "使用说明.html"

_TO_GUIDE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=guide/index.html">
<title>使用说明</title></head><body><a href="guide/index.html">使用说明</a></body></html>
"""


def main(arguments: list[str]) -> int:
    """Make a bundle, or say why it cannot be made."""
    wishes = _parser().parse_args(arguments)
    if (wishes.platform == "win_amd64") != (wishes.python is not None):
        print("--python EMBEDDABLE.zip belongs to --platform win_amd64, and only to it", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work) / wishes.output.stem
            folder.mkdir()
            if wishes.python:
                windows(folder, wishes.python, Path(work))
            else:
                linux(folder, wishes.platform, wishes.pythons or PYTHONS, Path(work))
            guide(folder, wishes.site)
            shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
            (folder / SUMS).write_text("".join(sums(folder)), "utf-8", newline="\n")
            packed(folder, wishes.output)
    except (WheelError, BundleError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{wishes.output}: {wishes.output.stat().st_size / 2**20:.1f} MB")
    return 0


class BundleError(Exception):
    """The given files cannot make a bundle."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__.splitlines()[0])
    parser.add_argument("--platform", required=True, choices=PLATFORMS)
    parser.add_argument("--python", type=Path, metavar="EMBEDDABLE.zip", help="for Windows: the embeddable Python")
    parser.add_argument(
        "--python-version", dest="pythons", action="append", choices=PYTHONS, help="for Linux; may be repeated"
    )
    parser.add_argument("--site", type=Path, help="the documentation, built; without it mkdocs builds it")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="BUNDLE.zip")
    return parser


# ---------------------------------------------------------------- the two kinds


def windows(folder: Path, embeddable: Path, work: Path) -> None:
    """Unpack the embeddable Python and the packages into a folder, and make Python find the packages."""
    home = folder / "python"
    try:
        with zipfile.ZipFile(embeddable) as archive:
            archive.extractall(home)
    except (OSError, zipfile.BadZipFile) as error:
        raise BundleError(f"{embeddable} cannot be unpacked: {error}") from None
    paths = [path for path in home.glob("python3*._pth") if (home / "python.exe").exists()]
    if len(paths) != 1:
        raise BundleError(f"{embeddable} is not the embeddable Python: no python.exe with a python3…._pth at its top")
    version = re.sub(r"python3(\d+)", r"3.\1", paths[0].stem)
    target = Target("win_amd64", version)
    wheels = fetch(own_wheel(work / "own"), (), target, work / "wheels")
    packages = home / "Lib" / "site-packages"
    options = ["--no-deps", "--no-index", "--no-compile", f"--target={packages}", *target.options]
    pip("--isolated", "install", "-q", *options, *map(str, wheels))
    shutil.rmtree(packages / "bin", ignore_errors=True)  # these programs only run on the machine that made the bundle
    with paths[0].open("a", encoding="utf-8", newline="\r\n") as file:
        file.write("\nLib\\site-packages\n")
    launcher(folder, "gouji.bat", {})


def linux(folder: Path, platform: str, pythons: Iterable[str], work: Path) -> None:
    """Put the wheels for each version of Python into a folder, with the wheel of pip."""
    own, wheels = own_wheel(work / "own"), folder / "wheels"
    for version in pythons:
        fetch(own, (), Target(platform, version), wheels)
    pip("download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(wheels), "pip")
    values = {
        "@PYTHONS@": " ".join(pythons),
        "@MACHINE@": platform.removeprefix("linux_"),
    }
    launcher(folder, "gouji.sh", values)
    launcher(folder, DESKTOP, {}, kept_as="start.desktop")


def launcher(folder: Path, name: str, values: dict[str, str], kept_as: str = "") -> None:
    """Write what starts gouji into a folder; ``values`` are put in the place of its marks.

    ``kept_as`` is its name among our launchers, which must be ASCII: a checkout is also used where names are GBK.
    """
    text = (LAUNCHERS / (kept_as or name)).read_text("utf-8")
    for mark, value in values.items():
        text = text.replace(mark, value)
    path = folder / name
    path.write_text(text, "utf-8", newline="\r\n" if name.endswith(".bat") else "\n")
    path.chmod(0o755)


def guide(folder: Path, site: Path | None) -> None:
    """Add the documentation, and a one-line page at the top that opens it."""
    if site:
        shutil.copytree(site, folder / "guide")
    else:
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(ROOT / "mkdocs.yml")]
        done = subprocess.run([*command, "-d", str(folder / "guide")], capture_output=True, text=True)
        if done.returncode:
            raise BundleError(f'mkdocs failed; pip install ".[docs]" or give --site:\n{done.stderr.strip()}')
    (folder / GUIDE).write_text(_TO_GUIDE, "utf-8")


# ---------------------------------------------------------------- sums and zip


def sums(folder: Path) -> Iterator[str]:
    """Yield a line for each file, as ``sha256sum -c`` reads them."""
    for path in _files(folder):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"


def packed(folder: Path, output: Path) -> None:
    """Zip a folder; the same content gives the same bytes."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if path.suffix in (".sh", ".desktop") else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
