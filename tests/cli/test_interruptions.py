"""Ctrl-C ends a command, whatever Python is doing at that moment."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator

import click
import pytest

from gouji import cli
from gouji.cli.exit_status import INTERRUPTED, perform


class Cleared:
    """Is interrupted while it is cleared away."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@click.command
def work() -> None:
    Cleared()
    time.sleep(10)


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Ctrl-C as a terminal has it; what runs in the background of a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_ctrl_c_while_an_object_is_cleared_away_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    former = sys.unraisablehook
    assert perform(work, []) == INTERRUPTED
    assert capsys.readouterr().err.endswith("已中断。\n")
    assert sys.unraisablehook is former


@pytest.mark.usefixtures("_interruptible")
def test_an_interruption_while_the_commands_are_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "start_workers", lambda arguments: signal.raise_signal(signal.SIGINT))
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert (ended.value.code, capsys.readouterr().err) == (INTERRUPTED, "已中断。\n")
