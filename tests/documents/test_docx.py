"""Word documents as blocks; lines count paragraphs."""

from __future__ import annotations

import io
import zipfile

import pytest

from followthrough.documents import Unreadable, Wanted, parse, rewrite
from followthrough.documents.blocks import Block, BlockKind, Style
from followthrough.model import Place

from .generate_markup import SPACES, word_file

STYLES = f"""<w:styles {SPACES}>
<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Bullets"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {SPACES}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""
LINKS = '<Relationships><Relationship Id="r1" Type="http://x/hyperlink" Target="https://t.example/OPS-1" TargetMode="External"/></Relationships>'


def p(words: str, style: str = "", more: str = "") -> str:
    """A paragraph; ``words`` is text or runs."""
    kind = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{kind}{more}</w:pPr>{words if words.startswith('<') else r(words)}</w:p>"


def r(words: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def item(words: str, number: int = 2, depth: int = 0) -> str:
    return p(words, more=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def row(*cells: str) -> str:
    return (
        "<w:tr>"
        + "".join(f"<w:tc>{cell if cell.startswith('<') else p(cell)}</w:tc>" for cell in cells)
        + "</w:tr>"
    )


def blocks(body: str) -> tuple[Block, ...]:
    data = word_file(body, styles=STYLES, numbering=NUMBERING, links=LINKS)
    return parse(data, "pm.docx").blocks


def test_headings_by_the_names_of_their_styles_in_any_language() -> None:
    found = blocks(
        p("Outage", "Titel")
        + p("")
        + p("Actions", "berschrift2")
        + p("Mine", "Mine")
        + p("Actions 2", "Verzeichnis1")
        + p("x", more='<w:outlineLvl w:val="2"/>')
    )
    assert [(b.kind, b.text, b.level, b.line) for b in found] == [
        (BlockKind.HEADING, "Outage", 1, 1), (BlockKind.HEADING, "Actions", 2, 3), (BlockKind.HEADING, "Mine", 2, 4), (BlockKind.HEADING, "x", 3, 6),
    ]  # fmt: skip


def test_lists_with_numbers_bullets_and_levels() -> None:
    found = blocks(
        item("a")
        + item("b", depth=1)
        + item("c")
        + p("between")
        + item("d")
        + p("e", "Bullets")
        + item("f", 0)
    )
    assert [(b.kind.value, b.text, b.level, b.number, b.parent) for b in found] == [
        ("item", "a", 1, 1, -1), ("item", "b", 2, 1, 0), ("item", "c", 1, 2, -1), ("paragraph", "between", 0, None, -1), ("item", "d", 1, 3, -1),
        ("item", "e", 1, None, -1), ("paragraph", "f", 0, None, -1),
    ]  # fmt: skip
    assert found[0].list_id == found[2].list_id != found[4].list_id


def test_tables_with_cells_over_others() -> None:
    table = (
        row("Action", "Owner", "Due")
        + row("Fix", f"{p('Sam')}{p('Kim')}", "May")
        + "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
        + p("wide")
        + "</w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr>"
        + p("")
        + "</w:tc></w:tr>"
    )
    found = blocks(f"<w:tbl>{table}</w:tbl>")
    assert [[cell.text for cell in b.cells] for b in found] == [
        ["Action", "Owner", "Due"],
        ["Fix", "Sam\nKim", "May"],
        ["wide", "", ""],
    ]
    assert [(b.header, b.line) for b in found] == [(True, 1), (False, 4), (False, 8)]


def test_a_table_that_only_frames_a_part_of_the_page_is_taken_apart() -> None:
    found = blocks(
        f"<w:tbl>{row(p('Actions', 'berschrift2') + item('a'))}</w:tbl><w:tbl>{row(p('b') + '<w:tbl>' + row('c', 'd') + '</w:tbl>')}</w:tbl>"
    )
    assert [(b.kind.value, b.text) for b in found] == [
        ("heading", "Actions"),
        ("item", "a"),
        ("paragraph", "b"),
        ("row", ""),
    ]


def test_boxes_as_controls_signs_and_symbols() -> None:
    control = (
        "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{}'/></w14:checkbox></w:sdtPr><w:sdtContent>"
        + r("☒")
        + "</w:sdtContent></w:sdt>"
    )
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    found = blocks(
        p(control.format(1) + r(" a"))
        + p(control.format(0) + r(" b"))
        + p("☐ c")
        + p("☑ d")
        + p(symbol + r(" e"))
        + p("f ☐")
    )
    assert [(b.text, b.checkbox and b.checkbox.ticked) for b in found] == [
        ("a", True),
        ("b", False),
        ("c", False),
        ("d", True),
        ("e", True),
        ("f ☐", None),
    ]
    assert [b.kind for b in found] == [BlockKind.ITEM] * 5 + [BlockKind.PARAGRAPH]


def test_styles_links_and_spans() -> None:
    body = p(
        r("a", "<w:b/>")
        + r("b", '<w:b w:val="0"/><w:strike/>')
        + '<w:hyperlink r:id="r1">'
        + r("OPS-1")
        + "</w:hyperlink>"
        + r("x &amp; y")
    )
    document = parse(word_file(body, links=LINKS), "pm.docx")
    found = [
        (run.text, run.style, run.link, document.data[run.start : run.end].decode())
        for run in document.blocks[0].runs
    ]
    assert found == [
        ("a", Style.STRONG, None, "a"), ("b", Style.STRUCK, None, "b"), ("OPS-1", Style.PLAIN, "https://t.example/OPS-1", "OPS-1"),
        ("x ", Style.PLAIN, None, "x "), ("&", Style.PLAIN, None, "&amp;"), (" y", Style.PLAIN, None, " y"),
    ]  # fmt: skip


def test_tracked_changes_hidden_words_and_placeholders() -> None:
    placeholder = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + r("Click here")
        + "</w:sdtContent></w:sdt>"
    )
    body = p(
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins>"
        + r("new")
        + "</w:ins>"
        + r(" hidden", "<w:vanish/>")
        + placeholder
    )
    assert [b.text for b in blocks(body)] == ["new"]


def test_a_word_document_is_never_written() -> None:
    document = parse(word_file(p("Fix it")), "pm.docx")
    assert (
        rewrite(document, [Wanted(Place(0), "7f3k9q2m8dxa", "OPS-1")]).refusals
        == {"7f3k9q2m8dxa": "its format takes no links"}
        or document.read_only
    )
    assert document.read_only == "pm.docx is a Word document, and .docx is only read: it carries no links."


def packed(**parts: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("_", "/", 1) + ".xml", text)
    return buffer.getvalue()


BOMB = (
    "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 or str()};' * 10}'>" for n in range(1, 9))
    + "]><x>&a8;</x>"
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"PK\x03\x04", "pm.docx is no .docx file that can be read (File is not a zip file): open it in Word and save it again.", id="broken"),
        pytest.param(b"words", "pm.docx is no .docx file that can be read (File is not a zip file): open it in Word and save it again.", id="no archive"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "pm.docx is encrypted or from an old version of Word: save it as .docx without a password.", id="encrypted"),
        pytest.param(packed(word_other="<x/>"), "pm.docx is not read: it is an archive without a Word document in it.", id="other archive"),
        pytest.param(packed(word_document="<x>"), "pm.docx is no .docx file that can be read (its XML is broken: no element found: line 1, column 3): open it in Word and save it again.", id="broken XML"),
        pytest.param(packed(word_document=BOMB), "pm.docx is not read: its XML defines entities of its own, which no word processor writes.", id="entities"),
        pytest.param(packed(word_document="<x/>", word_styles=BOMB), "pm.docx is not read: its XML defines entities of its own, which no word processor writes.", id="entities in styles"),
        pytest.param(packed(word_document=b" " * 60_000_000), "pm.docx is not read: unpacked it is more than 20 MB; split it, or exclude it.", id="zip bomb"),
        pytest.param(packed(word_document="<x>" + "<w/>" * 500_000 + "</x>"), "pm.docx has more than 400,000 signs of markup, more than is read of one document: split it, or exclude it.", id="much markup"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse(data, "pm.docx")
    assert str(error.value) == sentence
