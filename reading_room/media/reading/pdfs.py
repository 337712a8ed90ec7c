"""PDF by pdfium: pages, title, words, and the first page as a cover."""

from __future__ import annotations

import time
from contextlib import suppress

import pypdfium2

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import COVER_PIXELS, Found, Unreadable
from reading_room.media.reading.identifiers import identifiers_in
from reading_room.media.reading.images import cover_of
from reading_room.media.reading.pages import pages_of

TEXT_SECONDS = 30.0  # of this processor, after which the rest of the words is left out
PAGES_OF_IDENTIFIERS = 6  # where a book names itself
LARGEST_SCALE = 8.0
DIVIDED = "\x02"  # what pdfium has for the hyphen of a word that goes on in the next line


def read_pdf(file: AskedFile, found: Found, *, with_pages: bool = False) -> None:
    """Add what the PDF says, and pictures of its pages if they are asked for."""
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as exc:
        is_locked = exc.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable("locked" if is_locked else "malformed") from exc
    facts = found.facts
    facts.pages = len(document)
    facts.title = document.get_metadata_value("Title") or None
    if facts.pages:
        found.cover = _cover(document)
        _add_words(document, found)
        if with_pages:
            with suppress(MemoryError, pypdfium2.PdfiumError):  # it is read without them
                found.tiles = pages_of(document)


def _cover(document: pypdfium2.PdfDocument) -> bytes:
    page = document[0]
    longer = max(page.get_size())
    scale = min(COVER_PIXELS / longer, LARGEST_SCALE) if longer > 0 else 1
    return cover_of(page.render(scale=scale).to_pil())


def _add_words(document: pypdfium2.PdfDocument, found: Found) -> None:
    begun = time.process_time()
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace(DIVIDED, "")
        page.close()
        if number < PAGES_OF_IDENTIFIERS:
            found.facts.identifiers += identifiers_in(words)
        if not found.add_text(words + "\n\f"):
            return
        if time.process_time() - begun > TEXT_SECONDS:
            found.facts.is_cut = True
            return
