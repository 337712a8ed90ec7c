"""Who was at an event: check-in by a code that changes, and what the ledger attests of it in the end."""
