"""Uzbek in Cyrillic letters, from Uzbek in Latin ones (the alphabet of 1995, with oʻ and gʻ).

Loan words that are written with ц, ь or щ stand in a list, since Latin letters do not tell. Values in braces,
commands, addresses and names of formats stay as they are.
"""

from __future__ import annotations

import re

PAIRS = {
    "tsiya": "ция", "ksiya": "кция", "nsiya": "нция", "yoʻ": "йў",
    "oʻ": "ў", "gʻ": "ғ", "sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "ye": "е",
}  # fmt: skip
LETTERS = dict(zip("abdefghijklmnopqrstuvxyzʼ", "абдефгҳижклмнопқрстувхйзъ", strict=True))
VOWELS = "aeiouʻ"
STEMS = {
    "litsenziya": "лицензия", "sirk": "цирк", "sertifikat": "сертификат", "protsent": "процент",
    "protsess": "процесс", "albom": "альбом", "parol": "пароль", "kontrol": "контроль", "modul": "модуль",
    "aprel": "апрель", "yanvar": "январь", "fevral": "февраль", "iyun": "июнь", "iyul": "июль",
    "sentabr": "сентябрь", "oktabr": "октябрь", "noyabr": "ноябрь", "dekabr": "декабрь", "rol": "роль",
    "kompyuter": "компьютер", "film": "фильм", "videofilm": "видеофильм", "multfilm": "мультфильм",
    "premyera": "премьера", "obyekt": "объект", "subyekt": "субъект", "detal": "деталь", "kabel": "кабель",
    "panel": "панель", "medal": "медаль", "pensiya": "пенсия", "shrift": "шрифт", "yubiley": "юбилей",
}  # fmt: skip
"""Words, and beginnings of words, that the letters alone would get wrong."""
SHORT = 4
SUFFIXES = (
    "i", "n", "d", "l", "g", "k", "m", "ch", "s", "sh", "da", "ni", "lar", "ga",
)  # fmt: skip
"""What may follow a stem of so many letters or fewer."""
EXACT = {"MiB": "МиБ", "KB": "КБ", "MB": "МБ", "GB": "ГБ"}
KEPT = re.compile(
    r"\{[^}]*\}|`[^`]*`|https?(?:://\S+|\(s\))?|[\w.-]+/(?!\w)|(?<![\w}-])--?[a-z][\w=-]*"
    r"|\b(?:uz(?:-Cyrl|-Latn)?|ru|en)\b(?=,|\.| yoki | ёки )"  # names of languages, in a list
    r"|\d+(?=-[a-z])|\b[a-f]\b(?= dan\b| gacha\b| дан\b| гача\b)"
    r"|[\w./-]*(?:\w_\w|\w\.\w|/\w|\d)[\w./:-]*"  # files, paths, settings, numbers with letters
    r"|muhr (?:audit|backup|content|fixity|grants|import|init|intent|serve|verify|witness)\b"
    r"|JSON Lines|media type|GeoJSON|“report”"
    r"|\b(?![KMG]B\b|GOST\b|SIZNING|TUGUN|KALIT|FAYL)[A-Z][A-Z]+(?:[-/][A-Z0-9]+)*"
    r"|\b(?:London|Shanghai|muhr(?= \{)|muhr-verify|sha256sum|certutil|hashfile|Ganache|Kubo|Typst"
    r"|WebGL|Page Down|Page Up|Enter"
    r"|SQLite|PostgreSQL|Ethereum|GitHub|Zenodo|BibTeX|BagIt|OpenSeadragon|Noto|Dublin Core|Creative Commons"
    r"|Wikidata|Python|Linux|Windows|Chromium|Retry-After|Content-Type|Content-Range|Content-Length|Idempotency-Key"
    r"|Range|Accept|Link|Authorization|Bearer|iCalendar"
    r"|Markdown|LaTeX|aut|edt|trl|udc|bbk|isbn|issn|doi|ark|lcsh|orcid|urn|uri|gzip|zip|hex|base32|base58|wei|gwei|tlog|note|root|leaf|kid|nonce|finalized|latest)\b"
)
_WORD = re.compile(r"[A-Za-zʻʼ]+")
_LATIN = re.compile(r"[A-Za-zʻʼ‘’]+")


def cyrillic(text: str) -> str:
    """Return a text of the Uzbek catalog in Cyrillic letters."""
    made, end = [], 0
    for kept in KEPT.finditer(text):
        made += [_letters(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*made, _letters(text[end:])])


def latin_in(text: str) -> list[str]:
    """Return the Latin words of a text in Cyrillic letters, but for those that are kept."""
    return _LATIN.findall(KEPT.sub(" ", text))


def _letters(text: str) -> str:
    return _WORD.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    if word in EXACT:
        return EXACT[word]
    small = word.lower()
    stem = max((start for start in STEMS if small.startswith(start)), key=len, default="")
    if stem and not _is_longer(small, stem):
        ending = _spelled(small[len(stem) :], after=stem[-1])
        begun = STEMS[stem]
        told = (begun.removesuffix("ь") if ending.startswith("и") else begun) + ending
    else:
        told = _spelled(small)
    if len(word) > 1 and word.isupper():
        return told.upper()
    return told[0].upper() + told[1:] if word[0].isupper() else told


def _is_longer(word: str, stem: str) -> bool:
    """Return whether a short stem only looks like the beginning of this word."""
    return len(stem) <= SHORT and word != stem and not word[len(stem) :].startswith(SUFFIXES)


def _spelled(word: str, after: str = "") -> str:
    made, at = [], 0
    while at < len(word):
        before = word[at - 1] if at else after
        for length in (5, 3, 2):
            pair = word[at : at + length]
            if pair in PAIRS and len(pair) == length:
                made.append(PAIRS[pair])
                at += length
                break
        else:
            letter = word[at]
            is_open = letter == "e" and (not before or before in VOWELS)
            made.append("э" if is_open else LETTERS.get(letter, letter))
            at += 1
    return "".join(made)
