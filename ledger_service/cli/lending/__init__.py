"""Commands: grants and openings."""
