"""E-mails: their own words, decoded."""

from __future__ import annotations

import base64
import quopri

import pytest

from followthrough.documents import Unreadable, parse

HEAD = "From: sam@acme.example\nSubject: Re: Postmortem: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nDate: Thu, 12 Nov 2026 23:30:00 +0200\nMIME-Version: 1.0\n"


def texts(mail: str | bytes) -> list[str]:
    data = mail if isinstance(mail, bytes) else mail.encode()
    return [block.text for block in parse(data, "pm.eml").blocks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("\n- [ ] Fix it\n- Größe", ["Fix it", "Größe"], id="plain"),
        pytest.param("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n- Gr=F6=DFe is =\nlarge", ["Größe is large"], id="quoted-printable"),
        pytest.param("Content-Transfer-Encoding: base64\n\n" + base64.b64encode("- Größe".encode()).decode(), ["Größe"], id="base64"),
        pytest.param("\nMy words.\n> theirs\n>> older\nMore.\n-- \nSam\nAcme", ["My words.", "More."], id="quoted and signed"),
        pytest.param("Content-Type: text/html; charset=utf-8\n\n<ul><li>Fix it<li>More</ul>", ["Fix it", "More"], id="HTML"),
        pytest.param('Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>no\n--b\nContent-Type: text/plain\n\nyes\n--b--', ["yes"], id="plain part first"),
        pytest.param('Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html\n\n<p>yes\n--b--', ["yes"], id="an empty plain part"),
        pytest.param('Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Disposition: attachment\nContent-Type: text/plain\n\nno\n--b\n\nyes\n--b--', ["yes"], id="attachment"),
        pytest.param("Content-Type: text/plain; charset=nonsense\n\nFix it", ["Fix it"], id="unknown charset"),
    ],
)  # fmt: skip
def test_what_is_read(body: str, expected: list[str]) -> None:
    for ending in ("\n", "\r\n"):
        assert texts((HEAD + body).replace("\n", ending)) == expected


def test_subject_and_date_are_facts_and_offsets_count_in_the_decoded_text() -> None:
    document = parse(
        (HEAD + "Content-Transfer-Encoding: quoted-printable\n\n- Gr=C3=B6=C3=9Fe\n").encode(), "pm.eml"
    )
    assert document.metadata == {"title": "Postmortem: Größe", "date": "2026-11-12"}
    assert document.data == "- Größe\n".encode()
    (item,) = document.blocks
    assert document.data[item.own.start : item.own.end].decode() == "Größe"
    assert document.read_only == "pm.eml is an e-mail, and e-mails are only read: it carries no links."


def file_with(encoding: str, body: bytes) -> bytes:
    """A mail whose second part holds ``body``."""
    return (
        b"From: sam@acme.example\nSubject: Fix it yes\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\nFix it\n--b\nContent-Type: text/html\n\n<p>--b\n'
        b"--b\nContent-Type: multipart/alternative;\n boundary=c\n\n--c\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\n\n"
        + body
        + b"\n--c--\n--b--\n"
    )


TEXT = "One.\n\n- Größe, and so that it is longer than a line of the file may be: %s\n- Two\n" % ("a b " * 20)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    ("encoding", "body", "lines"),
    [
        pytest.param("8bit", TEXT.encode(), [(18, 18), (20, 20), (21, 21)], id="as it is"),
        pytest.param("quoted-printable", quopri.encodestring(TEXT.encode()), [(18, 18), (20, 22), (23, 23)], id="quoted-printable"),
        pytest.param("quoted-printable", b"One.=0A=\n=0A- Gr=\n=C3=B6=C3=9Fe=0A- Two", [(18, 18), (19, 20), (20, 20)], id="ends of lines encoded"),
        pytest.param("base64", base64.encodebytes(TEXT.encode()), [(18, 18), (18, 20), (20, 20)], id="base64"),
    ],
)  # fmt: skip
def test_lines_are_those_of_the_file(
    ending: bytes, encoding: str, body: bytes, lines: list[tuple[int, int]]
) -> None:
    document = parse(file_with(encoding, body).replace(b"\n", ending), "pm.eml")
    assert [block.text[:2] for block in document.blocks] == ["On", "Gr", "Tw"]
    assert [(block.line, block.end_line) for block in document.blocks] == lines


def test_lines_of_a_part_that_stands_nowhere_are_the_first_of_the_text() -> None:
    mail = HEAD + 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nno header\n- Fix it\n- More\n--b--\n'
    document = parse(mail.encode(), "pm.eml")
    assert {block.line for block in document.blocks} <= set(range(1, mail.count("\n") + 1))


@pytest.mark.parametrize(
    ("mail", "sentence"),
    [
        pytest.param(HEAD, "pm.eml is an e-mail without a text: save what is attached to it instead.", id="nothing"),
        pytest.param(HEAD + "Content-Type: image/png\n\nx", "pm.eml is an e-mail without a text: save what is attached to it instead.", id="image"),
        pytest.param(HEAD + "X: multipart/\n" * 30 + "\nx", "pm.eml is an e-mail of more than 20 parts: save the postmortem's text alone.", id="many parts"),
        pytest.param(HEAD + "Content-Type: text/plain; " + "a=b; " * 1000 + "\n\nx", "pm.eml has headers that no mail program writes: save it anew in yours.", id="long header"),
        pytest.param("a" * 6_000_000, "pm.eml is 6 MB, more than the 5 MB read of one document: split it, or exclude it.", id="large"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_one_sentence(mail: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse(mail.encode(), "pm.eml")
    assert str(error.value) == sentence
