"""Checks an answer by the shapes of an OpenAPI description, as far as ours uses JSON Schema."""

from __future__ import annotations

import re
from typing import Any

KNOWN = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "minItems",
    "maxItems",
    "minProperties",
    "minimum",
    "const",
    "enum",
    "format",
    "$ref",
}
TYPES: dict[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
}


def check(shapes: dict[str, Any], shape: dict[str, Any], told: Any) -> None:
    """Check a value by its shape. shapes: by name, as references find them."""
    assert shape.keys() <= KNOWN, shape
    if "$ref" in shape:
        check(shapes, shapes[shape["$ref"].rpartition("/")[2]], told)
        return
    if "type" in shape:
        assert type(told) is TYPES[shape["type"]], (shape, told)
    assert told == shape.get("const", told)
    assert told in shape.get("enum", [told])
    assert not isinstance(told, int) or told >= shape.get("minimum", told)
    if isinstance(told, list):
        assert shape.get("minItems", 0) <= len(told) <= shape.get("maxItems", len(told))
        for item in told:
            check(shapes, shape.get("items", {}), item)
    if isinstance(told, dict):
        _check_members(shapes, shape, told)


def _check_members(shapes: dict[str, Any], shape: dict[str, Any], told: dict[str, Any]) -> None:
    assert set(shape.get("required", ())) <= told.keys(), (shape.get("required"), told.keys())
    assert len(told) >= shape.get("minProperties", 0)
    for name, value in told.items():
        patterns = shape.get("patternProperties", {})
        known = [inner for pattern, inner in patterns.items() if re.search(pattern, name)]
        if name in shape.get("properties", {}):
            known.append(shape["properties"][name])
        others = shape.get("additionalProperties", {})
        if not known:
            assert others is not False, name
            known.append(others)
        for inner in known:
            check(shapes, inner, value)
