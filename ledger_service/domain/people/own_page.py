"""Whether a page of this library asks for something, as far as the browser says (docs/adr/0111).

A cookie goes along with whatever the browser sends here, also if another site's page made it send that.
"""

from __future__ import annotations

from collections.abc import Collection

from ledger_service.domain.errors import FormOfAnotherSite

OWN_SITE = ("same-origin", "none")  # none: the person loads the page anew
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def check_own_page(fetch_site: str | None, origin: str | None, own: Collection[str]) -> None:
    """Check that a page of this library sends this; raise FormOfAnotherSite otherwise.

    Args:
        fetch_site: of the header Sec-Fetch-Site.
        origin: of the header Origin, by which older browsers alone tell it, and all on a line without TLS.
        own: the library's own origins.
    """
    is_own = origin in own if fetch_site is None else fetch_site in OWN_SITE
    if not is_own:
        raise FormOfAnotherSite()
