"""The known forms are a value: passing them to one call has no effect on another call."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import own_forms
import pytest
import reports
from own_forms import NAME, OWN

import gouji
from gouji.form.editions import editions, load_form
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.formats.form_file import parse_form_file
from gouji.formats.read import read_data
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import make_report
from gouji.runtime.errors import DocumentError, GoujiError

_CHECKED_ELSEWHERE = """
import pickle, sys, gouji
report = pickle.load(sys.stdin.buffer)
print(report.edition, len(report.form.cells), [finding.id for finding in gouji.check(report)])
print(gouji.from_json(gouji.to_json(report), forms=gouji.Forms((report.form,))) == report)
"""


def another_version() -> Form:
    return parse_form_file(own_forms.text().replace("报告年度发布的条数", "报告年度原创的条数"), "改过.toml")


# ---------------------------------------------------------------- the value


def test_the_official_forms_are_always_known() -> None:
    assert OFFICIAL.names == editions()
    assert [OFFICIAL.get(edition) for edition in editions()] == [load_form(edition) for edition in editions()]
    assert OFFICIAL.get("2020") is None


def test_a_supplementary_form_that_is_passed_comes_before_the_official_forms() -> None:
    form = own_forms.own_form()
    forms = Forms.of(form)
    assert forms.names == (form.edition, *editions())
    assert forms.get(form.edition) is form
    assert OFFICIAL.get(form.edition) is None


def test_naming_no_form_or_an_official_form_gives_only_the_official_forms() -> None:
    assert Forms.of(None) == Forms.of(load_form("2019")) == OFFICIAL


def test_another_version_of_a_supplementary_form_is_recognised_by_its_name() -> None:
    forms, newer = own_forms.forms(), another_version()
    assert forms.get(newer.edition) is None
    assert forms.any_version(newer.edition) == own_forms.own_form()
    assert forms.any_version("别的表@00000000") is None
    assert forms.any_version("2019") == load_form("2019")


def test_only_submissions_must_answer_the_form_if_not_every_document_must() -> None:
    form = own_forms.own_form()
    forms = Forms((form,), asked=False, submissions=frozenset({"a"}))
    assert forms.for_file("a") == Forms((form,))
    assert forms.for_file("b") == Forms((form,), asked=False)


def test_forms_are_equal_by_the_name_of_their_edition() -> None:
    form = own_forms.own_form()
    assert form == own_forms.own_form()
    assert hash(form) == hash(own_forms.own_form())
    assert form not in (another_version(), load_form("2021"), form.edition)
    assert repr(form) == f"Form('{form.edition}')"


# ---------------------------------------------------------------- other processes


def test_a_pickled_report_of_a_supplementary_form_works_in_a_fresh_process() -> None:
    report = own_forms.right()
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _CHECKED_ELSEWHERE],
        input=pickle.dumps(report),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().splitlines() == [f"{report.edition} {len(report.form.cells)} []", "True"]


def test_a_pickled_report_keeps_everything() -> None:
    report = own_forms.right()
    copied = pickle.loads(pickle.dumps(report))
    assert copied == report
    assert workbook_bytes(copied) == workbook_bytes(report)


@pytest.mark.parametrize("edition", editions())
def test_a_pickled_official_form_contains_only_its_name(edition: str) -> None:
    form = load_form(edition)
    assert len(pickle.dumps(form)) < 100
    assert pickle.loads(pickle.dumps(form)) is form


def test_a_pickled_supplementary_form_is_small_enough_for_a_pipe_and_shared_by_reports() -> None:
    pickled = pickle.dumps(own_forms.own_form())
    assert len(pickled) < 2**14
    assert pickle.loads(pickled) is pickle.loads(pickle.dumps(own_forms.own_form()))


# ---------------------------------------------------------------- two reads in one process


def test_reads_with_different_forms_do_not_affect_one_another() -> None:
    form, newer = own_forms.own_form(), another_version()
    supplementary, official = workbook_bytes(own_forms.right()), document_bytes(reports.right("2021"))
    before = read_data(official)
    assert read_data(supplementary, forms=Forms.of(form)).report.form == form
    assert read_data(supplementary, forms=Forms.of(newer)).report.form == newer
    assert read_data(official, forms=Forms.of(form)).report.form == form
    assert read_data(official) == before
    with pytest.raises(DocumentError, match=rf"用的是自定格式“{NAME}”"):
        read_data(supplementary)
    assert read_data(supplementary, forms=Forms.of(form)).report.form == form


def test_a_heading_of_the_supplementary_form_is_text_in_a_report_on_an_older_form() -> None:
    texts = {**reports.right("2019").texts, "matters.other": ("七、政务新媒体和依申请公开办理方式情况另行报送。",)}
    report = reports.changed(reports.right("2019"), texts=texts)
    read = read_data(document_bytes(report), forms=own_forms.forms()).report
    assert (read.edition, read.texts) == ("2019", read_data(document_bytes(report)).report.texts)
    assert "七、政务新媒体和依申请公开办理方式情况另行报送。" in read.texts["matters.other"]


def test_a_program_passes_a_form_as_a_path_or_as_a_form(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook_bytes(own_forms.right()))
    form = gouji.load_form(OWN)
    assert gouji.read(path, form=form) == gouji.read(path, form=OWN) == gouji.read(path, form=str(OWN))
    assert gouji.read(path, form=form).report == gouji.make_report(
        form=form, **{name: getattr(own_forms.right(), name) for name in ("year", "unit", "people", "figures", "texts")}
    )
    with pytest.raises(DocumentError, match=rf"用的是自定格式“{NAME}”"):
        gouji.read(path)
    with pytest.raises(DocumentError, match=rf"用的是自定格式“{NAME}”"):
        gouji.read(path, form=gouji.load_form("2021"))


def test_a_report_is_made_for_a_form_or_for_the_name_of_an_official_edition() -> None:
    assert make_report(edition="2019", year=2019, figures={}).form is load_form("2019")
    with pytest.raises(GoujiError, match="没有“2020”版的格式"):
        make_report(edition="2020", year=2020, figures={})


def test_use_own_form_reads_the_file_and_has_no_effect_on_other_calls() -> None:
    with pytest.warns(DeprecationWarning, match="pass the form"):
        form = gouji.use_own_form(OWN)
    assert form == gouji.load_form(OWN)
    assert gouji.editions() == editions()
    with pytest.raises(DocumentError, match=rf"用的是自定格式“{NAME}”"):
        gouji.from_json(gouji.to_json(own_forms.right()))
