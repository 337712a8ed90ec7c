"""Works that are hard to cite: names, marks and dates that some format gives another meaning."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.exports.cited_work import Person, Work
from ledger_service.domain.resources.record_parts import PartOf, Subject

PLAIN = Work(
    digest="ab" * 32,
    address="https://library.test/resources/" + "ab" * 32,
    title="Xamsa",
    media_type="application/pdf",
    size_bytes=123_456,
    steward="Oʻzbekiston Milliy kutubxonasi",
    license=("CC-BY-4.0", "http://creativecommons.org/licenses/by/4.0/"),
    accepted_at=1_764_000_000,
    changed_at=1_764_500_000,
)
FULL = replace(
    PLAIN,
    title="{Xamsa} & 100% \\ ~^#_$ “Beshlik” <b>",
    language="uz-Cyrl",
    people=(
        Person("Navoiy, Alisher, 1441-1501", orcid="0000-0002-1825-0097"),
        Person("Fan va texnologiya, nashriyoti and sons"),
        Person("Мирзо Улуғбек"),
        Person("Karimov, Said", "edt"),
    ),
    titles=(("Пятерица", "ru"),),
    subjects=(Subject("Adabiyot; sheʼriyat", "http://example.org/s", "udc"), Subject("Xamsa")),
    description="Besh doston.\nIkkinchi satr.",
    publisher="Fan & adabiyot",
    place="Toshkent",
    edition="2-nashr",
    extent="320 b.",
    issued="1991-09",
    identifiers=(("doi", "10.1000/a_b(1)<2>"), ("isbn", "9789943010109")),
    hosts=(PartOf("Meros", "7", ""),),
    content="https://library.test/api/v1/resources/" + "ab" * 32 + "/content",
)
ARTICLE = replace(
    FULL,
    hosts=(PartOf("Fan va turmush", "12", "3"),),
    issued="1901/1905",
    publisher="",
    identifiers=(),
)
VAGUE = replace(PLAIN, issued="19XX", language="kaa", withdrawn=True)
ALL = {"plain": PLAIN, "full": FULL, "article": ARTICLE, "vague": VAGUE}
