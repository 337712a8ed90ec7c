"""The append-only tree: entries, checkpoints, RFC 6962 proofs and tiles."""
