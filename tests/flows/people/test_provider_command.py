"""`muhr provider`: universities are connected, listed, tested and removed by commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

ISSUER = "http://127.0.0.1:1"


def test_a_university_is_connected_listed_tested_and_removed(
    muhr: Callable[..., Any], blank_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(blank_home, home)
    settings = {"MUHR_HOME": str(home), "MUHR_PUBLIC_URL": "https://library.example"}
    (tmp_path / "secret").write_text("a secret\n")
    added = muhr(
        settings,
        *("provider", "add", "tatu", ISSUER, "--client-id", "muhr"),
        *("--secret-file", str(tmp_path / "secret"), "--rule", "staff@tatu.uz=registrar"),
    )
    assert added.status == 0, added
    assert "https://library.example/sign-in/university/tatu/answer" in added.out
    assert "a secret" not in added.out
    kept = home / "keys" / "provider-tatu.secret"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("a secret", 0o600)
    [told] = json.loads(muhr(settings, "provider", "list", "--json").out)
    assert (told["name"], told["rules"]) == ("tatu", ["staff@tatu.uz=registrar"])
    assert told["default"] == "reader"
    tested = muhr(settings, "provider", "test", "tatu")
    assert (tested.status, "does not answer" in tested.out) == (1, True)
    again = muhr(settings, *("provider", "add", "tatu", ISSUER, "--client-id", "x", "--no-secret"))
    assert again.status == 1
    assert "connected already" in again.err
    assert muhr(settings, "provider", "remove", "tatu").status == 0
    assert not kept.exists()
    assert muhr(settings, "provider", "remove", "tatu").status == 1
    assert "No provider is connected" in muhr(settings, "provider", "list").out


def test_what_cannot_be_a_provider_is_told(
    muhr: Callable[..., Any], blank_home: Path, tmp_path: Path
) -> None:
    settings = {"MUHR_HOME": str(blank_home)}
    given = ["provider", "add", "tatu", "https://id.tatu.uz", "--client-id", "c", "--no-secret"]
    for changes in (["--rule", "staff=registrar"], ["--rule", "staff@tatu.uz=operator"]):
        found = muhr(settings, *given, *changes)
        assert (found.status, "Traceback" in found.err) == (2, False), found
    plain = muhr(settings, *given[:3], "http://id.tatu.uz", *given[4:])
    assert (plain.status, "https" in plain.err) == (2, True)
