"""Files that the units of a county send: correct, wrong, repeated, in zips and mails, damaged; all cheap to make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import county
from county import County, dated

from damaged import hostile, kit
from gouji.collection.outgoing.issue import form_for
from gouji.collection.workspace.last_year import PreviousYear
from gouji.report.model import to_json

_DAMAGED = (
    "a_row_is_inserted_in_requests_above_the_table",
    "a_row_is_deleted_from_requests",
    "a_sheet_is_renamed",
    "a_label_is_emptied",
)
_HOSTILE = ("a_zip_with_a_password", "a_cell_at_the_far_corner", "two_parts_of_one_name")


def send_many(office: County, count: int, *, workbooks: int, seed: int = 1) -> None:
    """Put this many files into 回收, with this many different filled-in workbooks among them."""
    folder, random = office.folder / "回收", Random(seed)
    filled = _workbooks(office, workbooks)
    makers = (_report, _again, _touched, _parcel, _letter, _damaged, _report, _nested, _nothing)
    for number in range(workbooks, count):
        path = folder / random.choice(("", "一批", "二批")) / f"{number:03}"
        path.parent.mkdir(exist_ok=True)
        suffix, data = makers[number % len(makers)](office, filled, random)
        path = path.with_suffix(suffix)
        path.write_bytes(data)
        dated(path, random.randint(1, 28))


def _workbooks(office: County, count: int) -> list[Path]:
    filled = []
    for number in range(count):
        unit = office.members[number % len(office.members)]
        wrong = {} if number % 3 else {"requests__new__natural": 99999}
        filled.append(dated(office.answers(unit, number, f"{number:03}.xlsx", **wrong), number % 28 + 1))
    return filled


def _report(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    """A report as JSON, from a unit's own program."""
    unit = random.choice(office.members)
    form = form_for(unit, office.workspace.settings, PreviousYear())
    return ".json", to_json(county.on_form(form.report, random.randint(1, 10**6)))


def _again(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    return ".xlsx", random.choice(filled).read_bytes()


def _touched(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    """Return the same workbook with different bytes."""
    stream = io.BytesIO(random.choice(filled).read_bytes())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = f"{random.random()}".encode()
    return ".xlsx", stream.getvalue()


def _parcel(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(random.randint(0, 4)):
            suffix, data = random.choice((_report, _again, _touched, _damaged))(office, filled, random)
            archive.writestr(zipfile.ZipInfo(f"镇{number}/年报{suffix}"), data)
    return ".zip", stream.getvalue()


def _letter(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    unit = random.choice(office.members)
    paths = random.sample(filled, random.randint(0, min(2, len(filled))))
    return ".eml", county.mail(unit.emails[0], paths, day=random.randint(1, 28))


def _nested(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("信.eml"), _letter(office, filled, random)[1])
        archive.writestr(zipfile.ZipInfo("内.zip"), _parcel(office, filled, random)[1])
    return ".zip", stream.getvalue()


def _damaged(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    if random.random() < 0.3:
        return ".xlsx", hostile.HOSTILE[random.choice(_HOSTILE)]()
    return ".xlsx", kit.KIT[random.choice(_DAMAGED)].make()


def _nothing(office: County, filled: Sequence[Path], random: Random) -> tuple[str, bytes]:
    return random.choice((".doc", ".xls", ".pdf")), random.choice((b"", b"%PDF-1.4", random.randbytes(300)))
