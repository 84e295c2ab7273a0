"""Two builds of gouji, side by side: the one of this checkout, and the one of an older commit."""

from __future__ import annotations

import datetime
import io
import os
import platform
import subprocess
import sys
import tarfile
import venv
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from kit import meter
from kit.meter import Used

ROOT = Path(__file__).parents[2]

_COMMAND = """import sys
from gouji.cli import run
if __name__ == "__main__":
    sys.exit(run())
"""
"""What pip writes as the program ``gouji``."""


class MissingError(Exception):
    """The older commit is not here."""


class Build(NamedTuple):
    """A build that can be run."""

    name: str
    source: Path
    """Its ``src``."""
    python: Path
    program: Path
    without: Path | None = None
    """A folder with modules that cannot be imported, for libraries that this build is to do without."""

    def gouji(
        self, *arguments: object, memory: bool = False, statuses: Sequence[int] = (0,), folder: Path | None = None
    ) -> Used:
        """Run a command of this build and measure it."""
        command = [self.python, self.program, *arguments]
        return meter.run(command, environment=self._environment(), memory=memory, statuses=statuses, folder=folder)

    def python_file(self, file: Path, *arguments: object) -> str:
        """Run a program with this build and return what it prints."""
        command = [str(self.python), str(file), *map(str, arguments)]
        done = subprocess.run(command, env=self._environment(), stdout=subprocess.PIPE, encoding="utf-8", check=True)
        return done.stdout

    def _environment(self) -> dict[str, str]:
        places = filter(None, (self.without, self.source))
        return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)), "PYTHONUTF8": "1"}

    def doing_without(self, modules: Sequence[str], folder: Path) -> Build:
        """Return the same build where these modules cannot be imported."""
        folder.mkdir(exist_ok=True)
        for name in modules:
            (folder / f"{name}.py").write_text("raise ImportError\n", encoding="utf-8")
        return self._replace(without=folder)


def circumstances() -> str:
    """Return on what the builds are measured."""
    try:
        inflating = f"deflate {version('deflate')}"
    except PackageNotFoundError:
        inflating = "no deflate"
    return (
        f"{datetime.date.today()}, {platform.platform()}, Python {platform.python_version()}, {inflating}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )


def this_build(folder: Path) -> Build:
    """Return the build of this checkout, as it is, committed or not."""
    return build_of("new", ROOT / "src", Path(sys.executable), folder)


def build_before(commit: str, folder: Path, *, own_environment: bool) -> Build:
    """Return the build of a commit, taken out of the repository into a folder; raises MissingError if it is not there.

    It runs with the same Python and the same libraries, unless it is to have an environment with what it requires.
    """
    try:
        archive = subprocess.run(["git", "-C", ROOT, "archive", commit], capture_output=True, check=False)
    except FileNotFoundError:
        raise MissingError("There is no git here.") from None
    if archive.returncode:
        raise MissingError(archive.stderr.decode(errors="replace").strip() or f"no commit {commit}")
    source = folder / "before"
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(source, filter="data")
    python = Path(sys.executable)
    if own_environment:
        venv.create(folder / "environment", with_pip=True)
        python = folder / "environment" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", source], check=True)
    return build_of("old", source / "src", python, folder)


def build_of(name: str, source: Path, python: Path, folder: Path) -> Build:
    """Return the build in the ``src`` of a checkout; its program is written into a folder."""
    program = folder / name / "gouji"
    program.parent.mkdir()
    program.write_text(_COMMAND, encoding="utf-8")
    build = Build(name, source, python, program)
    asking = folder / "where.py"
    asking.write_text("import gouji\nprint(gouji.__file__)\n", encoding="utf-8")
    found = Path(build.python_file(asking).strip())
    assert found.is_relative_to(source), f"{found} is imported instead of {source}"
    return build
