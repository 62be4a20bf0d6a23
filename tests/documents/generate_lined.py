"""reStructuredText, AsciiDoc and Org as nobody would write them, and as everybody does."""

from __future__ import annotations

from collections.abc import Callable

from .generate import WORDS, Generator

ADDRESS = "https://t.example/browse/OPS-12"
PIECES = {
    "rst": [
        "**{}**", "*{}*", "``{}``", "`{}`", "`{} <https://a.example/x>`_", "`{} <https://a.example/y>`__", "`{}`_", "{}_", "|{}|",
        ":code:`{}`", ":ref:`{} <x>`", "`{}`:strike:", "_`{}`", "[1]_", "[#]_", "\\*{}\\*", "\\", "*", "**", "`", "``", "_", "__", "|",
        "'*'", "<https://a.example/{}>", "https://a.example/x_y.", "(OPS-12)", "::", ":", "<!-- ft:ignore {} -->", "\\ ", "`a <b>`__", "-", "*.",
    ],
    "asciidoc": [
        "*{}*", "**{}**", "_{}_", "__{}__", "`{}`", "``{}``", "#{}#", "[.line-through]#{}#", "[.x]*{}*", "+{}+", "++{}++", "+++{}+++",
        ADDRESS + "[{}]", "link:x.html[{}]", "link:++https://a.example/_x_++[{}]", "{{jira}}OPS-1[{}]", "{{jira}}", "<<a,{}>>", "xref:b[{}]",
        "footnote:[{}]", "image:i.png[{}]", "kbd:[{}]", "&amp;", "&#42;", "\\*{}*", "\\", "*", "**", "_", "`", "#", "+", " +", "[", "]", "<<", "((",
        "(({}))", "[[a]]", "~{}~", "^{}^", "https://a.example/{}", "'{}'", "\"`{}`\"", "<!-- ft:ignore {} -->", "--", "...", ";;", "::", "mailto:a@b[{}]", "|", "\\|", "!",
    ],
    "org": [
        "*{}*", "/{}/", "_{}_", "+{}+", "={}=", "~{}~", "[[" + ADDRESS + "][{}]]", "[[https://a.example/x]]", "[[file:b.org][{}]]", "<https://a.example/x>",
        "<2026-12-01 Tue>", "[2026-12-01]", "[1/2]", "[fn:1]", "[fn:: {}]", "<<a>>", "@@html:{}@@", "{{{{{{m({})}}}}}}", "\\\\", "*", "/", "=", "~", "+",
        "[[", "]]", "][", "[", "]", "<!-- ft:ignore {} -->", ":a:b:", "::", " :: ", "|", "#", "TODO", "https://a.example/x/y", "\\",
    ],
}  # fmt: skip
SOUP = {
    "rst": [*"  \n\n\n*`_|:.<>-=+\\#[]()019ax\"'é🚒", "- ", "\n- ", "::\n\n  ", "\n====\n", ".. note:: ", "`_", "\n.. ", "\n1. ", "| ", "\t"],
    "asciidoc": [*"  \n\n\n*_`#+[]<>|:;.=-{}&\\019ax\"'é🚒", "\n* ", "\n. ", "\n|===\n", "\n----\n", "\n--\n", ":: ", "\n+\n", "\n== ", "\n// ", "\t"],
    "org": [*"  \n\n\n*/_+=~[]<>|:#-019ax\"'é🚒", "\n* ", "\n- ", "\n| ", "\n#+begin_src\n", "\n#+end_src\n", "[[", "]]", ":END:\n", "- [ ] ", "\t"],
}  # fmt: skip
NAMES = {"rst": "pm.rst", "asciidoc": "pm.adoc", "org": "pm.org"}


TIDY = {"rst": 10, "asciidoc": 17, "org": 11}
"""How many of the pieces whole documents may hold anywhere."""


class LinedGenerator(Generator):
    """Documents in one of the three formats from one seed.

    ``tidy`` ones are as their writers want them: no half markup, no control characters, lists apart.
    """

    def __init__(self, seed: int, *, tidy: bool = False) -> None:
        super().__init__(seed)
        self.tidy = tidy

    def document(self, format: str) -> bytes:
        """A document in ``format``."""
        r = self.random
        self.format = format
        self.pieces = PIECES[format][: TIDY[format]] if self.tidy else PIECES[format]
        if not self.tidy and r.random() < 0.15:
            return self._bytes("".join(r.choices(SOUP[format], k=r.randint(0, 100))))
        head, blocks = getattr(self, f"_{format}")()
        lines: list[str] = head if r.random() < 0.3 else []
        for _ in range(r.randint(1, 6)):
            lines += r.choice(blocks)()
            lines += [""] * (1 if self.tidy else r.choice((0, 1, 1, 1, 1, 2)))
        return ("\n".join(lines) + "\n").encode() if self.tidy else self._bytes("\n".join(lines))

    def _words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS[:28] if self.tidy else WORDS, k=count))

    def _inline(self) -> str:
        r = self.random
        parts = []
        for _ in range(r.randint(1, 4)):
            if r.random() < 0.3:
                parts.append(r.choice(self.pieces).format(self._words(r.randint(1, 2))))
            else:
                parts.append(self._words(r.randint(1, 4)))
        if self.tidy:
            return " ".join(parts) + r.choice(("", "", "."))
        return r.choice((" ", " ", " ", "")).join(parts) + r.choice(("", "", "", ".", " ", ":", "\t"))

    def _lines(self, indent: str = "") -> list[str]:
        r = self.random
        first, *rest = [self._inline() for _ in range(r.choice((1, 1, 1, 2, 3)))]
        if self.tidy:
            return [first, *(indent + line for line in rest)]
        return [first, *(r.choice((indent, indent, indent, "", indent + " ")) + line for line in rest)]

    def _bullets(self, *shapes: str, deeper: int = 2, blanks: float = 0.3) -> list[str]:
        """A list whose nested items are indented."""
        r = self.random
        lines: list[str] = []
        depth = 0
        if self.tidy:
            shape = r.choice(shapes).strip()
            shapes, deeper, blanks = (
                ("#." if shape[0].isdigit() and self.format == "rst" else shape,),
                deeper and 3,
                1,
            )
        for _ in range(r.randint(1, 5)):
            indent = " " * (deeper * depth)
            shape = r.choice(shapes).ljust(deeper - 1 if self.tidy else 0)
            box = r.choice(
                ("", "", "[ ] ", "[x] ") if self.tidy else ("", "", "[ ] ", "[x] ", "[X] ", "[-] ")
            )
            words = self._lines(indent + " " * (len(shape) + 1))
            lines.append(f"{indent}{shape}{' ' if self.tidy else r.choice((' ', ' ', '  '))}{box}{words[0]}")
            lines += words[1:]
            lines += [""] * (r.random() < blanks)
            depth = max(0, min(3, depth + r.choice((-1, 0, 0, 1))))
        return lines

    def _indented(self, lines: list[str], by: str) -> list[str]:
        return [by + line if line else line for line in lines]

    # reStructuredText

    def _rst(self) -> tuple[list[str], list[Callable[[], list[str]]]]:
        head = [
            "=====",
            "Title",
            "=====",
            "",
            ":Date: 2026-11-03",
            ":Severity: SEV2",
            "",
            ".. _ops-1: https://t.example/1",
            "",
        ]
        lists = [
            lambda: self._bullets("-", "*", "1.", "#.", "2)"),
            lambda: self._bullets("-"),
            lambda: self._bullets("-", blanks=1),
        ]
        return head, [
            self._lines,
            self._lines,
            *lists,
            *lists,
            self._rst_title,
            self._rst_small,
            self._rst_body,
            self._rst_table,
        ]

    def _rst_title(self) -> list[str]:
        r = self.random
        words = self._words(2)
        line = r.choice("=-~^") * (
            len(words) * 2 if self.tidy else r.choice((len(words) * 2, len(words), 4, 3))
        )
        return [line, words, line] if r.random() < 0.3 else [words, line]

    def _rst_small(self) -> list[str]:
        r = self.random
        return [r.choice((
            ".. ft:ignore", ".. a comment", "..", ".. _ops-1: https://t.example/1", "----", ":Owner: Sam", ":Items:", ">>> x = 1", "| a line",
            "| " + self._inline(), ".. [1] " + self._inline(), ".. |x| replace:: y", "__ https://a.example", ".. image:: i.png", "- ", "::",
        ))]  # fmt: skip

    def _rst_body(self) -> list[str]:
        r = self.random
        inner = r.choice((self._lines, lambda: self._bullets("-", "1."), self._rst_small))()
        shape = r.random()
        if shape < 0.25:
            return [self._inline() + "::", "", *self._indented(inner, "    ")]
        if shape < 0.5:
            name = r.choice(("note", "code-block", "admonition", "tip", "list-table", "mermaid"))
            return [
                f".. {name}:: {r.choice(('', self._words(2)))}",
                *(["   :class: x"] if r.random() < 0.3 else []),
                "",
                *self._indented(inner, "   "),
            ]
        if shape < 0.75:
            return [self._inline(), *self._indented(inner, "    ")]
        return ["", *self._indented(inner, "   ")]

    def _rst_table(self) -> list[str]:
        r = self.random
        if r.random() < 0.6:
            lines = [".. list-table:: x", "   :header-rows: 1", ""]
            for _ in range(r.randint(1, 3)):
                for cell in range(r.randint(1, 3)):
                    words = self._lines(" " * 7) if r.random() < 0.8 else [r.choice(("", " "))]
                    lines += [
                        f"   {'* ' if cell == 0 else '  '}- {words[0]}".rstrip()
                        if r.random() < 0.8
                        else f"   {'* ' if cell == 0 else '  '}- {words[0]}",
                        *words[1:],
                    ]
            return lines
        cells = [[self._words(1)[:8].ljust(8) for _ in range(2)] for _ in range(3)]
        if r.random() < 0.5:
            rule = "+----------+----------+"
            return [rule, *(line for a, b in cells for line in (f"| {a} | {b} |", rule))]
        return [
            "======== ========",
            *(f"{a} {b}" for a, b in cells[:1]),
            "======== ========",
            *(f"{a} {b}" for a, b in cells[1:]),
            "======== ========",
        ]

    # AsciiDoc

    def _asciidoc(self) -> tuple[list[str], list[Callable[[], list[str]]]]:
        head = [
            "= Title",
            "Ada Lovelace <a@b.example>",
            ":severity: SEV2",
            ":jira: https://t.example/browse/",
            "",
        ]
        lists = [
            lambda: self._bullets("*", "**", ".", "-", "..", "1.", deeper=0),
            lambda: self._bullets("*", deeper=0),
        ]
        return head, [
            self._lines,
            self._lines,
            *lists,
            *lists,
            self._adoc_small,
            self._adoc_small,
            self._adoc_body,
            self._adoc_table,
            self._adoc_label,
        ]

    def _adoc_small(self) -> list[str]:
        r = self.random
        if self.tidy and r.random() < 0.7:
            return self._lines()
        return [r.choice((
            "== " + self._words(2), "=== x", "// ft:ignore", "// a comment", ":name: value", "[source]", "[quote]", "[.x]", "+", "'''", "<<<", ".Title",
            "image::i.png[]", "toc::[]", "endif::[]", " literal", "NOTE: " + self._inline(), "[[anchor]]", "----", "====", "include::x[]", "////",
        ))]  # fmt: skip

    def _adoc_body(self) -> list[str]:
        r = self.random
        line = r.choice(("----", "....", "====", "****", "____", "--", "```", "++++", "////"))
        inner = r.choice((self._lines, lambda: self._bullets("*", ".", deeper=0)))()
        return [
            *(["[NOTE]"] if r.random() < 0.2 else []),
            *(["+"] if r.random() < 0.2 else []),
            line,
            *inner,
            *([line] if r.random() < 0.9 else []),
        ]

    def _adoc_label(self) -> list[str]:
        r = self.random
        sign = r.choice(("::", ":::", ";;"))
        return [
            f"{self._words(1)}{sign} {self._inline()}",
            f"{self._words(1)}{sign}",
            *r.choice(([], [""])),
            self._inline(),
        ]

    def _adoc_table(self) -> list[str]:
        r = self.random
        lines = [*(['[cols="1,a",options="header"]'] if r.random() < 0.4 else []), "|==="]
        for _ in range(r.randint(1, 4)):
            cells = [
                "" if r.random() < 0.25 else self._inline().replace("|", "\\|")
                for _ in range(r.randint(1, 3))
            ]
            spec = r.choice(("", "", "", "2+", "a", ".2+", "3*", "^.^s"))
            lines.append(
                spec + "".join(f"|{r.choice((' ', ''))}{cell}{r.choice((' ', '', '  '))}" for cell in cells)
            )
            lines += [""] * (r.random() < 0.3)
        return [*lines, *(["|==="] if r.random() < 0.95 else [])]

    # Org

    def _org(self) -> tuple[list[str], list[Callable[[], list[str]]]]:
        head = ["#+TITLE: Title", "#+DATE: <2026-11-03 Tue>", ":PROPERTIES:", ":SEVERITY: SEV2", ":END:", ""]
        lists = [lambda: self._bullets("-", "+", "1.", "2)", " *"), lambda: self._bullets("-")]
        return head, [
            self._lines,
            self._lines,
            *lists,
            *lists,
            self._org_headline,
            self._org_headline,
            self._org_small,
            self._org_body,
            self._org_table,
        ]

    def _org_headline(self) -> list[str]:
        r = self.random
        words = (
            "*" * r.randint(1, 3)
            + " "
            + r.choice(("", "", "TODO ", "DONE ", "COMMENT "))
            + r.choice(("", "", "[#A] "))
            + self._inline()
        )
        lines = [words + r.choice(("", "", " :tag:", "   :a:b:"))]
        if r.random() < 0.3:
            lines.append(
                r.choice(
                    (
                        "DEADLINE: <2026-12-01 Tue>",
                        "SCHEDULED: <2026-12-01>",
                        "CLOSED: [2026-12-01 Tue] DEADLINE: <2026-12-01>",
                    )
                )
            )
        if r.random() < 0.2:
            lines += [":PROPERTIES:", ":OWNER: Sam", ":END:"]
        return lines

    def _org_small(self) -> list[str]:
        r = self.random
        return [r.choice((
            "# ft:ignore", "# a comment", "#", "#+CAPTION: x", "#+OWNER: Sam", "-----", ": fixed", ":LOGBOOK:", ":END:", "- a :: " + self._inline(),
            "#+begin_src", "#+end_src", "- [@3] x", "[fn:1] " + self._inline(), "- ", "*", "  * x", "\\begin{a}", "",
        ))]  # fmt: skip

    def _org_body(self) -> list[str]:
        r = self.random
        name = r.choice(("src", "quote", "example", "center", "verse"))
        inner = r.choice((self._lines, lambda: self._bullets("-")))()
        return [
            f"#+begin_{name}",
            *inner,
            *([f"#+end_{r.choice((name, name, name.upper()))}"] if r.random() < 0.9 else []),
        ]

    def _org_table(self) -> list[str]:
        r = self.random
        rows = [
            [
                " " * r.randint(0, 3) if r.random() < 0.3 else f" {self._inline().replace('|', '/')} "
                for _ in range(3)
            ]
            for _ in range(r.randint(1, 3))
        ]
        lines = ["|" + "|".join(row) + ("|" if r.random() < 0.9 else "") for row in rows]
        return [lines[0], "|---+---+---|", *lines[1:]]
