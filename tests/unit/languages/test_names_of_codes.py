"""What languages and roles are called in each language of the pages."""

from __future__ import annotations

import pytest

from ledger_service import messages
from ledger_service.web.language import language_name, role_name


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("uz", "Uzbek"),
        ("uz-Cyrl", "Uzbek, Cyrillic"),
        ("UZ-cyrl", "Uzbek, Cyrillic"),
        ("uz-Latn", "Uzbek, Latin"),
        ("en-GB", "English (<bdi>en-GB</bdi>)"),
        ("tlh", "<bdi>tlh</bdi>"),
        ("<b>", "<bdi>&lt;b&gt;</bdi>"),
        ("en-<b>", "English (<bdi>en-&lt;b&gt;</bdi>)"),
    ],
)
def test_a_language_has_the_nearest_name(tag: str, named: str) -> None:
    with messages.speaking("en"):
        assert language_name(tag) == named


def test_names_are_in_the_language_of_the_page() -> None:
    with messages.speaking("uz"):
        assert language_name("ru") == "ruscha"
        assert role_name("trl") == messages.said("page.role.trl") != "trl"
        assert role_name("zzz") == "<bdi>zzz</bdi>"
