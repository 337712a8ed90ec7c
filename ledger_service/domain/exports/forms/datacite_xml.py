"""DataCite's attributes as an element of XML: the same facts under the names of kernel 4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text

NAMESPACE = "http://datacite.org/schema/kernel-4"
LOCATION = "https://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NAMES = {
    "lang": "xml:lang",
    "schemeUri": "schemeURI",
    "valueUri": "valueURI",
    "rightsUri": "rightsURI",
}
Facts = Mapping[str, Any]


def resource_element(told: Facts) -> str:
    """Return attributes of DataCite, as `datacite` makes them, as an element `resource`."""
    lines = [
        f'<resource xmlns="{NAMESPACE}" xmlns:xsi="{_INSTANCE}" xsi:schemaLocation="{NAMESPACE} {LOCATION}">',
        _element("identifier", told["url"], identifierType="URL"),
    ]
    for name, one, write in _LISTS:
        if told.get(name):
            items = "".join(write(one, item) for item in told[name])
            lines.append(f"<{name}>{items}</{name}>")
    kind = told["types"]
    lines += [
        _plain("publisher", told["publisher"]["name"]),
        _plain("publicationYear", told["publicationYear"]),
        _element(
            "resourceType", kind["resourceType"], resourceTypeGeneral=kind["resourceTypeGeneral"]
        ),
    ]
    lines += [_plain(name, told[name]) for name in ("language", "version") if told.get(name)]
    return "\n".join([*lines, "</resource>"])


def _element(name: str, text: str, **attributes: str) -> str:
    told = "".join(
        f" {_NAMES.get(key, key)}={xml_attribute(value)}"
        for key, value in attributes.items()
        if value
    )
    return f"<{name}{told}>{xml_text(text)}</{name}>"


def _plain(name: str, text: str) -> str:
    return _element(name, text)


def _by(key: str) -> Callable[[str, Facts], str]:
    """Return what writes an item whose text stands under a key; all else that it says is an attribute."""

    def write(name: str, item: Facts) -> str:
        return _element(name, item[key], **{name: item[name] for name in item if name != key})

    return write


def _person(name: str, item: Facts) -> str:
    kind = item.get("contributorType", "")
    opening = f"<{name} contributorType={xml_attribute(kind)}>" if kind else f"<{name}>"
    return opening + "".join(_parts_of_person(name, item)) + f"</{name}>"


def _parts_of_person(name: str, item: Facts) -> Iterator[str]:
    yield _element(f"{name}Name", item["name"], nameType=item.get("nameType", ""))
    yield from (_plain(part, item[part]) for part in ("givenName", "familyName") if part in item)
    for known in item.get("nameIdentifiers", ()):
        yield _by("nameIdentifier")("nameIdentifier", known)


def _related_item(name: str, item: Facts) -> str:
    kinds = {key: item[key] for key in ("relatedItemType", "relationType")}
    opening = _element(name, "", **kinds).removesuffix(f"</{name}>")
    inner = [
        *(
            _by("relatedItemIdentifier")("relatedItemIdentifier", item[key])
            for key in ("relatedItemIdentifier",)
            if key in item
        ),
        "<titles>" + "".join(_plain("title", one["title"]) for one in item["titles"]) + "</titles>",
        *(_plain(key, item[key]) for key in ("volume", "issue") if key in item),
    ]
    return opening + "".join(inner) + f"</{name}>"


_LISTS: tuple[tuple[str, str, Callable[[str, Any], str]], ...] = (
    ("creators", "creator", _person),
    ("titles", "title", _by("title")),
    ("subjects", "subject", _by("subject")),
    ("contributors", "contributor", _person),
    ("dates", "date", _by("date")),
    ("alternateIdentifiers", "alternateIdentifier", _by("alternateIdentifier")),
    ("relatedIdentifiers", "relatedIdentifier", _by("relatedIdentifier")),
    ("sizes", "size", _plain),
    ("formats", "format", _plain),
    ("rightsList", "rights", _by("rights")),
    ("descriptions", "description", _by("description")),
    ("relatedItems", "relatedItem", _related_item),
)
"""Name of the list, of an item, and what writes one."""
