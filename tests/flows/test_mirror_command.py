"""`muhr mirror`: a ledger is copied by its deployment file, and its copy is kept by the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.domain.reasons import Reason
from ledger_service.watching import own_witness_of


def test_a_ledger_is_added_copied_shown_and_removed(
    muhr: Callable[..., Any], library: Any, tmp_path: Path
) -> None:
    settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_LANG": "en"}
    deployment = str(library.home / "deployment.json")
    library.register()
    size = library.anchored()["anchored_size"]
    assert muhr(settings, "mirror", "show").err == "There is nothing to list.\n"
    added = muhr(settings, "mirror", "add", deployment, library.url, "--name", "Navoiy")
    assert "Navoiy is copied from now on" in added.out
    assert library.opened.deployment.key in added.out
    [known] = muhr(settings, "mirror", "show", "--json").json
    assert (known["held_at"], known["fault"]) == (0, None)
    copied = muhr(settings, "mirror", "update")
    assert copied.status == 0, copied.err
    assert int("".join(filter(str.isdigit, copied.out))) >= size
    shown = muhr(settings, "mirror", "show")
    assert "It only grew" in shown.out
    folder = MirrorFolder(tmp_path / "home" / "mirrors")
    folder.note_fork(
        known["mirror"], "other.example/log\n7\nroot\n\n— other.example/log sig\n", None
    )
    forked = muhr(settings, "mirror", "show")
    assert forked.status == 1
    assert "  other.example/log\n  7\n  root\n" in forked.out
    assert "It only grew" not in forked.out
    assert "does not prove that it signed both" in forked.out
    differs = Reason("copy-against-anchor", {"size": 5, "copied": "aa", "anchored": "bb"})
    folder.note_anchors(known["mirror"], differs)
    assert "At 5 entries the copy has the root aa" in muhr(settings, "mirror", "show").out
    [told] = muhr(settings, "mirror", "show", "--json").json
    assert (told["proof"], told["against"]) == (None, differs.to_json())
    assert muhr(settings, "mirror", "remove", known["mirror"]).status == 0
    assert muhr(settings, "mirror", "remove", known["mirror"]).status == 1
    away = muhr(settings, "mirror", "add", deployment, "http://127.0.0.1:9", "--name", "Away")
    assert away.status == 0
    assert muhr(settings, "mirror", "update").status == 1


def test_a_witness_of_ours_is_a_key_and_an_address() -> None:
    made = WitnessKey("witness.example/w1", bytes(range(32))).format()
    assert own_witness_of(f"{made} http://127.0.0.1:8001").key.name == "witness.example/w1"
