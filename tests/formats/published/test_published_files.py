"""The file formats of published reports: Word, saved web pages, PDF; and files made to harm their readers."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import hypothesis
import published
import published_cases as cases
import pytest
import reports
from hypothesis import strategies as st
from libreoffice import LibreOffice
from pace import seconds_of
from reading_back import as_published, same_figures, short, texts_of

from damaged import documents
from damaged.outlive import Ask, least_seconds
from gouji.formats.pdf.radicals import without_radicals
from gouji.formats.pdf.table import table_of
from gouji.formats.published import Paragraph, PrintedTable
from gouji.formats.read import read_data
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word import old
from gouji.formats.word.reader import passages_of
from gouji.formats.word.writer import document_bytes
from gouji.report.model import Report
from gouji.runtime.errors import DocumentError

# ---------------------------------------------------------------- our own Word report comes back


_sentences = st.text(
    st.sampled_from("本年度公开政府信息的情况良好，继续加强工作3条<&>\"'=a ；《》"), min_size=1, max_size=60
)


@st.composite
def printed(draw: st.DrawFn) -> Report:
    """Draw a report whose title differs from its text."""
    report = reports.at_random(draw(st.sampled_from(reports.EDITIONS)), draw(st.integers(0, 10**6)))
    topics = [topic.key for topic in report.form.topics]
    texts = draw(
        st.dictionaries(
            st.sampled_from(topics),
            st.lists(_sentences.map(lambda text: f"我{text.strip()}。"), min_size=1, max_size=4),
        )
    )
    unread = {ref: typed for ref, typed in report.unread.items() if typed.strip() and typed != "无"}
    return reports.changed(
        report, unit=reports.UNIT, texts=texts, zero=(), unread=unread, year=draw(st.integers(2019, 2030))
    )


@hypothesis.settings(max_examples=15)
@hypothesis.given(printed())
def test_our_word_report_is_read_back_unchanged(report: Report) -> None:
    assert reports.same(read_data(document_bytes(report)).report, as_published(report))


# ---------------------------------------------------------------- Word

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def word(body: str) -> bytes:
    """Return a Word file with a body."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {W} {MORE}><w:body>{body}</w:body></w:document>")
    return target.getvalue()


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraphs(body: str) -> list[str]:
    return [passage.text for passage in passages_of(word(body)) if isinstance(passage, Paragraph)]


BODIES = {
    "inserted text counts, deleted text does not": (
        f"<w:p>{run('甲')}<w:ins>{run('乙')}</w:ins><w:del><w:r><w:delText>丙</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run('丁')}</w:moveFrom><w:moveTo>{run('戊')}</w:moveTo></w:p>",
        ["甲乙戊"],
    ),
    "a paragraph whose end was deleted goes on": (
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('甲')}</w:p><w:p>{run('乙')}</w:p><w:p>{run('丙')}</w:p>",
        ["甲乙", "丙"],
    ),
    "links, controls and tags are text": (
        f"<w:p><w:hyperlink>{run('甲')}</w:hyperlink><w:smartTag>{run('乙')}</w:smartTag>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('丙')}</w:sdtContent></w:sdt></w:p>",
        ["甲乙丙"],
    ),
    "of a field the result is seen": (
        f'<w:p>{run("第")}<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        f'{run("码")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("3")}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{run("页")}'
        f'<w:fldSimple w:instr="X">{run("末")}</w:fldSimple></w:p>',
        ["第3页末"],
    ),
    "line ends, tabs, hyphens": (
        "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/>"
        "<w:t>丁</w:t></w:r></w:p>",
        ["甲\n乙 丙-丁"],
    ),
    "hidden text is not seen": (
        f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>甲</w:t></w:r>{run('乙')}</w:p>",
        ["乙"],
    ),
    "a text box stands after its paragraph, once": (
        "<w:p><w:r><w:t>甲</w:t><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>"
        f"<w:p>{run('乙')}</w:p></w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent>"
        f"<w:p>{run('乙')}</w:p></w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        ["甲", "乙"],
    ),
    "a control around paragraphs": (
        f"<w:sdt><w:sdtContent><w:p>{run('甲')}</w:p></w:sdtContent></w:sdt><w:p>{run('乙')}</w:p>",
        ["甲", "乙"],
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_word_file_is_read_as_it_is_seen(what: str) -> None:
    body, expected = BODIES[what]
    assert paragraphs(body) == expected


def test_tables_have_real_cells_with_their_merges() -> None:
    def tc(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    body = (
        "<w:tbl><w:tr>"
        + tc("甲", '<w:vMerge w:val="restart"/>')
        + tc("乙", '<w:gridSpan w:val="2"/>')
        + "</w:tr><w:tr>"
        + tc("", "<w:vMerge/>")
        + tc("丙")
        + tc("丁")
        + "</w:tr><w:tr><w:trPr><w:del/></w:trPr>"
        + tc("没")
        + "</w:tr></w:tbl>"
    )
    (table,) = passages_of(word(body))
    assert isinstance(table, PrintedTable)
    seen = [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in table.rows]
    assert seen == [[("甲", 2, 1), ("乙", 1, 2)], [("丙", 1, 1), ("丁", 1, 1)]]


@pytest.mark.parametrize(
    "properties, row",
    [
        ('<w:cellDel w:id="1" w:author="甲"/>', ["甲", "丙"]),
        ('<w:cellIns w:id="1" w:author="甲"/>', ["甲", "乙", "丙"]),
    ],
    ids=["a deleted cell is gone", "an inserted cell is there"],
)
def test_a_cell_whose_change_is_tracked_is_read_as_if_the_change_were_accepted(properties: str, row: list[str]) -> None:
    """A deleted cell takes no column: the next cell moves to its place."""

    def tc(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    (table,) = passages_of(word(f"<w:tbl><w:tr>{tc('甲')}{tc('乙', properties)}{tc('丙')}</w:tr></w:tbl>"))
    assert isinstance(table, PrintedTable)
    assert [cell.text for cell in table.rows[0]] == row


# ---------------------------------------------------------------- pages


def archived(page: bytes, how: str) -> bytes:
    """Return a page as a browser saves it with its pictures."""
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}[how](page)
    picture = base64.encodebytes(bytes(range(256)))
    return (
        b"From: <Saved by Blink>\r\nSubject: =?utf-8?B?5bm05oql?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--B"\r\n\r\n'
        b"----B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: " + how.encode() + b"\r\n\r\n" + body + b"\r\n"
        b"----B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture + b"\r\n----B--\r\n"
    )


def test_a_web_page_is_read_in_every_encoding_whatever_it_declares() -> None:
    report = short("2021")
    passages = published.passages(report)
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"):
        for declared in (None, "gb2312", "utf-8"):
            reading = read_data(published.page(passages, encoding=encoding, declared=declared))
            assert same_figures(reading, report)
            assert reading.report.texts == report.texts, (encoding, declared)


@pytest.mark.parametrize("how", ["quoted-printable", "base64"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_web_page_saved_with_its_pictures_is_read(how: str, encoding: str) -> None:
    report = short("2021")
    page = published.page(published.passages(report), encoding=encoding, declared=encoding, tbody=False)
    reading = read_data(archived(page, how))
    assert same_figures(reading, report)
    assert reading.report.texts == report.texts
    assert reading.report.unit.name == report.unit.name


def test_a_bare_web_page_without_tbody_is_read() -> None:
    report = short("2019")
    reading = read_data(published.page(published.passages(report), tbody=False, around=False))
    assert same_figures(reading, report)


def test_the_unit_is_read_from_the_page_title_if_the_report_names_none() -> None:
    report = short("2021")
    passages = published.passages(report)
    page = published.page(passages).decode().replace(f"\u3000{report.title}<", "\u3000年度报告全文<").encode()
    reading = read_data(page)
    assert (reading.report.unit.name, reading.report.year) == (report.unit.name, report.year)


# ---------------------------------------------------------------- hostile files


@pytest.mark.parametrize("name", documents.HOSTILE)
def test_a_hostile_document_is_refused_in_one_sentence_at_little_cost(name: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "hostile.doc"
    make, sentence = documents.HOSTILE[name]
    path.write_bytes(make())
    answer = ask(path)
    seconds = least_seconds(SECONDS, ask, path, answer)
    path.unlink()
    assert answer.get("refused", answer) == sentence
    assert seconds < SECONDS
    assert answer["megabytes"] < MEGABYTES
    assert answer["left"] == []


SECONDS, MEGABYTES = 2, 300
"""The limits for one file: see test_hostile.py."""

# ---------------------------------------------------------------- old Word files


def open_text() -> bytes:
    """Return an OpenDocument text without a report."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:text/>")
    return target.getvalue()


def test_an_old_word_file_needs_libreoffice_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old, "_NAMES", ("no-such-program",))
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
    for old_file in (data, b"{\\rtf1 }", open_text()):
        with pytest.raises(DocumentError, match=r"LibreOffice.*另存为 \.docx"):
            read_data(old_file)


# ---------------------------------------------------------------- PDF, and through LibreOffice


def drawn(*content: bytes) -> bytes:
    """Return a PDF of one page with only this drawing on it."""
    stream = b"\n".join(content)
    return (
        b"%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>> endobj\n"
        b"4 0 obj <</Length %d>> stream\n%b\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%%%EOF\n"
        % (len(stream), stream)
    )


def test_a_scanned_pdf_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(DocumentError, match="扫描件"):
        read_data(drawn(b"0 0 100 100 re f"))


def test_radicals_are_read_as_the_characters_they_look_like() -> None:
    assert without_radicals("⼀、⻘⽯镇⼈⺠政府：⼯作⻚，总⾦额12元") == "一、青石镇人民政府：工作页，总金额12元"


def test_cells_keep_their_columns_next_to_cells_that_are_not_drawn() -> None:
    drawn = [(0, 0, 20, 20), (20, 0, 40, 20), (40, 0, 60, 20), (40, 20, 60, 40)]
    assert [[(cell.rowspan, cell.colspan) for cell in row] for row in table_of(drawn, [], 1).rows] == [
        [(1, 1)] * 3,
        [(1, 1)] * 3,
    ]


def test_a_box_that_covers_others_ends_where_they_begin() -> None:
    drawn = [(0, 0, 20, 20), (20, 0, 100, 40), (20, 20, 40, 40), (40, 20, 60, 40)]
    assert [[(cell.rowspan, cell.colspan) for cell in row] for row in table_of(drawn, [], 1).rows] == [
        [(1, 1), (1, 3)],
        [(1, 1)] * 3,
    ]


def test_our_printed_report_is_read_back_completely(libreoffice: LibreOffice, tmp_path: Path) -> None:
    report = reports.right("2021")
    (tmp_path / "report.docx").write_bytes(document_bytes(report))
    (path,) = libreoffice.convert([tmp_path / "report.docx"], tmp_path / "out", "pdf")
    reading = read_data(path.read_bytes())
    assert reading.findings == ()
    assert reading.report.figures == as_published(report).figures
    assert texts_of(reading.report) == texts_of(as_published(report))
    assert reading.places["requests.new.natural"].startswith("第3页!")


def a_few() -> dict[str, Report]:
    return {
        "right2021": reports.right("2021"),
        "right2019": reports.right("2019", 5),
        **{name: cases.report_of(cases.load(name)) for name in ("hangzhou_style_2025", "shanghai_office_2019")},
    }


ROUTES = {
    "Word saved as .docx": (document_bytes, "docx", ["docx"]),
    "Word saved as .odt and then as .docx": (document_bytes, "docx", ["odt", "docx"]),
    "Word saved as .html": (document_bytes, "docx", ["html"]),
    "Word saved as .doc": (document_bytes, "docx", ["doc"]),
    "Word saved as .odt": (document_bytes, "docx", ["odt"]),
    "Word saved as .rtf": (document_bytes, "docx", ["rtf"]),
    "Word printed": (document_bytes, "docx", ["pdf"]),
    "a page saved as .html": (page_bytes, "html", ["html"]),
    "a page saved as .docx": (page_bytes, "html", ["docx:Office Open XML Text"]),
    "a page saved as .odt and then as .docx": (page_bytes, "html", ["odt:writerweb8_writer", "docx"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("edition", reports.EDITIONS)
@pytest.mark.parametrize("route", ROUTES)
def test_our_reports_are_read_back_completely_after_libreoffice_saved_them(
    route: str, edition: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    report = reports.right(edition, 5)
    write, extension, steps = ROUTES[route]
    path = tmp_path / f"report.{extension}"
    path.write_bytes(write(report))
    for number, step in enumerate(steps):
        (path,) = libreoffice.convert([path], tmp_path / str(number), step)
    reading, expected = read_data(path.read_bytes()), as_published(report)
    assert reading.findings == ()
    read = reading.report
    assert (read.edition, read.year, read.unit.name) == (edition, report.year, report.unit.name)
    assert read.figures == expected.figures  # with those of our own sentence on the fee
    assert texts_of(read) == texts_of(expected)


@pytest.mark.soak
@pytest.mark.parametrize("to", ["pdf", "html", "doc", "rtf", "docx"])
def test_a_report_that_libreoffice_saved_is_read_back(to: str, libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = a_few()
    for name, report in made.items():
        (tmp_path / f"{name}.docx").write_bytes(document_bytes(report))
    folder = tmp_path / "out"
    paths = libreoffice.convert([tmp_path / f"{name}.docx" for name in made], folder, to)
    for path, report in zip(paths, made.values(), strict=True):
        reading = read_data(path.read_bytes())
        assert same_figures(reading, report), path
        assert (reading.report.unit.name, reading.report.year) == (report.unit.name, report.year)
        assert texts_of(reading.report) == texts_of(as_published(report)), path


@pytest.mark.slow
def test_a_pdf_with_a_password_is_refused(libreoffice: LibreOffice, tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(document_bytes(short("2021")))
    password = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    to = f"pdf:writer_pdf_Export:{password}"
    (path,) = libreoffice.convert([tmp_path / "report.docx"], tmp_path / "out", to)
    with pytest.raises(DocumentError, match="加了打开密码"):
        read_data(path.read_bytes())


PRINTED: dict[str, tuple[Callable[[published.Passages], bytes], str, str]] = {
    "page": (lambda made: published.page(made, around=False), "html", "pdf:writer_web_pdf_Export"),
    "Word": (published.document, "docx", "pdf"),
}


@pytest.mark.soak
@pytest.mark.parametrize("edition", reports.EDITIONS)
@pytest.mark.parametrize("medium", PRINTED)
def test_no_figure_of_a_printed_ugly_document_is_read_wrong_and_lost_ones_are_reported(
    medium: str, edition: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    report = short(edition)
    write, extension, to = PRINTED[medium]
    ways = [way for way in published.WAYS if way not in published.PAGES_ONLY]
    assert len(ways) >= 20
    for number, way in enumerate(ways):
        (tmp_path / f"way{number}.{extension}").write_bytes(write(published.WAYS[way](published.passages(report))))
    names = [tmp_path / f"way{number}.{extension}" for number in range(len(ways))]
    official = {ref for table in report.form.official_tables for ref in table.cells}
    for way, path in zip(ways, libreoffice.convert(names, tmp_path / "out", to), strict=True):
        reading = read_data(path.read_bytes())
        wrong = {ref: value for ref, value in reading.report.figures.items() if report.figures[ref] != value}
        assert wrong == {}, way
        missing = {ref for finding in reading.findings if finding.severity == "error" for ref in finding.refs}
        assert official - reading.report.figures.keys() <= missing | reading.report.unread.keys(), way
        assert len(missing) < MOST_LOST, way


MOST_LOST = 60
"""Cells of rows and headers that a page break has cut through a line of text; each of them is reported."""

# ---------------------------------------------------------------- speed


def test_a_web_page_and_a_word_document_are_read_quickly() -> None:
    passages = published.passages(short("2021"))
    for data in (published.page(passages), published.document(passages)):
        assert seconds_of(MOST_SECONDS, partial(read_data, data)) < MOST_SECONDS


MOST_SECONDS = 0.3
"""Ten times the processor time of today."""
