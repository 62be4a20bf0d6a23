"""One report in the words of each format: a small document and its writers.

Inline text is written with ``**bold**`` and ``[words](address)`` and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

from tests.documents.generate_markup import SPACES, word_file

_INLINE = re.compile(r"\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)]+)\)")


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Words:
    text: str


@dataclass(frozen=True)
class Element:
    text: str
    ticked: bool | None = None
    children: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Bullets:
    elements: tuple[Element, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Words | Bullets | Table
Report = Sequence[Part]
Sign = Callable[[str], str]
Link = Callable[[str, str], str]


def inline(text: str, bold: Sign, link: Link, plain: Sign = str) -> str:
    """``text`` with its bold words and links as a format writes them, and the rest through ``plain``."""
    done, at = [], 0
    for found in _INLINE.finditer(text):
        done.append(plain(text[at : found.start()]))
        done.append(bold(plain(found[1])) if found[1] else link(plain(found[2]), found[3]))
        at = found.end()
    return "".join([*done, plain(text[at:])])


def _box(ticked: bool | None, signs: tuple[str, str]) -> str:
    return "" if ticked is None else signs[ticked] + " "


def _listed(
    elements: Sequence[Element], mark: Callable[[int, int], str], boxes: tuple[str, str], say: Sign, step: int
) -> str:
    """A list as lines: ``mark`` gives what stands before an element, by its depth and its number."""

    def lines(elements: Sequence[Element], depth: int) -> list[str]:
        found = []
        for number, element in enumerate(elements, 1):
            words = _box(element.ticked, boxes) + say(element.text)
            found.append(" " * step * depth + mark(depth, number) + words)
            if element.children:
                found += lines(element.children, depth + 1)
        return found

    return "\n".join(lines(elements, 0))


def markdown(report: Report) -> str:
    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return "#" * level + " " + text
            case Words(text):
                return text
            case Bullets(elements, numbered):
                return _listed(
                    elements,
                    lambda _, n: f"{n}. " if numbered else "- ",
                    ("[ ]", "[x]"),
                    str,
                    3 if numbered else 2,
                )
            case Table(head, rows):
                return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))

    return "\n\n".join(map(part, report)) + "\n"


def rst(report: Report) -> str:
    def say(text: str) -> str:
        return inline(text, lambda words: f"**{words}**", lambda words, url: f"`{words} <{url}>`__")

    def nested(elements: Sequence[Element], depth: int, numbered: bool) -> list[str]:
        found = []
        for number, element in enumerate(elements, 1):
            mark = f"{number}. " if numbered and not depth else "* "
            indent = "  " * depth if not numbered else "   " * depth
            found += [indent + mark + _box(element.ticked, ("☐", "☒")) + say(element.text)]
            if element.children:
                found += ["", *nested(element.children, depth + 1, numbered), ""]
        return found

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return say(text) + "\n" + "=-~^"[level - 1] * (len(text) + 4)
            case Words(text):
                return say(text)
            case Bullets(elements, numbered):
                return "\n".join(nested(elements, 0, numbered))
            case Table(head, rows):
                lines = [".. list-table::", "   :header-rows: 1", ""]
                for row in (head, *rows):
                    lines += [f"   {'* -' if at == 0 else '  -'} {say(cell)}" for at, cell in enumerate(row)]
                return "\n".join(lines)

    return "\n\n".join(map(part, report)) + "\n"


def asciidoc(report: Report) -> str:
    def say(text: str) -> str:
        return inline(text, lambda words: f"*{words}*", lambda words, url: f"{url}[{words}]")

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return "=" * level + " " + say(text)
            case Words(text):
                return say(text)
            case Bullets(elements, numbered):
                sign = "." if numbered else "*"
                return _listed(elements, lambda d, _: sign * (d + 1) + " ", ("[ ]", "[x]"), say, 0)
            case Table(head, rows):
                lines = [" ".join(f"| {say(cell)}" for cell in row) for row in (head, *rows)]
                return "\n".join(['[options="header"]', "|===", *lines, "|==="])

    return "\n\n".join(map(part, report)) + "\n"


def org(report: Report) -> str:
    def say(text: str) -> str:
        return inline(text, lambda words: f"*{words}*", lambda words, url: f"[[{url}][{words}]]")

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return "*" * level + " " + say(text)
            case Words(text):
                return say(text)
            case Bullets(elements, numbered):
                return _listed(
                    elements,
                    lambda _, n: f"{n}. " if numbered else "- ",
                    ("[ ]", "[X]"),
                    say,
                    3 if numbered else 2,
                )
            case Table(head, rows):
                lines = ["| " + " | ".join(map(say, row)) + " |" for row in (head, *rows)]
                return "\n".join([lines[0], "|" + "+".join(["---"] * len(head)) + "|", *lines[1:]])

    return "\n\n".join(map(part, report)) + "\n"


def mediawiki(report: Report) -> str:
    def say(text: str) -> str:
        return inline(text, lambda words: f"'''{words}'''", lambda words, url: f"[{url} {words}]")

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return "=" * level + f" {say(text)} " + "=" * level
            case Words(text):
                return say(text)
            case Bullets(elements, numbered):
                sign = "#" if numbered else "*"
                return _listed(elements, lambda d, _: sign * (d + 1) + " ", ("☐", "☒"), say, 0)
            case Table(head, rows):
                lines = ['{| class="wikitable"']
                for sign, row in [("!", head), *(("|", row) for row in rows)]:
                    lines += ["|-", *(f"{sign} {say(cell)}" for cell in row)]
                return "\n".join([*lines, "|}"])

    return "\n\n".join(map(part, report)) + "\n"


def _say_html(text: str) -> str:
    return inline(
        text,
        lambda words: f"<strong>{words}</strong>",
        lambda words, url: f'<a href="{escape(url)}">{words}</a>',
        escape,
    )


def _rows(table: Table, cell: Sign) -> str:
    rows = [("th", table.head), *(("td", row) for row in table.rows)]
    return "".join(
        "<tr>" + "".join(f"<{tag}>{cell(words)}</{tag}>" for words in row) + "</tr>\n" for tag, row in rows
    )


def html(report: Report) -> str:
    def elements(found: Sequence[Element], tag: str) -> str:
        inner = "".join(
            "<li>"
            + _box(one.ticked, ('<input type="checkbox"/>', '<input type="checkbox" checked=""/>'))
            + _say_html(one.text)
            + (elements(one.children, tag) if one.children else "")
            + "</li>\n"
            for one in found
        )
        return f"<{tag}>\n{inner}</{tag}>"

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return f"<h{level}>{_say_html(text)}</h{level}>"
            case Words(text):
                return f"<p>{_say_html(text)}</p>"
            case Bullets(found, numbered):
                return elements(found, "ol" if numbered else "ul")
            case Table():
                return f"<table>\n{_rows(part, _say_html)}</table>"

    body = "\n".join(map(part, report))
    return (
        "<!DOCTYPE html>\n<html><head><title>Reports</title></head><body>\n"
        f"<nav><ul><li><a href='/'>Home</a></li></ul></nav><main>\n{body}\n</main></body></html>\n"
    )


def storage(report: Report) -> str:
    """Confluence's storage format: tasks where all of a list have boxes, and paragraphs in its cells."""

    def elements(found: Sequence[Element], tag: str) -> str:
        if all(one.ticked is not None for one in found):
            return "<ac:task-list>\n" + "".join(map(task, found)) + "</ac:task-list>"
        return (
            f"<{tag}>"
            + "".join(
                f"<li><p>{_say_html(one.text)}</p>{elements(one.children, tag) if one.children else ''}</li>"
                for one in found
            )
            + f"</{tag}>"
        )

    def task(one: Element) -> str:
        status = "complete" if one.ticked else "incomplete"
        return (
            f"<ac:task><ac:task-id>1</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body><span>{_say_html(one.text)}</span></ac:task-body></ac:task>\n"
        )

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return f"<h{level}>{_say_html(text)}</h{level}>"
            case Words(text):
                return f"<p>{_say_html(text)}</p>"
            case Bullets(found, numbered):
                return elements(found, "ol" if numbered else "ul")
            case Table():
                return (
                    f"<table><tbody>{_rows(part, lambda words: f'<p>{_say_html(words)}</p>')}</tbody></table>"
                )

    return "".join(map(part, report))


def docx(report: Report) -> bytes:
    """A file of Word: headings by their styles, lists by their numbering, boxes as signs."""
    targets: list[str] = []

    def run(words: str, look: str = "") -> str:
        return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""

    def link(words: str, url: str) -> str:
        targets.append(url)
        return f'<w:hyperlink r:id="r{len(targets)}">{words}</w:hyperlink>'

    def say(text: str) -> str:
        return inline(
            text,
            lambda words: words.replace("<w:rPr>", "<w:rPr><w:b/>"),
            link,
            lambda words: run(escape(words)),
        )

    def paragraph(words: str, more: str = "") -> str:
        return f"<w:p><w:pPr>{more}</w:pPr>{words}</w:p>"

    def elements(found: Sequence[Element], number: int, depth: int) -> str:
        more = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        return "".join(
            paragraph(run(_box(one.ticked, ("☐", "☒"))) + say(one.text), more)
            + elements(one.children, number, depth + 1)
            for one in found
        )

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return paragraph(say(text), f'<w:pStyle w:val="Heading{level}"/>')
            case Words(text):
                return paragraph(say(text))
            case Bullets(found, numbered):
                return elements(found, 2 if numbered else 1, 0)
            case Table(head, rows):
                return (
                    "<w:tbl>"
                    + "".join(
                        "<w:tr>" + "".join(f"<w:tc>{paragraph(say(cell))}</w:tc>" for cell in row) + "</w:tr>"
                        for row in (head, *rows)
                    )
                    + "</w:tbl>"
                )

    body = "".join(map(part, report))
    links = "".join(
        f'<Relationship Id="r{at}" Type="http://x/hyperlink" Target="{escape(url)}" TargetMode="External"/>'
        for at, url in enumerate(targets, 1)
    )
    styles = "".join(
        f'<w:style w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in range(1, 5)
    )
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">'
        + "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{kind}"/></w:lvl>' for n in range(3))
        + "</w:abstractNum>"
        for at, kind in enumerate(("bullet", "decimal"))
    )
    numbers = "".join(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(2))
    return word_file(
        body,
        links=f"<Relationships>{links}</Relationships>",
        styles=f"<w:styles {SPACES}>{styles}</w:styles>",
        numbering=f"<w:numbering {SPACES}>{kinds}{numbers}</w:numbering>",
    )


def text(report: Report) -> str:
    """Plain text, as people write it: underlined headings, and bold words without their stars."""

    def say(text: str) -> str:
        return inline(text, str, lambda words, url: f"{words} ({url})")

    def part(part: Part) -> str:
        match part:
            case Heading(level, text):
                return text + "\n" + "=-"[level > 1] * len(text)
            case Words(text):
                return say(text)
            case Bullets(elements, numbered):
                return _listed(
                    elements,
                    lambda _, n: f"{n}. " if numbered else "- ",
                    ("[ ]", "[x]"),
                    say,
                    3 if numbered else 2,
                )
            case Table(head, rows):
                return "\n".join(" | ".join(row) for row in (head, *rows))

    return "\n\n".join(map(part, report)) + "\n"


def mail(text: str, subtype: str) -> bytes:
    """A mail with ``text`` as its body."""
    message = EmailMessage()
    message["Message-ID"] = "<1@example.org>"
    message["From"] = "oncall@example.org"
    message["To"] = "all@example.org"
    message["Subject"] = "Report"
    message.set_content(text, subtype=subtype)
    return message.as_bytes()


WRITERS: dict[str, Callable[[Report], str | bytes]] = {
    "a.rst": rst,
    "a.adoc": asciidoc,
    "a.org": org,
    "a.mediawiki": mediawiki,
    "a.html": html,
    "a.xml": storage,
    "a.docx": docx,
    "a.txt": text,
    "text.eml": lambda report: mail(text(report), "plain"),
    "html.eml": lambda report: mail(html(report), "html"),
}
