"""Pieces of every format, thrown together: what nobody would write, and what a broken tool may."""

from __future__ import annotations

import io
import zipfile
from random import Random

SOUPS = {
    "html": [
        "<html>", "<main>", "</main>", "<article>", "<header>", "</header>", "<nav>", "</nav>", "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>",
        "<ol start=3>", "<table>", "<tr>", "<td>", "<th rowspan=2>", "<td colspan=3>", "</td>", "</tr>", "</table>", "<thead>", "<tbody>", "<pre>",
        "</pre>", "<b>", "</b>", "<a href='#ft-7f3k9q2m8dxa'>", "<a href=x>", "</a>", "<input type=checkbox checked>", "<h2>", "</h2>", "<script>",
        "</script>", "<title>", "</title>", "<!--", "-->", "<blockquote>", "</blockquote>", "<div role=navigation>", "<div hidden>", "<div>", "</div>",
        "<svg>", "</svg>", "<button>", "<br>", "<hr>", "&amp;", "&nbsp;", "&#0;", "&#xD800;", "&#99999999;", "<", "a b ", "\n", "é", "<s>", "</s>",
        "<span style='text-decoration:line-through'>", "<body>", "<div role=main>", "<select>", "<dl><dt>", "<dd>", "<caption>", "---\ntitle: x\n---\n",
    ],
    "mediawiki": [
        "{|", "|}", "|-", "\n", "\n", "\n", "| ", "||", "! ", "!!", "|+", "* ", "# ", "** ", "*# ", ": ", ";", "== H ==", "=", "'''", "''", "[[", "]]",
        "[http://a.example c]", "[https://x.example#ft-7f3k9q2m8dxa w]", "{{", "}}", "{{done}}", "|a=b", "<nowiki>", "</nowiki>", "<pre>", "</pre>", "<ref>",
        "</ref>", "<ref/>", "<s>", "</s>", "<!--", "-->", "<br>", "<foo>", "&amp;", "a b", "é", " ", "----", "[[File:x|y]]", "rowspan=2|", "colspan=2|",
        "__TOC__", "[[Category:x]]",
    ],
    "eml": [
        "From: a@b.example\n", "Subject: =?utf-8?q?Hi_=C3=A9?=\n", "Date: Thu, 12 Nov 2026 10:00:00 +0000\n", "Date: x\n",
        "Content-Type: text/plain; charset=utf-8\n", "Content-Type: text/html\n", "Content-Type: multipart/mixed; boundary=b\n",
        "Content-Type: multipart/alternative; boundary=\"b\"\n", "--b\n", "--b--\n", "\n", "\n", "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n", "SGVsbG8=\n", "=C3=A9=\n", "- [ ] do it\n", "> quoted\n", "-- \n", "<p>hi</p>",
        "Content-Disposition: attachment\n", "charset=foo", "é", "\r\n", "Content-Type: message/rfc822\n", "Content-Type: text/plain; charset=\x00\n",
    ],
}  # fmt: skip
_WORD = [
    "<w:p>", "<w:r>", "<w:t>a b</w:t>", "<w:t xml:space='preserve'> </w:t>", "<w:tbl>", "<w:tr>", "<w:tc>", "<w:del>", "<w:sdt>", "<w14:checkbox/>",
    "<w14:checked w14:val='1'/>", "<w:pPr>", "<w:numPr><w:ilvl w:val='1'/><w:numId w:val='2'/></w:numPr>", "<w:pStyle w:val='Heading1'/>",
    "<w:hyperlink r:id='r1'>", "<w:t>☐ x</w:t>", "<w:br/>", "<w:vMerge/>", "<w:gridSpan w:val='3'/>", "<w:rPr><w:b/><w:strike/></w:rPr>", "&amp;",
    "<w:t>&lt;x</w:t>", "</>", "</>", "</>", "</>", "</>",
]  # fmt: skip
SPACES = (
    "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
    "xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml' "
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
)


def word_file(body: str, **parts: str) -> bytes:
    """A .docx file with ``body``; other parts by their names without folder and end."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("word/document.xml"), f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
        )
        for name, text in parts.items():
            path = "word/_rels/document.xml.rels" if name == "links" else f"word/{name}.xml"
            archive.writestr(zipfile.ZipInfo(path), text)
    return packed.getvalue()


def soup(random: Random, format: str) -> bytes:
    """A document in pieces."""
    if format != "docx":
        return "".join(random.choices(SOUPS[format], k=random.randint(0, 50))).encode(
            random.choice(("utf-8", "utf-8", "cp1252")), "replace"
        )
    written: list[str] = []
    opened: list[str] = []
    for piece in random.choices(_WORD, k=40):
        if piece == "</>":
            written += [f"</{opened.pop()}>"] if opened else []
        else:
            written.append(piece)
            if piece.count("<") == 1 and not piece.endswith("/>"):
                opened.append(piece[1:-1].split(" ")[0])
    written += [f"</{name}>" for name in reversed(opened)]
    links = "<Relationships><Relationship Id='r1' Type='x/hyperlink' Target='https://t.example/#ft-7f3k9q2m8dxa'/></Relationships>"
    data = bytearray(word_file("".join(written), links=links))
    if random.random() < 0.3:
        for _ in range(random.randint(1, 8)):
            data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)
