"""The file that says which column of a superior's list asks for which figure, as an officer edits it in Notepad.

It is written with what was found and what is open, and read again for this year's table and for next year's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from gouji.form.labels import bare
from gouji.form.model import Cell, Form
from gouji.formats.filling.header_path import BETWEEN, path_key
from gouji.formats.filling.list_headers import AND, NOT_FILLED
from gouji.formats.filling.lists import ListPlaces, MatchedColumn, Unplaced
from gouji.runtime.decoding import notepad_text, toml_table
from gouji.runtime.errors import GoujiError
from gouji.runtime.spelling import closest, meant

NOTHING = "不填"
"""What the officer writes behind a column in which nothing is to be filled."""
_CANDIDATES = 6
_LONGEST_MISSPELT = 100
_AND = re.compile(r"[+＋]")

_HEAD = """\
# 列的对照：对方的表里的每一列（或者每一行）问的是年报表里的哪一格。可以用记事本改，改好保存，再运行一次命令。
#
# 等号左边是对方的列名，几层表头从上到下用 > 隔开。右边写年报表里的“行 > 列”，几格之和用 + 连起来，
# 不要填的写 "不填"。两边都要放在英文引号里。几个工作表里列名相同、填的不同的，在列名前面写上工作表名和 >。
"""
_OPEN = """
# 下面的列没有填。要填的，去掉行首的 #，在右边写上年报表里的一格；不用填的可以不管。
"""


def cell_name(cell: Cell) -> str:
    """Return a cell of the form as it is written in the file."""
    return f"{cell.row.printed}{BETWEEN}{cell.column.printed}"


def mapping_text(found: ListPlaces, form: Form) -> str:
    """Return the file with the columns that were matched, and the open ones as comments."""
    matched, unplaced = found.matched, [each for each in found.unplaced if each.is_column]
    refs: dict[str, set[str]] = {}
    for column in matched:
        refs.setdefault(path_key(column.path), set()).add(column.ref)
    for each in unplaced:
        refs.setdefault(path_key(each.what), set()).add("?")
    lines = [_HEAD]
    lines += dict.fromkeys(_line(column, form, named=len(refs[path_key(column.path)]) > 1) for column in matched)
    if unplaced:
        lines.append(_OPEN)
        lines += dict.fromkeys(_open(each, form, named=len(refs[path_key(each.what)]) > 1) for each in unplaced)
    return "\n".join(lines) + "\n"


def _line(column: MatchedColumn, form: Form, *, named: bool) -> str:
    value = NOTHING if column.ref == NOT_FILLED else _sum_name(tuple(column.ref.split(AND)), form)
    return f"{_key(column.sheet, column.path, named=named)} = {_quoted(value)}"


def _sum_name(refs: tuple[str, ...], form: Form) -> str:
    group = {refs: name for name, refs in _groups(form).items()}.get(refs)
    return group or f" {AND} ".join(cell_name(form.cells[ref]) for ref in refs)


def _open(column: Unplaced, form: Form, *, named: bool) -> str:
    group = [f"{name}（几行之和）" for name, refs in _groups(form).items() if refs == column.refs]
    candidates = [*group, *(cell_name(form.cells[ref]) for ref in column.refs[:_CANDIDATES])]
    more = f"等 {len(column.refs)} 格" if len(column.refs) > _CANDIDATES else ""
    why = f"可以是：{'；'.join(candidates)}{more}" if candidates else column.why.removesuffix("。")
    return f"# {_key(column.sheet, column.what, named=named)} = {_quoted(NOTHING)}   # {why}"


@cache
def _groups(form: Form) -> dict[str, tuple[str, ...]]:
    """Return the cells whose sum a label over several rows asks for, as 不予公开 does, by the name of the sum."""
    found: dict[str, tuple[str, ...]] = {}
    sums = {relation.family.left[0] for relation in form.relations if relation.family.sums}
    for ref, cell in form.cells.items():
        if cell.row.key not in sums:  # a row that adds up the others of its group
            for label in cell.row.label[:-1]:
                name = f"{label}{BETWEEN}{cell.column.printed}"
                found[name] = (*found.get(name, ()), ref)
    return found


def _key(sheet: str, path: str, *, named: bool) -> str:
    return _quoted(f"{sheet}{BETWEEN}{path}" if named else path)


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()  # the basic strings of TOML are those of JSON


def read_mapping(data: bytes, form: Form, file: str) -> dict[str, str]:
    """Return the officer's answers: header → Ref, or ``NOT_FILLED``.

    Raises GoujiError that names every mistake, one a line.
    """
    try:
        table = toml_table(notepad_text(data), file)
    except UnicodeDecodeError:
        raise GoujiError(f"“{file}”不是记事本的文字文件。请用记事本打开、重新保存。") from None
    answers: dict[str, str] = {}
    wrong: list[str] = []
    keys: dict[str, str] = {}
    for path, value in table.items():
        if (key := path_key(path)) in keys:
            wrong.append(f"“{keys[key]}”和“{path}”是同一列，写了两次。请只留一个。")
        keys[key] = path
        try:
            answers[path] = _refs(value, form)
        except _WrongError as why:
            wrong.append(f"“{path}”{why}")
    if wrong:
        raise GoujiError("\n".join(f"“{file}”：{each}" for each in wrong))
    return answers


class _WrongError(Exception):
    """A value of the file is wrong; the text goes on after the name of the column."""


def _refs(value: object, form: Form) -> str:
    """Return the Ref of a cell that was written, or those of a sum."""
    if not isinstance(value, str):
        raise _WrongError("的右边应当是引号里的文字，写年报表里的“行 > 列”，或者写 不填。")
    if bare(value) == NOTHING:
        return NOT_FILLED
    if not bare(value):
        raise _WrongError("的右边是空的。请写年报表里的“行 > 列”，或者写 不填。")
    if one := _one(value, form):
        return AND.join(one)
    parts = [part for part in _AND.split(value) if part.strip()]
    wrong = next((part.strip()[:_LONGEST_MISSPELT] for part in parts if not _one(part, form)), "")
    if wrong:
        near = closest(wrong, [cell_name(cell) for cell in form.cells.values()])
        raise _WrongError(f"的右边写的是“{wrong}”，年报表里没有这一格{meant(near)}")
    refs = [ref for part in parts for ref in _one(part, form)]
    if len(set(refs)) < len(refs):
        raise _WrongError("的右边有一格写了两次。请只留一个。")
    units = dict.fromkeys(form.cells[ref].column.unit for ref in refs)
    if len(units) > 1 and any(form.cells[ref].kind == "money" for ref in refs):
        raise _WrongError(f"的右边几格的单位不同（{'、'.join(units)}），加不起来。请只写单位相同的。")
    return AND.join(refs)


def _one(written: str, form: Form) -> tuple[str, ...]:
    """Return the Ref of a cell that was written, or those of a label over several rows; nothing for another text."""
    if written.strip() in form.cells:
        return (written.strip(),)
    names = _names(form)
    if ref := names.get(path_key(written)) or names.get(bare(written)):
        return (ref,)
    return {path_key(name): refs for name, refs in _groups(form).items()}.get(path_key(written), ())


@cache
def _names(form: Form) -> dict[str, str]:
    """Return the cells of the form by all the ways to write them that no two cells share."""
    found: dict[str, str] = {}
    for way in (_sure, _short):
        own: dict[str, set[str]] = {}
        for ref, cell in form.cells.items():
            for name in way(cell):
                own.setdefault(name, set()).add(ref)
        found |= {name: refs.pop() for name, refs in own.items() if len(refs) == 1 and name not in found}
    return found


def _sure(cell: Cell) -> Iterable[str]:
    """Yield a cell as the file has it, and as the messages of the checks have it."""
    yield path_key(cell_name(cell))
    yield bare(cell.printed)


def _short(cell: Cell) -> Iterator[str]:
    """Yield a cell by the last labels of its row and its column, or by all of them."""
    yield path_key(f"{cell.row.label[-1]}>{cell.column.label[-1]}")
    yield path_key(">".join((*cell.row.label, *cell.column.label)))
    yield path_key(">".join((*cell.row.label, cell.column.label[-1])))
