"""Which addresses only the library's own machine reaches."""

import pytest

from ledger_service.domain.publication.public_address import is_own_machine


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://127.8.0.1/muhr",
        "http://localhost:8000/x",
        "http://a.localhost",
        "http://[::1]:8000",
        "http://0.0.0.0:8000",
    ],
)
def test_the_own_machine_is_known_by_any_of_its_names(url):
    assert is_own_machine(url)


@pytest.mark.parametrize(
    "url",
    ["https://library.example.uz", "http://10.0.0.7:8000", "http://[2001:db8::1]", "http://x"],
)
def test_any_other_host_is_for_others(url):
    assert not is_own_machine(url)
