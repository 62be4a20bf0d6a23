"""Pages in Confluence's storage format: what is read of them, and where our links go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.documents import Wanted, apply, fingerprint, invert, parse, rewrite, unlinked
from followthrough.documents.blocks import BlockKind, Style
from followthrough.documents.lasting import lasting
from followthrough.model import Place

Write = Callable[..., str]
MARK = '<a href="https://acme.example/browse/OPS-12#ft-7f3k9q2m8dxa">OPS-12, open</a>'
TASK = "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>{}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task></ac:task-list>"
MACRO = '<ac:structured-macro ac:name="{}">{}</ac:structured-macro>'


def texts(page: str) -> list[str]:
    """What is read of a page, block by block."""
    blocks = parse(page.encode(), "pm.xml").blocks
    return [" | ".join(cell.text for cell in block.cells) or block.text for block in blocks]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param('<p>Due <time datetime="2026-12-01" /></p>', ["Due 2026-12-01"], id="date"),
        pytest.param('<p><ac:link><ri:user ri:username="sam" /></ac:link> does it</p>', ["@sam does it"], id="user"),
        pytest.param('<p><ac:link><ri:user ri:account-id="5b1" /><ac:link-body>Sam</ac:link-body></ac:link></p>', ["Sam"], id="user with a name"),
        pytest.param('<p><ac:link><ri:page ri:content-title="Runbook" /></ac:link></p>', ["Runbook"], id="page"),
        pytest.param('<p><ac:link><ri:page ri:content-title="R" /><ac:plain-text-link-body><![CDATA[a < b]]></ac:plain-text-link-body></ac:link></p>', ["a < b"], id="link words"),
        pytest.param("<p>" + MACRO.format("status", '<ac:parameter ac:name="colour">Green</ac:parameter><ac:parameter ac:name="title">IN PROGRESS</ac:parameter>') + "</p>", ["IN PROGRESS"], id="status"),
        pytest.param("<p>See " + MACRO.format("jira", '<ac:parameter ac:name="server">J</ac:parameter><ac:parameter ac:name="key">OPS-7</ac:parameter>') + "</p>", ["See OPS-7"], id="ticket"),
        pytest.param(MACRO.format("expand", '<ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body><ul><li>a</li></ul></ac:rich-text-body>'), ["More", "a"], id="expand"),
        pytest.param(MACRO.format("toc", '<ac:parameter ac:name="maxLevel">2</ac:parameter>') + "<p>a</p>", ["a"], id="no words"),
        pytest.param("<ac:layout><ac:layout-section><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>", ["a", "b"], id="layout"),
        pytest.param('<p>a <ac:inline-comment-marker ac:ref="x">b</ac:inline-comment-marker> c</p>', ["a b c"], id="commented"),
        pytest.param('<p><ac:emoticon ac:name="tick" /> a <ac:emoticon ac:emoji-fallback="🚒" /></p>', ["✅ a 🚒"], id="emoticons"),
        pytest.param("<p><ac:placeholder>Say what happened</ac:placeholder></p><p>a<ac:image><ri:attachment ri:filename='x.png' /></ac:image></p>", ["a"], id="placeholder and image"),
        pytest.param("<ac:adf-extension><ac:adf-node><ac:adf-attribute key='k'>v</ac:adf-attribute><ac:adf-content><p>a</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>a</p></ac:adf-fallback></ac:adf-extension>", ["a"], id="kept twice"),
        pytest.param("<table><tr><th>Action</th><th>Owner</th></tr><tr><td><p>Fix</p><p>it</p></td><td>Sam</td></tr></table>", ["Action | Owner", "Fix\nit | Sam"], id="table"),
    ],
)  # fmt: skip
def test_what_is_read(page: str, expected: list[str]) -> None:
    assert texts(page + "<ac:placeholder />") == expected


def test_code_is_code_and_its_words_are_nothing_else() -> None:
    page = MACRO.format(
        "code", "<ac:plain-text-body><![CDATA[- [ ] <b>x</b> #ft-7f3k9q2m8dxa]]></ac:plain-text-body>"
    )
    (block,) = parse(page.encode(), "pm.xml").blocks
    assert (block.kind, block.text) == (BlockKind.CODE, "- [ ] <b>x</b> #ft-7f3k9q2m8dxa")
    assert block.own.marks == ()


def test_tasks_are_items_with_boxes_and_keep_their_order_and_depth() -> None:
    inner = TASK.format("complete", "inner")
    page = TASK.format("incomplete", f"outer{inner}") + "<ul><li><s>gone</s></li></ul>"
    blocks = parse(page.encode(), "pm.xml").blocks
    assert [(b.text, b.level, b.parent) for b in blocks] == [
        ("outer", 1, -1),
        ("inner", 2, 0),
        ("gone", 1, -1),
    ]
    assert [b.checkbox and b.checkbox.ticked for b in blocks] == [False, True, None]
    assert blocks[2].runs[0].style is Style.STRUCK


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<p>Fix it</p>", "<p>Fix it {}</p>", id="paragraph"),
        pytest.param("<p>Fix it </p>", "<p>Fix it {} </p>", id="before trailing blanks"),
        pytest.param("<p>Fix it&nbsp;<br /></p>", "<p>Fix it {}&nbsp;<br /></p>", id="before a blank and a break"),
        pytest.param("<p><strong>Fix it</strong></p>", "<p><strong>Fix it</strong> {}</p>", id="outside emphasis"),
        pytest.param("<p>Fix <a href='u'>it</a></p>", "<p>Fix <a href='u'>it</a> {}</p>", id="outside a link"),
        pytest.param('<p>Fix <ac:inline-comment-marker ac:ref="x">it</ac:inline-comment-marker></p>', '<p>Fix <ac:inline-comment-marker ac:ref="x">it</ac:inline-comment-marker> {}</p>', id="outside a comment's marker"),
        pytest.param("<ul><li>Fix it<ul><li>how</li></ul></li></ul>", "<ul><li>Fix it {}<ul><li>how</li></ul></li></ul>", id="before inner items"),
        pytest.param("<ul><li><p>Fix it</p><p>More</p></li></ul>", "<ul><li><p>Fix it {}</p><p>More</p></li></ul>", id="first paragraph"),
        pytest.param("<p>Fix " + MACRO.format("status", '<ac:parameter ac:name="title">OPEN</ac:parameter>') + "</p>", "<p>Fix " + MACRO.format("status", '<ac:parameter ac:name="title">OPEN</ac:parameter>') + " {}</p>", id="behind a macro"),
        pytest.param(TASK.format("incomplete", "<span>Fix it </span>"), TASK.format("incomplete", "<span>Fix it </span> {}"), id="task"),
    ],
)  # fmt: skip
def test_where_a_link_goes(page: str, expected: str, write: Write) -> None:
    written = write(page + "<ac:placeholder />", "Fix", name="pm.xml")
    assert written == expected.replace("{}", MARK) + "<ac:placeholder />"
    assert unlinked(parse(written.encode(), "pm.xml")).decode() == page + "<ac:placeholder />"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("<tr><td>Fix</td><td></td></tr>", "<tr><td>Fix</td><td>{}</td></tr>", id="empty"),
        pytest.param("<tr><td>Fix</td><td><p><br /></p></td></tr>", "<tr><td>Fix</td><td><p>{}<br /></p></td></tr>", id="empty paragraph"),
        pytest.param("<tr><td>Fix</td><td><p>a</p><p>b</p></td></tr>", "<tr><td>Fix</td><td><p>a {}</p><p>b</p></td></tr>", id="first paragraph"),
        pytest.param("<tr><td>Fix</td><td /></tr>", "refused: its cell is a single tag without room for a link: type something into it", id="no room"),
        pytest.param("<tr><td>Fix</td><td rowspan='2'>a</td></tr><tr><td>More</td></tr>", "<tr><td>Fix</td><td rowspan='2'>a {}</td></tr><tr><td>More</td></tr>", id="reaching down"),
    ],
)  # fmt: skip
def test_where_a_link_goes_in_a_table(row: str, expected: str, write: Write) -> None:
    page = "<table><tr><th>Action</th><th>Ticket</th></tr>{}</table><ac:placeholder />"
    written = write(page.format(row), "Fix", name="pm.xml", cell=1)
    if expected.startswith("refused"):
        assert written == expected
    else:
        assert written == page.format(expected.replace("{}", MARK))


@pytest.mark.parametrize(
    ("page", "words", "reason"),
    [
        pytest.param("<h2>Fix</h2>", "Fix", "it is a heading: the link belongs to the first paragraph below it", id="heading"),
        pytest.param("<pre>Fix</pre>", "Fix", "it is code, where a link would be read as part of it", id="code"),
        pytest.param(MACRO.format("panel", '<ac:parameter ac:name="title">Fix</ac:parameter>'), "Fix", "it is the parameter of a macro, where no link can stand", id="parameter"),
        pytest.param("<ac:adf-extension><p>Fix</p></ac:adf-extension>", "Fix", "it stands in a part of the page that is kept twice, so that a link would be too", id="kept twice"),
        pytest.param("<p><b>Fix</p>", "Fix", "its markup is never closed, so that a link would become part of it", id="unclosed"),
    ],
)  # fmt: skip
def test_where_no_link_goes(page: str, words: str, reason: str, write: Write) -> None:
    assert write(page + "<ac:placeholder />", words, name="pm.xml") == f"refused: {reason}"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["no mark", "mark"])
def test_the_word_of_a_status_is_all_that_a_tick_changes(ending: str, bom: bytes) -> None:
    page = TASK.format(" incomplete ", "Fix it") + "\n<p>incomplete</p>" + TASK.format("complete", "Done")
    data = bom + page.replace("\n", ending).encode()
    document = parse(data, "pm.xml")
    done = rewrite(
        document,
        [Wanted(Place(0), "7f3k9q2m8dxa", None, ticked=True), Wanted(Place(2), "0" * 12, None, ticked=False)],
    )
    assert done.data == data.replace(b" incomplete ", b" complete ").replace(b">complete<", b">incomplete<")
    assert apply(done.data, invert(done.edits)) == data
    assert fingerprint(parse(done.data, "pm.xml")) == fingerprint(document)


def test_words_and_addresses_stay_what_they_are_in_xml(write: Write) -> None:
    written = write(
        "<p>Fix it</p><ac:placeholder />", "Fix", 'A & "B" <c>', "https://t.example/a?x=1&y=2", name="pm.xml"
    )
    assert written.startswith(
        '<p>Fix it <a href="https://t.example/a?x=1&amp;y=2#ft-7f3k9q2m8dxa">A &amp; "B" &lt;c&gt;</a></p>'
    )
    (mark,) = parse(written.encode(), "pm.xml").blocks[0].own.marks
    assert (mark.words, mark.target) == ('A & "B" <c>', "https://t.example/a?x=1&y=2")


SHOWN = (
    '<ac:structured-macro ac:name="jira" ac:schema-version="1"><ac:parameter ac:name="serverId">0a1b</ac:parameter>'
    '<ac:parameter ac:name="key">OPS-12</ac:parameter><ac:parameter ac:name="showSummary">false</ac:parameter>'
    '<ac:parameter ac:name="followthrough">https://t.example/browse/OPS-12#ft-7f3k9q2m8dxa</ac:parameter>'
    "</ac:structured-macro>"
)


def test_the_jira_macro_is_a_mark_that_is_written_found_and_taken_out() -> None:
    page = b"<ul><li>Fix it</li><li>More</li></ul>"
    want = Wanted(Place(0), "7f3k9q2m8dxa", "OPS-12", "https://t.example/browse/OPS-12", live="0a1b")
    done = rewrite(parse(page, "x", format="confluence"), [want])
    assert done.data.decode() == f"<ul><li>Fix it {SHOWN}</li><li>More</li></ul>"
    document = parse(done.data, "x", format="confluence")
    (mark,) = document.blocks[0].own.marks
    assert (mark.id, mark.words, mark.target) == (want.id, "OPS-12", "https://t.example/browse/OPS-12")
    assert document.blocks[0].text == "Fix it"
    assert rewrite(document, [want]).edits == ()
    assert unlinked(document) == page


def test_a_link_becomes_the_macro_and_the_macro_a_link_again() -> None:
    link = b'<p>Fix it <a href="https://t.example/browse/OPS-12#ft-7f3k9q2m8dxa">OPS-12, open</a></p>'
    want = Wanted(Place(0), "7f3k9q2m8dxa", "OPS-12", "https://t.example/browse/OPS-12", live="0a1b")
    shown = rewrite(parse(link, "x", format="confluence"), [want]).data
    assert shown.decode() == f"<p>Fix it {SHOWN}</p>"
    back = Wanted(Place(0), want.id, "OPS-12, open", want.target)
    assert rewrite(parse(shown, "x", format="confluence"), [back]).data == link


def test_the_macro_as_confluence_gives_it_back_is_the_same_mark() -> None:
    given = (
        '<p>Fix it <ac:structured-macro ac:macro-id="9f-1" ac:name="jira" ac:local-id="x" ac:schema-version="1">'
        '<ac:parameter ac:name="followthrough">https://t.example/browse/OPS-12#ft-7f3k9q2m8dxa</ac:parameter>'
        '<ac:parameter ac:name="key">OPS-12</ac:parameter><ac:parameter ac:name="columns">key,status</ac:parameter>'
        "</ac:structured-macro></p>"
    )
    document = parse(given.encode(), "x", format="confluence")
    (mark,) = document.blocks[0].own.marks
    assert (mark.id, mark.words) == ("7f3k9q2m8dxa", "OPS-12")
    assert unlinked(document) == b"<p>Fix it</p>"


def test_a_macro_that_somebody_filled_in_anew_is_his_and_names_its_ticket() -> None:
    theirs = SHOWN.replace('<ac:parameter ac:name="followthrough">', '<ac:parameter ac:name="x">')
    document = parse(f"<p>Fix it {theirs}</p>".encode(), "x", format="confluence")
    assert document.blocks[0].own.marks == ()
    assert document.blocks[0].text == "Fix it OPS-12"


def test_what_the_place_says_of_a_document_is_its_front_matter_and_survives_writing() -> None:
    page = b"<p>Fix it</p>"
    document = parse(page, "x", format="confluence", given={"title": "Down", "confidential": True})
    assert document.metadata == {"title": "Down", "confidential": True}
    done = rewrite(document, [Wanted(Place(0), "7f3k9q2m8dxa", "OPS-12", "https://t.example/browse/OPS-12")])
    assert done.refusals == {}
    assert done.edits
    markdown = parse(
        b"---\ntitle: Mine\nconfidential: false\n---\nx\n",
        "pm.md",
        given={"title": "Down", "confidential": True},
    )
    assert markdown.metadata == {"title": "Mine", "confidential": True}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('Try <ac:link><ri:page ri:content-title="Q" /></ac:link>', 'Try <ac:link ac:local-id="1"><ri:page ri:content-title="Q"/></ac:link>'),
        ("f&uuml;r uns &amp; alle", "für uns &amp; alle"),
        ('<span b="1" a="2">x</span>', "<span a='2'  b=\"1\" local-id='7'>x</span>"),
        ('<ac:structured-macro ac:name="status">x</ac:structured-macro>', '<ac:structured-macro ac:macro-id="1-2" ac:name="status" ac:schema-version="1">x</ac:structured-macro>'),
    ],
)  # fmt: skip
def test_what_confluence_changes_by_itself_makes_no_other_words(before: str, after: str) -> None:
    assert lasting(before.encode()) == lasting(after.encode())
    assert lasting(lasting(before.encode())) == lasting(before.encode())


def test_what_people_change_makes_other_words() -> None:
    assert lasting(b'<a href="x">y</a>') != lasting(b'<a href="z">y</a>')
    assert lasting(b"a &lt; b") != lasting(b"a < b")
