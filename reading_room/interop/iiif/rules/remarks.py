"""What readers wrote for everybody, as annotations on canvases: a manifest names pages of them.

Source: IIIF Presentation API 3.0, §5.5 (Annotation Page), and §3.4 (`annotations`), which paint nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger_service.ports.resources import Remark
from reading_room.interop.iiif.rules.shown_work import ShownWork


def notes_reference(shown: ShownWork, number: int) -> list[dict[str, Any]]:
    """Return the reference to what is written of a canvas, from 1; empty for nothing."""
    if not any(canvas_of(shown, remark) == number for remark in shown.remarks):
        return []
    return [{"id": notes_address(shown, number), "type": "AnnotationPage"}]


def notes_address(shown: ShownWork, number: int) -> str:
    """Return where it is had."""
    return f"{shown.address}/notes/{number}"


def notes_page(
    shown: ShownWork, number: int, canvas: Mapping[str, Any], context: str
) -> dict[str, Any]:
    """Return what is written of a canvas, which is as the manifest has it."""
    items = [
        {**remark.told, "target": canvas["id"] + _fragment(remark, canvas)}
        for remark in shown.remarks
        if canvas_of(shown, remark) == number
    ]
    return {
        "@context": context,
        "id": notes_address(shown, number),
        "type": "AnnotationPage",
        "items": items,
    }


def canvas_of(shown: ShownWork, remark: Remark) -> int | None:
    """Return the canvas that a remark is about; None if its page is not shown."""
    if remark.canvas:
        return remark.canvas
    if not (remark.page and shown.is_book_by_page):
        return 1
    pages = list(shown.pictures)
    return pages.index(remark.page) + 1 if remark.page in pages else None


def _fragment(remark: Remark, canvas: Mapping[str, Any]) -> str:
    """Return the part of a canvas, in its own coordinates and seconds."""
    parts = []
    if remark.span is not None and "duration" in canvas:
        start, end = remark.span
        parts.append(f"t={start:g}" + ("" if end is None else f",{end:g}"))
    if remark.area is not None and "width" in canvas:
        wide, tall = canvas["width"], canvas["height"]
        scale = (wide / 100, tall / 100) * 2 if remark.is_percent else (1, 1, 1, 1)
        sides = [round(side * by) for side, by in zip(remark.area, scale, strict=True)]
        x, y = min(sides[0], wide - 1), min(sides[1], tall - 1)
        width, height = max(1, min(sides[2], wide - x)), max(1, min(sides[3], tall - y))
        parts.append(f"xywh={x},{y},{width},{height}")
    return "#" + "&".join(parts) if parts else ""
