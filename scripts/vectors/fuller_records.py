"""Receipts of a book whose record has further fields: the digest is over all members, known or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Metadata
from scripts.vectors.later_receipts import described, holding
from scripts.vectors.sample_receipt import (
    CHAIN_AXES,
    METADATA,
    entry,
    ledger_fails,
    outcomes,
    receipt,
    row,
    text_of,
)

FULLER = Metadata.told(
    {
        **{name: text for name, text in METADATA.to_json().items() if name != "size_bytes"},
        "titles": [
            {"text": "Oʻtgan kunlar", "language": "uz-Latn"},
            {"text": "Минувшие дни", "language": "ru"},
        ],
        "contributors": [
            {"name": "Qodiriy, Abdulla", "role": "aut", "orcid": "0000-0002-1825-0097"},
            {"name": "Sheykin, \U0001f58b", "role": "trl"},
        ],
        "subjects": [
            {"text": "821.512.133", "scheme": "udc"},
            {
                "text": "Uzbek fiction",
                "uri": "http://id.loc.gov/authorities/subjects/sh85141667",
                "scheme": "lcsh",
            },
        ],
        "description": [{"text": "The first novel.\nWith “quotes”, a tab's \\t."}],
        "dates": [
            {"kind": "issued", "edtf": "1926?", "text": "1344–1345 hijriy"},
            {"kind": "created", "edtf": "1919/1922", "text": "1919-1922"},
        ],
        "identifiers": [
            {"scheme": "isbn", "value": "0-306-40615-2"},
            {"scheme": "doi", "value": "https://doi.org/10.1000/ABC"},
        ],
        "relations": [{"kind": "has-translation", "target": "urn:isbn:9780306406157"}],
        "part_of": [{"title": "Meros", "volume": "3", "identifier": "0378-5955"}],
        "languages": ["uz", "ru"],
        "courses": ["ADAB-101"],
        "publisher": "Oʻzdavnashr",
        "extent": "384 b.",
        "rights_holder": "Vorislar",
        "audience": "talabalar",
        "place": "Samarqand",
        "edition": "1-nashr",
    },
    METADATA.size_bytes,
)


def fuller_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts with such a record, as it is and as somebody changed it."""
    body = Entry(
        "registered",
        entry().at,
        {**entry().facts, "metadata": FULLER.digest.hex()},
    ).format()
    kept = replace(receipt(body=body), metadata=FULLER.to_json())
    record = FULLER.to_json()
    holds = outcomes((), CHAIN_AXES)
    yield row("a fuller record", text_of(kept), holds)
    changed = {
        "a subject less": {**record, "subjects": record["subjects"][:1]},
        "subjects turned": {**record, "subjects": record["subjects"][::-1]},
        "another role": {
            **record,
            "contributors": [
                {**record["contributors"][0], "role": "edt"},
                *record["contributors"][1:],
            ],
        },
        "a date less": {**record, "dates": []},
        "a member more": {**record, "color": "red"},
        "a null more": {**record, "color": None},
        "the short record": METADATA.to_json(),
    }
    for name, other in changed.items():
        yield row(f"a fuller record, {name}", text_of(kept, metadata=other), ledger_fails())
    deep: Any = "x"
    for _ in range(20):
        deep = [deep]
    yield row(
        "a fuller record too deep", text_of(kept, metadata={**record, "x": deep}), "invalid-receipt"
    )
    corrected = holding({6: described(1, FULLER)})
    full = replace(corrected, described=FULLER.to_json())
    yield row("corrected to a fuller record", text_of(full), holds)
    yield row(
        "corrected to a fuller record, shortened",
        text_of(full, described={**record, "place": ""}),
        ledger_fails(),
    )
