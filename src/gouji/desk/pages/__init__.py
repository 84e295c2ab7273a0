"""The pages, each with the addresses that it answers."""

from gouji.desk.pages import files, finish, overview, products, start, tasks, units

PAGES = (start.page, overview.page, tasks.page, units.page, files.page, finish.page, products.page)
"""All pages. Define a new one in a module of its own and add it here."""

STEPS = (
    ("overview.show", "总览"),
    ("units.show", "单位"),
    ("finish.show", "汇总和报告"),
)
"""The pages that the head of each page of a year links to, in the order of the year."""
