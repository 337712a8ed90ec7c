"""A paper as EPUB 3.3: one chapter, a table of contents, and no file of anybody else.

Two copies of the same text are the same bytes: the only time in it is the text's own.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from html import escape

from reading_room.together.output.html import Section, Written, write_html
from reading_room.together.output.mathml import NAMESPACE
from reading_room.together.output.paper_text import Paper

MEDIA_TYPE = "application/epub+zip"
CHAPTER, CONTENTS, STYLE = "paper.xhtml", "contents.xhtml", "paper.css"
DEEPEST_LISTED = 3
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
CSS = """body { margin: 5%; line-height: 1.5; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: 0.2em 0.5em; text-align: start; }
.right { text-align: end; }
.center { text-align: center; }
pre { white-space: pre-wrap; }
blockquote { margin-inline: 1.5em; }
"""
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'


def make_epub(paper: Paper, contents: str) -> bytes:
    """Return the book. contents: the words above its table of contents. Raises PaperTooLarge."""
    written = write_html(paper.text, paper.works)
    files = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/package.opf": _package(paper, written),
        f"OEBPS/{CONTENTS}": _contents(paper, written.sections, contents),
        f"OEBPS/{CHAPTER}": _chapter(paper, written),
        f"OEBPS/{STYLE}": CSS,
    }
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        # The specification has this file first and as it is, so that the kind of file shows at byte 38.
        archive.writestr(zipfile.ZipInfo("mimetype", FIRST_DAY), MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), text, zipfile.ZIP_DEFLATED)
    return book.getvalue()


def _package(paper: Paper, written: Written) -> str:
    modified = datetime.fromtimestamp(paper.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    authors = "\n".join(f"<dc:creator>{_xml(name)}</dc:creator>" for name in paper.authors)
    has_math = f'xmlns="{NAMESPACE}"' in written.body
    formulas = ' properties="mathml"' if has_math else ""
    features = ["tableOfContents", "structuralNavigation", *(["MathML"] if has_math else [])]
    told = "\n".join(
        f'<meta property="schema:accessibilityFeature">{name}</meta>' for name in features
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
 xml:lang="{_xml(paper.language)}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{_xml(paper.id)}</dc:identifier>
<dc:title>{_xml(paper.title)}</dc:title>
<dc:language>{_xml(paper.language)}</dc:language>
{authors}
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityHazard">none</meta>
{told}
</metadata>
<manifest>
<item id="contents" href="{CONTENTS}" media-type="application/xhtml+xml" properties="nav"/>
<item id="paper" href="{CHAPTER}" media-type="application/xhtml+xml"{formulas}/>
<item id="style" href="{STYLE}" media-type="text/css"/>
</manifest>
<spine><itemref idref="paper"/></spine>
</package>
"""


def _chapter(paper: Paper, written: Written) -> str:
    authors = f"<p>{_xml(', '.join(paper.authors))}</p>\n" if paper.authors else ""
    body = f'<h1 id="title">{_xml(paper.title)}</h1>\n{authors}{_printable(written.body)}'
    return _page(paper, f"<section>\n{body}</section>\n")


def _contents(paper: Paper, sections: tuple[Section, ...], words: str) -> str:
    # All listed are of one level: levels of a text may be skipped, and those of such a list may not.
    rows = [f'<li><a href="{CHAPTER}#title">{_xml(paper.title)}</a></li>\n']
    rows += [
        f'<li><a href="{CHAPTER}#{item.id}">{_xml(item.title or "…")}</a></li>\n'
        for item in sections
        if item.level <= DEEPEST_LISTED
    ]
    return _page(
        paper,
        f'<nav epub:type="toc" role="doc-toc">\n<h1>{_xml(words)}</h1>\n<ol>\n{"".join(rows)}</ol>\n</nav>\n',
    )


def _page(paper: Paper, body: str) -> str:
    language = _xml(paper.language)
    return (
        f'{_HEAD}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{language}" xml:lang="{language}">\n<head><title>{_xml(paper.title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="{STYLE}"/></head>\n<body>\n{body}</body>\n</html>\n'
    )


def _xml(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return a text with nothing that XML 1.0 forbids; what it forbids is told as not known."""
    return "".join(sign if sign in "\n\t" or _is_of_xml(ord(sign)) else "\ufffd" for sign in text)


def _is_of_xml(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
