"""License terms, the rule for loans and seats, and what a catalog may say of a resource."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import canonical_json
from ledger_service.domain.chain_errors import (
    GrantEndsInPast,
    InvalidLicenseUri,
    LicenseWithoutLoan,
    LicenseWithoutSeats,
    LoanTooLong,
)
from ledger_service.domain.errors import InvalidLicenseTerms, InvalidMetadata
from ledger_service.domain.lending.grant import check_loan, free_seat
from ledger_service.domain.resources.license import (
    KNOWN_RIGHTS,
    LARGEST_LOAN_SECONDS,
    UNLIMITED_SEATS,
    LicenseTerms,
    rights_uri,
)
from ledger_service.domain.resources.registration import Metadata

URI = "https://example.org/terms"


def test_a_license_id_is_the_digest_of_five_words_written_by_hand() -> None:
    words = [
        hashlib.sha256(URI.encode()).hexdigest(),
        "11" * 32,
        f"{3:064x}",
        f"{86_400:064x}",
        f"{1:064x}",
    ]
    terms = LicenseTerms(URI, 3, 86_400, True, b"\x11" * 32)
    assert terms.id.hex() == hashlib.sha256(bytes.fromhex("".join(words))).hexdigest()


def test_any_change_of_terms_is_another_license() -> None:
    terms = [
        LicenseTerms(URI, 3, 60, False),
        LicenseTerms(URI + "/", 3, 60, False),
        LicenseTerms(URI, 4, 60, False),
        LicenseTerms(URI, 3, 61, False),
        LicenseTerms(URI, 3, 60, True),
        LicenseTerms(URI, 3, 60, False, b"\x01" * 32),
    ]
    assert len({item.id for item in terms}) == len(terms)


@pytest.mark.parametrize(
    "uri",
    ["", "ftp://example.org", "https://", "https://a b", "https://ʻ.uz", URI + "\n", URI * 30],
)
def test_a_license_is_known_by_a_web_address(uri: str) -> None:
    with pytest.raises(InvalidLicenseUri, match="invalid-license-uri"):
        LicenseTerms(uri, 1, 1, False)


@pytest.mark.parametrize(
    ("seats", "loan", "policy", "error"),
    [
        (0, 1, bytes(32), LicenseWithoutSeats),
        (-1, 1, bytes(32), LicenseWithoutSeats),
        (UNLIMITED_SEATS + 1, 1, bytes(32), InvalidLicenseTerms),
        (1, 1, bytes(31), InvalidLicenseTerms),
        (1, 0, bytes(32), LicenseWithoutLoan),
        (1, LARGEST_LOAN_SECONDS + 1, bytes(32), InvalidLicenseTerms),
    ],
)
def test_terms_out_of_bounds_are_refused(
    seats: int, loan: int, policy: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        LicenseTerms(URI, seats, loan, False, policy)


def test_the_widest_terms_are_taken() -> None:
    assert LicenseTerms("http://" + "a" * 505, UNLIMITED_SEATS, LARGEST_LOAN_SECONDS, False).id


def test_known_names_stand_for_canonical_addresses() -> None:
    assert rights_uri("CC-BY-4.0") == "http://creativecommons.org/licenses/by/4.0/"
    assert rights_uri("InC") == "http://rightsstatements.org/vocab/InC/1.0/"
    assert rights_uri(URI) == URI
    assert len([name for name in KNOWN_RIGHTS if not name.startswith("CC")]) == 12
    for uri in KNOWN_RIGHTS.values():
        LicenseTerms(uri, 1, 1, False)


def test_a_loan_lies_between_now_and_the_longest_loan() -> None:
    terms = LicenseTerms(URI, 1, 100, False)
    check_loan(terms, 1000, 1001)
    check_loan(terms, 1000, 1100)
    for until in (999, 1000):
        with pytest.raises(GrantEndsInPast):
            check_loan(terms, 1000, until)
    with pytest.raises(LoanTooLong):
        check_loan(terms, 1000, 1101)


@given(st.sets(st.integers(0, 12)), st.integers(1, 12))
def test_the_lowest_free_seat_is_taken(taken: set[int], seats: int) -> None:
    free = [seat for seat in range(seats) if seat not in taken]
    assert free_seat(taken, seats) == (free[0] if free else None)


def metadata(**changes: object) -> Metadata:
    return Metadata(**{"title": "Xamsa", "media_type": "text/plain", "size_bytes": 1, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    [
        "Oʻzbekiston tarixi: XX asr",
        "Alisher Navoiy. G\u02bbaroyib us-sig\u02bbar",  # the letter ʻ as the alphabet has it
        "Ўзбек тили",
        "家",
        "👩‍🔬",
        "a" * 1000,
    ],
)
def test_titles_of_any_script_are_taken(title: str) -> None:
    assert canonical_json.parse(metadata(title=title, creator=title).format())["title"] == title


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x00", "\x1b[31m", "a\x7f", "a\x85b", "a\u2028b", "\ud800", "a" * 1001]
)
@pytest.mark.parametrize("name", ["title", "creator"])
def test_a_title_is_one_line_without_control_characters(name: str, text: str) -> None:
    with pytest.raises(InvalidMetadata, match=f"invalid-metadata.line name={name}"):
        metadata(**{name: text})


@pytest.mark.parametrize("title", ["", " ", "\u3000"])
def test_a_title_is_needed(title: str) -> None:
    with pytest.raises(InvalidMetadata, match=r"invalid-metadata.title"):
        metadata(title=title)


@pytest.mark.parametrize(
    "media_type", ["", "text", "Text/Plain", "text/", "a/b; charset=x", "a/b\n"]
)
def test_a_media_type_is_of_rfc_6838(media_type: str) -> None:
    with pytest.raises(InvalidMetadata, match=r"invalid-metadata.media-type"):
        metadata(media_type=media_type)


@pytest.mark.parametrize("language", ["u", "uz_Latn", "uz-", "uz-Latn\n", "uzbek tili"])
def test_a_language_is_a_bcp_47_tag(language: str) -> None:
    with pytest.raises(InvalidMetadata, match=r"invalid-metadata.language"):
        metadata(language=language)
    assert metadata(language="uz-Latn").language == "uz-Latn"


def test_the_metadata_digest_is_over_the_canonical_form() -> None:
    written = (
        b'{"creator":"","language":"uz","media_type":"text/plain","size_bytes":1,"title":"Xamsa"}'
    )
    assert metadata(language="uz").digest.hex() == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize("text", ['“Xamsa” "1" \\ /', "\u00e9 \u00a0", "😀"])
def test_the_metadata_bytes_are_canonical_whatever_they_tell(text: str) -> None:
    found = metadata(title=text, creator=text, language="uz")
    assert canonical_json.parse_canonical(found.format())["title"] == text
