"""The entries that an officer names: by sheet and address, as people see them, or by Ref."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gouji.checks.figures import place_of
from gouji.collection.review.remarks import Entry
from gouji.form.model import Form
from gouji.formats.workbook.corrections import places_in
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError

_ADDRESS = r"[A-Z]{1,3}[1-9]\d{0,4}"
_SHEET_FIRST = re.compile(rf"(?:(?P<sheet>.+?)[!的]?)??(?P<address>{_ADDRESS})")
_ADDRESS_FIRST = re.compile(rf"(?P<address>{_ADDRESS})(?:OF|@|,)?(?P<sheet>.+)")
_NAMED = 6
"""An error names at most this many cells."""
_QUOTED = 16


def entries_named(reading: Reading, wanted: Iterable[str]) -> tuple[Entry, ...]:
    """Return the entries of a submission that are meant.

    ``三、依申请公开!D8``, ``依申请公开 D8``, ``D8`` where only one sheet has an entry there, and
    ``requests.new.natural`` may all name the same one. Raises GoujiError where it is not clear which one is meant.
    """
    # A file without addresses, such as JSON, is shown to people as the workbook that goes back.
    places = dict(_entries(reading.report.form, reading.places or places_in(reading.report)))
    keys = dict.fromkeys(key for one in wanted for key in _keys(places, one))
    return tuple(Entry(key, places[key], _words(reading, key, places[key])) for key in keys)


def _entries(form: Form, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the places of all entries: of figures, paragraphs, empty topics, declarations and people."""
    answered = {key.partition(":")[0] for key in places if ":" in key}
    topics = {topic.key for topic in form.topics} - answered
    for key, place in places.items():
        if key in form.cells or ":" in key or key in topics or key.startswith(("zero.", "people.")):
            yield key, place


def _keys(places: Mapping[str, str], wanted: str) -> Sequence[str]:
    """Return the keys of the entries in one cell: a cell may hold several paragraphs."""
    if wanted.strip() in places:
        return (wanted.strip(),)
    bare = _bare(wanted)
    fits: dict[str, list[str]] = {}
    for key, place in places.items():
        if _fits(bare, place):
            fits.setdefault(place, []).append(key)
    if len(fits) == 1:
        return next(iter(fits.values()))
    if fits:
        which = "、".join([*fits][:_NAMED])
        raise GoujiError(f"“{wanted}”可以是 {len(fits)} 格：{which}。请把表名也写上。")
    raise GoujiError(
        f"“{wanted}”不是填数字或者文字的格子。请写表名和格子，如 --cell 三、依申请公开!D8，或者代号，"
        "如 --cell requests.new.natural。"
    )


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
        if match and match["address"] == address and (match["sheet"] or "") in sheet:
            return True
    return False


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
