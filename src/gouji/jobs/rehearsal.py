"""Check a report of nobody, so that what the checks load when they are first needed is there for real ones."""

from __future__ import annotations

import datetime

from gouji.checks.judging import judge
from gouji.form.editions import edition_in_force, load_form
from gouji.report.model import Report, Unit

_TEXT = (
    "（一）主动公开。我局公开信息10条，比上年增长25%，共收到申请12件，办结11件，其中予以公开7件。",
    "问题：一是公开不够及时，二是质量不高。改进：2025年12月前加强培训，举办培训班2期。",
)
"""Numbers and phrases of all kinds, for which vocabulary and patterns are needed."""


def rehearse() -> None:
    """Check a report on last year, the year of most reports: its form, the vocabulary and the patterns get loaded."""
    year = datetime.date.today().year - 1
    form = load_form(edition_in_force(year))
    texts = {topic.key: _TEXT for topic in form.topics}
    judge(Report(form, year, Unit("某县某局"), texts=texts))
