"""An auditor recomputes the ledger and decides every opening again."""
