"""Markdown and plain text as nobody would write it, and as everybody does; reproducible from a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

WORDS = [
    "alert", "on", "pool", "limit", "review", "deploy", "restore", "backup", "rotate", "keys", "owner", "Sam",
    "queue", "cache", "replica", "failover", "page", "runbook", "90%", "sev1", "TODO", "n/a", "don't", "§4", "naïve",
    "Größe", "数据库", "復元", "تنبيه", "זהו", "🚒", "✅", "👩‍💻", "e\u0301", "\u2028", "\u2029", "\x0c", "\x85", "\u00a0",
    "\ufeff", "\u200b", "\u202e", "\x0b", "\x1c",
]  # fmt: skip
PIECES = [
    "**{}**", "*{}*", "__{}__", "_{}_", "~~{}~~", "`{}`", "`` {} ` ``", "[{}](https://a.example/x)", "[{}][ref]", "[{}]",
    "![{}](i.png)", "<b>{}</b>", "<br>", "<!-- {} -->", "<!-- ft:ignore {} -->", "&amp;", "&nbsp;", "&#42;", "\\*{}\\*",
    "\\", "*", "**", "_", "`", "``", "[", "]", "](", "![", "<", ">", "&", "|", "\\|", "~", "~~", "#", "$", "{{", "}}", ":", "!",
    "<https://a.example/{}>", "https://a.example/{}?q=(1).", "(OPS-12)", "[OPS-12](https://t.example/browse/OPS-12)", "[^1]",
    "***{}**", "<a href=\"{}", "<span {}", "<!--", "-->", "[{}]:", "[ref]: /u", "[x]", "[ ]", "1.", "-", "+", "=", "---", "===",
]  # fmt: skip
SOUP = [
    *"  \n\n\n\t*_`[]()<>!|\\-+=#~&;:.0123ax\"'{}$^é🚒",
    "- [ ] ", "| a | b |\n|---|---|\n", "\n- ", "\n1. ", "```", "<!--", "-->",
]  # fmt: skip


class Generator:
    """Documents from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def id(self) -> str:
        return "".join(self.random.choices(ALPHABET, k=12))

    def markdown(self) -> bytes:
        r = self.random
        if r.random() < 0.15:
            text = "".join(r.choices(SOUP, k=r.randint(0, 120)))
        else:
            lines = self._front_matter() if r.random() < 0.15 else []
            for _ in range(r.randint(0, 5)):
                lines += self._block(0)
                lines += [""] * r.choice((0, 1, 1, 1, 2))
            text = "\n".join(lines)
        return self._bytes(text)

    def text(self) -> bytes:
        """Plain text: the same words, fewer shapes."""
        r = self.random
        lines: list[str] = []
        for _ in range(r.randint(0, 12)):
            indent = " " * r.choice((0, 0, 0, 2, 4, 8)) + r.choice(("", "", "", "\t"))
            marker = r.choice(("", "", "", "- ", "* ", "• ", "1. ", "2) ", "- [ ] ", "[x] ", "# ", "– "))
            words = self._words(r.randint(1, 16))
            lines.append(indent + marker + words)
            if r.random() < 0.15:
                lines.append(r.choice("-=") * r.randint(1, 20))
            if r.random() < 0.3:
                lines.append(r.choice(("", "  ")))
        return self._bytes("\n".join(lines))

    def _bytes(self, text: str) -> bytes:
        r = self.random
        if r.random() < 0.8:
            text = text.rstrip("\n") + "\n"
        ending = r.choice(("\n", "\n", "\n", "\r\n", "\r", None))
        if ending is None:
            text = "".join(r.choice(("\n", "\r\n", "\r")) if c == "\n" else c for c in text)
        else:
            text = text.replace("\n", ending)
        return (b"\xef\xbb\xbf" if r.random() < 0.1 else b"") + text.encode()

    def _words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count))

    def _inline(self) -> str:
        r = self.random
        parts = []
        for _ in range(r.randint(1, 5)):
            if r.random() < 0.35:
                parts.append(r.choice(PIECES).format(self._words(r.randint(1, 2))))
            else:
                parts.append(self._words(r.randint(1, 4)))
        return r.choice((" ", " ", " ", "")).join(parts) + r.choice(
            ("", "", "", ".", " ", "  ", "\\", "\t", " *", "&")
        )

    def _text(self) -> list[str]:
        """One paragraph's lines, with soft breaks and both kinds of hard ones."""
        r = self.random
        lines = [self._inline() for _ in range(r.choice((1, 1, 1, 2, 3)))]
        return [line + (r.choice(("", "", "  ", "\\")) if line is not lines[-1] else "") for line in lines]

    def _block(self, depth: int) -> list[str]:
        kinds: list[Callable[[int], list[str]]] = [self._paragraph, self._code, self._small]
        if depth <= 2:
            kinds += [self._list, self._list, self._list, self._list, self._table, self._table]
            kinds += [self._paragraph, self._heading, self._html, self._quote]
        return self.random.choice(kinds)(depth)

    def _paragraph(self, depth: int) -> list[str]:
        indent = self.random.choice(("", "", "", " ", "   "))
        return [indent + line for line in self._text()]

    def _heading(self, depth: int) -> list[str]:
        r = self.random
        if r.random() < 0.3:
            return [*self._text(), r.choice(("---", "===", "-", "=  "))]
        return ["#" * r.randint(1, 6) + " " + self._inline() + r.choice(("", " ##"))]

    def _list(self, depth: int) -> list[str]:
        r = self.random
        marker = r.choice(("-", "*", "+", "1.", "1)", "10."))
        loose = r.random() < 0.3
        task = r.random() < 0.5
        lines: list[str] = []
        for number in range(r.randint(1, 4)):
            bullet = f"{int(marker[:-1]) + number}{marker[-1]}" if marker[0].isdigit() else marker
            box = r.choice(("[ ] ", "[x] ", "[X] ", "")) if task else ""
            first = bullet + r.choice((" ", " ", " ", "  ", "\t", "    ")) + box
            body = self._text() if r.random() < 0.93 else [r.choice(("", "<!-- c -->", "```", "> q", "# h"))]
            width = " " * (len(bullet) + 1)
            lazy = r.random() < 0.15
            lines.append(first + body[0])
            lines += [line if lazy else width + line for line in body[1:]]
            if r.random() < 0.35:
                lines += [""] * loose
                lines += [width + line if line else line for line in self._block(depth + 1)]
            lines += [""] * loose
        return lines

    def _table(self, depth: int) -> list[str]:
        r = self.random
        count = r.randint(1, 4)
        bar = r.random() < 0.9
        rows = [[self._cell() for _ in range(count)] for _ in range(r.randint(1, 4))]
        for row in rows[1:]:
            if r.random() < 0.2:
                del row[r.randint(0, count) :]
            if r.random() < 0.1:
                row.append(" <!-- ft:item --> ")
        rows.insert(1, ["---"] * count)
        return [
            ("|" if bar else "") + "|".join(row) + ("|" if bar and r.random() < 0.95 else "") for row in rows
        ]

    def _cell(self) -> str:
        r = self.random
        if r.random() < 0.3:
            return " " * r.randint(0, 3)
        return r.choice((" ", " ", "")) + self._inline().replace("|", "\\|") + r.choice((" ", " ", ""))

    def _code(self, depth: int) -> list[str]:
        r = self.random
        body = [self._inline() for _ in range(r.randint(0, 2))]
        if r.random() < 0.3:
            return ["    " + line for line in body]
        fence = r.choice(("```", "~~~", "````"))
        return [fence + r.choice(("", "sh", " text x")), *body, *([fence] if r.random() < 0.9 else [])]

    def _html(self, depth: int) -> list[str]:
        tag = self.random.choice(("div", "details", "p", "!-- ft:section --", "br/", "pre", "ul"))
        return [f"<{tag}>", self._inline(), "</div>"]

    def _quote(self, depth: int) -> list[str]:
        mark = self.random.choice(("> ", ">", ">  "))
        return [mark + line for line in self._block(depth + 1)]

    def _small(self, depth: int) -> list[str]:
        r = self.random
        return [
            r.choice(
                (
                    "---",
                    "***",
                    "[ref]: https://r.example/x 'title'",
                    "[^1]: a note",
                    "<!-- ft:item -->",
                    "",
                    "[a]: <b>",
                )
            )
        ]

    def _front_matter(self) -> list[str]:
        r = self.random
        if r.random() < 0.3:
            return ["+++", f'title = "{r.choice(("a", "b"))}"', "draft = true", "+++"]
        body = r.sample(
            [
                "title: Checkout down",
                "date: 2026-11-12",
                "tags: [a, b]",
                "owners:",
                "- sam",
                "{{",
                "note: |",
                "  x",
            ],
            4,
        )
        return ["---", *body, r.choice(("---", "...", ""))]
