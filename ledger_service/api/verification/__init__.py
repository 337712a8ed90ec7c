"""Routes for proofs."""
