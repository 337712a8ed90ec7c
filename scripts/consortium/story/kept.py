"""Copies of a member's open content, by the council's rule, and of which use they are when it is away."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from scripts.consortium.story.books import ALONE
from scripts.consortium.story.knowing import COPIES
from scripts.consortium.story.scene import Scene, digest_of, page_of
from scripts.consortium.university import University


def keep(scene: Scene) -> None:
    """Look who keeps the third's open book beside it."""
    say, third = scene.telling, scene.members[2]
    say.heading(f"Each open work is kept by {COPIES} members")
    digest = digest_of(scene.book(ALONE))
    holder = _holder(scene)
    say.until(
        lambda: holder.get(f"/copies/{digest}")["is_kept"],
        f"{holder.name}, whom the rule chooses, keeps a copy of the book of {third.name}",
    )
    shown = json.loads(holder.run("copies", "show", "--json", expect=None).out)
    kept = {one["steward"]: one["kept"] for one in shown["members"]}
    say.check(
        shown["copies"] == COPIES and kept[third.steward] >= 1,
        "its operator sees by how much, and whose",
    )


def serve(scene: Scene, away: University) -> None:
    """Read a work whose owner is away."""
    say, digest, holder = scene.telling, digest_of(scene.book(ALONE)), _holder(scene)
    work = holder.get(f"/copies/{digest}")
    for path in (f"/ipfs/{work['cid']}?format=raw", f"/api/v1/copies/{digest}/content"):
        data = holder.get_public(path)
        say.check(
            hashlib.sha256(data).hexdigest() == digest,
            f"{holder.name} hands its book out at {path[:6]}…, byte for byte",
        )
    say.check(away.title in page_of(holder, f"/copies/{digest}"), "and says whose it is")


def _holder(scene: Scene) -> University:
    """Return who keeps the third's book beside the third, as the first says."""
    digest = digest_of(scene.book(ALONE))

    def look() -> list[dict[str, Any]]:
        holders: list[dict[str, Any]] = scene.members[0].get(f"/copies/{digest}")["holders"]
        return holders

    [told] = scene.telling.until(look, "the rule says who keeps it beside its owner")
    return next(one for one in scene.members if one.steward == told["steward"])
