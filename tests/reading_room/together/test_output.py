"""A paper's text becomes HTML, a book and a print: as it was meant, and with nothing that was not."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest
from lxml import etree

from ledger_service.domain.errors import PaperTooLarge
from reading_room.together.output.citation import find_cited
from reading_room.together.output.epub import make_epub
from reading_room.together.output.html import write_html
from reading_room.together.output.page import make_page
from reading_room.together.output.paper_text import (
    LONGEST_TEXT,
    Cited,
    Paper,
    find_faults,
    parse_paper,
)
from reading_room.together.output.printed import print_paper

KNOWN, UNKNOWN = "a" * 64, "b" * 64
WORKS = {
    KNOWN: Cited(KNOWN, "Karimov. A book. https://library.test/r/1", "https://library.test/r/1")
}
TEXT = f"""# Kirish #let x = 1

Roots $\\frac{{-b \\pm \\sqrt{{b^2-4ac}}}}{{2a}}$, as [@{KNOWN}, p. 12; @{UNKNOWN}] say.[^1]

$$
\\lim_{{x\\to 0}} \\begin{{pmatrix}} a & b \\\\ c & d \\end{{pmatrix}}
$$

| a | b |
|---|--:|
| 1 | ~~2~~ |

[^1]: A *note*.
"""
FOREIGN = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    '[x](https://a.test/ "\' onmouseover=alert(1)")',
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{&lt;img src=x onerror=alert(1)&gt;}$",
    "| a |\n|---|\n| <b onclick=x>c</b> |",
    "[^<script>]: x\n\ny[^<script>]",
    '```"><script>\nx\n```',
)
SIGNS = ("\n\n", "- ", "> ", "1. ", "**", "`", "$", "|", "[^1]", "\x00", "^[n]")
PIECES = (*FOREIGN, *TEXT.split(" "), *SIGNS)
DEEP = ("> " * 2_000 + "x", "- " * 2_000, "[" * 5_000, "$" + "{" * 500 + "$", "*a " * 5_000)
TAGS = frozenset(
    re.findall(
        r"\w+",
        "a blockquote br code div em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong sup table tbody td th"
        " thead tr ul math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover"
        " munderover mtable mtr mtd mstyle mpadded mphantom menclose",
    )
)


def paper(text: str, language: str = "uz") -> Paper:
    return Paper(
        "urn:uuid:6f1d6c1a-7a8e-4a53-9a35-0c1f3a6b2d11",
        "Ўзбек & <b>",
        language,
        text,
        1_700_000_000,
        ("A. Author",),
        WORKS,
    )


def elements(text: str) -> list[etree._Element]:
    """Return what a text is as HTML, which must be well-formed."""
    root = etree.fromstring(f"<div>{write_html(text, WORKS).body}</div>".encode())
    return list(root.iter())


def test_a_text_has_its_formulas_citations_notes_and_tables() -> None:
    written = write_html(TEXT, WORKS)
    assert [item.title for item in written.sections] == ["Kirish #let x = 1"]
    assert '<h2 id="section-1">' in written.body
    assert "<mfrac>" in written.body
    assert 'alttext="\\frac' in written.body
    assert '[<a href="#cited-1">1</a>, p. 12; <a href="#cited-2">2</a>]' in written.body
    assert f'<li id="cited-2"><code>{UNKNOWN}</code></li>' in written.body
    assert 'href="https://library.test/r/1"' in written.body
    assert '<td class="right"><s>2</s></td>' in written.body
    assert find_cited(TEXT) == [KNOWN, UNKNOWN]


@pytest.mark.parametrize("text", FOREIGN)
def test_nothing_of_a_text_becomes_a_tag_or_a_script(text: str) -> None:
    for element in elements(text):
        name = etree.QName(element).localname
        assert name in TAGS, name
        for key, value in element.attrib.items():
            assert not key.startswith("on"), (key, value)
            assert key != "style", value
            assert key != "href" or value.startswith(("https://", "#")), value


def test_what_cannot_be_shown_is_told() -> None:
    text = f"$\\foo{{x}}$ $a_1$ $$\nx & y\n$$\n\n[@{UNKNOWN}] ![p](https://a.test/p.png)"
    faults = find_faults(parse_paper(text), WORKS)
    assert faults.formulas == ("\\foo{x}",)
    assert (faults.citations, faults.pictures) == ((UNKNOWN,), ("https://a.test/p.png",))
    assert '<code class="formula">\\foo{x}</code>' in write_html(text, WORKS).body
    assert not find_faults(parse_paper(TEXT.replace(UNKNOWN, KNOWN)), WORKS)


def test_a_page_alone_asks_for_nothing() -> None:
    page = make_page(paper(TEXT)).decode()
    assert "default-src 'none'" in page
    assert "<title>Ўзбек &amp; &lt;b&gt;</title>" in page
    assert not re.search(r"<script|<link|\ssrc=", page)


def test_a_book_has_its_files_in_order_and_they_are_xml() -> None:
    book = zipfile.ZipFile(io.BytesIO(make_epub(paper(TEXT), "Mundarija")))
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read("mimetype") == b"application/epub+zip"
    package = etree.fromstring(book.read("OEBPS/package.opf"))
    listed = {item.get("href") for item in package.iter("{*}item")}
    assert {f"OEBPS/{name}" for name in listed} < set(book.namelist())
    chapter = etree.fromstring(book.read("OEBPS/paper.xhtml"))
    ids = {item.get("id") for item in chapter.iter() if item.get("id")}
    targets = [item.get("href", "") for item in chapter.iter("{*}a")]
    assert {target[1:] for target in targets if target.startswith("#")} <= ids
    assert make_epub(paper(TEXT), "Mundarija") == make_epub(paper(TEXT), "Mundarija")


def test_a_sign_that_xml_forbids_does_not_spoil_a_book() -> None:
    book = zipfile.ZipFile(io.BytesIO(make_epub(paper("a\x0bb\x00c \ufffe"), "x")))
    assert "a\ufffdb\ufffdc" in "".join(etree.fromstring(book.read("OEBPS/paper.xhtml")).itertext())


def test_any_text_becomes_all_forms() -> None:
    drawn = random.Random(18)
    for _ in range(40):
        text = "".join(drawn.choice(PIECES) for _ in range(drawn.randint(1, 50)))
        etree.fromstring(
            zipfile.ZipFile(io.BytesIO(make_epub(paper(text), "x"))).read("OEBPS/paper.xhtml")
        )
        assert print_paper(paper(text))["body"]


@pytest.mark.parametrize("text", DEEP)
def test_a_text_may_be_deep(text: str) -> None:
    write_html(text, {})
    assert print_paper(paper(text))["body"]


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(PaperTooLarge):
        write_html("x" * (LONGEST_TEXT + 1), {})
    with pytest.raises(PaperTooLarge):
        parse_paper("$x$ " * 5_001)
