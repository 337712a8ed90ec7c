"""The parts of manifests singly: languages, rights, extents, hits; and that the checker sees faults."""

from __future__ import annotations

import copy
import io
import time

import pytest
from PIL import Image

from ledger_service.domain.content.picture_pack import WHOLE, PicturePack
from ledger_service.domain.errors import MediaNotFound
from ledger_service.domain.exports.cited_work import Work
from ledger_service.ports.content import MadeFile, MediaFacts
from reading_room.interop.iiif.rules.hits import (
    HITS_A_PAGE,
    MOST_HITS,
    BookText,
    hits_page,
)
from reading_room.interop.iiif.rules.language_maps import language_map
from reading_room.interop.iiif.rules.manifest import manifest
from reading_room.interop.iiif.rules.placeholders import FILE, LENT, placeholder
from reading_room.interop.iiif.rules.rights import rights_uri
from reading_room.interop.iiif.rules.shown_work import ShownWork
from reading_room.interop.iiif.rules.webp_extent import webp_extent
from reading_room.media.reading.tiles import tiles_of
from tests.reading_room.interop.iiif.presentation_rules import check_hits, check_manifest

URL = "https://library.test"


def work(media_type, **told):
    return Work(
        digest="ab" * 32,
        address=f"{URL}/resources/{'ab' * 32}",
        title="Shamol",
        media_type=media_type,
        size_bytes=10,
        steward="A library",
        license=("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.uz"),
        accepted_at=1,
        changed_at=1,
        content=f"{URL}/api/v1/resources/{'ab' * 32}/content",
        **told,
    )


def say(name, **values):
    return {"en": [f"{name} {values}"]}


def told_of(media_type, facts, **shown):
    whole = ShownWork(work(media_type, language="uz-Latn"), URL, "cd" * 32, True, facts, **shown)
    told = manifest(whole, say)
    check_manifest(told)
    return told


def test_the_own_script_of_a_record_comes_first_and_plain_uzbek_follows():
    told = language_map([("Тонг", "uz-Cyrl"), ("Tong", "uz-Latn"), ("Morning", "en")])
    assert list(told.items()) == [
        ("uz-Cyrl", ["Тонг"]),
        ("uz", ["Тонг"]),
        ("uz-Latn", ["Tong"]),
        ("en", ["Morning"]),
    ]
    assert language_map([("Tong", "uz"), ("Тонг", "uz-Cyrl")])["uz"] == ["Tong"]
    assert language_map([("Opus", "")]) == {"none": ["Opus"]}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "https://creativecommons.org/licenses/by/4.0",
            "http://creativecommons.org/licenses/by/4.0/",
        ),
        (
            "https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode.ru",
            "http://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        (
            "https://rightsstatements.org/page/InC/1.0/",
            "http://rightsstatements.org/vocab/InC/1.0/",
        ),
        ("https://creativecommons.org/licenses/by/4.0/evil?", None),
        ("https://university.test/terms", None),
    ],
)
def test_rights_are_those_of_two_vocabularies_only(given, wanted):
    assert rights_uri(given) == wanted


@pytest.mark.parametrize(
    "options", [{"quality": 50}, {"lossless": True}, {"quality": 50, "alpha": True}]
)
def test_the_extent_of_a_cover_is_read_from_its_head(options):
    mode = "RGBA" if options.pop("alpha", False) else "RGB"
    file = io.BytesIO()
    image = Image.new(mode, (321, 480), (9, 200, 3))
    if mode == "RGBA":
        image.putpixel((0, 0), (1, 2, 3, 4))
    image.save(file, "WEBP", **options)
    assert webp_extent(file.getvalue()[:30]) == (321, 480)
    assert webp_extent(file.getvalue()[:29]) is None
    assert webp_extent(b"x" * 30) is None


def test_placeholders_are_pictures():
    for kind in (LENT, FILE):
        image = Image.open(io.BytesIO(placeholder(kind)))
        image.load()
        assert image.size == (600, 800)
        assert len(image.getcolors()) >= 2
    assert placeholder("other") is None


def test_every_canvas_has_an_extent_even_if_nobody_knows_one():
    film = told_of("video/mp4", MediaFacts(seconds=3.5))["items"][0]
    assert (film["width"], film["height"], film["duration"]) == (1280, 720, 3.5)
    body = film["items"][0]["items"][0]["body"]
    assert body["type"] == "Video"
    assert "width" not in body
    for media_type, facts in (
        ("video/mp4", MediaFacts(width=640, height=480)),
        ("audio/mpeg", MediaFacts()),
        ("audio/mpeg", MediaFacts(seconds=0)),
        ("image/png", MediaFacts()),
        ("application/pdf", MediaFacts(pages=3)),
    ):
        canvas = told_of(media_type, facts)["items"][0]
        assert canvas["items"][0]["items"][0]["body"]["id"] == f"{URL}/iiif/placeholder/file.png"


def test_a_cover_stands_for_a_book_that_is_not_had_by_page():
    cover = MadeFile("cover", "image/webp", 99, "b", "/cover")
    told = told_of("application/epub+zip", MediaFacts(), files={"cover": cover}, cover=(320, 480))
    assert told["items"][0]["items"][0]["items"][0]["body"]["id"] == f"{URL}/cover"
    assert told["thumbnail"][0]["width"] == 320
    assert told["rendering"][0]["type"] == "Text"


def pack_of(image):
    data = tiles_of(image, is_shown=False)
    return PicturePack(len(data), lambda start, end: iter((data[start:end],)), "a digest")


def test_a_book_of_which_some_pages_are_missing_says_so():
    pages = MadeFile("pages", "application/zip", 99, "b", "/pages")
    picture = pack_of(Image.new("RGB", (300, 400))).picture(WHOLE)
    whole = told_of(
        "application/pdf",
        MediaFacts(pages=3),
        files={"pages": pages},
        pictures={1: picture, 2: picture},
    )
    assert whole["summary"]["en"] == ["page.iiif.some-pages {'shown': 2, 'pages': 3}"]
    assert "service" not in whole, "without a text nothing is searched"


def test_a_pack_that_is_none_is_not_there():
    for data in (b"", b"PK", b"PK\x05\x06" + bytes(18)):
        with pytest.raises(MediaNotFound):
            PicturePack(len(data), lambda start, end, data=data: iter((data[start:end],)), "x")
    pack = pack_of(Image.new("RGB", (300, 400)))
    for asked in (("full", "299,400"), ("0,0,300,401", "max"), ("", ""), ("full", "pct:50")):
        with pytest.raises(MediaNotFound):
            pack.piece(*asked)
    assert Image.open(io.BytesIO(pack.piece("full", "max"))).size == (300, 400)
    with pytest.raises(MediaNotFound):
        pack.picture(1)


def test_words_are_found_in_all_scripts_and_by_their_beginnings():
    text = BookText("Oʻzbekiston\nkitoblari\fЎзбекистон китоби\fO'zbekiston\f")
    found = text.find("Ozbekiston kitob", 9)
    assert [(hit.page, hit.words) for hit in found] == [
        (1, "Oʻzbekiston kitoblari"),
        (2, "Ўзбекистон китоби"),
    ]
    assert [hit.page for hit in text.find("o‘zbekiston", 9)] == [1, 2, 3]
    assert [hit.page for hit in text.find("o‘zbekiston", 2)] == [1, 2]
    assert text.find("k", 9) == [], "one letter is no beginning"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("aaaa " * 800_000 + "b", "aaa " * 49 + "b"),
        ("a" * 4_000_000, "a " * 100),
        ("a " * 2_000_000, "a " * 100),
        ("\f".join(["the lighthouse in the wind " * 90] * 700), "wind lighthouse"),
        (" " * 4_000_000 + "a", "a b"),
    ],
    ids=["almost", "one word", "all", "many pages", "nothing"],
)
def test_no_text_and_no_question_take_long(text, asked):
    begun = time.process_time()
    assert len(BookText(text).find(asked, 700)) <= MOST_HITS
    assert time.process_time() - begun < 5


def test_what_is_written_in_odd_letters_is_still_told():
    found = BookText("so\u200b\u200bft hyp\u00adhen\f").find("soft hyphen", 1)
    assert [hit.page for hit in found] == [1]


def test_many_hits_are_told_page_by_page_and_not_without_end():
    hits = BookText("\f".join(["word " * 40] * 30)).find("word", 30)
    assert len(hits) == MOST_HITS
    seen = []
    for number in range(1, MOST_HITS // HITS_A_PAGE + 1):
        told = hits_page(hits, f"{URL}/search", "word & <b>", number, lambda page: f"{URL}/{page}")
        check_hits(told, {f"{URL}/{page}" for page in range(1, 31)})
        assert told["partOf"]["total"] == MOST_HITS
        assert ("next" in told) == (number < MOST_HITS // HITS_A_PAGE)
        assert told["startIndex"] == len(seen)
        seen += told["items"]
    assert len({item["id"] for item in seen}) == MOST_HITS


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.pop("label"),
        lambda told: told.update(label="Shamol"),
        lambda told: told.update(rights="https://university.test/terms"),
        lambda told: told.update(homepage={}),
        lambda told: told.update(items=[]),
        lambda told: told["items"][0].pop("width"),
        lambda told: told["items"][0].update(width=0),
        lambda told: told["items"][0].update(id=f"{URL}/canvas#1"),
        lambda told: told["items"][0].pop("duration"),
        lambda told: told["items"][0]["items"][0]["items"][0].update(target=f"{URL}/other"),
        lambda told: told["items"][0]["items"][0]["items"][0]["body"].update(type="Picture"),
    ],
)
def test_the_checker_notices_what_a_manifest_must_not_be(spoil):
    told = copy.deepcopy(told_of("video/mp4", MediaFacts(seconds=3.5)))
    spoil(told)
    with pytest.raises((AssertionError, KeyError)):
        check_manifest(told)
