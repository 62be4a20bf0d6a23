"""Whatever people write in a document or a tracker stands on the page as words, and as nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.reporting.page import page

WORDS = (
    "<script>window.owned = 1; alert(1)</script>",
    '"><img src=x onerror="window.owned = 1; alert(1)">',
    "</td></tr></table></script><script>window.owned = 1</script><svg/onload=alert(1)>",
    "' autofocus onfocus='alert(1)' x='",
    "{{ 7 * 7 }} {% raw %} ${7*7} <!-- --> ]]> &lt;b&gt; &#x3c;",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x00 \x07",
    "safe \u202etxt.exe\u202c \u2066hidden\u2069 \u200f\u202bright",
    "W" * 280,
    "https://acme.example/" + "a" * 250,
    "שלום עולם מדידה של תור התשלומים",
    "javascript:alert(1) [x](javascript:alert(1)) data:text/html,<script>alert(1)</script>",
    "\ud800 lone half, and 🧯👩‍🚒 whole ones",
)
ADDRESSES = (
    "javascript:window.owned=1;alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    'https://x.example/"><script>alert(1)</script>',
    "https://x.example/' onmouseover='alert(1)",
    "//evil.example/x",
    "https://x.example/\u202egpj.exe",
    "file:///etc/passwd",
    "",
)


def hostile(measures: Any) -> Any:
    return measures(
        84,
        words=lambda number: f"{WORDS[number % len(WORDS)]} {number}",
        title=" ".join(WORDS[:3]),
        team=lambda number: WORDS[number % len(WORDS)] if number else None,
        url=lambda key: ADDRESSES[int(key[4:]) % len(ADDRESSES)],
        address=lambda path, heading: ADDRESSES[len(path + (heading or "")) % len(ADDRESSES)],
        ticket={"native_status": WORDS[1]},
        key=lambda key: f"{WORDS[int(key[4:]) % len(WORDS)]}-{key}",
        reason="\n".join(WORDS),
        evidence=WORDS,
    ).report()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("guarded", [True, False], ids=["with policy", "without policy"])
def test_hostile_words_run_nowhere_and_break_nothing(
    read: Any, measures: Any, width: int, guarded: bool
) -> None:
    """The policy is the second wall: the first one holds without it."""
    reader = read(hostile(measures), width=width, guarded=guarded)
    tab = reader.page
    tab.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    tab.get_by_role("button", name="Show all").click()
    assert reader.overflow() <= 0
    assert tab.evaluate("window.owned") is None
    assert tab.locator("script").count() == 1
    assert tab.locator("img, iframe, object, embed, form, base").count() == 0
    assert tab.evaluate(
        "[...document.querySelectorAll('*')].every(one => "
        "[...one.attributes].every(name => !name.name.startsWith('on') && name.name !== 'style'))"
    )
    addresses = tab.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert all(re.match(r"https?://|#", address) for address in addresses)
    assert len([address for address in addresses if address.startswith("https")]) > 10
    for button in tab.get_by_role("button").all():
        if button.is_visible():
            button.click()
    tab.get_by_role("searchbox").last.fill(WORDS[0])
    assert reader.complaints == []
    assert {address.partition("#")[0] for address in reader.requests} == {reader.address}


def test_words_are_shown_as_they_were_written(read: Any, measures: Any) -> None:
    reader = read(hostile(measures))
    reader.page.get_by_role("button", name="Show all").click()
    shown = " ".join(reader.texts("#measures td:first-child"))
    for words in (WORDS[0], WORDS[1], WORDS[4], "שלום עולם", "safe txt.exe hidden right", "🧯👩‍🚒"):
        assert words in shown


def test_nothing_in_the_file_turns_text_around_or_drives_a_terminal(measures: Any) -> None:
    turning = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    assert not re.findall(turning, page(hostile(measures)))


def test_the_policy_lets_nothing_else_run_or_load(read: Any, measures: Any) -> None:
    from playwright.sync_api import Error

    reader = read(measures(10).report())
    tab = reader.page
    with pytest.raises(Error, match="Content Security Policy"):
        tab.add_script_tag(content="window.owned = 1")
    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src="http://127.0.0.1:9/x.png"><p style="color: red" onclick="window.owned = 1">x</p>\')'
    )
    tab.locator("p", has_text="x").last.click()
    assert tab.evaluate("window.owned") is None
    assert tab.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')") == "stopped"
    assert all("Content Security Policy" in one or "Failed to load" in one for one in reader.complaints)
    assert len(reader.complaints) >= 3


class Shape(HTMLParser):
    """The tags of a page with the names of their attributes, in their order; no words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))
        assert tag != "a" or re.match(r"https?://|#", dict(attrs)["href"] or "")

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=40).filter(lambda text: any(sign.isalnum() for sign in text)))
def test_no_words_become_markup(measures: Any, words: str) -> None:
    def made(text: str) -> str:
        return page(
            measures(
                9,
                words=lambda number: f"{number} {text}",
                title=f"t {text}",
                team=lambda number: f"{number} {text}",
                reason=f"r {text}",
                evidence=(f"e {text}",),
                key=lambda key: f"{key}{text}",
            ).report()
        )

    assert Shape(made(words)).found == Shape(made("plain")).found


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.text(max_size=60)
    | st.sampled_from(ADDRESSES)
    | st.text(max_size=60).map("https://x/{}".format)
)
def test_an_address_is_a_web_address_or_no_link(measures: Any, address: str) -> None:
    shape = Shape(page(measures(3, url=lambda _: address, address=lambda *_: address).report())).found
    allowed = {"href", "class", "data-want", "data-label"}
    assert all(set(names) <= allowed for tag, *names in shape if tag == "a")


def test_confidential_measures_are_a_count_only(measures: Any) -> None:
    report = measures(21, confidential={0, 1}, words=lambda number: f"SECRET-{number // 7} {number}").report()
    text = page(report)
    assert "14 measures in confidential postmortems" in re.sub("<[^>]+>", "", text)
    assert "SECRET-2" in text
    assert "SECRET-0" not in text
    assert "SECRET-1" not in text


def test_no_person_stands_on_the_page(measures: Any) -> None:
    report = measures(60, owner="Quirinus Example").report()
    assert any(row.owner for row in report.rows)
    assert "Quirinus" not in page(report)


def test_the_template_files_are_plain_text() -> None:
    """A byte order mark or a carriage return would make the policy's hashes wrong in a browser."""
    import followthrough.reporting.page as room

    folder = Path(room.__file__).parent / "templates"
    for path in folder.iterdir():
        content = path.read_bytes()
        assert b"\r" not in content
        content.decode("ascii" if path.suffix == ".js" else "utf-8")
