"""Give a reader their shelf, in forms that programs of others read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.content import MediaFound
from ledger_service.services.library import Library
from reading_room.shelf.rules.forms import Form, write_shelf
from reading_room.shelf.rules.opds import Volume
from reading_room.shelf.verbs.keep import Tables, read_shelf
from reading_room.shelf.verbs.show import show_items

PLAIN_COVER = ("/static/cover.png", "image/png")
"""Path and media type of the picture of what has none that everybody may see."""
Tells = Sequence[Callable[[Library, Digest], MediaFound | None]]


def export_shelf(
    library: Library,
    tables: Tables,
    caller: Caller,
    form: Form,
    public_url: str,
    address: str,
    renditions: Tells,
) -> bytes:
    """Return the caller's own shelf in a form; raise as `read_shelf`.

    address: where this is asked for; renditions: tell of the covers that rooms made.
    """
    reach(caller, Permission.SHELF_OWN)
    shelf = read_shelf(library, tables, caller).shelf
    volumes = []
    for one in show_items(library, shelf.items) if form is not Form.JSON else []:
        work = one.work(public_url)
        if work is not None:
            is_shown = form is Form.OPDS and one.is_open
            path, kind = _cover(library, one.item.digest, renditions if is_shown else ())
            cover = (public_url + path, kind)
            volumes.append(Volume(work, one.item.tags, one.item.note, cover))
    return write_shelf(form, shelf, volumes, library.key.name, address, library.clock())


def _cover(library: Library, digest: Digest, renditions: Tells) -> tuple[str, str]:
    told = (tell(library, digest) for tell in renditions)
    files = (file for known in told if known is not None for file in known.files)
    covers = (file for file in files if file.kind == "cover")
    return next(((file.path, file.media_type) for file in covers), PLAIN_COVER)
