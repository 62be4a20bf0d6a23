"""Pages in Confluence's storage format, as its editors write them and as nobody would; from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from xml.sax.saxutils import escape

from .generate import WORDS

INLINE = [
    "<strong>{}</strong>", "<em>{}</em>", "<s>{}</s>", "<del>{}</del>", "<code>{}</code>", "<u>{}</u>", "<sub>{}</sub>",
    '<span style="color: rgb(1,2,3);">{}</span>', '<span style="text-decoration: line-through;">{}</span>',
    '<a href="https://a.example/x?a=1&amp;b=2">{}</a>', "<a href='https://t.example/browse/OPS-12'>{}</a>",
    '<ac:inline-comment-marker ac:ref="a1-b2">{}</ac:inline-comment-marker>',
    '<ac:link><ri:page ri:content-title="Runbook" /><ac:link-body>{}</ac:link-body></ac:link>',
    "<ac:link><ri:page ri:content-title='A &amp; B' /><ac:plain-text-link-body><![CDATA[{} < &amp; >]]></ac:plain-text-link-body></ac:link>",
    '<ac:link><ri:user ri:account-id="557058:ab-12" /></ac:link> {}', '{} <ac:link><ri:user ri:username="sam" /></ac:link>',
    '<ac:link ac:anchor="top"><ac:link-body><em>{}</em></ac:link-body></ac:link>', '<time datetime="2026-12-01" /> {}',
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Green</ac:parameter><ac:parameter ac:name="title">{}</ac:parameter></ac:structured-macro>',
    '{} <ac:structured-macro ac:name="jira" ac:schema-version="1"><ac:parameter ac:name="server">Jira</ac:parameter><ac:parameter ac:name="key">OPS-7</ac:parameter></ac:structured-macro>',
    '{}<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{}</ac:parameter></ac:structured-macro>',
    '<ac:emoticon ac:name="tick" /> {}', '<ac:emoticon ac:name="blue-star" ac:emoji-fallback="🚒" /> {}',
    '{} <ac:image><ri:attachment ri:filename="a.png" /></ac:image>', "<ac:placeholder>Type {}</ac:placeholder>", "{}<br />", "<br/>{}",
    "&nbsp;{}", "{}&nbsp;", "&rarr; {} &amp;", "&lt;b&gt;{}", "&#42;{}&#x1F6A8;", "{} &unknown; &", "<strong><em>{}</em> </strong>", "<!-- {} -->",
    "<!-- ft:ignore {} -->", "https://a.example/{}?q=(1).", "OPS-12 {}", "[ ] {}", "<strong />{}", "<strong> </strong>{}",
]  # fmt: skip
SOUP = [
    *"   \n\n\r\t<>&;/=\"'![]-abc. é🚒", "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<td>", "<tr>", "<table>", "</table>", "</td>",
    "<ac:task-list>", "<ac:task>", "<ac:task-status>incomplete</ac:task-status>", "<ac:task-status>", "complete", "<ac:task-body>",
    "</ac:task-body>", "</ac:task>", "</ac:task-list>", "<ac:link>", "</ac:link>", '<ri:user ri:username="x"/>', "<![CDATA[", "]]>", "<!--", "-->",
    "<ac:parameter>", "</ac:parameter>", '<ac:structured-macro ac:name="status">', '<ac:structured-macro ac:name="expand">', '<ac:parameter ac:name="title">',
    "</ac:structured-macro>", "<ac:rich-text-body>", "</ac:rich-text-body>", "<ac:plain-text-body>", "<h2>", "</h2>", "<pre>", "</pre>", "<b>", "</b>",
    "<a href='u'>", "</a>", "<br/>", "<time datetime='2026-12-01'/>", "<ac:adf-extension>", "</ac:adf-extension>", "&nbsp;", "&amp;", "words here ", "<th>", "</tr>",
]  # fmt: skip


class Pages:
    """Pages from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def page(self) -> bytes:
        r = self.random
        if r.random() < 0.2:
            text = "".join(r.choices(SOUP, k=r.randint(0, 60)))
        else:
            text = self._join(self._block(0) for _ in range(r.randint(1, 6)))
            if r.random() < 0.3:
                text = f"<ac:layout><ac:layout-section ac:type='single'><ac:layout-cell>{text}</ac:layout-cell></ac:layout-section></ac:layout>"
        # Something that only this format has.
        text += "<ac:placeholder />"
        ending = r.choice(("\n", "\n", "\r\n", "\r"))
        return (b"\xef\xbb\xbf" if r.random() < 0.1 else b"") + text.replace("\n", ending).encode()

    def _join(self, parts: Iterable[str]) -> str:
        glue = self.random.choice(("", "", "\n", "\n  "))
        return glue.join(parts)

    def _words(self, count: int) -> str:
        return escape(" ".join(self.random.choices(WORDS, k=count)))

    def _inline(self) -> str:
        r = self.random
        parts = []
        for _ in range(r.randint(1, 4)):
            words = self._words(r.randint(1, 3))
            parts.append(r.choice(INLINE).replace("{}", words) if r.random() < 0.5 else words)
        return (
            r.choice(("", "", "", " ", "\n"))
            + r.choice((" ", " ", " ", "", "\n")).join(parts)
            + r.choice(("", "", ".", " ", "\n ", "&nbsp;"))
        )

    def _block(self, depth: int) -> str:
        r = self.random
        kinds: list[Callable[[int], str]] = [self._paragraph, self._heading, self._code, self._small]
        if depth < 3:
            kinds += [
                self._list,
                self._list,
                self._tasks,
                self._tasks,
                self._tasks,
                self._table,
                self._table,
                self._macro,
                self._quote,
            ]
        return r.choice(kinds)(depth)

    def _paragraph(self, depth: int) -> str:
        return self.random.choice(("<p>", "<p>", '<p class="x">')) + self._inline() + "</p>"

    def _heading(self, depth: int) -> str:
        level = self.random.randint(1, 6)
        return f"<h{level}>{self._inline()}</h{level}>"

    def _list(self, depth: int) -> str:
        r = self.random
        tag = r.choice(("ul", "ol"))
        items = []
        for _ in range(r.randint(1, 3)):
            own = r.choice((self._inline(), self._paragraph(depth), self._inline(), ""))
            inner = self._block(depth + 1) if r.random() < 0.3 else ""
            items.append(f"<li>{own}{inner}</li>")
        return f"<{tag}>{self._join(items)}</{tag}>"

    def _tasks(self, depth: int) -> str:
        r = self.random
        tasks = []
        for number in range(r.randint(1, 4)):
            body = self._inline()
            if r.random() < 0.4:
                body = f'<span class="placeholder-inline-tasks">{body}</span>'
            if depth < 2 and r.random() < 0.15:
                body += self._tasks(depth + 1)
            status = r.choice(("incomplete", "incomplete", "complete"))
            tasks.append(
                f"<ac:task>\n<ac:task-id>{number}</ac:task-id>\n<ac:task-status>{status}</ac:task-status>\n"
                f"<ac:task-body>{body}</ac:task-body>\n</ac:task>"
            )
        return f"<ac:task-list>{self._join(tasks)}</ac:task-list>"

    def _table(self, depth: int) -> str:
        r = self.random
        count = r.randint(1, 4)
        rows = []
        for row in range(r.randint(1, 4)):
            tag = "th" if row == 0 and r.random() < 0.8 else "td"
            rows.append(f"<tr>{self._join(self._cell(tag, depth) for _ in range(count))}</tr>")
        return f"<table><colgroup><col /></colgroup><tbody>{self._join(rows)}</tbody></table>"

    def _cell(self, tag: str, depth: int) -> str:
        r = self.random
        if r.random() < 0.08:
            return f"<{tag} />"
        span = r.choice(("", "", "", "", ' colspan="2"', ' rowspan="2"'))
        inner = r.choice(
            (self._paragraph(depth), self._paragraph(depth), self._inline(), "<p><br /></p>", "", "<p />", "<p>&nbsp;</p>", " ",
             self._paragraph(depth) + self._paragraph(depth), self._block(depth + 2))
        )  # fmt: skip
        return f"<{tag}{span}>{inner}</{tag}>"

    def _macro(self, depth: int) -> str:
        r = self.random
        name = r.choice(("expand", "info", "panel", "details", "excerpt", "section"))
        title = f'<ac:parameter ac:name="title">{self._words(2)}</ac:parameter>' if r.random() < 0.5 else ""
        body = self._join(self._block(depth + 1) for _ in range(r.randint(0, 2)))
        if r.random() < 0.15:
            return (
                f'<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
                f"<ac:adf-content>{body}</ac:adf-content></ac:adf-node><ac:adf-fallback>{body}</ac:adf-fallback></ac:adf-extension>"
            )
        return f'<ac:structured-macro ac:name="{name}" ac:macro-id="1">{title}<ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>'

    def _quote(self, depth: int) -> str:
        return f"<blockquote>{self._block(depth + 1)}</blockquote>"

    def _code(self, depth: int) -> str:
        r = self.random
        if r.random() < 0.4:
            return f"<pre>{self._inline()}</pre>"
        name = r.choice(("code", "noformat"))
        return f'<ac:structured-macro ac:name="{name}"><ac:plain-text-body><![CDATA[- [ ] {r.choice(WORDS)} <b> #ft-7f3k9q2m8dxa]]></ac:plain-text-body></ac:structured-macro>'

    def _small(self, depth: int) -> str:
        return self.random.choice(
            ("<hr />", "<p />", "<p><br /></p>", '<ac:structured-macro ac:name="toc" />', "<!-- ft:item -->", "", "words without a paragraph",
             '<ac:image><ri:attachment ri:filename="x.png" /></ac:image>')
        )  # fmt: skip
