"""The shape of the parser's events, as far as the reader depends on it: a new version that differs fails here."""

from __future__ import annotations

import pyromark

from followthrough.documents.markdown import _OPTIONS

TEXT = """\
# H *e*

- [ ] a
  b\\
  c

- [x] **d** ~~e~~ `f` [g](u) ![h](i) <b> <http://j> &amp; \\* [k][l] [^1]

2. m
   > n

| o | p |
|---|---|
| q |

<div>

```s
t
```

***

[l]: v
[^1]: w
"""

EXPECTED = [
    "Start Heading:H1 0-8",
    "Text 'H ' 2-4",
    "Start Emphasis 4-7",
    "Text 'e' 5-6",
    "End Emphasis 4-7",
    "End Heading:H1 0-8",
    "Start List:None 9-101",
    "Start Item 9-27",
    "Start Paragraph 15-26",
    "TaskListMarker False 11-14",
    "Text 'a' 15-16",
    "SoftBreak 16-17",
    "Text 'b' 19-20",
    "HardBreak 20-22",
    "Text 'c' 24-25",
    "End Paragraph 15-26",
    "End Item 9-27",
    "Start Item 27-101",
    "Start Paragraph 33-100",
    "TaskListMarker True 29-32",
    "Start Strong 33-38",
    "Text 'd' 35-36",
    "End Strong 33-38",
    "Text ' ' 38-39",
    "Start Strikethrough 39-44",
    "Text 'e' 41-42",
    "End Strikethrough 39-44",
    "Text ' ' 44-45",
    "Code 'f' 45-48",
    "Text ' ' 48-49",
    "Start Link:u 49-55",
    "Text 'g' 50-51",
    "End Link 49-55",
    "Text ' ' 55-56",
    "Start Image:i 56-63",
    "Text 'h' 58-59",
    "End Image 56-63",
    "Text ' ' 63-64",
    "InlineHtml '<b>' 64-67",
    "Text ' ' 67-68",
    "Start Link:http://j 68-78",
    "Text 'http://j' 69-77",
    "End Link 68-78",
    "Text ' ' 78-79",
    "Text '&' 79-84",
    "Text ' ' 84-85",
    "Text '* ' 86-88",
    "Start Link:v 88-94",
    "Text 'k' 89-90",
    "End Link 88-94",
    "Text ' ' 94-95",
    "FootnoteReference '1' 95-99",
    "End Paragraph 33-100",
    "End Item 27-101",
    "End List:False 9-101",
    "Start List:2 101-114",
    "Start Item 101-114",
    "Text 'm' 104-105",
    "Start BlockQuote:None 109-113",
    "Start Paragraph 111-113",
    "Text 'n' 111-112",
    "End Paragraph 111-113",
    "End BlockQuote:None 109-113",
    "End Item 101-114",
    "End List:True 101-114",
    "Start Table:('None', 'None') 114-140",
    "Start TableHead 114-124",
    "Start TableCell 115-118",
    "Text 'o' 116-117",
    "End TableCell 115-118",
    "Start TableCell 119-122",
    "Text 'p' 120-121",
    "End TableCell 119-122",
    "End TableHead 114-124",
    "Start TableRow 134-140",
    "Start TableCell 135-138",
    "Text 'q' 136-137",
    "End TableCell 135-138",
    "Start TableCell 140-140",
    "End TableCell 140-140",
    "End TableRow 134-140",
    "End Table 114-140",
    "Start HtmlBlock 141-147",
    "Html '<div>\\n' 141-147",
    "End HtmlBlock 141-147",
    "Start CodeBlock:None 148-158",
    "Text 't\\n' 153-155",
    "End CodeBlock 148-158",
    "Rule 160-164",
    "Start FootnoteDefinition:1 172-180",
    "Start Paragraph 178-180",
    "Text 'w' 178-179",
    "End Paragraph 178-180",
    "End FootnoteDefinition 172-180",
]


def shape(text: str) -> list[str]:
    """Events as short words; containers by name, the few values that are used, bytes."""
    found = []
    for event, span in pyromark.events_with_range(text, options=_OPTIONS):
        where = f"{span['start']}-{span['end']}"
        if isinstance(event, str):
            found.append(f"{event} {where}")
            continue
        ((key, value),) = event.items()
        if isinstance(value, dict):
            ((name, detail),) = value.items()
            if isinstance(detail, dict):
                detail = detail.get("level") or detail.get("dest_url")
            value = f"{name}:{detail}"
        elif key not in ("Start", "End"):
            value = repr(value)
        found.append(f"{key} {value} {where}")
    return found


def test_the_events_are_those_the_reader_was_written_for() -> None:
    assert shape(TEXT) == EXPECTED


def test_definitions_come_with_their_labels_as_written() -> None:
    found = pyromark.reference_definitions("[A b]: <c d> 'e'\n", options=_OPTIONS)
    assert {label: definition["dest"] for label, definition in found.items()} == {"A b": "c d"}
