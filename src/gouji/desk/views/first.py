"""The first steps of a year: what is there, what is wrong with it, and what is still to be done."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import Mailbox
from gouji.collection.workspace.names import LAST_YEAR
from gouji.collection.workspace.settings import Settings
from gouji.runtime.errors import GoujiError


class FirstSteps(msgspec.Struct, frozen=True):
    """What a year needs before its forms go out."""

    settings: Settings | None
    settings_wrong: tuple[str, ...]
    units: int
    active: int
    roster_wrong: tuple[str, ...]
    last_year: int
    mailbox: Mailbox | None
    mailbox_wrong: str

    @property
    def ready(self) -> bool:
        """Whether the forms can go out."""
        return bool(self.settings and self.settings.office and self.active)


def first_steps(workspace: Workspace) -> FirstSteps:
    """Look at a year; whatever is wrong with it is said, not raised."""
    settings, settings_wrong = None, ""
    units = active = 0
    roster_wrong = mailbox_wrong = ""
    mailbox = None
    try:
        settings = workspace.settings
    except GoujiError as error:
        settings_wrong = str(error)
    else:
        try:
            units, active = len(workspace.roster.members), len(workspace.roster.active)
        except GoujiError as error:
            roster_wrong = str(error)
        try:
            mailbox = workspace.mailbox
        except GoujiError as error:
            mailbox_wrong = str(error)
    return FirstSteps(
        settings,
        _lines(settings_wrong),
        units,
        active,
        _lines(roster_wrong),
        _reports(workspace.folder / LAST_YEAR),
        mailbox,
        mailbox_wrong,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _reports(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.json"))
