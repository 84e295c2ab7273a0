"""What the commands share that make files from files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from gouji.cli.exit_status import NOT_DONE
from gouji.runtime.errors import GoujiError, on_one_line

T = TypeVar("T")


def required(value: T | None, what: str) -> T:
    """Return an argument.

    Raises UsageError if it is missing.
    """
    if not value:
        raise click.UsageError(f"请写出{what}。")
    return value


def targets(source: Path | None, output: Path | None, suffix: str) -> list[tuple[Path | None, Path]]:
    """Return pairs of a file to read and a file to write: a single pair, or one for each file of a folder."""
    if output is None:
        raise click.UsageError(f"请用 -o 写出结果放到哪里，如 -o 结果{suffix}。")
    if source is None or not source.is_dir():
        if suffix != ".json" and output.suffix.lower() != suffix:
            raise click.UsageError(f"结果的文件名要以 {suffix} 结尾，如 -o {output.stem}{suffix}。")
        return [(source, output)]
    from gouji.jobs.batch import files_in
    from gouji.runtime.output import targets_in

    return [*targets_in(output, source, files_in([source]), suffix).items()]


def for_each(
    pairs: list[tuple[Path | None, Path]],
    one: Callable[[Path | None, Path], None],
    *others: Path | None,
    beside: Sequence[str] = (),
) -> None:
    """Call ``one`` for each pair; the error of one file is printed and does not stop the others.

    A file that is an input is never overwritten. ``beside`` lists the endings of further files that are written beside
    each target.
    """
    failed = False
    for file, target in pairs:
        written = (target, *(target.with_suffix(suffix) for suffix in beside))
        try:
            for given in (file, *others):
                if given and given.exists() and any(path.exists() and path.samefile(given) for path in written):
                    raise GoujiError(f"“{given}”是收到的文件，不能改动。请用 -o 写出别的文件名。")
            one(file, target)
        except GoujiError as error:
            if len(pairs) == 1:
                raise
            failed = True
            click.echo(on_one_line(str(error)), err=True)
    if failed:
        sys.exit(NOT_DONE)
