"""A supplementary form: a TOML file of an office that adds sections, tables and relations to an official edition.

Its file is decoded as strictly as the official ones, and is all that an office writes. Its name in workbooks and
reports is what the file calls itself and a hash of what the file says, such as ``某省补充表@1a2b3c4d``: what was made
from another version of the file can always be told. Comments, spaces and line ends are no part of the hash.
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

MOST_CELLS = 2000
MOST_COLUMNS = 15
"""As many as the widest official table has; beside groups of rows as many as the official one with groups."""
MOST_COLUMNS_WITH_GROUPS = 10
DEEPEST = 3
"""Levels of a label."""
LONGEST_NAME = 20
LONGEST_LABEL = 120
LONGEST_TEXT = 1000
LONGEST_UNIT = 10
MOST_SECTIONS = 20
MOST_RELATIONS = 300
"""Relations, each column or row counted; the sheet of checks has a line for each."""
MOST_ROWS = 200
"""Paragraph rows of a topic."""
_LONGEST_SHEET = 31
_HASH_DIGITS = 8

_NAME = re.compile(r"[\w（）()·-]+")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TOPIC = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Signs that no cell and no line of print can show, or that turn the rest of a line around."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of a supplementary form says."""

    edition: str
    base: str
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    tables: tuple[Table, ...] = ()
    relations: tuple[RelationFamily, ...] = ()
    continuity: tuple[RelationFamily, ...] = ()


def parse_supplementary(text: str, file: str, *, reserved: Container[str]) -> Form:
    """Decode a supplementary form and add it to its base; its relations cannot have the ids that are ``reserved``.

    Raises EditionError that names the file and the place: what :func:`gouji.form.edition_file.parse_form` refuses, and
    what a workbook or a Word report has no room for.
    """
    said = toml_record(text, _File, file)
    try:
        _refuse_odd_texts(tomllib.loads(text), "")
        _refuse_what_does_not_fit(said, reserved)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None
    base = load_form(said.base)
    form = msgspec.structs.replace(
        base,
        edition=f"{said.edition}@{_hash(text)}",
        base=said.base,
        sections=(*base.sections, *said.sections),
        topics=(*base.topics, *said.topics),
        tables=(*base.tables, *said.tables),
        relation_families=(*base.relation_families, *said.relations),
        continuity_families=(*base.continuity_families, *said.continuity),
    )
    refuse_contradictions(form, file)
    try:
        _refuse_what_is_not_the_offices(said, base, form)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None
    return form


def _hash(text: str) -> str:
    said = json.dumps(tomllib.loads(text), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:_HASH_DIGITS]


# ---------------------------------------------------------------- what is refused


def _refuse_odd_texts(said: object, place: str) -> None:
    """Refuse texts that are no single line, or too long for a cell of hints."""
    if isinstance(said, dict):
        for key, value in said.items():
            _refuse_odd_texts(value, f"{place}.{key}".removeprefix("."))
    elif isinstance(said, list):
        for at, value in enumerate(said):
            _refuse_odd_texts(value, f"{place}[{at}]")
    elif isinstance(said, str) and (_UNPRINTABLE.search(said) or len(said) > LONGEST_TEXT):
        raise EditionError(f"{place}：“{said[:20]}”应当是一行字，最多 {LONGEST_TEXT} 个，没有看不见的符号。")


def _refuse_what_does_not_fit(said: _File, reserved: Container[str]) -> None:
    """Refuse what a workbook, a Word report or a file's name has no room for."""
    name = said.edition
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name in editions():
        raise EditionError(f"edition：名称用 1 到 {LONGEST_NAME} 个汉字、字母、数字，不能与官方格式同名。")
    refuse_unknown([said.base], editions(), lambda base: f"base：没有“{base[:20]}”版的官方格式", EditionError)
    if not 1 <= len(said.sections) <= MOST_SECTIONS:
        raise EditionError(f"sections：应当有 1 到 {MOST_SECTIONS} 个部分。")
    for family in (*said.relations, *said.continuity):
        if family.id in reserved:
            raise EditionError(f"{family.id}：这是已有规则的名称，换一个。")
    for place, key in _named(said):
        pattern = _TOPIC if place == "topics.key" else _KEY
        if not pattern.fullmatch(key) or len(key) > LONGEST_NAME * 2:
            raise EditionError(f"{place}：“{key[:40]}”应当用小写英文字母、数字、下划线，以字母开头。")
    for place, text in _labels(said):
        if not text.strip() or len(text) > LONGEST_LABEL:
            raise EditionError(f"{place}：标签“{text[:20]}”应当有 1 到 {LONGEST_LABEL} 个字。")
        words = bare(text)
        if not words or words.isdecimal():
            raise EditionError(
                f"{place}：标签“{text[:20]}”只有数字或者符号，在公布的报告里分不清是标签还是数。请写成文字，如“2024年”。"
            )
    for section in said.sections:
        sheet = section.sheet
        if sheet.casefold() in {name.casefold() for name in (COVER, CHECKS, HIDDEN)}:
            raise EditionError(f"sections.{section.key}.sheet：“{sheet}”这个工作表已经有了，换一个名称。")
        if not sheet.strip() or len(sheet) > _LONGEST_SHEET or _NOT_IN_A_SHEET.search(sheet):
            raise EditionError(f"sections.{section.key}.sheet：工作表名最多 {_LONGEST_SHEET} 个字，不能有 []:*?/\\'。")
        if not any(topic.section == section.key for topic in said.topics):
            raise EditionError(f"sections.{section.key}：要有一个 topics，表下的说明或者这一部分的文字写在那里。")
    for topic in said.topics:
        if not 1 <= topic.rows <= MOST_ROWS:
            raise EditionError(f"topics.{topic.key}.rows：应当在 1 到 {MOST_ROWS} 之间。")
    for table in said.tables:
        _refuse_what_no_page_has_room_for(table)


def _named(said: _File) -> Iterator[tuple[str, str]]:
    yield from (("sections.key", section.key) for section in said.sections)
    yield from (("topics.key", topic.key) for topic in said.topics)
    for table in said.tables:
        yield "tables.id", table.id
        for block in table.blocks:
            yield from ((f"tables.{table.id}.rows.key", row.key) for row in block.rows)
            yield from ((f"tables.{table.id}.columns.key", column.key) for column in block.columns)
    for family in (*said.relations, *said.continuity):
        for part in family.id.split("."):
            yield "relations.id", part


def _labels(said: _File) -> Iterator[tuple[str, str]]:
    yield from ((f"sections.{section.key}.heading", section.heading) for section in said.sections)
    yield from ((f"topics.{topic.key}.label", topic.label) for topic in said.topics)
    for table in said.tables:
        for member in _members(table):
            yield from ((f"tables.{table.id}.{member.key}.label", part) for part in member.label)
    yield from ((f"{family.id}.name", family.name) for family in (*said.relations, *said.continuity))


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


def _refuse_what_is_not_the_offices(said: _File, base: Form, form: Form) -> None:
    """Refuse what would change the official report, or what could not be told apart from it."""
    own = {section.key for section in said.sections}
    for place, section in (
        *((f"tables.{table.id}", table.section) for table in said.tables),
        *((f"topics.{topic.key}", topic.section) for topic in said.topics),
    ):
        if section not in own:
            raise EditionError(f"{place}.section：“{section}”是官方报告的部分，自己的表和文字要放在自己的部分里。")
    for table in said.tables:
        if not table.official:
            raise EditionError(f"tables.{table.id}.official：自己的表都单独成表，不写这一项。")
    sections = [table.section for table in said.tables]
    for section in sections:
        if sections.count(section) > 1:
            raise EditionError(f"sections.{section}：一个部分只能放一张表。")
    _refuse_rows_of_one_name(said, base)
    for topic in said.topics:
        if topic.before_heading:
            raise EditionError(f"topics.{topic.key}.before_heading：只有官方报告的开头写在标题之前。")
    if len(form.relations) + len(form.continuity) > MOST_RELATIONS:
        raise EditionError(f"relations：关系超过 {MOST_RELATIONS} 条（每一列、每一行算一条）。")
    for relation in form.relations:
        tables = {form.cells[term.ref].table for term in (*relation.left, *relation.right)}
        subtracts = any(term.negative for term in (*relation.left, *relation.right))
        if relation.family.sums and (len(relation.left) > 1 or len(tables) > 1 or subtracts):
            raise EditionError(f"{relation.family.id}：合计（sums）的左边是一格，右边是同一张表里相加的各项，不能减。")
    for family in (*said.relations, *said.continuity):
        if family.table not in {table.id for table in said.tables}:
            raise EditionError(f"{family.id}.table：要写自己的表，官方的表不能改。")
    for family in said.relations:
        if any("previous." in key for key in (*family.left, *family.right)):
            raise EditionError(f"{family.id}：与上年报告的关系写在 [[continuity]] 里。")


def _refuse_rows_of_one_name(said: _File, base: Form) -> None:
    """Refuse rows that a published document could not tell apart: it knows a row by its label."""
    seen = {normalised(row.label[-1]) for table in base.official_tables for block in table.blocks for row in block.rows}
    for table in said.tables:
        for row in (row for block in table.blocks for row in block.rows):
            word = normalised(row.label[-1])
            if word in seen and not table.across:
                raise EditionError(
                    f"tables.{table.id}.{row.key}.label：“{row.label[-1]}”与另一行同名，在公布的报告里分不清。"
                )
            seen.add(word)
