"""The open questions of whatever findings are answered on: a unit, or the totals (汇总)."""

from __future__ import annotations

from gouji.collection.review.open_questions import OpenQuestion, answers_to, question_on, questions_of_unit
from gouji.collection.review.questions import together
from gouji.collection.totals.totals import WHOLE, totals_of
from gouji.collection.workspace.folder import Workspace


def questions_of(workspace: Workspace, unit: str) -> tuple[OpenQuestion, ...]:
    """Return the open questions; ``unit`` may be the totals.

    Raises GoujiError where it is not clear which unit is meant, or where there is nothing to add up.
    """
    if unit != WHOLE:
        return questions_of_unit(workspace, unit)
    causes = together(judged for judged in totals_of(workspace).findings if judged.open)
    return tuple(question_on(cause, tuple(answers_to(cause.judged.finding, cause.name, WHOLE))) for cause in causes)
