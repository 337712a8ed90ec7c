"""An annotation: what somebody writes, and to which part of a resource it belongs.

Source: Web Annotation Data Model (W3C Recommendation, 2017-02-23). Bodies are texts that stand in the
annotation; what others name by an address is not taken, and nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain.errors import InvalidAnnotation
from ledger_service.domain.identifiers import Digest
from reading_room.annotations.rules.selectors import (
    Place,
    Selector,
    place_of,
    read_selectors,
    selectors_of,
)
from reading_room.annotations.rules.texts import read_text

LARGEST_BYTES = 32_768  # of an annotation as JSON
DEEPEST_JSON = 12
LONGEST_TEXT = 5_000  # characters of one body
LONGEST_NAME = 80
LONGEST_ADDRESS = 1_000
MOST_BODIES = 10
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PLAIN, MARKDOWN = "text/plain", "text/markdown"
FORMATS = (PLAIN, MARKDOWN)
COMMENTING = "commenting"
MOTIVATIONS = (
    "assessing",
    "bookmarking",
    "classifying",
    COMMENTING,
    "describing",
    "editing",
    "highlighting",
    "identifying",
    "linking",
    "moderating",
    "questioning",
    "replying",
    "tagging",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}:[\x21\x23-\x3b\x3d\x3f-\x7e]+")
_OWN = {"@context", "id", "type", "created", "modified", "generated", "generator", "renderedVia"}
"""Members that the library itself says, or that only say by what something was made: passed over."""
_KEPT = {"body", "bodyValue", "target", "motivation", "creator", "via", "canonical"}
_OF_BODY = {"type", "value", "format", "purpose", "language", "id", "created", "modified"}
_OF_BODY |= {"creator", "textDirection", "processingLanguage"}


@dataclass(frozen=True)
class Body:
    """A text. purpose: as `motivation`, or empty; language: BCP 47, or empty."""

    value: str
    format: str = PLAIN
    purpose: str = ""
    language: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        told = {"purpose": self.purpose, "language": self.language}
        return {
            "type": "TextualBody",
            "value": self.value,
            "format": self.format,
            **{name: text for name, text in told.items() if text},
        }


@dataclass(frozen=True)
class Annotation:
    """What somebody wrote. name: by which its writer is shown, or empty.

    canvas: of the IIIF manifest, where it was written there; 0 for the file itself. via, canonical: how
    others name it, as they said.
    """

    bodies: tuple[Body, ...]
    selectors: tuple[Selector, ...] = ()
    motivation: str = COMMENTING
    name: str = ""
    canvas: int = 0
    via: str = ""
    canonical: str = ""

    @property
    def place(self) -> Place:
        """Where it belongs, as people are told."""
        return place_of(self.selectors)

    @property
    def text(self) -> str:
        """What it says, without its tags."""
        return "\n\n".join(body.value for body in self.bodies if body.purpose != "tagging")

    def unnamed(self) -> Annotation:
        """Return it without its writer's name."""
        return replace(self, name="")

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept, without addresses; inverse of `of_json`."""
        told = {name: getattr(self, name) for name in ("name", "canvas", "via", "canonical")}
        return {
            "bodies": [body.to_json() for body in self.bodies],
            "selectors": [selector.value() for selector in self.selectors],
            "motivation": self.motivation,
            **{name: value for name, value in told.items() if value},
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Annotation:
        """Return what is kept."""
        told = {name: kept[name] for name in ("name", "canvas", "via", "canonical") if name in kept}
        return cls(
            tuple(_body(body) for body in kept["bodies"]),
            read_selectors(kept["selectors"]),
            kept["motivation"],
            **told,
        )


@dataclass(frozen=True)
class Source:
    """The resource whose annotations these are, by all addresses that this library has for it."""

    public_url: str
    digest: Digest

    @property
    def content(self) -> str:
        """Where its bytes are."""
        return f"{self.public_url}/api/v1/resources/{self.digest}/content"

    def address(self, canvas: int) -> str:
        """Return the address of a canvas, or of the file itself for 0."""
        return f"{self.public_url}/iiif/{self.digest}/canvas/{canvas}" if canvas else self.content

    def canvas_of(self, address: str) -> int:
        """Return which canvas an address names, 0 for the file; raise InvalidAnnotation for all else."""
        own = (
            self.content,
            f"{self.public_url}/resources/{self.digest}",
            f"{self.public_url}/read/{self.digest}",
            f"hash://sha256/{self.digest.hex()}",
        )
        if address in own:
            return 0
        canvas = f"{self.public_url}/iiif/{self.digest}/canvas/"
        number = address.removeprefix(canvas)
        if address.startswith(canvas) and re.fullmatch(r"[1-9][0-9]{0,5}", number, re.ASCII):
            return int(number)
        raise InvalidAnnotation("source", given=address[:200], wanted=self.content)


def written(text: str, place: Place, name: str, *, is_markdown: bool) -> Annotation:
    """Return what a person typed into a form; raise InvalidAnnotation."""
    given = {"value": text, "type": "TextualBody", "format": MARKDOWN if is_markdown else PLAIN}
    checked = read_selectors([one.value() for one in selectors_of(place)])
    return Annotation((_body(given),), checked, name=read_name(name))


def read_annotation(given: Any, source: Source) -> Annotation:
    """Return what a program sent; raise InvalidAnnotation for what is none, or not taken here."""
    if not isinstance(given, dict):
        raise InvalidAnnotation("form")
    _check_kind(given)
    unknown = sorted(given.keys() - _OWN - _KEPT)
    if unknown:
        raise InvalidAnnotation("member", name=str(unknown[0])[:80])
    canvas, selectors = _target(given.get("target"), source)
    motivation = given.get("motivation", COMMENTING)
    if motivation not in MOTIVATIONS:
        raise InvalidAnnotation("motivation", known=", ".join(MOTIVATIONS))
    return Annotation(
        _bodies(given),
        selectors,
        motivation,
        _creator(given.get("creator")),
        canvas,
        _address(given, "via") or _address(given, "id"),
        _address(given, "canonical"),
    )


def read_name(text: str) -> str:
    """Return a name in one line; raise InvalidAnnotation for a longer one."""
    return " ".join(read_text({"name": text}, "name", LONGEST_NAME).split())


def _check_kind(given: Mapping[str, Any]) -> None:
    contexts = given.get("@context", CONTEXT)
    listed = contexts if isinstance(contexts, list) else [contexts]
    if CONTEXT not in listed:
        raise InvalidAnnotation("context", wanted=CONTEXT)
    kinds = given.get("type")
    if "Annotation" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise InvalidAnnotation("form")


def _target(given: Any, source: Source) -> tuple[int, tuple[Selector, ...]]:
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, str):
        address, _, fragment = given.partition("#")
        told = {"type": "FragmentSelector", "value": fragment}
        return source.canvas_of(address), read_selectors(told if fragment else [])
    if not isinstance(given, dict):
        raise InvalidAnnotation("target")
    unknown = sorted(given.keys() - {"type", "source", "selector", "id"})
    if unknown:
        raise InvalidAnnotation("member", name=str(unknown[0])[:80])
    named = given.get("source", given.get("id"))
    if isinstance(named, dict):
        named = named.get("id")
    if not isinstance(named, str):
        raise InvalidAnnotation("target")
    return source.canvas_of(named), read_selectors(given.get("selector", []))


def _bodies(given: Mapping[str, Any]) -> tuple[Body, ...]:
    if "bodyValue" in given:
        if "body" in given:
            raise InvalidAnnotation("body")
        return (Body(read_text(given, "bodyValue", LONGEST_TEXT, least=1)),)
    listed: Any = given.get("body", [])
    listed = listed if isinstance(listed, list) else [listed]
    if len(listed) > MOST_BODIES:
        raise InvalidAnnotation("bodies", most=MOST_BODIES)
    return tuple(_body(one) for one in listed)


def _body(given: Any) -> Body:
    kinds = given.get("type") if isinstance(given, dict) else None
    if "TextualBody" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise InvalidAnnotation("body")
    unknown: Sequence[Any] = sorted(given.keys() - _OF_BODY)
    if unknown:
        raise InvalidAnnotation("member", name=str(unknown[0])[:80])
    format_ = given.get("format", PLAIN)
    if format_ not in FORMATS:
        raise InvalidAnnotation("format", given=str(format_)[:80], known=", ".join(FORMATS))
    purpose, language = given.get("purpose", ""), given.get("language", "")
    if purpose and purpose not in MOTIVATIONS:
        raise InvalidAnnotation("motivation", known=", ".join(MOTIVATIONS))
    if not isinstance(language, str) or (language and not _LANGUAGE.fullmatch(language)):
        raise InvalidAnnotation("language")
    return Body(read_text(given, "value", LONGEST_TEXT, least=1), format_, purpose, language)


def _creator(given: Any) -> str:
    """Return the name that a program gives for the writer; an address alone is none."""
    listed = given if isinstance(given, list) else [given]
    first = listed[0] if listed else None
    named = first.get("name", "") if isinstance(first, dict) else ""
    if isinstance(named, list):
        named = named[0] if named else ""
    return read_name(named) if isinstance(named, str) else ""


def _address(given: Mapping[str, Any], name: str) -> str:
    """Return an address as it is kept: it is told again, and never asked."""
    text = given.get(name, "")
    if not isinstance(text, str) or len(text) > LONGEST_ADDRESS:
        raise InvalidAnnotation("address", name=name)
    if text and not _ADDRESS.fullmatch(text):
        raise InvalidAnnotation("address", name=name)
    return text
