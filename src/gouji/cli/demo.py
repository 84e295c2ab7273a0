"""The whole job on the samples: every command is printed before it runs, so that a reader learns it."""

from __future__ import annotations

import contextlib
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from gouji.runtime.decoding import toml_record
from gouji.runtime.errors import GoujiError, reason


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    say: str
    run: str


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    files: list[str]
    steps: list[_Step]
    end: str


def samples() -> Path:
    """Return the folder of the samples: inside the installed package, or beside the sources."""
    inside = Path(__file__).parents[1] / "samples"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "samples"


def play(folder: Path, perform: Callable[[list[str]], None], say: Callable[[str], None]) -> None:
    """Copy the samples into a folder and run the steps of ``demo.toml`` there.

    Raises GoujiError if the folder cannot be created.
    """
    script = toml_record((samples() / "demo.toml").read_text("utf-8"), _Script, "demo.toml")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in script.files:
            shutil.copyfile(samples() / name, folder / name)
    except OSError as error:
        raise GoujiError(f"在“{folder}”里放不下样例：{reason(error)}。请换一个文件夹。") from None
    with contextlib.chdir(folder):
        for number, step in enumerate(script.steps, 1):
            say(f"\n{number}. {step.say}")
            say(f"   $ {step.run}")
            perform(shlex.split(step.run)[1:])
    say(f"\n{script.end.format(folder=folder)}")
