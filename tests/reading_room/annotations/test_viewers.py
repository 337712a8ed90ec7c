"""Public notes in the manifests of IIIF: on their canvas, as they stand now, and of open works alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from ledger_service.domain.content.picture_pack import PackedPicture
from ledger_service.domain.exports.cited_work import Work
from ledger_service.ports.content import MadeFile
from ledger_service.ports.resources import Remark
from reading_room.interop.iiif.rules.remarks import canvas_of, notes_page, notes_reference
from reading_room.interop.iiif.rules.shown_work import ShownWork
from scripts.harness.running_library import RunningLibrary

Site = Callable[..., httpx.Client]
MEDIA = "http://www.w3.org/TR/media-frags/"


def area(value: str) -> dict[str, str]:
    return {"type": "FragmentSelector", "conformsTo": MEDIA, "value": value}


def test_a_manifest_names_what_is_written_of_its_canvas(
    library: RunningLibrary, site: Site, note_on: Callable[..., dict[str, Any]]
) -> None:
    digest = library.register(title="Seen in a viewer")["digest"]
    source = f"{library.url}/api/v1/resources/{digest}/content"
    reader, nobody = site("reader", library.readers[0]), site()
    manifest = f"/iiif/{digest}/manifest.json"
    assert "annotations" not in nobody.get(manifest).json()["items"][0]
    private, public = (f"/annotations/{digest}/{one}/" for one in ("private", "public"))
    target = {"source": source, "selector": area("xywh=percent:50,50,25,25")}
    sent = note_on(digest, "in this corner", target=target)
    assert reader.post(private, content=json.dumps(sent)).status_code == 201
    assert "annotations" not in nobody.get(manifest).json()["items"][0]
    made = reader.post(public, content=json.dumps(sent))
    canvas = nobody.get(manifest).json()["items"][0]
    on_canvas = f"{library.url}/iiif/{digest}/canvas/1"
    other = note_on(digest, "by a viewer", target=f"{on_canvas}#xywh=1,2,3,4")
    assert reader.post(public, content=json.dumps(other)).status_code == 201
    [page] = canvas["annotations"]
    assert page == {"id": f"{library.url}/iiif/{digest}/notes/1", "type": "AnnotationPage"}
    answer = nobody.get(page["id"])
    assert answer.headers["cache-control"] == "no-cache"
    first, second = answer.json()["items"]
    assert first["id"] == made.json()["id"]
    assert first["body"]["value"] == "in this corner"
    half, quarter = (
        [round(canvas[side] * part) for side in ("width", "height")] for part in (0.5, 0.25)
    )
    assert first["target"] == f"{on_canvas}#xywh={','.join(map(str, half + quarter))}"
    assert second["target"] == f"{on_canvas}#xywh=1,2,3,4"
    seen = {"If-Match": made.headers["etag"]}
    assert reader.delete(made.headers["location"], headers=seen).status_code == 204
    assert len(nobody.get(page["id"]).json()["items"]) == 1
    assert nobody.get(f"/iiif/{digest}/notes/2").status_code == 404


def test_a_remark_stands_on_the_canvas_of_its_page() -> None:
    work = Work("0" * 64, "", "A book", "application/pdf", 0, "", ("", ""), 0, 0)
    picture = PackedPicture(())
    made = {"pages": MadeFile("pages", "", 0, "", "")}
    remarks = (Remark({"n": 1}, page=3), Remark({"n": 2}, page=2), Remark({"n": 3}, span=(5, None)))
    shown = ShownWork(
        work,
        "https://library.example.uz",
        "",
        is_open=True,
        files=made,
        pictures={1: picture, 3: picture},
        remarks=remarks,
    )
    assert [canvas_of(shown, one) for one in remarks] == [2, None, 1]
    assert [len(notes_reference(shown, number)) for number in (1, 2, 3)] == [1, 1, 0]
    film = {"id": "c", "width": 10, "height": 10, "duration": 9.0}
    told = notes_page(shown, 1, film, "context")
    assert told["items"] == [{"n": 3, "target": "c#t=5"}]
