"""Whether a validation of theirs forbids a number: it would be refused if a person typed it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from lxml import etree

from gouji.form.values import Number
from gouji.formats.filling.sheet_xml import name


def forbids(validation: etree._Element, number: Number) -> bool:
    """Tell whether a validation stops a number; one whose limits are formulas is not worked out, and stops nothing."""
    if validation.get("showErrorMessage") not in ("1", "true") or validation.get("errorStyle", "stop") != "stop":
        return False
    kind = validation.get("type", "none")
    if kind == "list":
        return _is_missing(validation.findtext(name("formula1")) or "", number)
    if kind == "whole" and number != int(number):
        return True
    value = Decimal(len(str(number))) if kind == "textLength" else Decimal(number)
    return kind in ("whole", "decimal", "textLength") and not _allowed(validation, value)


def _is_missing(choices: str, number: Number) -> bool:
    if not (len(choices) > 1 and choices[0] == choices[-1] == '"'):
        return False
    return str(number) not in [choice.strip() for choice in choices[1:-1].split(",")]


def _allowed(validation: etree._Element, value: Decimal) -> bool:
    operator = validation.get("operator", "between")
    first, second = (_limit(validation.findtext(name(tag))) for tag in ("formula1", "formula2"))
    if first is None or (second is None and operator in ("between", "notBetween")):
        return True
    if operator in ("between", "notBetween"):
        assert second is not None
        return (first <= value <= second) == (operator == "between")
    return {
        "equal": value == first,
        "notEqual": value != first,
        "greaterThan": value > first,
        "lessThan": value < first,
        "greaterThanOrEqual": value >= first,
        "lessThanOrEqual": value <= first,
    }.get(operator, True)


def _limit(text: str | None) -> Decimal | None:
    try:
        return Decimal((text or "").strip())
    except InvalidOperation:
        return None
