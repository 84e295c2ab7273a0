"""Fetch the wheels that gouji needs on another machine, and verify that none is missing.

``pip download --platform`` takes wheels of the other platform, but evaluates the conditions of requirements
(``sys_platform == "win32"``) for the machine it runs on, so it misses what only the other machine needs. Here the
requirements of every wheel are followed again with the conditions of the other machine; missing wheels are fetched and
unneeded ones removed.
"""

from __future__ import annotations

import email
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

ROOT = Path(__file__).parents[1]

_GLIBC = range(17, 29)
"""glibc 2.17 to 2.28. Kylin V10 has 2.28, so no wheel may need a newer one."""


class WheelError(Exception):
    """The wheels cannot be fetched, or do not fit together."""


@dataclass(frozen=True)
class Target:
    """A machine on which gouji will run: its platform and its version of Python."""

    platform: str
    python: str

    @property
    def windows(self) -> bool:
        """Whether it runs Windows."""
        return self.platform.startswith("win")

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the platform tags of the wheels that it can use, the best first."""
        if self.windows:
            return (self.platform,)
        machine = self.platform.removeprefix("linux_")
        return (*(f"manylinux_2_{minor}_{machine}" for minor in reversed(_GLIBC)), f"manylinux2014_{machine}")

    @property
    def conditions(self) -> dict[str, str]:
        """Return its values for the conditions of requirements."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt" if self.windows else "posix",
            "platform_machine": "AMD64" if self.windows else self.platform.removeprefix("linux_"),
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if self.windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if self.windows else "linux",
        }

    @property
    def options(self) -> list[str]:
        """Return the pip options that choose wheels for it."""
        platforms = [f"--platform={tag}" for tag in self.tags]
        return ["--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}", *platforms]

    def takes(self, tags: Iterable[Tag]) -> bool:
        """Whether it can use a wheel with these tags."""
        ours = (int(self.python.split(".")[1]), {*self.tags, "any"})
        return any(tag.platform in ours[1] and _runs(tag, ours[0]) for tag in tags)


def _runs(tag: Tag, minor: int) -> bool:
    interpreter = tag.interpreter
    if interpreter in ("py3", f"py3{minor}"):
        return tag.abi == "none"
    if not interpreter.startswith("cp3"):
        return False
    if tag.abi == "abi3":
        return int(interpreter[3:]) <= minor
    return interpreter == f"cp3{minor}" and tag.abi in (interpreter, "none")


def fetch(own: Path, extras: Sequence[str], target: Target, folder: Path) -> list[Path]:
    """Put the wheels that a target needs into a folder, ours among them, and return their paths.

    Raises WheelError where one cannot be fetched.
    """
    wanted: list[str] = [f"{own}[{','.join(extras)}]" if extras else str(own)]
    first = Requirement(f"gouji[{','.join(extras)}]" if extras else "gouji")
    while True:
        with tempfile.TemporaryDirectory() as fresh:
            pip("download", "-q", "-d", fresh, *target.options, *wanted)
            needed, lacking = closure(first, Path(fresh).glob("*.whl"), target)
            if not lacking:
                folder.mkdir(parents=True, exist_ok=True)
                return [_moved(path, folder) for path in needed]
        if set(lacking) <= set(wanted):
            raise WheelError(f"no wheel for {target.platform}, Python {target.python}: {', '.join(lacking)}")
        wanted += lacking


def closure(first: Requirement, wheels: Iterable[Path], target: Target) -> tuple[list[Path], list[str]]:
    """Return the wheels that a requirement leads to on a target, and the requirements that no wheel satisfies."""
    having: dict[str, list[tuple[Version, Path]]] = {}
    for path in wheels:
        name, version, _, tags = parse_wheel_filename(path.name)
        if target.takes(tags):
            having.setdefault(name, []).append((version, path))
    needed: dict[Path, None] = {}
    lacking: dict[str, None] = {}
    waiting, done = [first], set()
    while waiting:
        requirement = waiting.pop()
        plain = f"{requirement.name}{requirement.specifier}"
        if (plain, frozenset(requirement.extras)) in done:
            continue
        done.add((plain, frozenset(requirement.extras)))
        fitting = [
            (version, path)
            for version, path in having.get(canonicalize_name(requirement.name), ())
            if version in requirement.specifier
        ]
        if not fitting:
            lacking[plain] = None
            continue
        _, path = max(fitting)
        needed[path] = None
        waiting += [further for further in _requirements(path) if _holds(further, requirement.extras, target)]
    return sorted(needed), sorted(lacking)


def _requirements(wheel: Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.count("/") == 1 and name.endswith("info/METADATA"))
        message = email.message_from_bytes(archive.read(metadata))
    return [Requirement(line) for line in message.get_all("Requires-Dist", [])]


def _holds(requirement: Requirement, extras: Iterable[str], target: Target) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**target.conditions, "extra": extra}) for extra in ("", *extras))


def own_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout."""
    pip("wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT))
    (wheel,) = folder.glob("gouji-*.whl")
    return wheel


def pip(*arguments: str) -> None:
    """Run pip; its output is shown only where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if done.returncode:
        raise WheelError(f"pip {arguments[0]} failed:\n{done.stderr.strip()}")


def _moved(path: Path, folder: Path) -> Path:
    target = folder / path.name
    target.write_bytes(path.read_bytes())
    return target
