"""The prompts that appear at a selected input, and what of a form Excel cuts off or refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.form.model import Form
from gouji.form.records import Cell, Topic
from gouji.runtime.utf16 import units

LONGEST_PROMPT, LONGEST_TITLE = 255, 32
"""The most UTF-16 units in the text and in the title of a prompt in Excel."""

_RESERVED = {"history", "历史记录"}
"""Names that Excel keeps for a sheet of its own: an English one, and a Chinese one."""


def number_prompt(cell: Cell) -> str:
    """Return what the prompt of a number says."""
    return f"{cell.note}单位：{cell.column.unit}。"


def paragraph_prompt(topic: Topic) -> str:
    """Return what the prompt of a paragraph says."""
    return f"{topic.note}一格写一段。粘贴请用“选择性粘贴→文本”。"


def troubles_in_excel(form: Form) -> Iterator[str]:
    """Yield a sentence for each sheet name that Excel refuses and for each note that is longer than its prompt.

    A new form is refused for them. A round under way goes on: its forms have been sent out.
    """
    for section in form.sections:
        if section.sheet.casefold() in _RESERVED:
            yield f"sections.{section.key}.sheet：“{section.sheet}”是 Excel 自己用的工作表名，换一个名称。"
    for topic in form.topics:
        yield from _too_long(f"topics.{topic.key}.note", paragraph_prompt(topic), topic.note)
    typed = (form.cells[ref] for ref in form.inputs)
    notes = {(cell.table, cell.note): cell for cell in typed if cell.note}
    for (table, note), cell in notes.items():
        parts = [cell.row.key] * bool(cell.row.note) + [cell.column.key] * bool(cell.column.note)
        yield from _too_long(f"tables.{table}.{'、'.join(parts)}.note", number_prompt(cell), note)


def _too_long(place: str, prompt: str, note: str) -> Iterator[str]:
    if (length := units(prompt)) > LONGEST_PROMPT:
        most = LONGEST_PROMPT - (length - units(note))
        yield f"{place}：提示太长，Excel 会截断。最多 {most} 个字（生僻字算两个），现在有 {units(note)} 个，请缩短。"
