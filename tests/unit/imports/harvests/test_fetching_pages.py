"""Pages of strangers are read in a time that their size bounds, with the sets of links that they name."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from ledger_service.adapters.imports.sources.fetching.fetcher import MOST_PAGE_BYTES
from ledger_service.adapters.imports.sources.fetching.links import links_of_page
from ledger_service.adapters.imports.sources.fetching.page_head import tags_of_head
from ledger_service.domain.reasons import Reason
from tests.unit.imports.harvests.oai_service import Sent
from tests.unit.imports.harvests.repository import PDF, Repository, names

HTML = "text/html"
AS_JSON, AS_TEXT = "application/linkset+json", "application/linkset"
REPEATED = [
    "<", "</", "<!", "<![", "<!--", "<?", "<a ", "<a b", "<a b=", "<a b='", '<a b="', "<a b=\"'", "<script>",
    "<title>", "<template", "&#x", "<a/", "<link rel=item href=a ", "<!DOCTYPE [",
]  # fmt: skip
BEGUN = ["<a ", "<a b=", "<a b='", "<a\n", "<!--", "<script>", "<title>", "<a x=y "]


def urls(page: str, url: str = "http://l.example/1") -> list[str]:
    return [link.url for link in links_of_page(url, [], page.encode()).files]


@pytest.mark.parametrize("text", [
    *(text * (MOST_PAGE_BYTES // len(text)) for text in REPEATED),
    *(text + filling * ((MOST_PAGE_BYTES - len(text)) // len(filling))
      for text in BEGUN for filling in ("x", " ", "=", "/", "' ", "x=", "--", "</")),
], ids=lambda text: f"{text[:16]}…")  # fmt: skip
def test_the_worst_page_of_the_most_bytes_takes_seconds_at_most(text: str) -> None:
    """A parser that takes time by the square of these sizes needs hours."""
    before = time.process_time()
    links_of_page("http://l.example/1", [], text.encode())
    assert time.process_time() - before < 10


def test_a_link_of_a_page_that_is_no_url_is_no_link() -> None:
    assert urls("<link rel=item href='http://[x'><link rel=item href=a.pdf>") == [
        "http://l.example/a.pdf"
    ]


def test_tags_are_read_as_browsers_read_them() -> None:
    page = (
        b'<!doctype html><![x]><html><!-- <link a=1> --><!--><p hidden><SCRIPT>"<link b=2>"</Script >'
        b"<title><link c=3></TITLE><Link Rel=\"it'em\" rel=other href='a&amp;b>' data-x = y/z checked/>"
        b'<meta content="\xd0\x99"><body><link d=4>'
    )
    assert [tag for tag in tags_of_head(page) if tag.name not in ("html", "script", "title")] == [
        ("p", {"hidden": ""}),
        ("link", {"rel": "it'em", "href": "a&b>", "data-x": "y/z", "checked": ""}),
        ("meta", {"content": "Й"}),
    ]
    assert list(tags_of_head(b"<!--")) == []


def test_a_link_of_another_page_is_not_taken_for_one_of_this() -> None:
    field = '</a.pdf>; rel=item; anchor="/other", </b.pdf>; rel=item; anchor="/1"; rel=author'
    found = links_of_page("http://l.example/1", [field], b"")
    assert [link.url for link in found.files] == ["http://l.example/b.pdf"]


def linkset(base: str) -> dict[str, object]:
    """Return a set that names a file of the page, and one of another."""
    items = [{"href": f"{base}/1.pdf", "type": "application/pdf"}, {"href": 5}, "x"]
    return {
        "linkset": [
            {"anchor": f"{base}/handle/1", "item": items, "author": [{"href": f"{base}/me"}]},
            {"anchor": f"{base}/handle/2", "item": [{"href": f"{base}/other.pdf"}]},
        ]
    }


def text_of(base: str) -> str:
    return (
        f'<{base}/1.pdf>\n ; rel="item"; type="application/pdf"; anchor="{base}/handle/1",\n'
        f'<{base}/other.pdf>; rel="item"; anchor="{base}/handle/2",\n'
        f'<{base}/unanchored.pdf>; rel="item"'
    )


@pytest.mark.parametrize("media_type", [AS_JSON, AS_TEXT])
@pytest.mark.parametrize("where", ["header", "head"])
def test_files_that_a_linkset_names_of_the_page_are_fetched(
    repository: Repository, tmp_path: Path, media_type: str, where: str
) -> None:
    repository.said = "<identifier>BASE/handle/1</identifier>"
    link = '</set>; rel="linkset"' if where == "header" else ""
    body = "" if where == "header" else "<link rel=linkset href=../set>"
    repository.at["/handle/1"] = Sent(body, headers={"Content-Type": HTML, "Link": link})
    repository.at["/1.pdf"] = PDF

    def sent(base: str) -> Sent:
        made = json.dumps(linkset(base)) if media_type == AS_JSON else text_of(base)
        return Sent(made, headers={"Content-Type": media_type})

    repository.made["/set"] = sent
    assert names(repository.read(tmp_path)) == ["1.pdf"]
    assert repository.asked == ["/handle/1", "/set", "/1.pdf"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Sent("", 404), "fetch-status"),
        (Sent("[", headers={"Content-Type": AS_JSON}), "invalid-json.not-utf-8"),
        (Sent('{"linkset": 5}', headers={"Content-Type": AS_JSON}), "invalid-json.malformed"),
        (Sent("nothing", headers={"Content-Type": AS_TEXT}), "fetch-no-file"),
    ],
)
def test_a_linkset_that_cannot_be_read_refuses_what_has_no_other_links(
    repository: Repository, tmp_path: Path, answer: Sent, reason: str
) -> None:
    repository.said = "<identifier>BASE/handle/1</identifier>"
    repository.at["/handle/1"] = Sent(
        "", headers={"Content-Type": HTML, "Link": "</set>; rel=linkset"}
    )
    repository.at["/set"] = answer
    assert names(repository.read(tmp_path)) == [reason]


def test_what_a_page_links_itself_is_fetched_without_its_linkset_and_that_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    repository.said = "<identifier>BASE/handle/1</identifier>"
    for linkset_at in ("/gone", "http://other.example/set"):
        links = f"</1.pdf>; rel=item, <{linkset_at}>; rel=linkset"
        repository.at = {
            "/handle/1": Sent("", headers={"Content-Type": HTML, "Link": links}),
            "/1.pdf": PDF,
        }
        items = repository.read(tmp_path / linkset_at[-4:])
        assert names(items) == ["1.pdf", "skipped.link-not-followed"]
        host = "127.0.0.1" if linkset_at == "/gone" else "other.example"
        assert Reason.parse(items[1].reason).values == {"host": host, "count": 1}
