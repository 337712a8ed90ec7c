"""Groups that measure the ledger by itself: its trees, proofs, appends and how it grows."""
