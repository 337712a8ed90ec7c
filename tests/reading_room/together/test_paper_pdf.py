"""A paper in print: its text as it is, none of which is run."""

from __future__ import annotations

import io
import random

import pypdf
import pytest

from reading_room.together.pages.papers.print_pdf import make_pdf
from tests.reading_room.together.test_output import DEEP, PIECES, TEXT, paper


def test_a_print_has_the_text_as_it_is_and_runs_none_of_it() -> None:
    text = TEXT + '\n#eval("1+1") #import "x" `#code` \\#x "q" // c /* d */ <label> @ref $x$\n'
    read = pypdf.PdfReader(io.BytesIO(make_pdf(paper(text))))
    found = " ".join("".join(page.extract_text() for page in read.pages).split())
    for told in ("#let x = 1", '#eval("1+1")', '#import "x"', "#code", "// c /* d */", "@ref"):
        assert told in found, told
    assert read.metadata is not None
    assert read.metadata.title == "Ўзбек & <b>"
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # for those who have it read to them


def test_a_letter_that_no_font_has_is_no_fault() -> None:
    assert make_pdf(paper("漢字 and 𓀀")).startswith(b"%PDF-")


def test_any_text_becomes_a_print() -> None:
    drawn = random.Random(18)
    for _ in range(40):
        text = "".join(drawn.choice(PIECES) for _ in range(drawn.randint(1, 50)))
        assert make_pdf(paper(text)).startswith(b"%PDF-")


@pytest.mark.parametrize("text", DEEP)
def test_a_text_may_be_deep(text: str) -> None:
    assert make_pdf(paper(text)).startswith(b"%PDF-")
