"""The pages, each with the addresses that it answers."""

from gouji.desk.pages import alike, files, finish, overview, products, tasks

PAGES = (overview.start, overview.page, tasks.page, files.page, finish.page, products.page, alike.page)
"""All pages. Define a new one in a module of its own and add it here."""

STEPS = (("overview.show", "总览"), ("finish.show", "汇总和报告"))
"""The pages that the head of each page of a year links to, in the order of the year."""
