"""E-mails: their own words, decoded."""

from __future__ import annotations

import base64

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
