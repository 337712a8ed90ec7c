"""Records with further fields: one form of each, the same bytes after any reading, and clear refusals."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources.record import FIELDS, LARGEST_RECORD_BYTES, Record, read_fields
from ledger_service.domain.resources.record_parts import DATES, RELATIONS
from ledger_service.domain.resources.registration import Metadata, format_metadata
from ledger_service.domain.resources.relators import ROLES
from tests.unit.test_house_rules import PROJECT

NARROW = {"title": "Kunlar", "media_type": "text/plain", "creator": "", "language": ""}
TEXT = st.text(min_size=1, max_size=30)
TAG = st.sampled_from(["uz", "uz-cyrl", "RU", "kaa-Latn-uz", "en-x-a"])
LISTS: dict[str, st.SearchStrategy[Any]] = {
    "titles": st.fixed_dictionaries({"text": TEXT}, optional={"language": TAG}),
    "contributors": st.fixed_dictionaries(
        {"name": TEXT, "role": st.sampled_from(sorted(ROLES))},
        optional={
            "orcid": st.sampled_from(["https://orcid.org/0000-0002-1825-0097", ""]),
            "ror": st.sampled_from(["https://ror.org/02mhbdp94", "05DXPS055", ""]),
        },
    ),
    "subjects": st.fixed_dictionaries(
        {"text": TEXT},
        optional={"uri": st.just("https://e.example/x"), "scheme": st.just("udc")},
    ),
    "description": st.fixed_dictionaries({"text": TEXT}, optional={"language": TAG}),
    "dates": st.fixed_dictionaries(
        {"kind": st.sampled_from(DATES), "text": TEXT},
        optional={"edtf": st.sampled_from(["1926?", "1919/1922", "-0100", "19XX"])},
    ),
    "identifiers": st.one_of(
        st.fixed_dictionaries({"scheme": st.sampled_from(["local", "call-number"]), "value": TEXT}),
        st.just({"scheme": "isbn", "value": "ISBN 0-306-40615-2"}),
        st.fixed_dictionaries({"scheme": st.just("doi"), "value": TEXT.map("10.1234/{}".format)}),
        st.fixed_dictionaries(
            {"scheme": st.just("ark"), "value": TEXT.map("ark:/12345/{}".format)}
        ),
    ),
    "relations": st.fixed_dictionaries({"kind": st.sampled_from(RELATIONS), "target": TEXT}),
    "part_of": st.fixed_dictionaries({"title": TEXT}, optional={"volume": TEXT, "issue": TEXT}),
    "languages": TAG,
    "courses": TEXT,
}
FURTHER = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.lists(item, max_size=4) for name, item in LISTS.items()},
        **dict.fromkeys(
            ("publisher", "extent", "rights_holder", "audience", "place", "edition"), TEXT
        ),
    },
)


@given(FURTHER, st.text(min_size=1, max_size=20))
def test_what_was_formatted_is_read_as_the_same_record(further: dict[str, Any], title: str) -> None:
    try:
        record = Metadata.told({**NARROW, "title": title, **further}, 7)
    except InvalidMetadata:
        return
    body = record.format()
    read = canonical_json.parse_canonical(body)
    again = Metadata.told({name: read[name] for name in read if name != "size_bytes"}, 7)
    assert again == record
    assert again.format() == body
    assert unicodedata.is_normalized("NFC", body.decode())
    narrow = record.title, "text/plain", 7, "", ""
    assert format_metadata(*narrow, record.wider_text) == body
    if not record.is_wide:
        assert body == format_metadata(*narrow)


@pytest.mark.parametrize("name", FIELDS)
def test_a_record_with_any_further_field_is_wide(name: str) -> None:
    given: dict[str, Any] = {name: ("uz",)}
    assert Record(**given).is_wide
    assert not Record().is_wide


def test_every_field_has_a_strategy_here() -> None:
    assert {*LISTS, "publisher", "extent", "rights_holder", "audience", "place", "edition"} == {
        *FIELDS
    }


def test_records_without_further_fields_have_the_bytes_that_they_had() -> None:
    body = Metadata("A greeting", "text/plain", 6, "", "en").format()
    page = (PROJECT / "docs" / "formats.md").read_text("utf-8")
    assert body.decode() in page
    assert Metadata("A greeting", "text/plain", 6, "", "en").digest.hex() in page
    vectors = json.loads(Path(PROJECT, "tests/vectors/receipts/receipts.json").read_text("utf-8"))
    seen = 0
    for case in vectors["cases"]:
        try:
            receipt = json.loads(case["receipt"])
        except ValueError:
            continue
        told_of = receipt.get("metadata") if isinstance(receipt, dict) else None
        if (
            isinstance(told_of, dict)
            and len(told_of) == 5
            and re.match(r"entry \d+ of \d+", case["name"])
        ):
            assert Metadata(**told_of).digest.hex() == json.loads(receipt["entry"])["metadata"]
            seen += 1
    assert seen > 5


def test_the_example_of_the_page_is_what_the_code_makes() -> None:
    lines = (PROJECT / "docs" / "formats.md").read_text("utf-8").splitlines()
    body = next(line for line in lines if line.startswith('{"contributors"'))
    value = json.loads(body)
    record = Metadata.told(
        {name: value[name] for name in value if name != "size_bytes"}, value["size_bytes"]
    )
    assert record.format().decode() == body
    assert record.digest.hex() == lines[lines.index(body) + 1]


@pytest.mark.parametrize(
    ("further", "reason"),
    [
        ({"color": "red"}, "key"),
        ({"subjects": [{"text": "x", "color": "red"}]}, "key"),
        ({"subjects": 7}, "form"),
        ({"subjects": [7]}, "form"),
        ({"subjects": [{"text": 7}]}, "form"),
        ({"languages": [7]}, "form"),
        ({"publisher": ["x"]}, "form"),
        ({"title": 7}, "form"),
        ({"subjects": ["x"] * 101}, "many"),
        ({"publisher": "two\nlines"}, "text"),
        ({"publisher": "x" * 1001}, "text"),
        ({"subjects": [" "]}, "text"),
        ({"description": "x" * 5001}, "note"),
        ({"description": "a\x00b"}, "note"),
        ({"contributors": [{"name": "A", "role": "xyz"}]}, "role"),
        ({"contributors": [{"name": "A", "orcid": "0000-0002-1825-0098"}]}, "identifier"),
        ({"contributors": [{"name": "A", "ror": "02mhbdp95"}]}, "identifier"),
        ({"contributors": [{"name": "\ud800"}]}, "text"),
        ({"subjects": [{"text": "x", "uri": "javascript:alert(1)"}]}, "uri"),
        ({"subjects": [{"text": "x", "scheme": "Two Words"}]}, "code"),
        ({"languages": ["Russian language"]}, "tag"),
        ({"dates": [{"kind": "issued", "edtf": "1926-13"}]}, "edtf"),
        ({"dates": [{"kind": "born", "edtf": "1926"}]}, "word"),
        ({"dates": [{"kind": "issued"}]}, "text"),
        ({"relations": [{"kind": "loves", "target": "x"}]}, "word"),
        ({"identifiers": [{"scheme": "isbn", "value": "9780306406158"}]}, "identifier"),
        ({"identifiers": [{"scheme": "isrc", "value": "x"}]}, "scheme"),
        ({"identifiers": [{"scheme": "uri", "value": "data:text/html,x"}]}, "uri"),
        ({"description": [{"text": "ў" * 5000}, {"text": "қ" * 5000}]}, "too-large"),
    ],
)
def test_a_record_that_no_resource_can_have(further: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidMetadata) as refused:
        Metadata.told({**NARROW, **further}, 7)
    assert refused.value.reason.name == f"invalid-metadata.{reason}"


def test_the_page_has_the_words_that_the_code_takes() -> None:
    page = " ".join((PROJECT / "docs" / "formats.md").read_text("utf-8").split())
    assert f"*Kinds of dates*: {', '.join(DATES)}." in page
    assert f"*Kinds of relations*: {', '.join(RELATIONS)}." in page
    assert all(len(role) == 3 for role in ROLES)


def test_the_largest_record_has_its_bound() -> None:
    text = "x" * 4900
    notes = [{"text": f"{number}{text}"} for number in range(3)]
    record = Metadata.told({**NARROW, "description": notes}, 7)
    assert LARGEST_RECORD_BYTES - 2000 < len(record.format()) <= LARGEST_RECORD_BYTES


class TestQuestions:
    RECORD = Metadata.told(
        {
            "title": "Oʻtgan kunlar",
            "media_type": "text/plain",
            "creator": "Qodiriy",
            "language": "uz",
            "titles": [
                {"text": "Ўтган кунлар", "language": "uz-Cyrl"},
                {"text": "Минувшие дни", "language": "ru"},
            ],
            "contributors": [
                {"name": "Qodiriy", "role": "aut"},
                {"name": "Sheykin", "role": "trl"},
            ],
            "dates": [
                {"kind": "created", "edtf": "1919/1922"},
                {"kind": "issued", "edtf": "1926?", "text": "1344 hijriy"},
            ],
            "languages": ["ru", "uz"],
        },
        7,
    )

    def test_people_by_what_they_did(self) -> None:
        assert [person.name for person in self.RECORD.people("trl")] == ["Sheykin"]
        assert [person.name for person in self.RECORD.people("aut")] == ["Qodiriy"]
        assert len(self.RECORD.people()) == 2

    def test_a_creator_alone_is_an_author(self) -> None:
        [person] = Metadata("T", "text/plain", 7, "Bobur").people("aut")
        assert (person.name, person.role) == ("Bobur", "cre")
        assert Metadata("T", "text/plain", 7).people() == ()

    def test_the_year_is_that_of_publication(self) -> None:
        assert self.RECORD.year == 1926
        assert Metadata("T", "text/plain", 7).year is None

    @pytest.mark.parametrize(
        ("language", "title"),
        [
            ("ru", "Минувшие дни"),
            ("ru-RU", "Минувшие дни"),
            ("uz-Cyrl", "Ўтган кунлар"),
            ("en", "Oʻtgan kunlar"),
            ("uz", "Oʻtgan kunlar"),
        ],
    )
    def test_the_title_in_a_language(self, language: str, title: str) -> None:
        assert self.RECORD.title_in(language) == title

    def test_the_main_title_suits_before_one_in_another_script(self) -> None:
        assert self.RECORD.titled_in("uz") == ("Oʻtgan kunlar", "uz")
        assert self.RECORD.titled_in("uz-Cyrl")[1] == "uz-Cyrl"
        assert self.RECORD.titled_in("ru-RU") == ("Минувшие дни", "ru")

    def test_all_languages(self) -> None:
        assert self.RECORD.all_languages == ("uz", "ru")


def test_whoever_names_no_field_is_told_of_those_that_every_record_has() -> None:
    with pytest.raises(InvalidMetadata) as caught:
        read_fields({"creators": "Navoiy"})
    known = caught.value.reason.values["known"]
    assert str(known).split(", ") == ["title", "creator", "language", *FIELDS]
