"""Pages as documents: found, read, written as a version or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from confluence_site import BOT, READER, TOKEN, Answer, Server
from followthrough.sources import Changed, PlaceError, SourceError, WriteRefused
from followthrough.sources.confluence import ConfluenceSource
from followthrough.sources.confluence.source import message_of

Start = Callable[..., Server]
Open = Callable[..., ConfluenceSource]
BODY = "<h2>Action items</h2><ul><li>Alert when the pool is full.</li><li>Try a restore.</li></ul>"


def test_a_page_is_found_by_its_label_and_read_in_storage_format(confluence: Start, source: Open) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    server.site.page("Lunch", BODY, labels=())
    server.site.page("News", BODY, kind="blogpost")
    opened = source(server)
    assert list(opened.find()) == [f"confluence:{page.id}"]
    content = opened.read(f"confluence:{page.id}")
    assert content.data.decode() == BODY
    assert content.format == "confluence"
    assert content.facts == {"title": "Checkout down, 12 November 2026"}
    assert content.read_only is None


def test_labels_spaces_and_parents_narrow_each_other_and_cql_narrows_further(
    confluence: Start, source: Open
) -> None:
    site = (server := confluence()).site
    root = site.page("Reviews", labels=())
    here = site.page("One", BODY, parent=root)
    deeper = site.page("Two", BODY, parent=here)
    elsewhere = site.page("Three", BODY, space="WEB")
    site.page("Four", BODY, space="WEB", labels=("incident",))

    def ids(**keys: Any) -> list[str]:
        return [path.partition(":")[2] for path in source(server, **keys).find()]

    assert ids(parents=[root.id]) == [here.id, deeper.id]
    assert ids(spaces=["WEB"]) == [elsewhere.id]
    assert ids(labels=None, parents=[here.id]) == [deeper.id]
    assert ids(labels=["postmortem", "incident"], cql=f"id in ({deeper.id}) or space = WEB") == [
        deeper.id,
        elsewhere.id,
        str(int(elsewhere.id) + 1),
    ]


def test_drafts_archived_pages_and_the_trash_are_not_read(confluence: Start, source: Open) -> None:
    server = confluence()
    for status in ("draft", "archived", "trashed"):
        page = server.site.page(status.title(), BODY, status=status)
        opened = source(server)
        assert list(opened.find()) == []
        assert not opened.exists(f"confluence:{page.id}")
        with pytest.raises(SourceError, match="draft or archived"):
            opened.read(f"confluence:{page.id}")


def test_a_listing_of_many_pages_is_complete_and_bodies_come_together(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    server.most = 7
    pages = [server.site.page(f"Incident {number}", BODY + f"<p>{number}</p>") for number in range(45)]
    opened = source(server)
    paths = list(opened.find())
    assert paths == [f"confluence:{page.id}" for page in pages]
    server.journal.clear()
    server.most = 50
    for path, page in zip(paths, pages, strict=True):
        assert opened.read(path).data.decode() == page.body
    assert server.count("GET") == 2


@pytest.mark.parametrize("how", ["again", "lost"])
def test_a_listing_that_is_not_complete_is_an_error(confluence: Start, source: Open, how: str) -> None:
    server = confluence()
    for number in range(3):
        server.site.page(f"Incident {number}", BODY)

    def broken(request: Any) -> Answer | None:
        if not request.path.endswith("/content/search"):
            return None
        links = {"next": "/rest/api/content/search?cursor=1&start=1"} if how == "again" else {}
        one = {"id": "1001", "ancestors": [], "restrictions": {}}
        return Answer(200, {"results": [one], "totalSize": 3, "_links": links})

    server.broken = broken
    opened = source(server)
    with pytest.raises(PlaceError, match="did not list its pages to the end"):
        opened.find()
    assert opened.exists("confluence:1003"), "nobody can say that it is gone"
    with pytest.raises(PlaceError):
        opened.read("confluence:1003")


def test_a_write_is_one_minor_version_with_a_message_and_mails_nobody(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")
    stored = opened.write(f"confluence:{page.id}", BODY.replace("full.", "full!").encode(), content.version)
    assert page.body == BODY.replace("full.", "full!")
    assert (page.number, page.now.by, page.now.minor) == (2, BOT, True)
    assert page.now.message.startswith("followthrough: links and status of tickets (")
    assert server.site.told == []
    assert stored is not None
    assert stored.data.decode() == page.body
    assert stored.version == opened.read(f"confluence:{page.id}").version


def test_what_is_read_back_is_what_is_stored(confluence: Start, source: Open) -> None:
    server = confluence(normalising=True)
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")
    new = content.data.decode().replace(
        "</li>", ' <a title="x" href="https://t.example">&eacute;</a></li>', 1
    )
    stored = opened.write(f"confluence:{page.id}", new.encode(), content.version)
    assert stored is not None
    assert stored.data.decode() == page.body != new
    assert "é" in page.body


def test_a_page_that_somebody_edited_since_is_not_written(confluence: Start, source: Open) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")
    server.site.edit(page, lambda body: body + "<p>More.</p>")
    with pytest.raises(Changed, match="edited meanwhile"):
        opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.body == BODY + "<p>More.</p>"
    assert server.count("PUT") == 0


def test_an_edit_in_the_very_moment_of_the_write_wins(confluence: Start, source: Open) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")

    def broken(request: Any) -> Answer | None:
        if request.method == "PUT":
            server.site.edit(page, lambda body: body + "<p>More.</p>")
        return None

    server.broken = broken
    with pytest.raises(Changed, match="edited meanwhile"):
        opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.body == BODY + "<p>More.</p>"


def test_neither_title_nor_move_changes_a_documents_name_and_address(confluence: Start, source: Open) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    path = f"confluence:{page.id}"
    address = source(server, deployment="cloud" if server.cloud else "datacenter").url(path)
    assert address == f"{server.address}/pages/viewpage.action?pageId={page.id}"
    before = source(server).read(path)
    server.site.retitle(page, "Checkout, reviewed")
    server.site.move(page, "WEB", server.site.page("Reviews", labels=()))
    opened = source(server)
    assert path in opened.find()
    after = opened.read(path)
    assert after.facts["title"] == "Checkout, reviewed"
    assert after.version != before.version
    assert after.data == before.data


@pytest.mark.parametrize("where", ["itself", "parent", "grandparent"])
@pytest.mark.parametrize("listed", [True, False])
def test_a_page_that_not_everybody_may_see_is_confidential(
    confluence: Start, source: Open, where: str, listed: bool
) -> None:
    site = (server := confluence()).site
    top = site.page("All reviews", labels=())
    middle = site.page("Security", parent=top, labels=())
    page = site.page("Leak", BODY, parent=middle)
    {"itself": page, "parent": middle, "grandparent": top}[where].readers = {BOT, READER}
    opened = source(server)
    if listed:
        opened.find()
    assert opened.read(f"confluence:{page.id}").facts["confidential"] is True


def test_a_restriction_that_cannot_be_told_counts_as_one(confluence: Start, source: Open) -> None:
    site = (server := confluence()).site
    page = site.page("Leak", BODY, parent=site.page("Folder", labels=(), kind="folder"))
    server.broken = lambda request: (
        Answer(404, {"message": "no content"}) if "restriction" in request.path else None
    )
    opened = source(server)
    opened.find()
    assert opened.read(f"confluence:{page.id}").facts["confidential"] is True


def test_a_page_that_is_open_to_all_is_not_confidential_and_is_asked_for_once(
    confluence: Start, source: Open
) -> None:
    site = (server := confluence()).site
    top = site.page("All reviews", labels=())
    pages = [site.page(f"Incident {number}", BODY, parent=top) for number in range(20)]
    opened = source(server)
    for path in opened.find():
        assert "confidential" not in opened.read(path).facts
    assert len(pages) == 20
    assert server.count("GET", "/restriction/byOperation/read") == 1


def test_a_restriction_set_since_is_another_version_though_the_page_has_none(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    page = server.site.page("Leak", BODY)
    before = source(server).read(f"confluence:{page.id}")
    page.readers = {BOT}
    assert source(server).read(f"confluence:{page.id}").version != before.version


@pytest.mark.parametrize("listed", [True, False])
def test_a_page_that_we_may_not_edit_is_only_read(confluence: Start, source: Open, listed: bool) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    page.editors = {"sam"}
    opened = source(server)
    if listed:
        opened.find()
    content = opened.read(f"confluence:{page.id}")
    assert content.read_only is not None
    assert "may not be edited by this account" in content.read_only
    with pytest.raises(WriteRefused, match="may not be edited by this account"):
        opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.number == 1


def test_a_page_without_its_label_is_still_there_and_one_that_was_deleted_is_not(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY, labels=("incident",))
    opened = source(server)
    assert list(opened.find()) == []
    assert opened.exists(f"confluence:{page.id}")
    assert opened.read(f"confluence:{page.id}").data.decode() == BODY
    page.status = "trashed"
    assert not source(server).exists(f"confluence:{page.id}")


def test_a_page_that_the_index_does_not_know_yet_is_read_all_the_same(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    pages = [server.site.page(f"Incident {number}", BODY) for number in range(3)]
    opened = source(server)
    paths = list(opened.find())
    pages[1].indexed = False
    assert [opened.read(path).data.decode() for path in paths] == [BODY] * 3


def test_pages_that_are_too_much_together_come_one_by_one(confluence: Start, source: Open) -> None:
    server = confluence()
    pages = [server.site.page(f"Incident {number}", BODY) for number in range(3)]

    def broken(request: Any) -> Answer | None:
        several = len(request.query.get("id", ())) > 1 or request.one("cql").startswith("id in")
        return Answer(502, {"message": "too large"}) if several else None

    server.broken = broken
    opened = source(server)
    assert [opened.read(path).data.decode() for path in opened.find()] == [page.body for page in pages]


def test_a_page_with_half_a_character_spoils_no_other(confluence: Start, source: Open) -> None:
    server = confluence()
    pages = [server.site.page(f"Incident {number}", BODY) for number in range(3)]
    server.site.edit(pages[1], lambda body: body + "\ud83d")
    opened = source(server)
    first, spoilt, last = opened.find()
    assert opened.read(first).data == opened.read(last).data
    with pytest.raises(SourceError, match="not Confluence's"):
        opened.read(spoilt)


def test_another_version_of_ours_is_not_taken_for_the_one_whose_answer_was_lost(
    confluence: Start, source: Open
) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")

    def broken(request: Any) -> Answer | None:
        if request.method != "PUT":
            return None
        server.broken = lambda _request: None
        server.site.save(page, "<p>theirs</p>", page.title, BOT, message_of("<p>theirs</p>"), minor=True)
        return Answer(502, {"message": "Bad gateway"})

    server.broken = broken
    with pytest.raises(Changed):
        opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.body == "<p>theirs</p>"


def test_an_archived_page_that_a_search_shows_is_left_out(confluence: Start, source: Open) -> None:
    server = confluence()
    server.site.page("Checkout", BODY)
    told = {"id": "7", "status": "archived", "ancestors": [], "restrictions": {}}
    server.broken = lambda request: (
        Answer(200, {"results": [told], "_links": {}}) if request.path.endswith("/search") else None
    )
    assert list(source(server).find()) == []


@pytest.mark.parametrize("path", ["", "/wiki", "/confluence"])
def test_the_deployment_is_told_by_the_site_itself(
    confluence: Start, source: Open, kind: str, path: str
) -> None:
    if kind == "cloud" and path == "/confluence":
        pytest.skip("Cloud lies nowhere else")
    server = confluence(context=path)
    page = server.site.page("Checkout", BODY)
    opened = source(server, url=server.url + path)
    assert list(opened.find()) == [f"confluence:{page.id}"]
    content = opened.read(f"confluence:{page.id}")
    opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.body == "<p>ours</p>"


def test_a_token_with_scopes_goes_to_the_gateway_where_v1_has_no_pages(
    confluence: Start, source: Open, kind: str
) -> None:
    if kind != "cloud":
        pytest.skip("the gateway is Cloud's")
    server = confluence()
    server.oauth = True
    page = server.site.page("Checkout", BODY)
    opened = source(server, url="https://acme.atlassian.net/wiki", gateway=server.url, cloud_id="cloud-1")
    assert list(opened.find()) == [f"confluence:{page.id}"]
    content = opened.read(f"confluence:{page.id}")
    opened.write(f"confluence:{page.id}", b"<p>ours</p>", content.version)
    assert page.number == 2
    assert opened.url(f"confluence:{page.id}") == (
        f"https://acme.atlassian.net/wiki/pages/viewpage.action?pageId={page.id}"
    )


def test_a_token_that_is_refused_says_so(confluence: Start, source: Open) -> None:
    server = confluence()
    server.site.tokens = {"another": BOT}
    with pytest.raises(PlaceError, match="refused by Confluence") as caught:
        source(server).find()
    assert caught.value.refused
    assert TOKEN not in str(caught.value)


def test_what_confluence_cannot_read_is_refused_and_the_page_stands(confluence: Start, source: Open) -> None:
    server = confluence()
    page = server.site.page("Checkout", BODY)
    opened = source(server)
    content = opened.read(f"confluence:{page.id}")
    with pytest.raises(WriteRefused, match="Error parsing xhtml"):
        opened.write(f"confluence:{page.id}", b"<p>ours", content.version)
    assert page.number == 1
