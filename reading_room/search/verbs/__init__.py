"""What is done with the index: searching, following the ledger, and making it anew."""
