"""The pages, each with the addresses that it answers."""

from gouji.desk.pages import files, overview, receive, send, start, tasks, units

PAGES = (start.page, overview.page, tasks.page, units.page, files.page, receive.page, send.page)
"""All pages. Define a new one in a module of its own and add it here."""

STEPS = (
    ("overview.show", "总览"),
    ("send.show", "下发和退回"),
    ("receive.show", "收表"),
    ("units.show", "单位"),
)
"""The pages that the head of each page of a year links to, in the order of the year."""
