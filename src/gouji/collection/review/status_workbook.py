"""状态.xlsx: the status of a collection as a workbook that can be passed on, one record for each of its columns."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gouji.collection.review.course import PUNCTUAL_WORDS, Course, HandedIn
from gouji.collection.review.in_force import STATE_WORDS, JudgedSubmission, UnitProgress
from gouji.collection.review.questions import question_lines
from gouji.collection.review.status import Status
from gouji.collection.review.typical_errors import TypicalError
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.findings.together import named
from gouji.form.values import State as FormState
from gouji.formats.drawing.canvas import STATE_COLOURS
from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.runtime.times import local_minute

Value = str | int | None

_REMARKS = "备注"
_LONGEST_REMARK, _BEGINNING = 48, 30
"""Longer remarks have a sheet of their own, and this much of them stands in the list, whose rows stay even."""


_COLOURS = {
    STATE_WORDS["missing"]: "#FFFFFF",
    STATE_WORDS["wrong"]: STATE_COLOURS[FormState.WRONG],
    STATE_WORDS["asked"]: STATE_COLOURS[FormState.INCOMPLETE],
    STATE_WORDS["done"]: STATE_COLOURS[FormState.READY],
}


class Column(msgspec.Struct, frozen=True):
    """A column of the sheet of units: its head, and what it says about a unit."""

    field: Field
    value: Callable[[UnitProgress, Status], Value]


def _of_latest(value: Callable[[JudgedSubmission], Value]) -> Callable[[UnitProgress, Status], Value]:
    """Return what a column says about the submission that a unit's state is about; blank without one, and for 0."""
    return lambda unit, status: (value(unit.latest) or None) if unit.latest else None


def _remarks(unit: UnitProgress, status: Status) -> str:
    return "；".join(
        filter(None, (status.of_deadline(unit.member), *status.about(unit.member).lines, status.of_mail(unit.member)))
    )


def _beginning(remarks: str) -> str:
    """Return remarks that fit into a row of the list, or their beginning and where the whole stands."""
    return f"{remarks[:_BEGINNING]}……（全文见“{_REMARKS}”页）" if len(remarks) > _LONGEST_REMARK else remarks


COLUMNS = (
    Column(Field("单位代码", 12), lambda unit, status: unit.member.code),
    Column(Field("单位全称", 22, wrap=True), lambda unit, status: unit.member.name),
    Column(Field("状态", 7), lambda unit, status: STATE_WORDS[unit.state]),
    Column(Field("哪里不对", 26, wrap=True), _of_latest(lambda latest: latest.wrong)),
    Column(Field("必须改正", 5, number=True), _of_latest(lambda latest: latest.errors)),
    Column(Field("请核实", 5, number=True), _of_latest(lambda latest: latest.queries)),
    Column(Field("已放行", 5, number=True), _of_latest(lambda latest: latest.waived)),
    Column(Field("已说明", 5, number=True), _of_latest(lambda latest: latest.explained)),
    Column(Field("核对的文件", 20, wrap=True), _of_latest(lambda latest: latest.source)),
    Column(Field("发来的时间", 17), _of_latest(lambda latest: local_minute(latest.sent))),
    Column(Field("联系人", 8), lambda unit, status: unit.member.contact),
    Column(Field("联系电话", 13, wrap=True), lambda unit, status: unit.member.phone),
    Column(Field(_REMARKS, 23, wrap=True), lambda unit, status: _beginning(_remarks(unit, status)) or None),
)
"""The columns from left to right. To add one, add a record here."""

_HANDED_IN_FIELDS = (
    Field("单位代码", 12),
    Field("单位全称", 26, wrap=True),
    Field("截止日期", 12),
    Field("是否按时", 18, wrap=True),
    Field("晚报天数", 6, number=True),
    Field("第一次报送", 24),
    Field("文件或邮件自己写的时间", 17, wrap=True),
    Field("核对通过的一份", 24),
    Field("退回次数", 6, number=True),
)
_ERROR_FIELDS = (
    Field("错误", 30, wrap=True),
    Field("程度", 12),
    Field("单位数", 7, number=True),
    Field("处数", 7, number=True),
    Field("例子", 50, wrap=True),
    Field("单位", 40, wrap=True),
)
_QUESTION_FIELDS = (Field("单位", 40, wrap=True), Field("请您核对", 90, wrap=True))
_REMARK_FIELDS = (Field("单位", 30, wrap=True), Field(_REMARKS, 100, wrap=True))
_OTHER_FIELDS = (Field("文件", 50, wrap=True), Field("为什么", 80, wrap=True))


def _handed_in_row(unit: HandedIn) -> tuple[Value, ...]:
    return (
        unit.member.code,
        unit.member.name,
        unit.due.day.isoformat(),
        PUNCTUAL_WORDS[unit.punctual],
        unit.days_late or None,
        unit.first.words if unit.first else None,
        local_minute(unit.first.stated) if unit.first else None,
        unit.accepted.words if unit.accepted else None,
        unit.sent_back or None,
    )


def _error_row(error: TypicalError) -> tuple[Value, ...]:
    finds, severity = RULES[error.rule].finds, SEVERITY_WORDS[error.severity]
    return (finds, severity, len(error.units), error.places, error.example, named(error.units, "个单位"))


def status_workbook(course: Course) -> bytes:
    """Return the status as a workbook: a sheet of the units, what a circular tells, and what belongs to no unit."""
    status = course.status
    settings = status.settings
    made = f"{settings.office}　　{status.today.isoformat()} 制表"
    above = (f"{settings.year}年政府信息公开工作年度报告报送情况", status.headline, made)
    rows = [[column.value(unit, status) for column in COLUMNS] for unit in status.progress.units]
    listings = [Listing("单位", tuple(column.field for column in COLUMNS), rows, _COLOURS, above)]
    remarks = [(unit.member.name, _remarks(unit, status)) for unit in status.progress.units]
    if any(len(remark) > _LONGEST_REMARK for _, remark in remarks):
        whole = [(name, remark) for name, remark in remarks if remark]
        listings.append(Listing(_REMARKS, _REMARK_FIELDS, whole, above=(_REMARKS, made)))
    how = "按时与否，按第一次报送算。时间是邮箱收到的；没有的，是收表的，报送不晚于它。退回一份算一次。"
    handed_in = [_handed_in_row(unit) for unit in course.units]
    listings.append(Listing("报送情况", _HANDED_IN_FIELDS, handed_in, above=("报送情况", how, made)))
    if course.errors:
        errors = [_error_row(error) for error in course.errors]
        listings.append(Listing("常见错误", _ERROR_FIELDS, errors, above=("常见错误（包括已经改正的）", made)))
    if status.questions:
        listings.append(
            Listing("要您核对的", _QUESTION_FIELDS, list(question_lines(status.questions)), above=("要您核对的", made))
        )
    others = [(unknown.submission.source, unknown.why) for unknown in status.unknown] + list(status.remarks)
    if others:
        listings.append(Listing("没有认出单位的", _OTHER_FIELDS, others, above=("没有认出单位的", made)))
    return listing_bytes(listings)
