"""What a higher office demands to be written in the reports: the tables ``[[must_state]]`` of the settings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from gouji.checks.settings import MustState
from gouji.form.levels import LEVELS, level_named_by, level_of
from gouji.form.model import Form
from gouji.runtime.decoding import refuse_unknown
from gouji.runtime.errors import GoujiError, Mistakes
from gouji.runtime.spelling import closest, meant

DEMANDS = "must_state"

NO_DEMANDS = """\

# 省、市要求在报告里写明的，一条一段，可以写几段；没有写的，核对时请单位补写。要用的，去掉各行开头的“#”。
#[[must_state]]
#section = "一"                  # 写在报告的哪一部分：写文字的一、五、六
#figure = "requests.new.total"   # 要写明的数：代号；也可以照核对结果里的写法，写“…”行“…”列。要和那一行的词写在一起
#source = "某市政务公开办公室关于编制年度报告的通知"    # 谁要求的：文号或者文件名称，写在核对结果里
#[[must_state]]
#section = "一"
#words = ["公开专区", "查阅点"]  # 不要求数、只要求写到的：有其中一个词就算写了
#levels = ["乡镇", "县级部门"]   # 只要求一部分单位的，写级别；不写就是所有单位
#source = "某市政务公开办公室关于编制年度报告的通知"
"""


def read_demands(tables: object, form: Form, file: str) -> tuple[MustState, ...]:
    """Return what the tables of the settings file ``file`` demand, with the keys of the form.

    Raises GoujiError that names what is wrong, and in which table, one sentence a line.
    """
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise GoujiError(f"“{file}”的 {DEMANDS} 应当写成“[[{DEMANDS}]]”单独一行，下面一行写一项。")
    wrong, demands = Mistakes(), []
    for number, table in enumerate(tables, 1):
        where = f"“{file}”第 {number} 段 [[{DEMANDS}]] "
        demands.append(wrong.unless_wrong(partial(_demand, table, form, where), None))
    wrong.refuse()
    return tuple(filter(None, demands))


def _demand(table: dict[str, Any], form: Form, where: str) -> MustState | None:
    return _Table(table, form, where).demand()


def demands_text(demands: Sequence[MustState], form: Form) -> str:
    """Return the part of a settings file that lists the demands."""
    return "".join(f"\n[[{DEMANDS}]]\n" + "".join(f"{line}\n" for line in _lines(demand, form)) for demand in demands)


def _lines(demand: MustState, form: Form) -> Iterator[str]:
    written: dict[str, object] = {"section": form.section(demand.section).heading}
    if demand.figure:
        written["figure"] = form.cells[demand.figure].printed
    if demand.words:
        written["words"] = demand.words
    if demand.levels:
        written["levels"] = [level_of(key).words[0] for key in demand.levels]
    written["source"] = demand.source
    for key, value in written.items():
        # The basic strings and arrays of TOML are those of JSON.
        yield f"{key} = {msgspec.json.encode(value).decode()}"


class _Table:
    """One demand as it was written."""

    def __init__(self, table: dict[str, Any], form: Form, where: str) -> None:
        self._table, self._form, self._where = table, form, where
        refuse_unknown(table, MustState.__struct_fields__, lambda key: f"{where}里没有“{key}”这一项")

    def demand(self) -> MustState:
        section, source = self._text("section"), self._text("source")
        if not section:
            raise self._wrong("没有写 section（写在报告的哪一部分，如“一”）。")
        if not source:
            raise self._wrong("没有写 source（谁要求的，写文号或者文件名称）。")
        try:
            return MustState(
                section=self._section(section),
                source=source,
                figure=self._figure(self._text("figure")),
                words=self._texts("words"),
                levels=tuple(self._level(words) for words in self._texts("levels")),
            )
        except _WrongError:
            raise
        except GoujiError as error:
            raise self._wrong(str(error)) from None

    def _section(self, written: str) -> str:
        for section in self._form.sections:
            number, _, title = section.heading.partition("、")
            if written.rstrip("、") in (section.heading, number, title, section.sheet):
                if self._form.table_of(section.key):
                    raise self._wrong(
                        f"的 section 写的是“{written}”，这一部分是表，数都在表里填，不用写明。{self._known()}"
                    )
                return section.key
        raise self._wrong(f"的 section 写的是“{written}”，报告里没有这一部分。{self._known()}")

    def _known(self) -> str:
        written = [section.heading for section in self._form.sections if not self._form.table_of(section.key)]
        return f"应当是写文字的部分，“{'”“'.join(written)}”之一，也可以只写开头的数字。"

    def _figure(self, written: str) -> str:
        if not written or written in self._form.cells:
            return written
        names = {_bare(cell.printed): ref for ref, cell in self._form.cells.items()}
        if _bare(written) in names:
            return names[_bare(written)]
        near = closest(written, list(self._form.cells))
        raise self._wrong(
            f"的 figure 写的是“{written}”，表里没有这一格{meant(near)}"
            "请照核对结果里的写法写行和列，或者写代号，如 requests.new.total。"
        )

    def _level(self, written: str) -> str:
        key = written if written in LEVELS else level_named_by(written)
        if not key:
            known = "、".join(words for level in LEVELS.values() for words in level.words)
            raise self._wrong(f"的 levels 写的是“{written}”，没有这个级别。级别有：{known}。")
        return key

    def _text(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(f"的 {key} 应当是引号里的文字。")
        return value.strip()

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self._table.get(key, [])
        values = [values] if isinstance(values, str) else values
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            raise self._wrong(f'的 {key} 应当是方括号里的几个词，每个词加引号，如 ["甲", "乙"]。')
        return tuple(value.strip() for value in values)

    def _wrong(self, why: str) -> GoujiError:
        return _WrongError(f"{self._where}{why}")


class _WrongError(GoujiError):
    """A mistake in a table, in one sentence that names its place."""


def _bare(text: str) -> str:
    """Return the name of a cell without what people write differently: quotation marks, blanks, full-width signs."""
    return re.sub(r"[\s'\"“”‘’]", "", unicodedata.normalize("NFKC", text))
