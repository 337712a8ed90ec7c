"""Routes for entries, proofs and tiles."""
