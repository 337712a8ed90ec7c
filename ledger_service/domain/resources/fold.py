"""The one fold of words, for texts and for queries, before any database sees them.

Uzbek in its three scripts, Russian, Karakalpak and English become one key of plain Latin letters. Marks on
letters, apostrophes and case do not count, since people leave them out. No key is ever shown or stored as a
title. What is folded to what, by examples: docs/search.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_WORD = 64  # letters of a key; what is longer is cut, in texts and in queries

_DROPPED = (
    "'`´ʹʺʻʼʽʾʿˈ‘’‚‛′＇՚ꞌ"  # all that stands for an apostrophe
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0640"  # soft hyphen, no width, tatweel
)
_SOUNDS = {
    # Uzbek and Russian
    "ё": "yo",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "э": "e",
    "ю": "yu",
    "я": "ya",
    "ў": "o",
    "қ": "q",
    "ғ": "g",
    "ҳ": "h",
    "ъ": "",
    "ь": "",
    # Ukrainian, and Russian before 1918
    "є": "ye",
    "ї": "yi",
    "ѣ": "e",
    # Latin: the Uzbek alphabets of 1993 and 2026, and letters that no mark makes
    "ş": "sh",
    "ș": "sh",
    "ç": "ch",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    # Arabic: one letter however it is typed
    "ي": "ی",
    "ى": "ی",
    "ك": "ک",
    "ة": "ه",
}
_ALPHABETS = (
    ("абвгджзийклмнопрстуфхы", "abvgdjziyklmnoprstufxi"),
    ("әөүңұһіґӣӯҷҗѳѵ", "aounuhigiujjfi"),  # Karakalpak, its neighbors, and Russian before 1918
    ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
    ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
)
_LETTERS = {key: to for old, new in _ALPHABETS for key, to in zip(old, new, strict=True)} | _SOUNDS
_TABLE = str.maketrans({**_LETTERS, **dict.fromkeys(_DROPPED, "")})
_APART = str.maketrans(dict.fromkeys("'`", ""))
_VOWELS = "аеёиоуўыэюяәөүіaeiouy"
_CONSONANTS = "бвгджзйклмнпрстфхцчшщқғҳңҷґһ"
_YE = re.compile(f"(?<![{_CONSONANTS}])е")
_TS = re.compile(f"(?<=[{_VOWELS}])ц")
_WORDS = re.compile(r"[^\W_]+")
_W_HEARD = re.compile("(?<=[аеёиоуыэюяәөүaeiou])ў")
_W_SEEN = re.compile("(?<=[aeiou])w")
MOST_SPELLINGS = 12


def words_of(text: str) -> list[str]:
    """Return the keys of the words of a text, in order; any text, none of the keys is empty."""
    return [word[:LONGEST_WORD] for word in _WORDS.findall(letters_of(text))]


def spellings(text: str) -> list[tuple[str, ...]]:
    """Return the keys of what a person types, once for each way in which it may have been written.

    Russian ё is mostly written е, so that either is looked for; Karakalpak ў after a vowel is w. The way in
    which it was typed is the first; none of them is empty.
    """
    typed = unicodedata.normalize("NFC", text).casefold()
    found = dict.fromkeys(tuple(words_of(way)) for way in _ways(typed))
    return [words for words in found if words][:MOST_SPELLINGS]


def _ways(typed: str) -> Iterable[str]:
    yield typed
    if "ё" in typed:
        yield typed.replace("ё", "е")
    for at, letter in enumerate(typed):
        if letter == "е":
            yield typed[:at] + "ё" + typed[at + 1 :]
    if "ў" in typed:
        yield _W_HEARD.sub("w", typed)
    if "w" in typed:
        yield _W_SEEN.sub("o", typed)
    if typed.startswith("ts"):
        yield typed[1:]


def letters_of(text: str) -> str:
    """Return a text with its letters folded, and all else between them as it was."""
    if text.isascii():
        return text.lower().translate(_APART)
    plain = unicodedata.normalize("NFC", text).casefold()
    if "е" in plain:
        plain = _YE.sub("ye", plain).replace("е", "e")
    if "ц" in plain:
        plain = _TS.sub("ts", plain).replace("ц", "s")
    plain = plain.replace("ьо", "yo").translate(_TABLE)
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFKD", plain).translate(_TABLE)
    joined = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", joined).casefold()
