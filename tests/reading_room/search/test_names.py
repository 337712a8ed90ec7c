"""What a pasted text is a name in, whatever form it has, and what only claims to be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.resources.work_identifier import ror
from reading_room.search.rules.name import AS_IT_IS, Misread, Name, read_names, read_value

HEX = "ab" * 32
RAW_CID = "f01551220" + HEX


@pytest.mark.parametrize(
    ("text", "scheme", "value"),
    [
        (HEX.upper(), "hash", HEX),
        (f"hash://sha256/{HEX}", "hash", HEX),
        (f"hash:/sha256/{HEX}", "hash", HEX),
        (f"sha256:{HEX}", "hash", HEX),
        (f"0x{HEX}", "hash", HEX),
        (f"https://library.test/resources/{HEX}", "hash", HEX),
        (f"https://library.test/hash/sha256/{HEX}", "hash", HEX),
        (f"ipfs://{RAW_CID}", "cid", RAW_CID),
        ("10.1000/ABC", "doi", "10.1000/abc"),
        (" doi:10.1000/182 ", "doi", "10.1000/182"),
        ("https://doi.org/10.1000%2F182", "doi", "10.1000/182"),
        ("https://library.test/doi/10.1000/182", "doi", "10.1000/182"),
        ("ark:/12345/x1-2", "ark", "ark:12345/x12"),
        ("https://n2t.net/ark:12345/x12", "ark", "ark:12345/x12"),
        ("0-306-40615-2", "isbn", "9780306406157"),
        ("ISBN 978-0-306-40615-7", "isbn", "9780306406157"),
        ("https://library.test/isbn/9780306406157", "isbn", "9780306406157"),
        ("978\u20110\u2011306\u201140615\u20117", "isbn", "9780306406157"),
        ("(ISBN 978-0-306-40615-7).", "isbn", "9780306406157"),
        ("<https://doi.org/10.1000/182>", "doi", "10.1000/182"),
        ("2049\u20133630", "issn", "2049-3630"),
        ("2049-3630", "issn", "2049-3630"),
        ("https://portal.issn.org/resource/ISSN/2049-3630", "issn", "2049-3630"),
        ("https://orcid.org/0000-0002-1825-0097", "orcid", "0000-0002-1825-0097"),
        ("orcid: 0000-0002-1825-0097", "orcid", "0000-0002-1825-0097"),
        ("https://ror.org/02mhbdp94", "ror", "02mhbdp94"),
        ("hdl:20.500.12345/7", "handle", "20.500.12345/7"),
        ("20.500.12345/7", "handle", "20.500.12345/7"),
        ("urn:NBN:de:101:1-201", "urn", "urn:nbn:de:101:1-201"),
    ],
)
def test_a_name_is_read_in_the_forms_that_people_have(text: str, scheme: str, value: str) -> None:
    read = read_names(text)
    assert read.misread is None
    assert read.names[0] == Name(scheme, value)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("978-0-306-40615-8", "isbn"),
        ("ISBN 0-306-40615-3", "isbn"),
        ("2049-3631", "issn"),
        ("0000-0002-1825-0098", "orcid"),
        ("https://ror.org/02mhbdp95", "ror"),
        ("doi:10.10/x", "doi"),
        ("ark:/12/x", "ark"),
        ("hash://sha256/abcd", "hash"),
    ],
)
def test_one_wrong_digit_is_told(text: str, scheme: str) -> None:
    assert read_names(text).misread == Misread(scheme, text)


def test_any_other_text_may_be_a_number_of_some_catalog() -> None:
    read = read_names("84(5Ў)7 Н-15")
    assert read.misread is None
    assert [name.scheme for name in read.names] == list(AS_IT_IS)
    assert read_names("  ").names == []


def test_a_scheme_that_nobody_knows_has_no_names() -> None:
    assert read_value("poem", "x") is None
    assert read_value("ISBN", "0306406152") == Name("isbn", "9780306406157")
    assert read_value("uri", "no address") == Misread("uri", "no address")
    assert read_value("call-number", "84(5)") == Name("call-number", "84(5)")


@given(st.text(max_size=600))
def test_whatever_is_pasted_can_be_read(text: str) -> None:
    read = read_names(text)
    assert len({*read.names}) == len(read.names)
    for scheme in ("hash", "cid", "uri", "ror", "ark"):
        read_value(scheme, text)


def test_ror_has_two_check_digits() -> None:
    for known in ("05dxps055", "https://ror.org/03yrm5c26", "ror.org/02mhbdp94", "ROR: 05DXPS055"):
        assert ror(known)
    for wrong in ("05dxps056", "5dxps0550", "05dxpi055", "05dxps55", ""):
        assert ror(wrong) == ""
