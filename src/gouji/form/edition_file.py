"""The file of an edition, decoded strictly.

A file with an unknown key, a duplicate id or a relation that refers to no cell is rejected. The error names the file
and the place.
"""

from __future__ import annotations

from gouji.form.levels import LEVELS
from gouji.form.model import Form
from gouji.runtime.decoding import toml_record
from gouji.runtime.errors import EditionError
from gouji.runtime.spelling import closest, meant


def parse_form(text: str, file: str) -> Form:
    """Decode an edition file strictly.

    Raises EditionError, naming the file and the place, for an unknown key, a value of the wrong type, a duplicate id
    or a relation that refers to no cell.
    """
    form = toml_record(text, Form, file)
    refuse_contradictions(form, file)
    return form


def refuse_contradictions(form: Form, file: str) -> None:
    """Reject a form that defines an id twice or refers to one that it does not define.

    Raises EditionError, naming the file and the place.
    """
    try:
        _refuse_duplicates(form)
        _refuse_dangling(form)
    except EditionError as error:
        raise EditionError(f"{file}：{error}") from None


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
        refs = (("fee.notices", form.fee.notices), ("fee.unpaid", form.fee.unpaid))
        references += [(place, ref, list(form.cells)) for place, ref in refs if ref]
    if form.roles:
        families = [family.id for family in form.relation_families]
        references += [("roles.balance", form.roles.balance, families), ("roles.results", form.roles.results, families)]
        suits = (("roles.direct_suits", form.roles.direct_suits), ("roles.later_suits", form.roles.later_suits))
        references += [(place, ref, list(form.cells)) for place, ref in suits if ref]
    for place, name, known in references:
        if name not in known:
            raise EditionError(f"{place}：没有“{name}”{meant(closest(name, known))}")
    for table in form.tables:
        for place, keys in ((f"tables.{table.id}.board", table.board), (f"tables.{table.id}.chart", table.chart)):
            for key in keys:
                if f"{table.id}.{key}" not in table.cells:
                    near = closest(key, [ref.partition(".")[2] for ref in table.cells])
                    raise EditionError(f"{place}：没有“{key}”这一格{meant(near)}")
    named_rows = [(f"{limit.id}.row", limit.table, limit.row) for limit in form.level_limits]
    named_rows += [
        ("substitutes.row", substitute.table, row)
        for substitute in form.substitutes
        for row in (substitute.row, *substitute.zero)
    ]
    for place, table_id, row_key in named_rows:
        if row_key not in [row.key for block in form.table(table_id).blocks for row in block.rows]:
            raise EditionError(f"{place}：没有“{row_key}”。")
    for relation in (*form.relations, *form.continuity):
        if not relation.left or not relation.right:
            raise EditionError(f"{relation.family.id}：等式的两边都要有。")
        if relation.left[0].ref not in form.table(relation.family.table).cells:
            raise EditionError(f"{relation.family.id}.left：第一项要是本表的格子。")
    # Putting the totals in order raises EditionError if they depend on one another.
    _ = form.totals
