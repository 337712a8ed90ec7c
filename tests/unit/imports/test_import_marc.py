"""MARC records as catalogs export them: letters, frames, UNIMARC, and what becomes of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.marc_letters import marc8
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED
from ledger_service.domain.reasons import Reason
from tests.unit.imports.marc_bytes import LINK, marc, title

UZBEK = "Ўзбекистон тарихи"


def read(tmp_path: Path, data: bytes, encoding: str = "", name: str = "r.mrc") -> list[ImportItem]:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "book.txt").write_bytes(b"Xamsa")
    items = list(read_source(str(tmp_path / name), "L", None, encoding=encoding))
    assert all(isinstance(item, ImportItem) for item in items)
    return [item for item in items if isinstance(item, ImportItem) and item.outcome != SKIPPED]


def told(items: list[ImportItem]) -> list[str]:
    """Return the title of each item, or the name of why it is refused."""
    return [Reason.parse(item.reason).name if item.outcome else item.title for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\x1b(NuZBEK\x1b(B", "Узбек"),
        (b"\x1b)N\xf5\xda\xc2\xc5\xcb\x1b)E", "Узбек"),
        (b"\x1b(Qm\x1b(NZBEK\x1b(B", "Ўзбек"),
        (b"\x1b)Nabc \xf5\xda\x1b)!E", "abc Уз"),
        (b"\xe2Esprit", "Ésprit"),
        (b"H\x1bb2\x1bsO", "H₂O"),
        (b"\x1b$1\x21\x30\x21\x1b(B", "一"),
        ("История".encode("cp1251"), None),
        ("книга на полке".encode("cp1251"), None),
        (b"\x1b(NuZ\x1b", None),
        (b"\x1b$1\x21\x30", None),
        (b"\x1b(\x00a", None),
    ],
)
def test_marc_8_is_read_whole_in_either_half_or_refused(text: bytes, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(InvalidManifest, match="letters"):
            marc8(text)
    else:
        assert marc8(text) == expected


def test_bytes_that_are_utf_8_are_read_so_whatever_the_leader_says(tmp_path: Path) -> None:
    for coding in (b" ", b"a"):
        assert told(read(tmp_path, marc(title(UZBEK.encode()), LINK, coding=coding))) == [UZBEK]


def test_another_encoding_is_refused_by_name_or_read_as_the_librarian_says(tmp_path: Path) -> None:
    record = marc(title("История Узбекистана".encode("cp1251")), LINK)
    (refused,) = read(tmp_path, record)
    assert told([refused]) == ["invalid-manifest.letters"]
    assert "record 1" in refused.place
    both = read(tmp_path, record + marc(title(UZBEK.encode()), LINK), "windows-1251")
    assert told(both) == ["История Узбекистана", UZBEK]
    utf_8 = marc(title(b"\xff"), LINK, coding=b"a")
    assert told(read(tmp_path, utf_8)) == ["invalid-manifest.letters"]
    for unknown in ("utf-16", "no-such", "base64", "a\0b"):
        with pytest.raises(InvalidManifest, match="encoding"):
            read(tmp_path, record, unknown)
    with pytest.raises(InvalidManifest, match="encoding-not-here"):
        read(tmp_path, b"path\n", "koi8-r", "m.csv")


def test_a_letter_that_another_program_lost_is_not_registered(tmp_path: Path) -> None:
    items = read(tmp_path, marc(title("Хам\ufffdа".encode()), LINK))
    assert told(items) == ["invalid-manifest.letters-lost"]


T1, T2, T3 = (marc(title(b"T%d" % number), LINK) for number in (1, 2, 3))
LONG = [("505", b"0 \x1fa" + b"chapter and verse " * 400)] * 16


@pytest.mark.parametrize(
    "bad",
    [
        marc(title(b"T2"), LINK, length=b"00099"),
        marc(title(b"T2"), LINK, length=b"     "),
        marc(title(b"Long"), *LONG, LINK, length=b"99999"),
        marc(title(b"Long"), *LONG, LINK, length=b"00000"),
        T2[:12] + b"xxxxx" + T2[17:],
        T2[:12] + b"99999" + T2[17:],
        T2[:24] + b"245" + b"00ab" + T2[31:],
        T2.replace(b"\x1e", b"x"),
        b"x" * (3 << 20) + b"\x1d",
        b"\x1d",
    ],
    ids=range(10),
)
def test_a_fault_in_one_record_costs_no_other(tmp_path: Path, bad: bytes) -> None:
    items = read(tmp_path, T1 + bad + b"\r\n" + T3 + b"\n\x1a")
    assert [item.outcome for item in items] == ["", REFUSED, ""]
    assert [item.title for item in items] == ["T1", "", "T3"]


def test_records_with_line_breaks_between_are_read(tmp_path: Path) -> None:
    assert told(read(tmp_path, b"\xef\xbb\xbf" + T1 + b"\r\n" + T2 + b"\n\n" + T3)) == [
        "T1",
        "T2",
        "T3",
    ]


def test_a_record_cut_off_at_the_end_is_a_refused_item(tmp_path: Path) -> None:
    items = read(tmp_path, T1 + T2[:-20])
    assert told(items) == ["T1", "invalid-manifest.record-length"]


def test_an_empty_link_is_passed_over_and_a_malformed_one_costs_no_other(tmp_path: Path) -> None:
    links = ("856", b"40\x1fu\x1fu//[bad\x1fubook.txt\x1fqtext/plain; charset=utf-8")
    refused, taken = read(tmp_path, marc(title(b"T"), links))
    assert Reason.parse(refused.reason).name == "invalid-manifest.not-readable"
    assert (taken.title, taken.media_type) == ("T", "text/plain")


@pytest.mark.parametrize(
    ("subfields", "expected"),
    [
        (b"\x1faA\x1fbB\x1fn1\x1fpPart", "A : B. 1, Part"),
        (b"\x1faA =\x1fbB /\x1fcC.", "A = B"),
        (b"\x1faA :\x1fbB.\x1fn2", "A : B. 2"),
        (b"\x1faThe \x88A\x89", "The A"),
    ],
)
def test_parts_of_a_title_are_joined_as_isbd_has_them(
    tmp_path: Path, subfields: bytes, expected: str
) -> None:
    data = subfields.replace(b"\x88", b"\xc2\x98").replace(b"\x89", b"\xc2\x9c")
    assert told(read(tmp_path, marc(("245", b"10" + data), LINK, coding=b"a"))) == [expected]


def test_both_scripts_of_a_title_and_a_creator_are_kept(tmp_path: Path) -> None:
    (item,) = read(
        tmp_path,
        marc(
            ("100", b"1 \x1f6880-02\x1faNavoiy, Alisher,"),
            ("245", b"10\x1f6880-01\x1faO'zbekiston tarixi"),
            ("880", b"10\x1f6245-01/(N\x1fa" + UZBEK.encode()),
            ("880", b"1 \x1f6100-02/(N\x1fa" + "Навоий, Алишер".encode()),
            ("880", b"10\x1f6245-00\x1faunlinked"),
            LINK,
        ),
    )
    assert item.title == f"O'zbekiston tarixi = {UZBEK}"
    assert item.creator == "Navoiy, Alisher = Навоий, Алишер"


UNIMARC = [
    ("100", b"  \x1fa20240101d1898    u  y0rusy89      ca"),
    ("101", b"0 \x1faUZB"),
    ("200", "1 \x1faХамса\x1feдостон\x1fhКн. 1\x1fiФарход".encode("cp1251")),
    ("700", " 1\x1faНавоий\x1fbА.".encode("cp1251")),
    LINK,
]


def test_unimarc_is_read_in_the_encoding_that_it_tells(tmp_path: Path) -> None:
    (item,) = read(tmp_path, marc(*UNIMARC))
    assert (item.title, item.creator, item.language) == (
        "Хамса : достон. Кн. 1, Фарход",
        "Навоий, А.",
        "uzb",
    )
    untold = [("100", b"  \x1fa"), *UNIMARC[1:]]
    assert told(read(tmp_path, marc(*untold))) == ["invalid-manifest.letters"]
    assert told(read(tmp_path, marc(*untold), "windows-1251")) == [item.title]
    utf_8 = [(tag, data.decode("cp1251").encode()) for tag, data in untold]
    assert told(read(tmp_path, marc(*utf_8))) == [item.title]


def test_a_record_without_a_title_does_not_get_the_name_of_its_file(tmp_path: Path) -> None:
    for fields in ([LINK], [title(b" /"), LINK]):
        assert told(read(tmp_path, marc(*fields))) == ["invalid-manifest.no-title"]


def test_one_record_of_marcxml_that_is_malformed_costs_no_other(tmp_path: Path) -> None:
    good = (
        "<leader>00000nam a2200000 a 4500</leader><datafield tag='245' ind1='1' ind2='0'>"
        "<subfield code='a'>{}</subfield></datafield><datafield tag='856' ind1='4' ind2='0'>"
        "<subfield code='u'>book.txt</subfield></datafield>"
    )
    records = [
        good.format("One"),
        good.format("Short").replace("2200000 a 4500", "22000"),
        good.format("No tag").replace("tag='245'", ""),
        "<subfield code='a'>x</subfield>",
        good.format("Last"),
    ]
    inner = "".join(f"<record>{record}</record>" for record in records)
    xml = f"<collection xmlns='http://www.loc.gov/MARC21/slim'>{inner}</collection>"
    for encoding in ("utf-8", "utf-16"):
        items = read(tmp_path, xml.encode(encoding), name="r.xml")
        assert [item.title for item in items if not item.outcome] == ["One", "Last"]
        assert len(items) == len(records)
    items = read(tmp_path, xml[: xml.index("Last")].encode(), name="r.xml")
    assert told(items)[-1] == "invalid-manifest.marcxml"


def test_records_of_another_namespace_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    record = "<record><leader>00000nam a2200000 a 4500</leader></record>"
    xml = f"<collection xmlns='http://www.loc.gov/MARC21/slim!'>{record}</collection>"
    assert told(read(tmp_path, xml.encode(), name="r.xml")) == [
        "invalid-manifest.marcxml-namespace"
    ]
    empty = "<collection xmlns='http://www.loc.gov/MARC21/slim'></collection>"
    assert read(tmp_path, empty.encode(), name="r.xml") == []
