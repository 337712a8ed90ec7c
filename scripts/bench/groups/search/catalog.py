"""A catalog of made-up titles whose words are as frequent as words are, in three scripts, by a seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from ledger_service.domain.resources.fold import words_of

SEED = 20261129
WORDS = 40_000
FIXED_WORD, FIXED_HITS = "muhrlanganxazina", 50
BANDS = ("few", "some", "many")
QUERIES_A_BAND = 20
_STARTS = [
    "b",
    "ch",
    "d",
    "f",
    "g",
    "gʻ",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "q",
    "r",
    "s",
    "sh",
    "t",
    "v",
    "x",
    "y",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "oʻ"]
_ENDS = ["", "", "", "n", "r", "l", "q", "sh", "t"]
_NEW = (("oʻ", "ö"), ("gʻ", "ğ"), ("sh", "ş"), ("ch", "ç"))
_CYRILLIC = str.maketrans("abdefghijklmnopqrstuvxyz", "абдэфгҳижклмнопқрстувхйз")
_PAIRS = (("oʻ", "ў"), ("gʻ", "ғ"), ("sh", "ш"), ("ch", "ч"))


@dataclass(frozen=True)
class Work:
    """A record: title, creator and language."""

    title: str
    creator: str
    language: str


@dataclass
class Catalog:
    """So many works, drawn by a seed from the words that all such catalogs have.

    hits: how many have each key in their titles; sample: some titles' keys by key.
    """

    count: int
    seed: int = SEED
    hits: Counter[str] = field(default_factory=Counter)
    sample: dict[str, list[str]] = field(default_factory=dict)
    text_bytes: int = 0

    def works(self) -> Iterator[Work]:
        """Yield the works, the same each time, and count their words the first time."""
        drawn = random.Random(SEED)
        words = _vocabulary(drawn)
        drawn = drawn if self.seed == SEED else random.Random(self.seed)
        weights = list(accumulate(1 / (rank + 2) for rank in range(WORDS)))
        is_first = not self.hits
        every = max(1, self.count // FIXED_HITS)
        for number in range(self.count):
            chosen = drawn.choices(words, cum_weights=weights, k=drawn.randint(3, 8))
            if number % every == 0 and number // every < FIXED_HITS:
                chosen.append(FIXED_WORD)
            creator = " ".join(drawn.choices(words, cum_weights=weights, k=2)).title()
            language = ("uz", "uz-Cyrl", "uz")[number % 3]
            title = (_as_it_is, _in_cyrillic, _in_new)[number % 3](" ".join(chosen).capitalize())
            if is_first:
                self._count(title, creator)
            yield Work(title, creator, language)

    def bands(self) -> dict[str, list[str]]:
        """Return words of at most 100 hits, of at most one in 200 works, and of more than one in ten.

        At 1,000,000 works these are ≤ 100, ≤ 5,000 and > 100,000 hits.
        """
        of: dict[str, list[str]] = defaultdict(list)
        for key, hits in sorted(self.hits.items(), key=lambda item: (-item[1], item[0])):
            if hits > self.count / 10:
                of["many"].append(key)
            elif 100 < hits <= max(self.count / 200, 101):
                of["some"].append(key)
            elif 20 <= hits <= 100:
                of["few"].append(key)
        return {band: of[band][:QUERIES_A_BAND] for band in BANDS}

    def _count(self, title: str, creator: str) -> None:
        keys = words_of(title)
        self.text_bytes += len(title.encode()) + len(creator.encode())
        for key in set(keys):
            self.hits[key] += 1
            if key not in self.sample:
                self.sample[key] = keys


def _vocabulary(drawn: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < WORDS:
        syllables = drawn.randint(1, 4)
        word = "".join(
            drawn.choice(_STARTS) + drawn.choice(_VOWELS) + drawn.choice(_ENDS)
            for _ in range(syllables)
        )
        found[word] = None
    return sorted(found, key=lambda word: (len(word) > 6, drawn.random()))


def _as_it_is(text: str) -> str:
    return text


def _in_cyrillic(text: str) -> str:
    plain = text.lower()
    for latin, letter in _PAIRS:
        plain = plain.replace(latin, letter)
    return plain.translate(_CYRILLIC).capitalize()


def _in_new(text: str) -> str:
    plain = text.lower()
    for latin, letter in _NEW:
        plain = plain.replace(latin, letter)
    return plain.capitalize()
