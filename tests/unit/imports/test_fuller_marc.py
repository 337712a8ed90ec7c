"""What MARC 21 and UNIMARC records say beside title, creator and language."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.marc_21 import READERS, coded_date
from ledger_service.adapters.imports.sources.records.marc_record import MarcRecord
from ledger_service.adapters.imports.sources.records.unimarc import READERS as OF_UNIMARC
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.import_item import ImportItem, claim_of
from ledger_service.domain.imports.prepared_claim import SKIPPED
from ledger_service.domain.imports.told_roles import role_of
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.record import TEXTS

MARC_21 = """
245 10 $aOʻtgan kunlar :$broman /$cAbdulla Qodiriy ; tarj. L. Batʼ.
246 31 $aМинувшие дни
100 1  $aQodiriy, Abdulla,$d1894-1938,$eauthor.$1https://orcid.org/0000-0002-1825-0097
700 1  $aBatʼ, Lidiya$4trl
700 1  $aNavoiy, Alisher.$tXamsa
710 2  $aOʻzdavnashr,$epublisher
650  0 $aUzbek fiction$y20th century$0http://id.loc.gov/authorities/subjects/sh85141667
650  7 $aРоманы$2rubbk
653    $atarixiy roman
080    $a821.512.133
084    $aШ5(2Ў)$2rubbk
260    $aSamarqand ;$aToshkent :$bOʻzdavnashr,$c[1926?]
264  4 $c©1927
020    $a0-306-40615-2 (qattiq muqova)
020    $a9780306406158
022    $a0378-5955
024 7  $a10.1234/ABC$2doi
024 8  $aX-77
041 1  $auzbrus
500    $aIlk roman.
520    $aOtabek va Kumush haqida.
521    $aTalabalar
250    $a2-nashr
300    $a384 b. :$bill. ;$c20 cm
490 1  $aMeros ;$vv. 3$x0378-5955
773 0  $tSharq yulduzi$g1926, no. 2
780 00 $tIlk kunlar
852    $hК-74
001 kn-42
008 260101s1926    uz            000 1 uzb
856 40 $ubook.txt$zBepul
999    $aown
"""
FULLER = {
    "contributors": [
        {"name": "Qodiriy, Abdulla", "role": "aut", "orcid": "0000-0002-1825-0097"},
        {"name": "Batʼ, Lidiya", "role": "trl"},
        {"name": "Oʻzdavnashr", "role": "pbl"},
    ],
    "dates": [
        {"kind": "issued", "edtf": "1926?", "text": "[1926?]"},
        {"kind": "copyrighted", "edtf": "1927", "text": "©1927"},
    ],
    "description": [{"text": "Ilk roman."}, {"text": "Otabek va Kumush haqida."}],
    "audience": "Talabalar",
    "edition": "2-nashr",
    "extent": "384 b. ; ill. ; 20 cm",
    "identifiers": [
        {"scheme": "isbn", "value": "9780306406157"},
        {"scheme": "issn", "value": "0378-5955"},
        {"scheme": "doi", "value": "10.1234/abc"},
        {"scheme": "local", "value": "X-77"},
        {"scheme": "call-number", "value": "К-74"},
        {"scheme": "local", "value": "kn-42"},
    ],
    "languages": ["uz", "ru"],
    "part_of": [
        {"title": "Meros", "volume": "v. 3", "identifier": "0378-5955"},
        {"title": "Sharq yulduzi", "volume": "1926, no. 2"},
    ],
    "place": "Samarqand; Toshkent",
    "publisher": "Oʻzdavnashr",
    "relations": [
        {"kind": "related", "target": "Navoiy, Alisher. Xamsa"},
        {"kind": "continues", "target": "Ilk kunlar"},
    ],
    "subjects": [
        {
            "text": "Uzbek fiction--20th century",
            "scheme": "lcsh",
            "uri": "http://id.loc.gov/authorities/subjects/sh85141667",
        },
        {"text": "Романы", "scheme": "bbk"},
        {"text": "tarixiy roman"},
        {"text": "821.512.133", "scheme": "udc"},
        {"text": "Ш5(2Ў)", "scheme": "bbk"},
    ],
    "titles": [{"text": "Минувшие дни"}],
}
UNIMARC = """
200 1  $aMinuvshie dni$eroman$fA. Kadyri
517 1  $aOtgan kunlar$zuzb
700  1 $aKadyri$bA.$gAbdulla$4070
702  1 $aBat$gLidiya$4730
606    $aRoman$xistoriya
675    $a821.512.133
686    $aSh5$2rubbk
210    $aMoskva$cXudlit$d1958
010    $a978-0-306-40615-7
101 1  $arus$cuzb
205    $a2-e izd.
215    $a384 s.$cil.$d20 sm
225 2  $aBiblioteka$v7
330    $aO lyubvi.
333    $aStudentam
100    $a19580101d1958    u  y0rusy50      ca
856 4  $ubook.txt
801  0 $aRU
"""
FULLER_UNIMARC = {
    "audience": "Studentam",
    "contributors": [
        {"name": "Kadyri, Abdulla", "role": "aut"},
        {"name": "Bat, Lidiya", "role": "trl"},
    ],
    "dates": [{"edtf": "1958", "kind": "issued", "text": "1958"}],
    "description": [{"text": "O lyubvi."}],
    "edition": "2-e izd.",
    "extent": "384 s. ; il. ; 20 sm",
    "identifiers": [{"scheme": "isbn", "value": "9780306406157"}],
    "part_of": [{"title": "Biblioteka", "volume": "7"}],
    "place": "Moskva",
    "publisher": "Xudlit",
    "subjects": [
        {"text": "Roman--istoriya"},
        {"scheme": "udc", "text": "821.512.133"},
        {"scheme": "bbk", "text": "Sh5"},
    ],
    "titles": [{"language": "uz", "text": "Otgan kunlar"}],
}


def record_of(text: str) -> pymarc.Record:
    record = pymarc.Record(force_utf8=True, to_unicode=True)
    for line in text.strip().splitlines():
        tag, marks, rest = line[:3], line[4:6], line[7:]
        if tag < "010":
            record.add_field(pymarc.Field(tag, data=line[4:]))
            continue
        parts = [pymarc.Subfield(part[0], part[1:]) for part in rest.split("$")[1:]]
        record.add_field(pymarc.Field(tag, pymarc.Indicators(*marks), parts))
    return record


def read(folder: Path, text: str, name: str) -> tuple[ImportItem, dict[str, int]]:
    """Return the item of a record, and the counts of what it says more by their names."""
    record, path = record_of(text), folder / name
    (folder / "book.txt").write_bytes(b"a book")
    if name.endswith(".xml"):
        with path.open("wb") as file:
            writer = pymarc.XMLWriter(file)
            writer.write(record)
            writer.close(close_fh=False)
    else:
        path.write_bytes(record.as_marc())
    items = [item for item in read_source(str(path), "L", None) if isinstance(item, ImportItem)]
    [item] = [item for item in items if item.outcome != SKIPPED]
    reasons = [Reason.parse(other.reason) for other in items if other.outcome == SKIPPED]
    return item, {str(why.values["name"]): int(why.values["count"]) for why in reasons}


@pytest.mark.parametrize("name", ["all.mrc", "all.xml"])
@pytest.mark.parametrize(
    ("text", "fuller", "left"),
    [
        (MARC_21, FULLER, {"020 $a", "100 $d", "245 $c", "856 $z", "999"}),
        (UNIMARC, FULLER_UNIMARC, {"200 $f", "101 $c", "801"}),
    ],
    ids=["MARC 21", "UNIMARC"],
)
def test_a_record_is_kept_and_the_rest_is_told(
    tmp_path: Path, name: str, text: str, fuller: dict[str, Any], left: set[str]
) -> None:
    item, counts = read(tmp_path, text, name)
    assert not item.outcome, item.reason
    assert json.loads(item.further) == fuller
    assert counts == dict.fromkeys(left, 1)
    claim = claim_of(item, bytes(32), "f0155", 6)
    assert json.loads(claim.further) == fuller


def test_a_record_that_says_no_more_has_no_more(tmp_path: Path) -> None:
    text = "245 10 $aXamsa\n100 1  $aNavoiy\n041    $auzb\n856 40 $ubook.txt\n"
    item, counts = read(tmp_path, text, "one.mrc")
    assert (item.title, item.creator, item.language, item.further) == ("Xamsa", "Navoiy", "uzb", "")
    assert counts == {}


def test_what_is_too_long_for_a_record_is_left_out_and_told(tmp_path: Path) -> None:
    notes = "".join(f"520    $a{number} {'x' * 3000}\n" for number in range(8))
    item, counts = read(tmp_path, f"245 10 $aT\n{notes}856 40 $ubook.txt\n", "one.xml")
    kept = json.loads(item.further)["description"]
    assert counts == {"520": 8 - len(kept)}
    assert len(kept) in (4, 5)
    assert claim_of(item, bytes(32), "f0155", 6).further


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("s1926    ", "1926"),
        ("s192u    ", "192X"),
        ("m19191922", "1919/1922"),
        ("c19909999", "1990/.."),
        ("q19261927", "1926?/1927?"),
        ("nuuuuuuuu", ""),
        ("b        ", ""),
        ("s٩٩٩٩    ", ""),
        ("", ""),
    ],
)
def test_a_coded_date(code: str, date: str) -> None:
    assert coded_date(code) == date


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("aut", "aut"),
        ("Translator.", "trl"),
        ("http://id.loc.gov/vocabulary/relators/ill", "ill"),
        ("070", "aut"),
        ("отв. ред.", "edt"),
        ("author of introduction, etc.", "aui"),
        ("clb", "ctb"),
        ("magician", ""),
        ("", ""),
    ],
)
def test_a_role_in_code_and_word(text: str, role: str) -> None:
    assert role_of(text) == role


def test_a_record_with_very_much_is_shortened_at_once() -> None:
    gathered = GatheredRecord()
    for number in range(100):
        gathered.add("500", "description", text=f"{number}{'x' * 4900}")
        gathered.add("650", "subjects", text=f"{number}{'ў' * 900}")
    begun = time.process_time()
    further = gathered.further("T", "", "")
    assert time.process_time() - begun < 1
    assert 10_000 < len(further.encode()) < 16_384
    told = json.loads(further)
    kept = len(told["description"]) + len(told["subjects"])
    assert sum(gathered.refused.values()) == 200 - kept


def test_texts_alone_fit() -> None:
    gathered = GatheredRecord()
    for name in ("publisher", "place", "edition", "extent", "audience", "rights_holder"):
        gathered.put(name, name, "\U0001f4d6" * 1000)
    assert json.loads(gathered.further("T" * 1000, "", "")).keys() < {*TEXTS}
    assert gathered.refused


TAGS = st.sampled_from(sorted({*READERS, *OF_UNIMARC, "880", "001", "008", "999"}))
PARTS = st.lists(
    st.tuples(st.sampled_from([*"abcdefghijtuvxyz0123467", "ind", ""]), st.text(max_size=20))
)


@given(st.lists(st.tuples(TAGS, PARTS), max_size=12), st.text(min_size=1, max_size=9))
def test_whatever_fields_hold_there_is_a_record(
    fields: list[tuple[str, list[tuple[str, str]]]], title: str
) -> None:
    for tag in ("245", "200"):
        found: dict[str, list[list[tuple[str, str]]]] = {tag: [[("a", title)]]}
        for name, parts in fields:
            found.setdefault(name, []).append(parts)
        said = MarcRecord(found).gathered()
        further = said.further(title, "", "")
        assert not further or json.loads(further)
