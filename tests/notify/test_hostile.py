"""Words of documents and trackers in messages: whatever they hold, they mention, link and mark up nothing."""

from __future__ import annotations

import json
import re
import ssl
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from followthrough.model import State
from followthrough.notify.composing import letter_of
from followthrough.notify.letters import Letter, Outcome
from followthrough.notify.posting import Way, carry
from followthrough.notify.saying import GAP, link, marked, plain
from followthrough.policy.effective import Effective
from followthrough.reporting.figures import By, Group, Report
from followthrough.reporting.matters import Ask, Reason, Why
from followthrough.reporting.rows import Row
from sinks import Hook, MailServer
from tunnel import Tunnel

HOSTILE = (
    "<!channel> <!here|here> <@U012AB3CD> <#C024BE7LR|general> <!subteam^S0123>",
    "@here @channel @everyone @all ＠here <at>everyone</at>",
    "[click](http://evil.example) ![x](http://evil.example/pixel) <http://evil.example|fine>",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <b>bold</b>",
    "http://evil.example https://evil.example www.evil.example mailto:a@evil.example tel:112",
    "**bold** *it* __u__ _i_ ~~s~~ `code` ``` fence ```",
    "# head > quote - list 1. one | table | ---",
    *("- list", "+ list", "1. one", "12) twelve", "---", "=====", "> quote", "    code"),
    "\x1b[31mred\x1b[0m \x07 \x9b31m \u202egnp.exe\u202c \u2066isolated\u2069 \u200bGAP",
    "&lt;!channel&gt; &#60;script&#62; &amp;",
    "a\r\nSubject: other\r\nBcc: all@acme.example\r\n\r\nbody",
    "[ref]: http://evil.example [ref] [[wiki]] [a]: <b>",
    "]] ]( <!channel> ) [x](<http://evil.example>)",
)


def row(words: str, url: str = "https://ops.example/1") -> Row:
    return Row(
        id="7f3k9q2m8dxa",
        text=words,
        key=words,
        url=url,
        tracker="ops",
        state=State.OPEN,
        native_status=words,
        values=Effective(),
        days_late=3,
        document="a.md",
        line=1,
        incident=words,
        incident_date=date(2026, 10, 5),
        severity="sev1",
        created=date(2026, 10, 6),
        closed=None,
        touched=date(2026, 10, 6),
    )


def letter(words: str, url: str = "https://ops.example/1") -> Letter:
    one = row(words, url)
    report = Report(
        as_of=date(2026, 11, 23),
        rows=(one,),
        ask=(Ask(row=one, reasons=(Reason(why=Why.LATE, number=3),)),),
        by={By.TEAM: (Group(name=words, outstanding=1, late=1),)},
        incidents=1,
    )
    return letter_of(report, None, None)


def said(markdown: str) -> tuple[set[str], set[str], str]:
    """The links that a reader of CommonMark sees, the kinds of its parts, and its text."""
    links, kinds, text = set(), set(), ""
    for token in MarkdownIt("commonmark", {"linkify": False}).parse(markdown):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            text += child.content if child.type in ("text", "text_special") else ""
            if child.type == "link_open":
                links.add(str(child.attrs["href"]))
    return links, kinds, text


SAFE = {
    *("paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("link_open", "link_close", "strong_open", "strong_close"),
}


@pytest.mark.parametrize("words", HOSTILE)
def test_words_add_nothing_to_a_message_in_markdown(words: str) -> None:
    links, kinds, _ = said(letter(words).markdown)
    assert links == {"https://ops.example/1"}
    assert kinds <= SAFE


@given(words=st.text(max_size=40) | st.text("<>@#![]()*_`~|:/\\& \n\u202ewherchannl", max_size=40))
def test_no_words_at_all_do(words: str) -> None:
    links, kinds, _ = said(f"- {link(words or 'x', 'https://ops.example/1')} {marked(words)}: late")
    assert links <= {"https://ops.example/1"}
    assert kinds <= SAFE - {"strong_open", "strong_close"}
    links, kinds, _ = said(f"- {marked(words)}")
    assert links == set()
    assert kinds <= SAFE
    for form in (plain(words), marked(words)):
        assert not re.search(r"[@<＠](?!\u200b|$)", form)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", form)
        assert "://" not in form


@given(words=st.text(max_size=60))
def test_nothing_a_person_wrote_is_lost_but_what_cannot_be_seen(words: str) -> None:
    visible = "".join(sign for sign in " ".join(words.split()) if sign.isprintable())
    shown = plain(words).replace(GAP, "")
    assert "".join(sign for sign in shown if sign.isprintable()) == visible


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", "#ft-1", ""),
        "https://",
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    made = letter("words", url)
    assert said(made.markdown)[0] == set()
    assert url == "" or url not in made.text


def test_an_address_does_not_end_its_link() -> None:
    made = letter("words", "https://ops.example/a) <!channel> [x](http://evil.example")
    (only,) = said(made.markdown)[0]
    assert only.startswith("https://ops.example/a%29%20%3C")


def test_slack_finds_no_mention_and_no_foreign_link(context: ssl.SSLContext, ca_file: Path) -> None:
    words = " ".join(HOSTILE)
    url = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    with Hook(context=context) as hook, Tunnel() as proxy:
        proxy.leads["hooks.slack.com:443"] = hook.address
        way = Way(url=url, ca_file=ca_file, proxy=f"http://{proxy.address}")
        assert carry(letter(words), way).outcome is Outcome.DELIVERED
    (post,) = hook.posts
    text = json.dumps(json.loads(post.body), ensure_ascii=False)
    # In Slack's own markup all that has an effect stands between < and >.
    active = re.findall(r"<[^>]*>?", text)
    assert active, text
    assert all(found.startswith("<https://ops.example/1|") for found in active), active
    assert not re.search(r"@(here|channel|everyone)", text)


def test_teams_finds_no_mention(context: ssl.SSLContext, ca_file: Path) -> None:
    url = "https://prod-1.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sig=b"
    with Hook(context=context, answers=(202,)) as hook, Tunnel() as proxy:
        proxy.leads["prod-1.logic.azure.com:443"] = hook.address
        way = Way(url=url, ca_file=ca_file, proxy=f"http://{proxy.address}")
        assert carry(letter(" ".join(HOSTILE)), way).outcome is Outcome.DELIVERED
    card = json.loads(hook.posts[0].body)["attachments"][0]["content"]
    assert "entities" not in card["msteams"]
    body = next(block["text"] for block in card["body"] if block.get("id") == "body")
    assert said(body)[0] == {"https://ops.example/1"}


def test_mail_gets_no_header_and_no_second_part(mail: MailServer) -> None:
    port = mail.address.rpartition(":")[2]
    made = letter("a\r\nSubject: other\r\nBcc: all@acme.example\r\n\r\nbody")
    hostile = Letter(title="a\r\nBcc: all@acme.example", text=made.text, markdown=made.markdown)
    url = f"mailto://localhost:{port}?from=report@acme.example&to=boss@acme.example"
    assert carry(hostile, Way(url=url)).outcome is Outcome.DELIVERED
    (got,) = mail.mails
    assert got.to == ("boss@acme.example",)
    assert got.message["Bcc"] is None
    assert [part.get_content_type() for part in got.message.walk()] == ["text/plain"]
