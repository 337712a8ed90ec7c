"""Up to which block the library believes its chain: what stands there is not expected to be replaced."""

from __future__ import annotations

from ledger_service.services.library import Library

SAFE_CONFIRMATIONS = 12  # where neither the operator nor the chain says more


def newest_confirmed(library: Library) -> int:
    """Return the number of the newest block that counts as settled; it may be below that of the deployment.

    It is as many blocks deep as the operator says. If the operator says nothing, it is what the chain has
    finalized; a node that calls its newest block finalized knows of no finality, and is not believed.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    head = library.chain.head().number
    confirmations = library.limits.confirmations
    if confirmations is None:
        finalized = library.chain.finalized()
        if finalized is not None and finalized < head:
            return finalized
        confirmations = SAFE_CONFIRMATIONS
    return head - (confirmations - 1)
