"""Commands: statements that the ledger attests."""
