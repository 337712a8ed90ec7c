"""What a provider says of itself is taken as far as it may say it."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.adapters.people.discovery import metadata_of
from ledger_service.domain.errors import ProviderUnavailable

ISSUER = "https://id.tatu.uz"
NODE = "http://127.0.0.1:5001/api/v0/shutdown"


def document(**changes: Any) -> dict[str, Any]:
    said = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": "https://tokens.tatu.uz/token",
        "jwks_uri": f"{ISSUER}/keys",
        "userinfo_endpoint": f"{ISSUER}/me",
        "end_session_endpoint": f"{ISSUER}/logout",
    }
    return said | changes


def test_endpoints_may_be_at_other_hosts() -> None:
    found = metadata_of(document(), ISSUER, ISSUER)
    assert (found.token, found.userinfo) == ("https://tokens.tatu.uz/token", f"{ISSUER}/me")


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", [NODE, "http://localhost:8545", "HTTP://[::1]/", "file:///etc"])
def test_a_provider_elsewhere_names_no_service_of_this_machine(name: str, address: str) -> None:
    with pytest.raises(ProviderUnavailable):
        metadata_of(document(**{name: address}), ISSUER, ISSUER)


def test_nor_as_what_it_may_leave_out() -> None:
    found = metadata_of(document(userinfo_endpoint=NODE, end_session_endpoint=NODE), ISSUER, ISSUER)
    assert (found.userinfo, found.logout) == (None, None)


def test_a_provider_on_this_machine_may() -> None:
    here = "http://localhost:9000"
    found = metadata_of(document(issuer=here, token_endpoint=f"{here}/token"), here, here)
    assert found.token == f"{here}/token"
