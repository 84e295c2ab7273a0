"""A supplementary form: a TOML file of an office that adds sections, tables and relations to an official edition.

The file is decoded as strictly as the official ones, and the office writes nothing else. The name of the form in
workbooks and reports is the name in the file and a hash of the file's content, such as ``某省补充表@1a2b3c4d``.
A workbook made from another version of the file can therefore always be recognised. Comments, spaces and line ends do
not change the hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Container, Iterator

import msgspec

from gouji.form.edition_file import refuse_contradictions
from gouji.form.editions import editions, load_form
from gouji.form.grid import grid_of
from gouji.form.labels import bare, normalised
from gouji.form.model import CHECKS, COVER, HIDDEN, Column, Form, RelationFamily, Row, Section, Table, Topic
from gouji.runtime.decoding import refuse_unknown, toml_record
from gouji.runtime.errors import EditionError
from gouji.runtime.printable import UNPRINTABLE
from gouji.runtime.utf16 import units

MOST_CELLS = 2000
MOST_COLUMNS = 15
"""The width of the widest official table."""
MOST_COLUMNS_WITH_GROUPS = 10
"""The width of the official table whose rows are in groups."""
DEEPEST = 3
"""The greatest number of levels of a label."""
LONGEST_NAME = 20
LONGEST_LABEL = 120
LONGEST_TEXT = 1000
LONGEST_UNIT = 10
MOST_SECTIONS = 20
MOST_RELATIONS = 300
"""The greatest number of relations, with each column or row counted; the check sheet has a line for each."""
MOST_ROWS = 200
"""The greatest number of paragraph rows of a topic."""
_LONGEST_SHEET = 31
"""The most UTF-16 units in the name of a sheet in Excel."""
_HASH_DIGITS = 8

_NAME = re.compile(r"[\w（）()·-]+")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TOPIC = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_UNPRINTABLE = re.compile(f"[\t\n{UNPRINTABLE}]")
"""Characters that a cell or a printed line cannot show, or that reverse the direction of the rest of the line."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a supplementary form's file."""

    edition: str
    base: str
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    tables: tuple[Table, ...] = ()
    relations: tuple[RelationFamily, ...] = ()
    continuity: tuple[RelationFamily, ...] = ()


def parse_supplementary(text: str, file: str, *, reserved: Container[str]) -> Form:
    """Decode a supplementary form and add it to its base; its relations must not use the ``reserved`` ids.

    Raises EditionError, naming the file and the place, for everything that :func:`gouji.form.edition_file.parse_form`
    rejects, and for everything that a workbook or a Word report has no room for.
    """
    addition = toml_record(text, _File, file)
    try:
        _refuse_odd_texts(tomllib.loads(text), "")
        _refuse_what_does_not_fit(addition, reserved)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None
    base = load_form(addition.base)
    form = msgspec.structs.replace(
        base,
        edition=f"{addition.edition}@{_hash(text)}",
        base=addition.base,
        sections=(*base.sections, *addition.sections),
        topics=(*base.topics, *addition.topics),
        tables=(*base.tables, *addition.tables),
        relation_families=(*base.relation_families, *addition.relations),
        continuity_families=(*base.continuity_families, *addition.continuity),
    )
    refuse_contradictions(form, file)
    try:
        _refuse_what_is_not_the_offices(addition, base, form)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None
    return form


def _hash(text: str) -> str:
    content = json.dumps(tomllib.loads(text), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:_HASH_DIGITS]


# ---------------------------------------------------------------- what is refused


def _refuse_odd_texts(value: object, place: str) -> None:
    """Reject texts of more than one line, and texts that are too long for a cell with hints."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_odd_texts(inner, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_odd_texts(inner, f"{place}[{index}]")
    elif isinstance(value, str) and (_UNPRINTABLE.search(value) or len(value) > LONGEST_TEXT):
        raise EditionError(f"{place}：“{value[:20]}”应当是一行字，最多 {LONGEST_TEXT} 个，没有看不见的符号。")


def _refuse_what_does_not_fit(addition: _File, reserved: Container[str]) -> None:
    """Reject everything that a workbook, a Word report or a file name has no room for."""
    name = addition.edition
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name in editions():
        raise EditionError(f"edition：名称用 1 到 {LONGEST_NAME} 个汉字、字母、数字，不能与官方格式同名。")
    refuse_unknown([addition.base], editions(), lambda base: f"base：没有“{base[:20]}”版的官方格式", EditionError)
    if not 1 <= len(addition.sections) <= MOST_SECTIONS:
        raise EditionError(f"sections：应当有 1 到 {MOST_SECTIONS} 个部分。")
    for family in (*addition.relations, *addition.continuity):
        if family.id in reserved:
            raise EditionError(f"{family.id}：这是已有规则的名称，换一个。")
    for place, key in _named(addition):
        pattern = _TOPIC if place == "topics.key" else _KEY
        if not pattern.fullmatch(key) or len(key) > LONGEST_NAME * 2:
            raise EditionError(f"{place}：“{key[:40]}”应当用小写英文字母、数字、下划线，以字母开头。")
    for place, text in _labels(addition):
        if not text.strip() or len(text) > LONGEST_LABEL:
            raise EditionError(f"{place}：标签“{text[:20]}”应当有 1 到 {LONGEST_LABEL} 个字。")
        words = bare(text)
        if not words or words.isdecimal():
            raise EditionError(
                f"{place}：标签“{text[:20]}”只有数字或者符号，在公布的报告里分不清是标签还是数。请写成文字，如“2024年”。"
            )
    for section in addition.sections:
        sheet = section.sheet
        if sheet.casefold() in {name.casefold() for name in (COVER, CHECKS, HIDDEN)}:
            raise EditionError(f"sections.{section.key}.sheet：“{sheet}”这个工作表已经有了，换一个名称。")
        if not sheet.strip() or units(sheet) > _LONGEST_SHEET or _NOT_IN_A_SHEET.search(sheet):
            raise EditionError(
                f"sections.{section.key}.sheet：工作表名最多 {_LONGEST_SHEET} 个字（生僻字算两个），不能有 []:*?/\\'。"
            )
        if not any(topic.section == section.key for topic in addition.topics):
            raise EditionError(f"sections.{section.key}：要有一个 topics，表下的说明或者这一部分的文字写在那里。")
    for topic in addition.topics:
        if not 1 <= topic.rows <= MOST_ROWS:
            raise EditionError(f"topics.{topic.key}.rows：应当在 1 到 {MOST_ROWS} 之间。")
    for table in addition.tables:
        _refuse_what_no_page_has_room_for(table)


def _named(addition: _File) -> Iterator[tuple[str, str]]:
    yield from (("sections.key", section.key) for section in addition.sections)
    yield from (("topics.key", topic.key) for topic in addition.topics)
    for table in addition.tables:
        yield "tables.id", table.id
        for block in table.blocks:
            yield from ((f"tables.{table.id}.rows.key", row.key) for row in block.rows)
            yield from ((f"tables.{table.id}.columns.key", column.key) for column in block.columns)
    for family in (*addition.relations, *addition.continuity):
        for part in family.id.split("."):
            yield "relations.id", part


def _labels(addition: _File) -> Iterator[tuple[str, str]]:
    yield from ((f"sections.{section.key}.heading", section.heading) for section in addition.sections)
    yield from ((f"topics.{topic.key}.label", topic.label) for topic in addition.topics)
    for table in addition.tables:
        for member in _members(table):
            yield from ((f"tables.{table.id}.{member.key}.label", part) for part in member.label)
    yield from ((f"{family.id}.name", family.name) for family in (*addition.relations, *addition.continuity))


def _members(table: Table) -> Iterator[Row | Column]:
    for block in table.blocks:
        yield from block.rows
        yield from block.columns


def _refuse_what_no_page_has_room_for(table: Table) -> None:
    place = f"tables.{table.id}"
    if not table.blocks or any(not block.rows or not block.columns for block in table.blocks):
        raise EditionError(f"{place}：每一块都要有 rows 和 columns。")
    for member in _members(table):
        if not 1 <= len(member.label) <= DEEPEST:
            raise EditionError(f"{place}.{member.key}.label：标签有 1 到 {DEEPEST} 级。")
        if isinstance(member, Column) and len(member.unit) > LONGEST_UNIT:
            raise EditionError(f"{place}.{member.key}.unit：单位最多 {LONGEST_UNIT} 个字。")
    if sum(len(block.rows) * len(block.columns) for block in table.blocks) > MOST_CELLS:
        raise EditionError(f"{place}：格子超过 {MOST_CELLS} 个。")
    if table.across and len(table.blocks) > 1:
        raise EditionError(f"{place}.across：横排的表只能有一块。")
    grid = grid_of(table)
    most = MOST_COLUMNS if grid.stub < 2 else MOST_COLUMNS_WITH_GROUPS
    if grid.columns > most:
        raise EditionError(f"{place}：连行标签有 {grid.columns} 列，最多 {most} 列，再多一页放不下。")


def _refuse_what_is_not_the_offices(addition: _File, base: Form, form: Form) -> None:
    """Reject everything that changes the official report or cannot be told apart from it."""
    added_sections = {section.key for section in addition.sections}
    for place, section in (
        *((f"tables.{table.id}", table.section) for table in addition.tables),
        *((f"topics.{topic.key}", topic.section) for topic in addition.topics),
    ):
        if section not in added_sections:
            raise EditionError(f"{place}.section：“{section}”是官方报告的部分，自己的表和文字要放在自己的部分里。")
    for table in addition.tables:
        if not table.official:
            raise EditionError(f"tables.{table.id}.official：自己的表都单独成表，不写这一项。")
    sections = [table.section for table in addition.tables]
    for section in sections:
        if sections.count(section) > 1:
            raise EditionError(f"sections.{section}：一个部分只能放一张表。")
    _refuse_rows_of_one_name(addition, base)
    for topic in addition.topics:
        if topic.before_heading:
            raise EditionError(f"topics.{topic.key}.before_heading：只有官方报告的开头写在标题之前。")
    if len(form.relations) + len(form.continuity) > MOST_RELATIONS:
        raise EditionError(f"relations：关系超过 {MOST_RELATIONS} 条（每一列、每一行算一条）。")
    for relation in form.relations:
        tables = {form.cells[term.ref].table for term in (*relation.left, *relation.right)}
        subtracts = any(term.negative for term in (*relation.left, *relation.right))
        if relation.family.sums and (len(relation.left) > 1 or len(tables) > 1 or subtracts):
            raise EditionError(f"{relation.family.id}：合计（sums）的左边是一格，右边是同一张表里相加的各项，不能减。")
    for family in (*addition.relations, *addition.continuity):
        if family.table not in {table.id for table in addition.tables}:
            raise EditionError(f"{family.id}.table：要写自己的表，官方的表不能改。")
    for family in addition.relations:
        if any("previous." in key for key in (*family.left, *family.right)):
            raise EditionError(f"{family.id}：与上年报告的关系写在 [[continuity]] 里。")


def _refuse_rows_of_one_name(addition: _File, base: Form) -> None:
    """Reject rows with the same label: a published document identifies a row only by its label."""
    seen = {normalised(row.label[-1]) for table in base.official_tables for block in table.blocks for row in block.rows}
    for table in addition.tables:
        for row in (row for block in table.blocks for row in block.rows):
            word = normalised(row.label[-1])
            if word in seen and not table.across:
                raise EditionError(
                    f"tables.{table.id}.{row.key}.label：“{row.label[-1]}”与另一行同名，在公布的报告里分不清。"
                )
            seen.add(word)
