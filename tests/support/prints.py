"""Reports printed as PDF by three programs, in four layouts, on two papers: forty prints whose numbers are known.

    python tests/support/prints.py [FOLDER]

prints the table of what gouji reads of them, and keeps the prints in the folder.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import browser
import libreoffice
import published
import reports
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from gouji.formats.read import read_data
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word.writer import document_bytes
from gouji.report.model import Report
from gouji.report.reading import Reading

PAPERS = {"A4": (210, 297), "narrow": (148, 210)}
"""Width and height in millimetres; the narrow one is A5."""
LAYOUTS = ("ours", "a portal", "level lines")
OPEN = "no lines"
"""The tables have no lines at all."""


class Print(NamedTuple):
    """One print."""

    program: str
    layout: str
    paper: str
    edition: str

    def __str__(self) -> str:
        return ", ".join(self)


PRINTS = [
    *(
        Print(program, layout, paper, edition)
        for program in ("Chromium", "LibreOffice", "WeasyPrint")
        for layout in LAYOUTS
        for paper in PAPERS
        for edition in reports.EDITIONS
    ),
    *(Print(program, OPEN, "A4", edition) for program in ("Chromium", "WeasyPrint") for edition in reports.EDITIONS),
]


def report_of(edition: str) -> Report:
    """Return the report that is printed: figures from 0 to five digits, and texts of several paragraphs."""
    return reports.changed(reports.right(edition, 5), texts=TEXTS)


TEXTS = {
    "preamble": ["根据《中华人民共和国政府信息公开条例》，编制本报告。"],
    "overview.general": [
        "全镇全面贯彻落实上级部署，主动公开政府信息312条，比上年增加26条，其中通过网站公开280条，通过政务新媒体公开32条，"
        "内容涉及财政预算决算、重大建设项目、公共资源配置和社会公益事业建设等领域。",
        "加强对信息的管理，严格执行先审查后公开的制度。",
    ],
    "problems.general": ["公开的内容还不够丰富，更新还不够及时。", "下一步将充实内容，定期检查。"],
    "matters.other": ["没有需要报告的其他事项。"],
}

# ---------------------------------------------------------------- layouts

_LINES = {
    "a portal": "table{border-collapse:collapse;width:100%}td{border:1px solid #000;padding:3px}",
    "level lines": "table{border-collapse:collapse;border:0;width:100%}"
    "td{border:0;border-bottom:1px solid #000;padding:3px}tr:first-child td{border-top:1px solid #000}",
    OPEN: "table{border-collapse:collapse;border:0;width:100%}td{border:0;padding:3px}",
}


def page_of(report: Report, layout: str, paper: str, *, size: bool = False) -> bytes:
    """Return the page that is printed."""
    wide, high = PAPERS[paper]
    style = f"@page{{size:{wide}mm {high}mm;margin:12mm}}" if size else ""
    if layout == "ours":
        page = page_bytes(report).decode()
    else:
        page = published.page(published.passages(report), around=layout == "a portal").decode()
        style += _LINES[layout] + "td{font-size:9pt;text-align:center}td p{margin:0}"
        page = page.replace("border=1", "border=1 cellspacing=0" if layout == "a portal" else "border=0")
    return re.sub("</head>", f"<meta charset=utf-8><style>{style}</style></head>", page, count=1).encode()


def document_of(report: Report, layout: str, paper: str) -> bytes:
    """Return the Word file that is printed."""
    if layout == "ours":
        document = Document(io.BytesIO(document_bytes(report)))
    else:
        document = Document(io.BytesIO(published.document(published.passages(report))))
    for section in document.sections:
        wide, high = PAPERS[paper]
        if paper != "A4" or layout != "ours":
            section.page_width, section.page_height = Mm(wide), Mm(high)
            section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
        if layout == "a portal":
            section.header.paragraphs[0].text = "某某人民政府门户网站"
            section.footer.paragraphs[0].text = "主办单位：某某人民政府办公室"
    if layout == "level lines":
        for borders in document.element.body.iter(qn("w:tblBorders")):
            for side in ("left", "right", "insideV"):
                borders.find(qn(f"w:{side}")).set(qn("w:val"), "nil")
    if paper != "A4":
        _narrowed(document, (wide - 30) / _WIDTH[layout == "ours"])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


_WIDTH = {True: 156, False: 152}
"""The width of the tables in millimetres: of our own, and of the others."""


def _narrowed(document: Any, part: float) -> None:
    """Make all columns of a document narrower."""
    for tag in ("w:gridCol", "w:tcW", "w:tblW"):
        for each in document.element.body.iter(qn(tag)):
            each.set(qn("w:w"), str(int(int(each.get(qn("w:w"))) * part)))


# ---------------------------------------------------------------- programs


@contextmanager
def _chromium(folder: Path) -> Iterator[browser.Browser]:
    generator = browser.started(folder / "browser")
    try:
        yield next(generator)
    finally:
        generator.close()


def _from_chromium(prints: Sequence[Print], folder: Path) -> Iterator[tuple[Print, bytes]]:
    with _chromium(folder) as program:
        for one in prints:
            path = folder / "page.html"
            path.write_bytes(page_of(report_of(one.edition), one.layout, one.paper))
            program.open(path)
            wide, high = PAPERS[one.paper]
            answer = program.tell(
                "Page.printToPDF",
                paperWidth=wide / 25.4,
                paperHeight=high / 25.4,
                displayHeaderFooter=one.layout == "a portal",
                printBackground=False,
            )
            yield one, base64.b64decode(answer["data"])


def _from_weasyprint(prints: Sequence[Print], folder: Path) -> Iterator[tuple[Print, bytes]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from weasyprint import HTML
    except (ImportError, OSError) as error:
        libreoffice.missing(f"WeasyPrint does not run: {error}")
    for one in prints:
        page = page_of(report_of(one.edition), one.layout, one.paper, size=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield one, HTML(string=page.decode()).write_pdf()


def _from_libreoffice(prints: Sequence[Print], folder: Path) -> Iterator[tuple[Print, bytes]]:
    sources = [folder / f"print{number}.docx" for number in range(len(prints))]
    for source, one in zip(sources, prints, strict=True):
        source.write_bytes(document_of(report_of(one.edition), one.layout, one.paper))
    for program in libreoffice.started(folder / "office"):
        for one, path in zip(prints, program.convert(sources, folder / "printed", "pdf"), strict=True):
            yield one, path.read_bytes()


_PROGRAMS = {"Chromium": _from_chromium, "LibreOffice": _from_libreoffice, "WeasyPrint": _from_weasyprint}


def printed(prints: Iterable[Print], folder: Path) -> Iterator[tuple[Print, bytes]]:
    """Yield prints as PDF files."""
    wanted = list(prints)
    for name, program in _PROGRAMS.items():
        own = [one for one in wanted if one.program == name]
        if own:
            (folder / name).mkdir(parents=True, exist_ok=True)
            yield from program(own, folder / name)


# ---------------------------------------------------------------- what is read of them


class Outcome(NamedTuple):
    """What was read of a print."""

    wrong: dict[str, object]
    """Figures that differ from those of the report."""
    lost: list[str]
    """Cells of the official tables without a number."""
    unnamed: list[str]
    """Lost cells that no finding names."""
    texts: list[str]
    """Sections whose text differs."""
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether every number of the official tables was read, and none wrong."""
        return not self.wrong and not self.lost


def outcome_of(data: bytes, report: Report) -> Outcome:
    """Read a print and compare it with the report."""
    started = time.perf_counter()
    reading = read_data(data)
    seconds = time.perf_counter() - started
    official = [ref for table in report.form.official_tables for ref in table.cells]
    read = reading.report.figures
    wrong = {ref: read[ref] for ref in official if ref in read and read[ref] != report.figures.get(ref, 0)}
    lost = [ref for ref in official if ref not in read]
    named = {ref for finding in reading.findings for ref in finding.refs} | reading.report.unread.keys()
    return Outcome(wrong, lost, [ref for ref in lost if ref not in named], _other_texts(reading, report), seconds)


def _other_texts(reading: Reading, report: Report) -> list[str]:
    def words(of: Report, section: str) -> str:
        return re.sub(r"\s", "", "".join(of.section_texts(section)))

    sections = [section.key for section in report.form.sections]
    return [key for key in sections if words(reading.report, key) != words(report, key)]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else work)
        folder.mkdir(parents=True, exist_ok=True)
        outcomes: dict[Print, Outcome] = {}
        for number, (one, data) in enumerate(printed(PRINTS, Path(work))):
            (folder / f"{number:02}-{'-'.join(one).replace(' ', '_')}.pdf").write_bytes(data)
            outcome = outcomes[one] = outcome_of(data, report_of(one.edition))
            print(
                f"{one!s:44} wrong {len(outcome.wrong):3} lost {len(outcome.lost):3} unnamed {len(outcome.unnamed):3}"
                f"  {outcome.seconds * 1000:5.0f} ms  texts {' '.join(outcome.texts) or 'whole'}"
            )
        whole = sum(outcome.whole for outcome in outcomes.values())
        wrong = sum(bool(outcome.wrong) for outcome in outcomes.values())
        print(f"{len(outcomes)} prints: {whole} whole, {wrong} wrong")


if __name__ == "__main__":
    main()
