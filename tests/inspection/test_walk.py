"""An inspector with nothing but the page: sixty reports of twenty units over three years, in every medium."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
from pathlib import Path

import inspected
import pytest
from docx import Document
from inspected import LAST_YEAR, PLACES
from libreoffice import LibreOffice

from gouji.cli.exit_status import perform
from gouji.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "inspector.zh-CN.md").read_text("utf-8")
TOWNS = 20


def _commands() -> list[list[str]]:
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ gouji ")]
    return [shlex.split(line)[2:] for line in lines]


def _print_some(folder: Path, aside: Path, libreoffice: LibreOffice) -> None:
    """Replace the Word files of the towns without a slip by prints of them."""
    documents = [path for number in range(11, TOWNS) for path in sorted(folder.rglob(f"{PLACES[number]}镇.docx"))]
    assert len(documents) > 5
    named = [Path(shutil.copyfile(path, aside / f"{number}.docx")) for number, path in enumerate(documents)]
    for path, pdf in zip(documents, libreoffice.convert(named, aside / "pdf", "pdf"), strict=True):
        path.unlink()
        pdf.rename(path.with_suffix(".pdf"))


@pytest.mark.slow
def test_the_page_leads_from_sixty_reports_to_the_circular(tmp_path: Path, libreoffice: LibreOffice) -> None:
    folder = tmp_path / "报告"
    inspected.write_reports(folder, TOWNS, range(LAST_YEAR - 2, LAST_YEAR + 1))
    inspected.with_slips(folder)
    _print_some(folder, tmp_path, libreoffice)
    inspected.write_list(tmp_path / "名单.xlsx", range(TOWNS))
    (settings,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "设置.toml").write_text(settings, "utf-8")
    with contextlib.chdir(tmp_path):
        statuses = {" ".join(command): perform(main, command) for command in _commands()}
    assert len(statuses) >= 6
    assert {line for line, status in statuses.items() if status} == {
        line
        for line in statuses
        if line.startswith("check ")  # they find what is wrong
    }
    found = json.loads((tmp_path / "结果" / "结果.json").read_text("utf-8"))
    assert found["reports"] == {"2025": TOWNS, "2024": TOWNS, "2023": TOWNS}  # one is absent, one is not on the list
    media = {unit["report"]["medium"] for unit in found["units"] if unit["report"]}
    assert media == {"page", "word", "pdf", "workbook", "json"}
    rules = {unit["name"]: sorted({one["rule"] for one in unit["problems"]}) for unit in found["units"]}
    of_prints = {unit["name"] for unit in found["units"] if (unit["report"] or {}).get("medium") == "pdf"}
    assert {name: told for name, told in rules.items() if told and name not in of_prints} == {
        inspected.town(number).name: told
        for number, told in {
            1: ["published.late"],
            2: ["requests.closed"],
            3: ["copied.unit"],
            4: ["copied.unit"],
            5: ["copied.last_year"],
            6: ["published.absent"],
            7: ["published.changed"],
            9: ["published.title"],
            21: ["published.unlisted"],
        }.items()
    }
    text = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "结果" / "通报.docx")).paragraphs)
    assert "附件：2025年年度报告检查扣分表" in text
    assert (tmp_path / "柳塘镇.csv").exists()
