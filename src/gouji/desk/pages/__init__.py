"""The pages, each with the addresses that it answers."""

from gouji.desk.pages import (
    actions,
    deadlines,
    decisions,
    files,
    finish,
    first,
    overview,
    products,
    questions,
    receive,
    send,
    start,
    tasks,
    unit,
    units,
    years,
)

PAGES = (
    start.page,
    years.page,
    first.page,
    overview.page,
    tasks.page,
    send.page,
    deadlines.page,
    receive.page,
    units.page,
    unit.page,
    questions.page,
    actions.page,
    decisions.page,
    finish.page,
    products.page,
    files.page,
)
"""All pages. Define a new one in a module of its own and add it here."""

STEPS = (
    ("overview.show", "总览"),
    ("send.show", "下发和退回"),
    ("receive.show", "收表"),
    ("units.show", "单位"),
    ("questions.show", "等您决定"),
    ("finish.show", "汇总和报告"),
    ("decisions.show", "做过的决定"),
)
"""The pages that the head of each page of a year links to, in the order of the year."""
