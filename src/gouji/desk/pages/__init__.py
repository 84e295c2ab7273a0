"""The pages, each with the addresses that it answers."""

from gouji.desk.pages import files, overview, tasks

PAGES = (overview.start, overview.page, tasks.page, files.page)
"""All pages. Define a new one in a module of its own and add it here."""

STEPS = (("overview.show", "总览"),)
"""The pages that the head of each page of a year links to, in the order of the year."""
