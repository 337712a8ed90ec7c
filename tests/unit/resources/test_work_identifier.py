"""Identifiers of works: the form that is kept, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources.work_identifier import SCHEMES, normalized, orcid, recognized


@pytest.mark.parametrize(
    ("scheme", "text", "kept"),
    [
        ("doi", "https://doi.org/10.1000/ABC-1", "10.1000/abc-1"),
        ("doi", "doi:10.1000.10/x", "10.1000.10/x"),
        ("isbn", "0-306-40615-2", "9780306406157"),
        ("isbn", "ISBN: 080442957X", "9780804429573"),
        ("isbn", "978 0 306 40615 7", "9780306406157"),
        ("isbn", "urn:isbn:9780306406157", "9780306406157"),
        ("issn", "03785955", "0378-5955"),
        ("issn", "ISSN 2434-561x", "2434-561X"),
        ("ark", "https://n2t.net/ark:/12148/btv1b8449691v/", "ark:12148/btv1b8449691v"),
        ("ark", "ark:12148/btv-1b84", "ark:12148/btv1b84"),
        ("handle", "https://hdl.handle.net/10568/12345", "10568/12345"),
        ("urn", "URN:NBN:FI-fe19981001", "urn:nbn:fi-fe19981001"),
        ("urn", "urn:nbn:de:101:1-2019", "urn:nbn:de:101:1-2019"),
        ("urn", "urn:uuid:6e8bc430", "urn:uuid:6e8bc430"),
        ("call-number", " Ш5(2Ў) Қ-74 ", "Ш5(2Ў) Қ-74"),
        ("uri", "https://natlib.uz/1", "https://natlib.uz/1"),
    ],
)
def test_an_identifier_has_one_form(scheme: str, text: str, kept: str) -> None:
    assert normalized(scheme, text) == kept
    assert normalized(scheme, kept) == kept


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("doi", "11.1000/abc"),
        ("doi", "10.1000/"),
        ("isbn", "0-306-40615-3"),
        ("isbn", "9780306406158"),
        ("isbn", "9770306406157"),
        ("isbn", "٠٣٠٦٤٠٦١٥٢"),
        ("isbn", "X306406152"),
        ("issn", "0378-5956"),
        ("ark", "ark:/12148"),
        ("ark", "ark:/12148/--"),
        ("handle", "10568"),
        ("urn", "urn:x"),
        ("urn", "urn:nbn:uz"),
        ("uri", "javascript:alert(1)"),
        ("uri", "https://a b"),
        ("uri", "//natlib.uz"),
        ("issn", ""),
    ],
)
def test_what_is_no_identifier_is_refused(scheme: str, text: str) -> None:
    with pytest.raises(InvalidMetadata):
        normalized(scheme, text)


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=60))
def test_the_form_of_a_form_is_itself(scheme: str, text: str) -> None:
    for tried in (text, f"10.1234/{text}", f"ark:/12345/{text}", f"urn:abc:{text}"):
        try:
            kept = normalized(scheme, tried)
        except InvalidMetadata:
            continue
        assert normalized(scheme, kept) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://doi.org/10.1/x", None),
        ("https://doi.org/10.1234/X", ("doi", "10.1234/x")),
        ("10.1234/x", ("doi", "10.1234/x")),
        ("urn:isbn:9780306406157", ("isbn", "9780306406157")),
        ("ISSN 0378-5955", ("issn", "0378-5955")),
        ("https://hdl.handle.net/10568/1", ("handle", "10568/1")),
        ("https://gallica.bnf.fr/ark:/12148/b1", ("ark", "ark:12148/b1")),
        ("https://natlib.uz/1", None),
        ("9780306406157", None),
        ("kitob.pdf", None),
    ],
)
def test_an_identifier_that_tells_its_kind(text: str, found: tuple[str, str] | None) -> None:
    assert recognized(text) == found


def test_the_check_digit_of_an_orcid() -> None:
    assert orcid("https://orcid.org/0000-0002-1694-233X") == "0000-0002-1694-233X"
    assert orcid("000000021694233x") == "0000-0002-1694-233X"
    assert orcid("0000\u20110002\u20111694\u2011233X") == "0000-0002-1694-233X"
    assert not orcid("0000-0002-1694-2331")
