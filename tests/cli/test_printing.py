"""What a step has done, as a terminal shows it."""

from __future__ import annotations

import pytest

from gouji.cli.printing import SHOWN, print_outcome
from gouji.collection.steps.made import problem_lines
from gouji.collection.steps.outcome import HIDDEN, Line, Outcome, several


def test_what_did_not_succeed_goes_to_stderr_and_unfinished_work_has_its_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        print_outcome(Outcome((Line("做了。"), Line("没有做成。", "wrong"), Line("请看。", "look")), unfinished=True))
    assert end.value.code == 2
    assert capsys.readouterr() == ("做了。\n请看。\n", "没有做成。\n")


def test_a_terminal_shows_the_first_sentences_and_how_many_there_are_besides(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentences = [f"第 {number} 句" for number in range(SHOWN + 3)]
    print_outcome(Outcome((*several(sentences[:SHOWN], "没有了"), *several(sentences, f"还有 {HIDDEN} 句"))))
    assert capsys.readouterr().out.splitlines() == [*sentences[:SHOWN], *sentences[:SHOWN], "还有 3 句"]


def test_only_a_terminal_is_told_about_commands(capsys: pytest.CaptureFixture[str]) -> None:
    lines = problem_lines([("一.xlsx", "读不出来。")])
    assert [line.words for line in lines] == ["", "处理以后再做一遍，只做没有做完的。"]
    print_outcome(Outcome(lines))
    assert capsys.readouterr().err == "一.xlsx：读不出来。\n处理以后，把同一个命令再运行一遍，只做没有做完的。\n"
