"""Uzbek in Cyrillic letters: golden words, and nothing of the Latin ones left in any text."""

from __future__ import annotations

import pytest

from scripts import messages as compiler
from scripts.cyrillic import cyrillic, latin_in

GOLDEN = {
    "Oʻzbekiston Respublikasi": "Ўзбекистон Республикаси",
    "gʻalaba, togʻ, Gʻafur": "ғалаба, тоғ, Ғафур",
    "maʼlumot, masʼul, eʼlon, aʼzo": "маълумот, масъул, эълон, аъзо",
    "yoʻq, yoʻl, roʻyxatga oluvchi": "йўқ, йўл, рўйхатга олувчи",
    "yozuv, yulduz, yangi, yetti, Yevropa": "ёзув, юлдуз, янги, етти, Европа",
    "elektr, ekran, poeziya, reyestr": "электр, экран, поэзия, реестр",
    "shahar, chiroq, choy, jahon, hujjat, xat": "шаҳар, чироқ, чой, жаҳон, ҳужжат, хат",
    "ruxsatsiz, yaratsa": "рухсатсиз, яратса",
    "litsenziyasi, tranzaksiya, redaksiyani, versiya": "лицензияси, транзакция, редакцияни, версия",
    "parolni, paroli, rolda, roli, kompyuter": "парольни, пароли, рольда, роли, компьютер",
    "2026-yil 28-noyabr": "2026-йил 28-ноябрь",
    "Muhr, raqamli muhr": "Муҳр, рақамли муҳр",
    "PDF faylni, CIDsi, 4 MiB": "PDF файлни, CIDси, 4 МиБ",
    "{entry}-yozuv, {size} ta": "{entry}-ёзув, {size} та",
    "`muhr init` ni --rpc URL bilan bajaring": "`muhr init` ни --rpc URL билан бажаринг",
    "https://example.uz/a manzili, bagit.txt": "https://example.uz/a манзили, bagit.txt",
}


@pytest.mark.parametrize("latin", GOLDEN)
def test_words_are_written_as_in_books(latin: str) -> None:
    assert cyrillic(latin) == GOLDEN[latin]


def test_no_latin_letter_is_left_in_a_text_but_in_what_is_kept() -> None:
    texts = compiler.compile_catalog(compiler.in_cyrillic(compiler.read(compiler.FOLDER / "uz.po")))
    left = {}
    for name, text in {**texts["texts"], **texts["titles"]}.items():
        forms = [text] if isinstance(text, str) else text["forms"]
        if found := latin_in(" ".join(forms)):
            left[name] = found
    assert left == {}


def test_values_are_the_same_in_both_letters() -> None:
    latin = compiler.read(compiler.FOLDER / "uz.po")
    made = compiler.compile_catalog(compiler.in_cyrillic(latin))["texts"]
    for name, text in compiler.compile_catalog(latin)["texts"].items():
        assert compiler.names_in(made[name]) == compiler.names_in(text), name
