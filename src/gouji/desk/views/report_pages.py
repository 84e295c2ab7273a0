"""The page of a unit as it would be published, and the policy under which a browser may show it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import lxml.html
import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.outgoing.reports import report_of
from gouji.collection.review.in_force import Progress, judged_unit
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.desk.views.made_files import MadeFile, of_unit
from gouji.formats.web.report_page import page_bytes
from gouji.report.model import from_json


class PreviewView(msgspec.Struct, frozen=True):
    """What the page around a preview shows."""

    units: tuple[Member, ...]
    """The units that have passed."""
    chosen: Member | None
    files: tuple[MadeFile, ...] = ()
    """What was made for the chosen one."""


def preview_view(workspace: Workspace, progress: Progress, code: str = "") -> PreviewView:
    """Return which units can be previewed, and what was made for the chosen one; by default the first."""
    units = tuple(one.member for one in progress.units if one.state == "done")
    chosen = next((one for one in units if one.code == code), None if code else next(iter(units), None))
    with workspace.ledger() as ledger:
        return PreviewView(units, chosen, tuple(of_unit(workspace, ledger, chosen.code)) if chosen else ())


def published_page(workspace: Workspace, code: str) -> tuple[bytes, str] | None:
    """Return the page of a unit that has passed, exactly as it is published, and the policy that fits it.

    None for a unit that has not passed. Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    member = workspace.roster.member(code)
    if member is None:
        return None
    with workspace.ledger() as ledger:
        report = _report(ledger, member)
    if report is None:
        return None
    page = page_bytes(from_json(report, forms=workspace.settings.forms))
    return page, policy_of(page)


def _report(ledger: Ledger, member: Member) -> bytes | None:
    unit, _ = judged_unit(ledger, member)
    return report_of(ledger, unit) if unit.state == "done" else None


def policy_of(page: bytes) -> str:
    """Return a policy that lets a page show its own style and do nothing else: it allows just the hashes of it."""
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {' '.join(dict.fromkeys(_hashes(page)))}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
    )


def _hashes(page: bytes) -> Iterator[str]:
    root = lxml.html.document_fromstring(page.decode())
    styles = [element.text or "" for element in root.iter("style")]
    for style in (*styles, *(element.get("style", "") for element in root.iter() if element.get("style"))):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
