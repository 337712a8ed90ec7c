"""Titles and names in the scripts of the world, on the printed receipt."""

import json

import pypdfium2
import pytest

from ledger_service import messages
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.web.receipt_pdf import Printed, print_receipt
from ledger_service.web.typesetting import NOT_PRINTABLE
from tests.unit.verification.test_receipt_vectors import VECTORS

REPLACED = messages.said(NOT_PRINTABLE)
RECEIPT = next(
    Receipt.parse(case["receipt"].encode())
    for case in VECTORS["cases"]
    if case["name"] == "entry 255 of 300"
)
KEY = VerifierKey.parse(VECTORS["deployment"]["key"])
TITLES = {
    "Uzbek": "Oʻzbekiston tarixi, Ўзбекистон тарихи",
    "Karakalpak": "Қарақалпақ әдебияты, Qaraqalpaq ádebiyatı",
    "Arabic": "تاریخ راقمی",
    "Hebrew": "ספר היצירה",
    "Georgian": "ვეფხისტყაოსანი",
    "Armenian": "Սասունցի Դավիթ",
    "Hindi": "मधुशाला",
    "Greek": "Ἰλιάς",
}


def printed(title: str, creator: str = "A. Navoiy") -> bytes:
    """Return a receipt that is printed under this title."""
    uri = "https://library.example.uz"
    return print_receipt(Printed(RECEIPT, KEY, title, creator, "Library", uri, uri, 1_800_000_000))


def picture(title: str) -> bytes:
    """Return the picture of the lines around the title."""
    page = pypdfium2.PdfDocument(printed(title))[0]
    return page.render(scale=1).to_pil().crop((0, 60, 595, 115)).tobytes()


def text_of(file: bytes) -> str:
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().split())


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_a_title_is_printed_in_its_own_letters(title):
    assert REPLACED not in text_of(printed(title))
    assert picture(title) != picture("")


def test_letters_are_joined_and_ordered():
    non_joiner = "\u200c"
    assert picture("کتاب") != picture(non_joiner.join("کتاب"))
    assert picture("کتاب") != picture("\u202d" + "کتاب")  # from left to right, by force


def test_letters_without_a_font_are_told_and_not_left_empty():
    assert REPLACED in text_of(printed("红楼梦"))
    assert REPLACED in text_of(printed("A title", "曹雪芹"))


def test_the_longest_words_stay_on_one_page():
    text = text_of(printed("W" * 2_000, "Щ ш" * 1_000))
    assert "A printed page proves nothing by itself" in text


def test_it_says_of_when_it_is():
    assert "Issued 15 January 2027, 08:00 UTC" in text_of(printed("A title"))


def test_what_looks_like_markup_is_only_text():
    title = '#pdf.attach("x") $x^2$ *bold* \\ <b> @a'
    assert title in text_of(printed(title))
    assert json.dumps(title) not in text_of(printed(title))
