"""What has one cause is told once: findings, and messages about files."""

from __future__ import annotations

from gouji.findings.finding import Finding, found
from gouji.findings.together import as_one, told_once, with_one_cause


def negative(cell: str, where: str = "三、依申请公开") -> Finding:
    return found("figure.negative", cell, cells=(f"{where}!{cell}",), actual=-1, where=where, cell=cell)


def sentences(*findings: Finding) -> list[str]:
    return [as_one(group).message for group in with_one_cause(findings, lambda finding: finding)]


def test_findings_of_one_rule_on_one_sheet_are_one_sentence() -> None:
    assert sentences(negative("D8"), negative("E8", "四、复议诉讼"), negative("F8")) == [
        "三、依申请公开有 2 格填了负数，这里不能是负数：D8 -1、F8 -1。请核对后改正。",
        "四、复议诉讼E8填的是 -1，这里不能是负数。请核对后改正。",
    ]


def test_of_many_pieces_three_are_examples() -> None:
    (message,) = sentences(*(negative(f"D{row}") for row in range(8, 20)))
    assert message == "三、依申请公开有 12 格填了负数，这里不能是负数：D8 -1、D9 -1、D10 -1等。请核对后改正。"


def test_findings_in_one_sentence_keep_all_cells_and_the_first_id() -> None:
    one = as_one([negative("D8"), negative("E8")])
    assert one.id == "figure.negative:D8"
    assert one.cells == ("三、依申请公开!D8", "三、依申请公开!E8")


def test_other_findings_with_one_id_are_both_told_and_the_same_words_once() -> None:
    problems = [found("unreadable", problem=problem) for problem in ("甲。", "乙。", "甲。")]
    assert sentences(*problems) == ["甲。", "乙。"]


def test_what_a_clerk_typed_is_not_taken_for_a_place_to_fill_in() -> None:
    entry = {"where": "三、依申请公开", "typed": "{list}", "why": "", "advice": "", "fix": "请只填数字"}
    (message,) = sentences(*(found("figure.unread", cell, cell=cell, **entry) for cell in ("D8", "E8")))
    assert message == "三、依申请公开有 2 格填了“{list}”，请只填数字：D8、E8。"


def test_programs_get_nothing_of_it() -> None:
    assert {"several", "piece", "quoted"}.isdisjoint(negative("D8").as_json())


def test_a_message_about_many_files_names_the_first_ones() -> None:
    assert told_once([("甲", "坏了"), ("乙", "空的"), ("丙", "坏了")]) == [("甲、丙", "坏了"), ("乙", "空的")]
    ((about, _),) = told_once((f"{number}.zip", "坏了") for number in range(9))
    assert about == "0.zip、1.zip、2.zip、3.zip、4.zip 等 9 个文件"
