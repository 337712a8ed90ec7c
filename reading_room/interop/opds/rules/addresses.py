"""The addresses of the catalog for reading apps, all below /opds, absolute as apps keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

PREFIX = "/opds"
Asked = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Addresses:
    """base: how people reach the service, without a slash at the end; language: in which it is told.

    is_chosen: whether the address itself chose the language, so that links keep it.
    """

    base: str
    language: str
    is_chosen: bool = False

    def feed(self, path: str = "", asked: Asked | None = None) -> str:
        """Return the address of a feed; what is asked for stands in one order, and not if it is empty."""
        pairs: list[tuple[str, str]] = []
        for name, value in (asked or {}).items():
            values = [value] if isinstance(value, str) else value
            pairs += [(name, one) for one in values if one]
        if self.is_chosen:
            pairs.append(("lang", self.language))
        return f"{self.base}{PREFIX}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def search(self) -> str:
        """The template by which apps search."""
        if self.is_chosen:
            return f"{self.base}{PREFIX}/search?lang={self.language}{{&query}}"
        return f"{self.base}{PREFIX}/search{{?query}}"

    @property
    def authentication(self) -> str:
        """The document that says how one signs in; its own id, so that no language is part of it."""
        return f"{self.base}{PREFIX}/authentication"

    @property
    def shelf(self) -> str:
        """What whoever signs in has borrowed."""
        return self.feed("/shelf")

    def publication(self, digest: str, further: str = "") -> str:
        """Return the address of a publication, or of something below it."""
        return f"{self.base}{PREFIX}/publications/{digest}{further}"

    def cover(self, digest: str) -> str:
        """Return the address of a cover."""
        return f"{self.base}{PREFIX}/covers/{digest}.jpg"

    def opening(self, digest: str, key: str, further: str) -> str:
        """Return an address below an opening, which is secret."""
        return f"{self.base}{PREFIX}/openings/{digest}/{key}/{further}"
