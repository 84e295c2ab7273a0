"""The commands for single files, as a user runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import SAMPLES, checked, ok, run

import gouji

FINDING_KEYS = {
    "id",
    "rule",
    "outcome",
    "severity",
    "refs",
    "cells",
    "message",
    "expected",
    "actual",
    "clause",
    "echo_of",
}


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A report whose （七）总计 is one too high, as JSON."""
    document = json.loads((SAMPLES / "qingxi-2025.json").read_text("utf-8"))
    document["figures"]["requests.closed.natural"] += 1
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


# ---------------------------------------------------------------- template


def test_a_blank_template_needs_only_a_target(tmp_path: Path) -> None:
    ok("template", "-o", tmp_path / "form.xlsx")
    report = gouji.read(tmp_path / "form.xlsx").report
    assert (report.edition, report.year, report.unit.name, report.figures) == (gouji.editions()[0], None, "", {})


def test_a_template_uses_the_form_in_force_in_its_year(tmp_path: Path) -> None:
    first = gouji.load_form(gouji.editions()[0]).first_year
    ok("template", "--year", str(first - 1), "-o", tmp_path / "old.xlsx")
    ok("template", "--year", str(first), "-o", tmp_path / "new.xlsx")
    ok("template", "--year", str(first), "--edition", gouji.editions()[-1], "-o", tmp_path / "late.xlsx")
    editions = [gouji.read(tmp_path / f"{name}.xlsx").report.edition for name in ("old", "new", "late")]
    assert editions == [gouji.editions()[-1], gouji.editions()[0], gouji.editions()[-1]]


def test_a_template_contains_the_unit_and_is_read_back(tmp_path: Path) -> None:
    ok("template", "--unit", "某乡人民政府", "--code", "0012", "--level", "township", "-o", tmp_path / "form.xlsx")
    assert gouji.read(tmp_path / "form.xlsx").report.unit == gouji.Unit("某乡人民政府", "0012", "township")


def test_a_template_from_a_report_contains_the_whole_report(tmp_path: Path) -> None:
    ok("template", "--from", SAMPLES / "qingxi-2025.json", "-o", tmp_path / "filled.xlsx")
    expected = gouji.from_json((SAMPLES / "qingxi-2025.json").read_bytes())
    assert gouji.read(tmp_path / "filled.xlsx").report == expected


def test_every_total_that_is_not_kept_is_reported(tmp_path: Path, wrong: Path) -> None:
    done = ok("template", "--from", wrong, "-o", tmp_path / "filled.xlsx")
    assert done.stderr.count("没有保留") == 1
    assert "三、依申请公开“（七）总计”行“自然人”列" in done.stderr.replace("三、本年度办理结果", "")


def test_last_years_open_requests_are_carried_over_and_locked(tmp_path: Path) -> None:
    ok("template", "--previous", SAMPLES / "qingxi-2024.json", "-o", tmp_path / "form.xlsx")
    before = gouji.read(SAMPLES / "qingxi-2024.json").report
    reading = gouji.read(tmp_path / "form.xlsx")
    after = reading.report
    assert reading.findings == ()
    assert after.year == before.year + 1
    assert after.unit == before.unit
    assert after.figures == {
        ref.replace("carried_out", "carried_in"): value
        for ref, value in before.figures.items()
        if ".carried_out." in ref
    }


def test_last_years_report_must_be_of_the_year_before(tmp_path: Path) -> None:
    year = gouji.read(SAMPLES / "qingxi-2024.json").report.year + 2
    done = run("template", "--year", str(year), "--previous", SAMPLES / "qingxi-2024.json", "-o", tmp_path / "x.xlsx")
    assert done.returncode == 2
    assert str(year - 1) in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_options_of_the_office_override_the_report_and_are_reported(tmp_path: Path) -> None:
    document = json.loads((SAMPLES / "qingxi-2025.json").read_text("utf-8"))
    document["figures"]["requests.carried_in.natural"] = 7
    (tmp_path / "report.json").write_text(json.dumps(document), "utf-8")
    done = ok(
        "template",
        "--from",
        tmp_path / "report.json",
        "--previous",
        SAMPLES / "qingxi-2024.json",
        "-o",
        tmp_path / "form.xlsx",
    )
    assert "按上年的报告填为 1 并锁定" in done.stderr
    assert gouji.read(tmp_path / "form.xlsx").report.figures["requests.carried_in.natural"] == 1


def test_figures_of_an_older_form_without_a_place_in_the_newer_one_are_reported(tmp_path: Path) -> None:
    old, new = gouji.editions()[-1], gouji.editions()[0]
    form = gouji.load_form(old)
    report = gouji.make_report(
        edition=old,
        year=form.first_year,
        unit=gouji.Unit("某局"),
        figures={ref: 4 for ref in form.cells if ref.startswith(("disclosure.fees", "requests.new"))},
    )
    (tmp_path / "old.json").write_bytes(gouji.to_json(report))
    first = str(gouji.load_form(new).first_year)
    done = ok("template", "--from", tmp_path / "old.json", "--edition", new, "--year", first, "-o", tmp_path / "n.xlsx")
    assert done.stderr.count("新的格式没有这一格") == 2
    assert gouji.read(tmp_path / "n.xlsx").report.figures["requests.new.natural"] == 4


# ---------------------------------------------------------------- read, report


def test_reading_prints_json_or_writes_it(tmp_path: Path) -> None:
    printed = ok("read", SAMPLES / "qingxi-2025.xlsx").stdout
    ok("read", SAMPLES / "qingxi-2025.xlsx", "-o", tmp_path / "report.json")
    assert printed.encode() == (tmp_path / "report.json").read_bytes() == (SAMPLES / "qingxi-2025.json").read_bytes()


def test_the_json_of_a_workbook_has_every_ref_with_null_for_blanks() -> None:
    figures = json.loads(ok("read", SAMPLES / "liutang-2025.xlsx").stdout)["figures"]
    assert list(figures) == list(gouji.load_form("2021").cells)
    assert figures["requests.granted.natural"] is None
    assert figures["requests.closed.natural"] is None
    assert figures["requests.closed.business"] == 3


def test_a_report_with_errors_is_written_and_the_errors_are_printed(tmp_path: Path) -> None:
    done = ok("report", SAMPLES / "liutang-2025.xlsx", "-o", tmp_path / "report.docx")
    assert "必须改正" in done.stderr
    assert (tmp_path / "report.docx").stat().st_size > 5000


@pytest.mark.parametrize("command, suffix", [("read", ".json"), ("report", ".docx"), ("template", ".xlsx")])
def test_commands_accept_a_folder_in_place_of_files(tmp_path: Path, command: str, suffix: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("qingxi-2025", "liutang-2025"):
        (folder / f"{name}.xlsx").write_bytes((SAMPLES / f"{name}.xlsx").read_bytes())
    (folder / "~$qingxi-2025.xlsx").write_bytes(b"owner file")
    given = ["--from", folder] if command == "template" else [folder]
    ok(command, *given, "-o", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"liutang-2025{suffix}",
        f"qingxi-2025{suffix}",
    ]


def test_results_of_files_with_the_same_name_do_not_replace_one_another(tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / "in" / place).mkdir(parents=True)
        (tmp_path / "in" / place / "return.json").write_bytes((SAMPLES / "qingxi-2024.json").read_bytes())
    (tmp_path / "in" / "a" / "return.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes())
    ok("report", tmp_path / "in", "-o", tmp_path / "out")
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.docx"))
    assert written == ["a/return.json.docx", "a/return.xlsx.docx", "b/return.docx"]


def test_one_bad_file_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xlsx").write_bytes(b"PK\x03\x04 half")
    (tmp_path / "in" / "b.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes())
    for command in (("read",), ("report",), ("template", "--from")):
        done = run(*command, tmp_path / "in", "-o", tmp_path / command[0])
        assert done.returncode == 2
        assert "a.xlsx" in done.stderr
        assert "损坏" in done.stderr
        assert [path.stem for path in (tmp_path / command[0]).iterdir()] == ["b"]


# ---------------------------------------------------------------- check


def test_the_exit_status_of_check_says_whether_any_file_failed(tmp_path: Path, wrong: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"")
    good = SAMPLES / "qingxi-2025.xlsx"
    assert run("check", good).returncode == 0
    assert run("check", good, wrong).returncode == 1
    assert run("check", good, tmp_path / "no.xlsx").returncode == 1
    assert run("check", good, tmp_path / "nowhere.xlsx").returncode == 2
    assert run("check", good, "--previous", tmp_path / "nowhere.xlsx").returncode == 2
    assert run("check", good, "--wrong-option").returncode == 2
    assert run("check").returncode == 2


def test_the_json_of_check_has_the_keys_that_others_rely_on(tmp_path: Path, wrong: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"")
    good, bad, unreadable = checked(SAMPLES / "qingxi-2025.xlsx", wrong, tmp_path / "no.xlsx")
    keys = {"path", "sha256", "unit", "year", "edition", "state", "verdict", "findings", "causes"}
    assert set(good) == set(bad) == set(unreadable) == keys
    assert (good["verdict"], good["state"], good["findings"]) == ("pass", "可以上报", [])
    assert (bad["verdict"], bad["state"]) == ("fail", "有错误")
    assert (unreadable["verdict"], unreadable["state"]) == ("unreadable", None)
    assert "0 字节" in unreadable["findings"][0]["message"]
    for finding in [*bad["findings"], *unreadable["findings"]]:
        assert set(finding) == FINDING_KEYS


def test_a_wrong_total_is_reported_once_with_its_follow_on_errors(wrong: Path) -> None:
    (result,) = checked(wrong)
    by_id = {finding["id"]: finding for finding in result["findings"]}
    assert set(by_id) == {"requests.closed:natural", "requests.balance:natural", "requests.total:closed"}
    cause = by_id["requests.closed:natural"]
    assert (cause["echo_of"], cause["outcome"], cause["expected"], cause["actual"]) == (None, "broken", 9, 10)
    others = [finding["echo_of"] for id, finding in by_id.items() if id != "requests.closed:natural"]
    assert others == ["requests.closed:natural"] * 2
    text = run("check", wrong).stdout
    assert len(re.findall(r"^ +\d+\. ", text, re.MULTILINE)) == 1
    assert "由它引起的还有 2 处" in text


def test_cells_are_named_by_their_place_in_the_workbook() -> None:
    (result,) = checked(SAMPLES / "liutang-2025.xlsx")
    cells = {finding["id"]: finding["cells"] for finding in result["findings"]}
    assert cells["figure.unread:requests.granted.natural"] == ["三、依申请公开!D10"]


def test_last_years_files_in_a_folder_are_matched_by_unit(tmp_path: Path) -> None:
    last = tmp_path / "last"
    last.mkdir()
    document = json.loads((SAMPLES / "qingxi-2024.json").read_text("utf-8"))
    (last / "other.json").write_text(json.dumps({**document, "unit": {"name": "别的乡", "code": "9"}}), "utf-8")
    document["figures"]["requests.carried_out.natural"] = 5
    (last / "own.json").write_text(json.dumps(document), "utf-8")
    (last / "rubbish.xlsx").write_bytes(b"rubbish")
    (result,) = checked(SAMPLES / "qingxi-2025.xlsx", "--previous", last)
    (finding,) = result["findings"]
    assert (finding["id"], finding["severity"], finding["expected"], finding["actual"]) == (
        "carry_over:natural",
        "error",
        5,
        1,
    )


def test_a_folder_may_hold_the_reports_of_many_years(tmp_path: Path) -> None:
    last = tmp_path / "years"
    last.mkdir()
    document = json.loads((SAMPLES / "qingxi-2024.json").read_text("utf-8"))
    for years_before, open_requests in ((0, 5), (1, 6), (2, 7)):
        document["figures"]["requests.carried_out.natural"] = open_requests
        path = last / f"{years_before}.json"
        path.write_text(json.dumps({**document, "year": document["year"] - years_before}), "utf-8")
    (result,) = checked(SAMPLES / "qingxi-2025.xlsx", "--previous", last)
    assert [(finding["id"], finding["expected"]) for finding in result["findings"]] == [("carry_over:natural", 5)]
    ok("template", "--unit", document["unit"]["name"], "--previous", last, "-o", tmp_path / "form.xlsx")
    report = gouji.read(tmp_path / "form.xlsx").report
    assert (report.year, report.figures["requests.carried_in.natural"]) == (document["year"] + 1, 5)


def test_an_unsigned_workbook_is_an_error_if_a_key_is_given(tmp_path: Path) -> None:
    key, other = tmp_path / "office.key", tmp_path / "other.key"
    key.write_text("the key of this office, long enough\n")
    other.write_text("the key of another office, as long")
    source = SAMPLES / "qingxi-2025.json"
    ok("template", "--from", source, "--key", key, "-o", tmp_path / "signed.xlsx")
    ok("template", "--from", source, "-o", tmp_path / "unsigned.xlsx")
    found = {
        (name, used.stem): [
            finding["rule"] for finding in checked(tmp_path / f"{name}.xlsx", "--key", used)[0]["findings"]
        ]
        for name in ("signed", "unsigned")
        for used in (key, other)
    }
    assert found == {
        ("signed", "office"): [],
        ("signed", "other"): ["identity.signature"],
        ("unsigned", "office"): ["identity.unsigned"],
        ("unsigned", "other"): ["identity.unsigned"],
    }
    assert checked(tmp_path / "signed.xlsx")[0]["findings"] == []


def test_a_key_that_is_too_short_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "short.key").write_text("secret")
    done = run("template", "--key", tmp_path / "short.key", "-o", tmp_path / "form.xlsx")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [tmp_path / "short.key"])
    assert "签发密钥太短" in done.stderr


def test_last_years_report_of_another_unit_is_a_query(tmp_path: Path) -> None:
    (result,) = checked(SAMPLES / "liutang-2025.xlsx", "--previous", SAMPLES / "qingxi-2024.json")
    assert "previous.other_unit" in {finding["id"] for finding in result["findings"]}
    own, other = checked(
        SAMPLES / "qingxi-2025.xlsx", SAMPLES / "liutang-2025.xlsx", "--previous", SAMPLES / "qingxi-2024.json"
    )
    assert own["findings"] == []
    ids = {finding["id"] for finding in other["findings"]}
    assert "previous.missing" in ids
    assert not [id for id in ids if id.startswith(("carry_over", "stock"))]
    done = ok(
        "template", "--unit", "别的镇人民政府", "--previous", SAMPLES / "qingxi-2024.json", "-o", tmp_path / "form.xlsx"
    )
    assert "上年的报告是“安澜县清溪镇人民政府”的" in done.stderr
    assert gouji.read(tmp_path / "form.xlsx").report.unit == gouji.Unit("别的镇人民政府")


def test_findings_are_in_the_order_of_the_form() -> None:
    (result,) = checked(SAMPLES / "liutang-2025.xlsx")
    pages = [finding["cells"][0].partition("!")[0] for finding in result["findings"]]
    assert pages == sorted(pages, key=[section.sheet for section in gouji.load_form("2021").sections].index)


# ---------------------------------------------------------------- the files that are given and made


def test_an_existing_file_survives_a_failure(tmp_path: Path) -> None:
    target = tmp_path / "report.docx"
    target.write_bytes(b"last week's work")
    assert run("report", tmp_path / "no.xlsx", "-o", target).returncode == 2
    assert target.read_bytes() == b"last week's work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.docx"]


def test_an_input_file_is_never_overwritten(tmp_path: Path) -> None:
    given = tmp_path / "return.xlsx"
    given.write_bytes((SAMPLES / "liutang-2025.xlsx").read_bytes())
    last_year = tmp_path / "last.xlsx"
    ok("template", "--from", SAMPLES / "qingxi-2024.json", "-o", last_year)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for command in (
        ("template", "--from", given, "-o", given),
        ("template", "--previous", last_year, "-o", last_year),
        ("correct", given, "-o", given),
        ("read", given, "-o", given),
    ):
        done = run(*command)
        assert done.returncode == 2
        assert "是收到的文件，不能改动" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
