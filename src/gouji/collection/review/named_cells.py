"""The entries that an officer names: by sheet and address, as people see them, by the words of a label, or by Ref."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gouji.checks.figures import place_of
from gouji.collection.review.objections import Entry
from gouji.form import labels
from gouji.form.model import Cell, Form
from gouji.formats.workbook.corrections import places_in
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError

_ADDRESS = r"[A-Z]{1,3}[1-9]\d{0,4}"
_SHEET_FIRST = re.compile(rf"(?:(?P<sheet>.+?)[!的]?)??(?P<address>{_ADDRESS})")
_ADDRESS_FIRST = re.compile(rf"(?P<address>{_ADDRESS})(?:OF|@|,)?(?P<sheet>.+)")
_FILLERS = re.compile("[行列栏格的第表]")
"""What people put between the words of a row and of a column."""
_NAMED = 6
"""An error names at most this many cells."""
_QUOTED = 16


def entries_named(
    reading: Reading, wanted: Iterable[str], option: str = "--cell ", *, only_figures: bool = False
) -> tuple[Entry, ...]:
    """Return the entries of a submission that are meant.

    ``三、依申请公开!D8``, ``依申请公开 D8``, ``表三 D8``, ``D8`` where only one sheet has an entry there, the words of
    its row and column, and ``requests.new.natural`` may all name the same one. Raises GoujiError where it is not clear
    which one is meant; ``option`` stands before the examples.
    """
    form = reading.report.form
    # What has no address in a file, such as JSON, is shown to people as the workbook that goes back.
    places = dict(_entries(form, reading.places or places_in(reading.report)))
    if only_figures:
        # A document or a unit's own table may lack a cell altogether.
        ours = places_in(reading.report)
        places = {ref: places.get(ref, ours[ref]) for ref in form.cells}
    keys = dict.fromkeys(key for one in wanted for key in _keys(form, places, one, option))
    return tuple(Entry(key, places[key], _words(reading, key, places[key])) for key in keys)


def _entries(form: Form, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the places of all entries: of figures, paragraphs, empty topics, declarations and people."""
    answered = {key.partition(":")[0] for key in places if ":" in key}
    topics = {topic.key for topic in form.topics} - answered
    for key, place in places.items():
        if key in form.cells or ":" in key or key in topics or key.startswith(("zero.", "people.")):
            yield key, place


def _keys(form: Form, places: Mapping[str, str], wanted: str, option: str) -> Sequence[str]:
    """Return the keys of the entries in one cell: a cell may hold several paragraphs."""
    if wanted.strip() in places:
        return (wanted.strip(),)
    bare = _bare(wanted)
    fits: dict[str, list[str]] = {}
    for key, place in places.items():
        if _fits(bare, place):
            fits.setdefault(place, []).append(key)
    if not fits:
        fits = {places[key]: [key] for key in _by_words(form, wanted) if key in places}
    if len(fits) == 1:
        return next(iter(fits.values()))
    if fits:
        which = "、".join([*fits][:_NAMED])
        raise GoujiError(f"“{wanted}”可以是 {len(fits)} 格：{which}。请把表名也写上。")
    or_text = "" if places.keys() <= form.cells.keys() else "或者文字"
    raise GoujiError(
        f"“{wanted}”不是填数字{or_text}的格子。请写表名和格子，如 {option}三、依申请公开!D8，或者代号，"
        f"如 {option}requests.new.natural。"
    )


def _by_words(form: Form, wanted: str) -> list[str]:
    """Return the figures whose row and column are meant by words, such as 予以公开 自然人: the closest ones.

    The row is enough where it has one figure.
    """
    text = labels.bare(wanted)
    in_row = Counter(ref.rpartition(".")[0] for ref in form.cells)
    fits: dict[str, int] = {}
    for ref, cell in form.cells.items():
        for row in _labels(cell.row.label, cell.row.aliases):
            alone = {""} if in_row[ref.rpartition(".")[0]] == 1 else set()
            for column in _labels(cell.column.label, cell.column.aliases) | alone:
                left = text.replace(row, "", 1).replace(column, "", 1)
                if row in text and column in text.replace(row, "", 1) and _says_no_more(form, cell, left):
                    fits[ref] = max(fits.get(ref, 0), len(row) + len(column))
    return [ref for ref, length in fits.items() if length == max(fits.values())]


def _labels(path: Sequence[str], aliases: Sequence[str]) -> set[str]:
    return {labels.bare(label) for label in (path[-1], "".join(path[-2:]), *aliases)} - {""}


def _says_no_more(form: Form, cell: Cell, left: str) -> bool:
    """Tell whether what is left of the words only says where the cell is: its sheet, and the groups of its labels."""
    around = (form.sheet_of(cell.table), *cell.row.label[:-1], *cell.column.label[:-1], cell.block.title)
    for label in sorted(filter(None, map(labels.bare, around)), key=len, reverse=True):
        left = left.replace(label, "", 1)
    return not _FILLERS.sub("", left).strip("一二三四五六七八九十")


def _bare(text: str) -> str:
    """Return a place without what people write differently: quotation marks, $, blanks, full-width signs."""
    return re.sub(r"[\s'\"“”‘’$、]", "", unicodedata.normalize("NFKC", text)).upper()


def _fits(bare: str, place: str) -> bool:
    whole = _bare(place)
    if bare == whole:
        return True
    sheet, _, address = whole.rpartition("!")
    for form in (_SHEET_FIRST, _ADDRESS_FIRST):
        match = form.fullmatch(bare)
        if match and match["address"] == address and _is_the_sheet(match["sheet"] or "", sheet):
            return True
    return False


def _is_the_sheet(named: str, sheet: str) -> bool:
    """Tell whether a sheet is meant: by its name or a part of it, or by the number before its name, as in 表三."""
    number = re.fullmatch("第?表?([一二三四五六七八九])[张页]?表?", named)
    return named in sheet or bool(number and sheet.startswith(number[1]))


def _words(reading: Reading, key: str, place: str) -> str:
    form, (topic, _, number) = reading.report.form, key.partition(":")
    if key in form.cells:
        where = place_of(form, key)
        return f"{where['where']}{where['cell']}"
    if number:
        text = reading.report.texts[topic][int(number) - 1]
        quoted = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
        return f"{form.section(form.topic(topic).section).heading}“{quoted}”"
    return place.replace("!", " 的 ")
