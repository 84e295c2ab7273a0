"""The file of an edition, decoded strictly.

An unknown key, a duplicate id or a relation that names no cell is refused with the file and the place.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from gouji.form.levels import LEVELS
from gouji.form.model import (
    Block,
    Column,
    Fee,
    Form,
    LevelLimit,
    RelationFamily,
    Row,
    Section,
    Substitute,
    Table,
    Topic,
)
from gouji.runtime.errors import EditionError
from gouji.runtime.spelling import closest, meant

T = TypeVar("T")


def parse_form(text: str, file: str) -> Form:
    """Decode an edition file strictly.

    Raises EditionError that names the file and the place: an unknown key, a value of the wrong type, a duplicate id,
    a relation that names no cell.
    """
    form = decoded(text, Form, file)
    refuse_contradictions(form, file)
    return form


def decoded(text: str, record: type[T], file: str) -> T:
    """Decode a TOML file into a record; see :func:`parse_form`."""
    try:
        return msgspec.toml.decode(text, type=record)
    except msgspec.DecodeError as error:
        raise EditionError(f"{file}：{_in_words(str(error))}") from None
    except RecursionError:
        raise EditionError(f"{file}：括号套得太深。") from None
    except ValueError:  # a number with more digits than Python reads
        raise EditionError(f"{file}：有一个数字太长。") from None


def refuse_contradictions(form: Form, file: str) -> None:
    """Refuse a form in which an id stands twice or names nothing.

    Raises EditionError that names the file and the place.
    """
    try:
        _refuse_duplicates(form)
        _refuse_dangling(form)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None


_FIELDS = sorted(
    {
        field.encode_name
        for record in (Form, Section, Topic, Table, Block, Row, Column, RelationFamily, Substitute, LevelLimit, Fee)
        for field in msgspec.structs.fields(record)
    }
)


_WRONG = (
    (r"missing required field `(.+?)`", "缺少“{}”这一项。"),
    (r"Invalid enum value '?(.*?)'?(?: - |$)", "没有“{}”这个值。"),
    (r"line (\d+)", "第 {} 行写得不对。文字要放在英文引号里，同一项只能写一次。"),
)
_TYPES = {
    "str": "文字",
    "int": "整数",
    "float": "小数",
    "bool": " true 或者 false",
    "array": "列表",
    "object": "一组“名称 = 值”",
    "null": "空的",
}


def _in_words(message: str) -> str:
    """Return what the decoder says of a file in words, with the place and the nearest name that there is."""
    at = re.search(r"at `\$\.?(.+?)`", message)
    where = f"{at[1]}：" if at else ""
    if unknown := re.search(r"unknown field `(.+?)`", message):
        return f"{where}没有“{unknown[1]}”这一项{meant(closest(unknown[1], _FIELDS))}"
    if types := re.search(r"Expected `(.+?)`, got `(.+?)`", message):
        # What is expected may be one of several: `int | null`.
        wanted, got = (_TYPES.get(each.split(" | ")[0], each) for each in types.groups())
        return f"{where}应当是{wanted}，写的是{got}。"
    for pattern, words in _WRONG:
        if found := re.search(pattern, message):
            return where + words.format(found[1])
    return f"写得不对（{message}）。"


def _refuse_duplicates(form: Form) -> None:
    groups: dict[str, list[str]] = {
        "sections": [section.key for section in form.sections],
        "sections.sheet": [section.sheet.casefold() for section in form.sections],
        "topics": [topic.key for topic in form.topics],
        "tables": [table.id for table in form.tables],
        "rules": [
            rule.id
            for rule in (*form.relation_families, *form.continuity_families, *form.level_limits, form.fee)
            if rule is not None
        ],
    }
    for table in form.tables:
        groups[f"tables.{table.id}.rows"] = [row.key for block in table.blocks for row in block.rows]
        for block in table.blocks:
            groups[f"tables.{table.id}.{block.title}.columns"] = [column.key for column in block.columns]
    for place, names in groups.items():
        for name in names:
            if names.count(name) > 1:
                raise EditionError(f"{place}：“{name}”写了两次。")


def _refuse_dangling(form: Form) -> None:
    sections = [section.key for section in form.sections]
    tables = [table.id for table in form.tables]
    references = [
        *((f"topics.{topic.key}.section", topic.section, sections) for topic in form.topics),
        *((f"tables.{table.id}.section", table.section, sections) for table in form.tables),
        *(
            (f"{family.id}.table", family.table, tables)
            for family in (*form.relation_families, *form.continuity_families)
        ),
        *((f"{limit.id}.table", limit.table, tables) for limit in form.level_limits),
        *(("substitutes.table", substitute.table, tables) for substitute in form.substitutes),
        *((f"{limit.id}.levels", level, list(LEVELS)) for limit in form.level_limits for level in limit.levels),
    ]
    if form.fee:
        references += [("fee.table", form.fee.table, tables), ("fee.section", form.fee.section, sections)]
    for place, name, known in references:
        if name not in known:
            raise EditionError(f"{place}：没有“{name}”{meant(closest(name, known))}")
    for each in form.tables:
        for place, keys in ((f"tables.{each.id}.board", each.board), (f"tables.{each.id}.chart", each.chart)):
            for key in keys:
                if f"{each.id}.{key}" not in each.cells:
                    near = closest(key, [ref.partition(".")[2] for ref in each.cells])
                    raise EditionError(f"{place}：没有“{key}”这一格{meant(near)}")
    wanted = [(f"{limit.id}.row", limit.table, limit.row) for limit in form.level_limits]
    wanted += [("substitutes.row", each.table, row) for each in form.substitutes for row in (each.row, *each.zero)]
    for place, table, wanted_row in wanted:
        if wanted_row not in [row.key for block in form.table(table).blocks for row in block.rows]:
            raise EditionError(f"{place}：没有“{wanted_row}”。")
    for relation in (*form.relations, *form.continuity):
        if not relation.left or not relation.right:
            raise EditionError(f"{relation.family.id}：等式的两边都要有。")
        if relation.left[0].ref not in form.table(relation.family.table).cells:
            raise EditionError(f"{relation.family.id}.left：第一项要是本表的格子。")
    _ = form.totals
